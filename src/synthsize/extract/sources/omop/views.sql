-- stay: visits to a hospital, and visits of any other kind of which a part was in intensive care.
CREATE TEMP TABLE intensive_care AS
SELECT visit_occurrence_id, arg_min(care_site_id, visit_detail_start_datetime) AS care_site_id
FROM raw.visit_detail
WHERE list_contains(getvariable('codes_of_intensive_care'), visit_detail_concept_id)
GROUP BY visit_occurrence_id;

-- A start without a time of day stops here: the hours of all measurements would be wrong by up to a day.
CREATE TEMP TABLE stay AS
SELECT
    visit_occurrence_id AS admission_id,
    person_id,
    coalesce(visit_start_datetime, as_time(visit_start_date, 'visit_occurrence.visit_start_date')) AS started,
    coalesce(visit_end_datetime, visit_end_date + INTERVAL 1 DAY) AS ended,
    coalesce(nullif(discharged_to_concept_id, 0), nullif(discharge_to_concept_id, 0)) AS discharged_to,
    visit_occurrence.care_site_id,
    intensive_care.care_site_id AS icu_care_site_id,
    intensive_care.visit_occurrence_id IS NOT NULL
        OR coalesce(list_contains(getvariable('codes_of_intensive_care'), visit_concept_id), false) AS has_icu_stay
FROM raw.visit_occurrence
LEFT JOIN intensive_care USING (visit_occurrence_id)
WHERE has_icu_stay OR list_contains(getvariable('codes_of_hospital_stay'), visit_concept_id);

CREATE TEMP TABLE person_stays AS
SELECT
    person_id,
    list({'started': started, 'ended': ended, 'admission_id': admission_id} ORDER BY started DESC, admission_id DESC)
        AS stays
FROM stay
GROUP BY person_id;

-- The stay of a row: the visit that it names, if that is a stay, else the one that its time lies in.
CREATE TEMP MACRO stay_of(stays, visit, moment) AS coalesce(
    list_filter(stays, lambda stay: stay.admission_id = visit)[1].admission_id,
    admission_at(stays, moment)
);
