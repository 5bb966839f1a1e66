-- Discharge codes of the cohort.
-- In:  raw.diagnoses_icd, cohort (the canonical admissions).
-- Out: view `diagnoses` (the contract's columns).

CREATE TEMP VIEW diagnoses AS
SELECT DISTINCT
    hadm_id AS admission_id,
    upper(replace(trim(icd9_code), '.', '')) AS code,
    9 AS code_version
FROM raw.diagnoses_icd
JOIN cohort ON admission_id = hadm_id
WHERE code <> '';
