-- All hospital stays; the stratum is the first intensive care unit of the stay.
WITH person AS (
    SELECT
        subject_id,
        min(time) FILTER (list_contains(getvariable('codes_of_birth'), code)) AS birth,
        min(time) FILTER (list_contains(getvariable('codes_of_death'), code)) AS death,
        min(upper(split_part(code, '//', -1))) FILTER (regexp_matches(code, getvariable('codes_of_sex'))) AS sex
    FROM raw.events
    WHERE list_contains(getvariable('codes_of_birth'), code)
        OR list_contains(getvariable('codes_of_death'), code)
        OR regexp_matches(code, getvariable('codes_of_sex'))
    GROUP BY subject_id
),
unit AS (
    SELECT
        stay_of(stays, hadm_id, time) AS admission_id,
        arg_min(split_part(code, '//', 2), time) AS name
    FROM raw.events
    JOIN subject USING (subject_id)
    WHERE regexp_matches(code, getvariable('codes_of_icu_admission'))
    GROUP BY admission_id
),
known AS (SELECT count(*) > 0 AS units FROM unit)
SELECT
    subject_id AS patient_id,
    admission_id,
    started,
    completed_years(birth, started) AS age_years,
    CASE sex WHEN 'FEMALE' THEN 'F' WHEN 'MALE' THEN 'M' ELSE sex END AS sex,
    -- The death of MEDS is one at any time: it tells of the stay only where the discharge says nothing.
    CASE
        WHEN regexp_matches(discharge, getvariable('codes_of_discharge_dead')) THEN true
        WHEN ended IS NULL THEN NULL
        WHEN list_contains(getvariable('codes_of_discharge_unknown'), discharge)
            THEN coalesce(death BETWEEN started AND ended, false)
        ELSE false
    END AS died_in_hospital,
    CASE
        WHEN CAST(death AS DATE) BETWEEN CAST(started AS DATE) AND CAST(ended AS DATE)
            AND NOT regexp_matches(discharge, getvariable('codes_of_discharge_dead'))
            AND NOT list_contains(getvariable('codes_of_discharge_unknown'), discharge)
            AND NOT regexp_matches(discharge, getvariable('codes_of_left_alive'))
            THEN discharge
    END AS doubtful_discharge,
    hours_between(started, ended) AS length_of_stay_hours,
    CASE WHEN known.units THEN unit.admission_id IS NOT NULL END AS has_icu_stay,
    CASE WHEN known.units THEN coalesce(nullif(unit_name(unit.name), ''), 'no_icu') ELSE 'unknown' END AS stratum
FROM stay
CROSS JOIN known
LEFT JOIN person USING (subject_id)
LEFT JOIN unit USING (admission_id);
