-- Rows of the concept items in the chart and laboratory events. Laboratory rows of the hospital's database name an
-- admission only where one could be told when they were stored; the others find theirs by patient and time.
WITH stay AS (
    SELECT
        subject_id,
        list({'started': admittime, 'ended': dischtime, 'admission_id': hadm_id} ORDER BY admittime DESC, hadm_id DESC)
            AS stays
    FROM raw.admissions
    GROUP BY subject_id
),
event AS (
    SELECT 'chartevents' AS source_table, itemid, subject_id, hadm_id, charttime, valuenum
    FROM listed.chartevents
    UNION ALL
    SELECT 'labevents', itemid, labevents.subject_id, coalesce(hadm_id, admission_at(stays, charttime)), charttime, valuenum
    FROM listed.labevents
    LEFT JOIN stay ON stay.subject_id = labevents.subject_id AND labevents.hadm_id IS NULL
)
SELECT
    source_table,
    CAST(itemid AS VARCHAR) AS item,
    event.subject_id AS patient_id,
    event.hadm_id AS admission_id,
    hours_between(admittime, charttime) AS hours,
    valuenum AS value
FROM event
LEFT JOIN raw.admissions ON admissions.hadm_id = event.hadm_id;
