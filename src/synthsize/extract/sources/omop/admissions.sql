-- All hospital stays; the stratum is the care site of the visit, or else of its first part in intensive care.
WITH first_death AS (SELECT person_id, min(death_date) AS death_date FROM raw.death GROUP BY person_id),
known AS (SELECT coalesce(bool_or(has_icu_stay), false) AS units FROM stay)
SELECT
    stay.person_id AS patient_id,
    admission_id,
    started,
    completed_years(
        TRY_CAST(
            format('{:04d}-{:02d}-{:02d}', year_of_birth, coalesce(month_of_birth, 1), coalesce(day_of_birth, 1))
            AS DATE
        ),
        started
    ) AS age_years,
    CASE
        WHEN list_contains(getvariable('codes_of_female'), gender_concept_id) THEN 'F'
        WHEN list_contains(getvariable('codes_of_male'), gender_concept_id) THEN 'M'
    END AS sex,
    -- Where the visit says that the patient went elsewhere, a death on that day was not in this hospital.
    CASE
        WHEN discharged_to IS NOT NULL THEN list_contains(getvariable('codes_of_died'), discharged_to)
        WHEN last_day IS NULL THEN NULL
        ELSE coalesce(CAST(death_date AS DATE) BETWEEN first_day AND last_day, false)
    END AS died_in_hospital,
    CASE
        WHEN CAST(death_date AS DATE) BETWEEN first_day AND last_day
            AND NOT list_contains(getvariable('codes_of_died'), discharged_to)
            AND NOT list_contains(getvariable('codes_of_left_alive'), discharged_to)
            THEN CAST(discharged_to AS VARCHAR)
    END AS doubtful_discharge,
    hours_between(started, lasted_until) AS length_of_stay_hours,
    CASE WHEN known.units THEN has_icu_stay END AS has_icu_stay,
    coalesce(site.care_site_name, unit_name(icu_site.care_site_name), 'unknown') AS stratum
FROM stay
CROSS JOIN known
JOIN raw.person USING (person_id)
LEFT JOIN first_death USING (person_id)
LEFT JOIN raw.care_site AS site ON site.care_site_id = stay.care_site_id
LEFT JOIN raw.care_site AS icu_site ON icu_site.care_site_id = stay.icu_care_site_id;
