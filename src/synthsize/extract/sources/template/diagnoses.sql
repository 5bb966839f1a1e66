-- One row for each diagnosis code of a stay, ICD-9-CM or ICD-10. Letter case, dots and repeats do not matter, leading zeros do.
-- Without codes, delete this file, and the table in source.yaml: tasks with an outcome remain.
SELECT
    stay_id AS admission_id,
    code,
    version AS code_version  -- 9 or 10
FROM raw.codes;
