-- All discharge codes.
SELECT hadm_id AS admission_id, icd9_code AS code, 9 AS code_version
FROM raw.diagnoses_icd;
