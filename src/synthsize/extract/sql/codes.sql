-- Discharge codes of the cohort, written alike: upper case, without dots and blanks, each once.
-- In:  handed_over (what the source's diagnoses.sql selects), cohort (the canonical admissions).
-- Out: view `diagnoses` (the contract's columns), table `placed_codes` (rows handed over, counted where they belong).

-- One pass: rows outside the cohort are counted together.
CREATE TEMP TABLE coded AS
SELECT
    cohort.admission_id,
    CASE WHEN cohort.admission_id IS NOT NULL THEN upper(replace(trim(handed_over.code), '.', '')) END AS code,
    CASE WHEN cohort.admission_id IS NOT NULL THEN code_version END AS code_version,
    handed_over.admission_id IS NOT NULL AS has_admission,
    count(*) AS rows
FROM handed_over
LEFT JOIN cohort ON cohort.admission_id = handed_over.admission_id
WHERE upper(replace(trim(handed_over.code), '.', '')) <> ''
GROUP BY ALL;

CREATE TEMP VIEW diagnoses AS
SELECT admission_id, code, code_version FROM coded WHERE admission_id IS NOT NULL;

CREATE TEMP TABLE placed_codes AS
SELECT
    coalesce(sum(rows), 0) AS handed_over,
    coalesce(sum(rows) FILTER (admission_id IS NOT NULL), 0) AS in_cohort,
    coalesce(sum(rows) FILTER (admission_id IS NULL AND has_admission), 0) AS elsewhere,
    coalesce(sum(rows) FILTER (NOT has_admission), 0) AS without_admission
FROM coded;
