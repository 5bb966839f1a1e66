-- The cohort: one row per hospital admission that passes every rule, and a count after each rule.
-- In:  raw.admissions, raw.patients, raw.icustays; the variables min_age, admissions, landmark, window_hours,
--      exclude_organ_donors, exclude_negative_stays, found_tables.
-- Out: table `admissions` (the contract's columns), table `steps` (position, step, setting, admissions, patients).

CREATE TEMP TABLE charting_system AS
SELECT
    hadm_id,
    CASE
        WHEN count(DISTINCT lower(trim(dbsource))) > 1 OR bool_or(lower(trim(dbsource)) = 'both') THEN 'both'
        ELSE coalesce(min(lower(trim(dbsource))), 'unknown')
    END AS stratum
FROM raw.icustays
GROUP BY hadm_id;

CREATE TEMP TABLE every_admission AS
SELECT
    subject_id AS patient_id,
    hadm_id AS admission_id,
    admittime,
    -- Birth dates of patients over 89 are shifted three centuries back: their age is masked.
    completed_years(dob, admittime) AS completed_years_alive,
    CASE WHEN completed_years_alive > 89 THEN 91 ELSE completed_years_alive END AS age_years,
    upper(trim(gender)) AS sex,
    hospital_expire_flag = 1 AS died_in_hospital,
    date_diff('microsecond', admittime, dischtime) / 1e6 / 3600.0 AS length_of_stay_hours,
    coalesce(diagnosis ILIKE '%organ donor%', false) AS is_organ_donor,
    CASE
        WHEN NOT list_contains(getvariable('found_tables'), 'icustays') THEN 'unknown'
        ELSE coalesce(stratum, 'no_icu')
    END AS stratum
FROM raw.admissions
JOIN raw.patients USING (subject_id)
LEFT JOIN charting_system USING (hadm_id);

CREATE TEMP TABLE born_admission AS
SELECT * FROM every_admission WHERE completed_years_alive >= 0;

CREATE TEMP TABLE adult AS
SELECT * FROM born_admission WHERE age_years >= getvariable('min_age');

CREATE TEMP TABLE real_admission AS
SELECT * FROM adult WHERE NOT (is_organ_donor AND getvariable('exclude_organ_donors'));

CREATE TEMP TABLE eligible AS
SELECT
    *,
    row_number() OVER forwards AS admission_rank,
    row_number() OVER backwards = 1 AS last_admission
FROM real_admission
WHERE NOT (length_of_stay_hours < 0 AND getvariable('exclude_negative_stays'))
WINDOW
    forwards AS (PARTITION BY patient_id ORDER BY admittime, admission_id),
    backwards AS (PARTITION BY patient_id ORDER BY admittime DESC, admission_id DESC);

CREATE TEMP TABLE chosen AS
SELECT *
FROM eligible
WHERE CASE getvariable('admissions')
    WHEN 'first' THEN admission_rank = 1
    WHEN 'latest' THEN last_admission
    ELSE true
END;

CREATE TEMP TABLE admissions AS
SELECT *
FROM chosen
WHERE NOT (length_of_stay_hours < getvariable('window_hours') AND getvariable('landmark'));

CREATE TEMP TABLE steps AS
SELECT 1 AS position, 'all admissions' AS step, 'source.path' AS setting,
    count(*) AS admissions, count(DISTINCT patient_id) AS patients FROM every_admission
UNION ALL
-- A row of its own only where it counts something: such admissions are errors of the extract, not a choice.
SELECT 1.5, 'born before the admission', 'DOB of PATIENTS or ADMITTIME of ADMISSIONS, of which one is wrong',
    count(*), count(DISTINCT patient_id) FROM born_admission
HAVING count(*) < (SELECT count(*) FROM every_admission)
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
