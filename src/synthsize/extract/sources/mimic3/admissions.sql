-- All hospital admissions; the stratum is the charting system.
WITH charting_system AS (
    SELECT
        hadm_id,
        CASE
            WHEN count(DISTINCT lower(trim(dbsource))) > 1 OR bool_or(lower(trim(dbsource)) = 'both') THEN 'both'
            ELSE coalesce(min(lower(trim(dbsource))), 'unknown')
        END AS name
    FROM raw.icustays
    GROUP BY hadm_id
)
SELECT
    subject_id AS patient_id,
    hadm_id AS admission_id,
    admittime AS started,
    -- Birth dates of patients over 89 are shifted three centuries back.
    CASE
        WHEN completed_years(dob, admittime) >= 250 THEN 91
        ELSE completed_years(dob, admittime)
    END AS age_years,
    gender AS sex,
    hospital_expire_flag = 1 AS died_in_hospital,
    hours_between(admittime, dischtime) AS length_of_stay_hours,
    diagnosis AS reason,
    CASE
        WHEN NOT list_contains(getvariable('found_tables'), 'icustays') THEN 'unknown'
        ELSE coalesce(charting_system.name, 'no_icu')
    END AS stratum
FROM raw.admissions
JOIN raw.patients USING (subject_id)
LEFT JOIN charting_system USING (hadm_id);
