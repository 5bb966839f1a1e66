-- Rows of the concept items in the chart and laboratory events. A laboratory row belongs to an admission by hadm_id
-- alone; a chart row must name its patient too.
WITH event AS (
    SELECT 'chartevents' AS source_table, itemid, subject_id, hadm_id, charttime, valuenum, error
    FROM listed.chartevents
    UNION ALL
    SELECT 'labevents', itemid, NULL, hadm_id, charttime, valuenum, NULL
    FROM listed.labevents
)
SELECT
    source_table,
    CAST(itemid AS VARCHAR) AS item,
    event.subject_id AS patient_id,
    event.hadm_id AS admission_id,
    hours_between(admittime, charttime) AS hours,
    valuenum AS value,
    error AS error_flag
FROM event
LEFT JOIN raw.admissions ON admissions.hadm_id = event.hadm_id;
