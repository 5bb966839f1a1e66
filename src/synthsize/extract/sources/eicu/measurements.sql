-- Values of the concept items, by stay in a unit; minutes count from the admission to that unit.
WITH event AS (
    -- The monitor's table has a column for each item; an empty cell is no row.
    SELECT 'vitalperiodic' AS source_table, item, patientunitstayid, observationoffset AS minutes, value, false AS superseded
    FROM raw.vitalperiodic
    UNPIVOT (value FOR item IN (heartrate, respiration, temperature, systemicsystolic))
    UNION ALL
    SELECT 'vitalaperiodic', 'noninvasivesystolic', patientunitstayid, observationoffset, noninvasivesystolic, false
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
SELECT
    source_table,
    item,
    patienthealthsystemstayid AS admission_id,
    (minutes - hospitaladmitoffset) / 60.0 AS hours,
    value,
    superseded
FROM event
LEFT JOIN raw.patient USING (patientunitstayid);
