-- All discharge codes, of both revisions.
SELECT hadm_id AS admission_id, icd_code AS code, icd_version AS code_version
FROM raw.diagnoses_icd;
