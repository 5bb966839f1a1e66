-- Rows of the concepts, each in its own unit. A value with an operator, as in "< 5", is no number.
WITH event AS (
    SELECT
        measurement.*,
        stay_of(stays, visit_occurrence_id, measurement_datetime) AS admission_id
    FROM listed.measurement
    LEFT JOIN person_stays USING (person_id)
)
SELECT
    'measurement' AS source_table,
    CAST(measurement_concept_id AS VARCHAR) AS item,
    event.person_id AS patient_id,
    event.admission_id,
    hours_between(started, measurement_datetime) AS hours,
    CASE WHEN coalesce(list_contains(getvariable('codes_of_exact_value'), operator_concept_id), true)
        THEN value_as_number END AS value,
    CAST(unit_concept_id AS VARCHAR) AS unit
FROM event
LEFT JOIN stay ON stay.admission_id = event.admission_id;
