-- All diagnosis codes: what follows the beginning that says which revision they are of.
SELECT
    stay_of(stays, hadm_id, time) AS admission_id,
    split_part(code, '//', -1) AS code,
    CASE WHEN regexp_matches(code, getvariable('codes_of_icd9')) THEN 9 ELSE 10 END AS code_version
FROM raw.events
LEFT JOIN subject USING (subject_id)
WHERE regexp_matches(code, getvariable('codes_of_icd9')) OR regexp_matches(code, getvariable('codes_of_icd10'));
