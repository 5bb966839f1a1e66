-- Values of the concept items, by stay in a unit; minutes count from the admission to that unit.
WITH stay AS (
    SELECT patientunitstayid, patienthealthsystemstayid AS admission_id, hospitaladmitoffset FROM raw.patient
),
-- The monitor's table has a column for each item: a row finds its stay before it becomes several.
monitored AS (
    SELECT
        admission_id,
        (observationoffset - hospitaladmitoffset) / 60.0 AS hours,
        heartrate,
        respiration,
        temperature,
        systemicsystolic
    FROM raw.vitalperiodic
    LEFT JOIN stay USING (patientunitstayid)
),
event AS (
    SELECT
        'vitalaperiodic' AS source_table, 'noninvasivesystolic' AS item, patientunitstayid, observationoffset AS minutes,
        noninvasivesystolic AS value, false AS superseded
    FROM raw.vitalaperiodic
    WHERE noninvasivesystolic IS NOT NULL
    UNION ALL
    SELECT
        'nursecharting', nursingchartcelltypevalname, patientunitstayid, nursingchartoffset,
        TRY_CAST(nursingchartvalue AS DOUBLE), false
    FROM listed.nursecharting
    UNION ALL
    -- A result that was revised stands there again, for the same time.
    SELECT
        'lab', labname, patientunitstayid, labresultoffset, labresult,
        row_number() OVER (
            PARTITION BY patientunitstayid, labname, labresultoffset
            ORDER BY labresultrevisedoffset DESC, labid DESC
        ) > 1
    FROM listed.lab
)
-- An empty cell of the monitor's is no row.
SELECT 'vitalperiodic' AS source_table, item, admission_id, hours, value, false AS superseded
FROM monitored
UNPIVOT (value FOR item IN (heartrate, respiration, temperature, systemicsystolic))
UNION ALL
SELECT source_table, item, admission_id, (minutes - hospitaladmitoffset) / 60.0, value, superseded
FROM event
LEFT JOIN stay USING (patientunitstayid);
