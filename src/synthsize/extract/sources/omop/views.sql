-- stay: visits to a hospital, and visits of any other kind of which a part was in intensive care.
CREATE TEMP TABLE intensive_care AS
SELECT visit_occurrence_id, arg_min(care_site_id, visit_detail_start_datetime) AS care_site_id
FROM raw.visit_detail
WHERE list_contains(getvariable('codes_of_intensive_care'), visit_detail_concept_id)
GROUP BY visit_occurrence_id;

-- A start without a time of day stops here: the hours of all measurements would be wrong by up to a day. An end without
-- one is somewhere in the last day: rows of that day belong to the stay (`ended`), and the stay is known to have lasted
-- until that day began (`lasted_until`). The midnight before a start on the same day is a date, and no time of an end.
CREATE TEMP TABLE stay AS
WITH visit AS (
    SELECT
        *,
        coalesce(visit_start_datetime, as_time(visit_start_date, 'visit_occurrence.visit_start_date')) AS started,
        CAST(coalesce(visit_end_date, visit_end_datetime) AS DATE) AS last_day
    FROM raw.visit_occurrence
),
dated AS (
    SELECT
        *,
        CAST(started AS DATE) AS first_day,
        CASE WHEN visit_end_datetime <> first_day OR first_day = started OR last_day <> first_day
            THEN visit_end_datetime END AS end_time
    FROM visit
)
SELECT
    visit_occurrence_id AS admission_id,
    person_id,
    started,
    first_day,
    last_day,
    coalesce(end_time, last_day + INTERVAL 1 DAY) AS ended,
    coalesce(end_time, CASE WHEN last_day = first_day THEN started ELSE last_day END) AS lasted_until,
    coalesce(nullif(discharged_to_concept_id, 0), nullif(discharge_to_concept_id, 0)) AS discharged_to,
    dated.care_site_id,
    intensive_care.care_site_id AS icu_care_site_id,
    intensive_care.visit_occurrence_id IS NOT NULL
        OR coalesce(list_contains(getvariable('codes_of_intensive_care'), visit_concept_id), false) AS has_icu_stay
FROM dated
LEFT JOIN intensive_care USING (visit_occurrence_id)
WHERE has_icu_stay OR list_contains(getvariable('codes_of_hospital_stay'), visit_concept_id);

CREATE TEMP TABLE person_stays AS
SELECT
    person_id,
    list(
        {
            'started': started,
            'ended': ended,
            'first_day': first_day,
            'last_day': last_day,
            'admission_id': admission_id
        }
        ORDER BY started DESC, admission_id DESC
    ) AS stays
FROM stay
GROUP BY person_id;

-- The stay of a row: the visit that it names, if that is a stay, else the one that its time lies in.
CREATE TEMP MACRO stay_of(stays, visit, moment) AS coalesce(
    list_filter(stays, lambda stay: stay.admission_id = visit)[1].admission_id,
    admission_at(stays, moment)
);

-- The stay of a code. One that names no visit is placed by its time or, where that is missing, midnight (often a date
-- alone) or in no stay, by its day: the latest stay that the day is one of.
CREATE TEMP MACRO stay_of_code(stays, visit, moment, day) AS coalesce(
    stay_of(
        stays, visit, CASE WHEN visit IS NOT NULL OR CAST(moment AS TIME) <> TIME '00:00:00' THEN moment END
    ),
    CASE WHEN visit IS NULL
        THEN list_filter(stays, lambda stay: day BETWEEN stay.first_day AND stay.last_day)[1].admission_id END
);
