-- The cohort of any source: one row per admission that passes every rule, and a count after each rule.
-- In:  handed_over (what the source's admissions.sql selects); the variables min_age, admissions, landmark,
--      window_hours, exclude_organ_donors, exclude_negative_stays, icu_stays_only.
-- Out: table `admissions` (the contract's columns), table `steps` (position, step, setting, admissions, patients).

CREATE TEMP TABLE every_admission AS
SELECT
    patient_id,
    admission_id,
    started,
    age_years AS completed_years,
    -- Ages over 89 are masked: 91 for MIMIC-III and MIMIC-IV, 90 or "> 89" elsewhere.
    CASE WHEN completed_years > 89 THEN 91 ELSE completed_years END AS age_years,
    upper(trim(sex)) AS sex,
    died_in_hospital,
    length_of_stay_hours,
    coalesce(reason ILIKE '%organ donor%', false) AS is_organ_donor,
    has_icu_stay,
    stratum
FROM handed_over;

-- A source that does not say who was in intensive care has no others, or cannot tell them apart.
CREATE TEMP TABLE icu_admission AS
SELECT * FROM every_admission WHERE coalesce(has_icu_stay, true) OR NOT getvariable('icu_stays_only');

CREATE TEMP TABLE aged_admission AS
SELECT * FROM icu_admission WHERE completed_years IS NOT NULL;

CREATE TEMP TABLE born_admission AS
SELECT * FROM aged_admission WHERE completed_years >= 0;

-- Nobody is older: a year of birth, days, or a wrong date. Masked, it would pass for an age over 89.
CREATE TEMP TABLE mortal_admission AS
SELECT * FROM born_admission WHERE completed_years <= 120;

CREATE TEMP TABLE ended_admission AS
SELECT * FROM mortal_admission WHERE died_in_hospital IS NOT NULL;

CREATE TEMP TABLE adult AS
SELECT * FROM ended_admission WHERE age_years >= getvariable('min_age');

CREATE TEMP TABLE real_admission AS
SELECT * FROM adult WHERE NOT (is_organ_donor AND getvariable('exclude_organ_donors'));

CREATE TEMP TABLE eligible AS
SELECT
    *,
    row_number() OVER forwards AS admission_rank,
    row_number() OVER backwards = 1 AS last_admission
FROM real_admission
WHERE NOT (coalesce(length_of_stay_hours < 0, false) AND getvariable('exclude_negative_stays'))
WINDOW
    forwards AS (PARTITION BY patient_id ORDER BY started, admission_id),
    backwards AS (PARTITION BY patient_id ORDER BY started DESC, admission_id DESC);

CREATE TEMP TABLE chosen AS
SELECT *
FROM eligible
WHERE CASE getvariable('admissions')
    WHEN 'first' THEN admission_rank = 1
    WHEN 'latest' THEN last_admission
    ELSE true
END;

-- A stay of unknown length is not known to reach the landmark.
CREATE TEMP TABLE admissions AS
SELECT *
FROM chosen
WHERE coalesce(length_of_stay_hours >= getvariable('window_hours'), false) OR NOT getvariable('landmark');

CREATE TEMP TABLE steps AS
SELECT 1 AS position, 'all admissions' AS step, 'source.path' AS setting,
    count(*) AS admissions, count(DISTINCT patient_id) AS patients FROM every_admission
UNION ALL
SELECT 1.1, CASE WHEN getvariable('icu_stays_only') THEN 'with an ICU stay'
    ELSE 'admissions without an ICU stay kept' END, 'cohort.icu_stays_only',
    count(*), count(DISTINCT patient_id) FROM icu_admission
HAVING (SELECT count(has_icu_stay) FROM every_admission) > 0
UNION ALL
-- Rows of their own only where they count something: such admissions are gaps or errors of the extract, not a choice.
SELECT 1.2, 'of known age', 'the source, which has no age of any admission',
    count(*), count(DISTINCT patient_id) FROM aged_admission
HAVING count(*) < (SELECT count(*) FROM icu_admission)
UNION ALL
SELECT 1.5, 'born before the admission', 'the dates of birth or of admission, of which one is wrong',
    count(*), count(DISTINCT patient_id) FROM born_admission
HAVING count(*) < (SELECT count(*) FROM aged_admission)
UNION ALL
SELECT 1.6, 'not older than 120 years', 'age_years in admissions.sql, or the data that it reads, to completed years',
    count(*), count(DISTINCT patient_id) FROM mortal_admission
HAVING count(*) < (SELECT count(*) FROM born_admission)
UNION ALL
SELECT 1.7, 'of known outcome', 'the source, which says of no admission whether the patient died',
    count(*), count(DISTINCT patient_id) FROM ended_admission
HAVING count(*) < (SELECT count(*) FROM mortal_admission)
UNION ALL
SELECT 2, format('age at least {} years', getvariable('min_age')), 'cohort.min_age',
    count(*), count(DISTINCT patient_id) FROM adult
UNION ALL
SELECT 3, CASE WHEN getvariable('exclude_organ_donors') THEN 'not an organ-donor account'
    ELSE 'organ-donor accounts kept' END, 'cohort.exclude_organ_donors',
    count(*), count(DISTINCT patient_id) FROM real_admission
UNION ALL
SELECT 4, CASE WHEN getvariable('exclude_negative_stays') THEN 'discharged after admission'
    ELSE 'stays of negative length kept' END, 'cohort.exclude_negative_stays',
    count(*), count(DISTINCT patient_id) FROM eligible
UNION ALL
SELECT 5, CASE getvariable('admissions')
    WHEN 'first' THEN 'first admission of each patient'
    WHEN 'latest' THEN 'latest admission of each patient'
    ELSE 'all admissions of each patient' END, 'cohort.admissions',
    count(*), count(DISTINCT patient_id) FROM chosen
UNION ALL
SELECT 6, CASE WHEN getvariable('landmark') THEN format('still in hospital at {:g} h', CAST(getvariable('window_hours') AS DOUBLE))
    ELSE 'stays shorter than the window kept' END, 'cohort.landmark',
    count(*), count(DISTINCT patient_id) FROM admissions;
