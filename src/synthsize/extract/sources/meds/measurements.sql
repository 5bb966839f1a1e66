-- Rows of the concept codes.
WITH event AS (
    SELECT code, events.subject_id, stay_of(stays, hadm_id, time) AS admission_id, time, numeric_value
    FROM listed.events
    LEFT JOIN subject USING (subject_id)
)
SELECT
    'events' AS source_table,
    code AS item,
    event.subject_id AS patient_id,
    event.admission_id,
    hours_between(started, time) AS hours,
    numeric_value AS value
FROM event
LEFT JOIN stay ON stay.admission_id = event.admission_id;
