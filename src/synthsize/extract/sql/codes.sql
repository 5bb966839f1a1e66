-- Discharge codes of the cohort, written alike: upper case, without dots and blanks, each once.
-- In:  handed_over (what the source's diagnoses.sql selects), cohort (the canonical admissions).
-- Out: view `diagnoses` (the contract's columns).

CREATE TEMP VIEW diagnoses AS
SELECT DISTINCT
    admission_id,
    upper(replace(trim(handed_over.code), '.', '')) AS code,
    code_version
FROM handed_over
JOIN cohort USING (admission_id)
WHERE upper(replace(trim(handed_over.code), '.', '')) <> '';
