-- Every row of every concept item, each with one outcome: kept, or the first reason that removes it.
-- In:  raw.chartevents, raw.labevents, raw.admissions, cohort (the canonical admissions), concepts (the chosen concept
--      set, with item_number); the variables window_hours, pre_admission_hours.
-- Out: view `classified` (source_table, admission_id, variable, item, hours, value, outcome), which is read once.

CREATE TEMP TABLE admitted AS
SELECT admission_id, patient_id, admittime
FROM cohort
JOIN raw.admissions ON hadm_id = admission_id;

-- The plausible range of a variable in its other unit: temperatures are sometimes written in the wrong one.
CREATE TEMP TABLE concept AS
SELECT
    concepts.*,
    as_integer(item, 'concepts.item') AS item_number,
    other.low AS other_low,
    other.high AS other_high
FROM concepts
LEFT JOIN (
    SELECT variable, unit, min(low) AS low, max(high) AS high FROM concepts GROUP BY variable, unit
) AS other ON other.variable = concepts.variable AND other.unit <> concepts.unit;

-- Lists, not joins: the reader drops other items before it parses their times and values.
SET VARIABLE chart_items = (SELECT list(DISTINCT item_number) FROM concept WHERE source_table = 'chartevents');
SET VARIABLE lab_items = (SELECT list(DISTINCT item_number) FROM concept WHERE source_table = 'labevents');

CREATE TEMP VIEW events AS
SELECT 'chartevents' AS source_table, subject_id, hadm_id, itemid, charttime, valuenum, error
FROM raw.chartevents
WHERE list_contains(getvariable('chart_items'), itemid)
UNION ALL
-- A lab row belongs to an admission by hadm_id alone.
SELECT 'labevents', NULL, hadm_id, itemid, charttime, valuenum, NULL
FROM raw.labevents
WHERE list_contains(getvariable('lab_items'), itemid);

CREATE TEMP VIEW timed AS
SELECT
    events.*,
    concept.* EXCLUDE (source_table, item_number),
    admission_id,
    patient_id,
    date_diff('microsecond', admittime, charttime) / 1e6 / 3600.0 AS hours,
    valuenum > low AND (valuenum < high OR (high_closed AND valuenum = high)) AS is_plausible,
    NOT is_plausible AND valuenum > other_low AND valuenum < other_high AS is_other_unit
FROM events
JOIN concept ON item_number = itemid AND concept.source_table = events.source_table
LEFT JOIN admitted ON admission_id = hadm_id;

CREATE TEMP VIEW classified AS
SELECT
    source_table,
    admission_id,
    variable,
    item,
    hours,
    CASE
        WHEN (unit = '°F') <> coalesce(is_other_unit, false) THEN (valuenum - 32) / 1.8
        ELSE valuenum
    END AS value,
    CASE
        WHEN hadm_id IS NULL THEN 'no_admission_id'
        WHEN admission_id IS NULL THEN 'not_in_cohort'
        WHEN source_table = 'chartevents' AND subject_id IS DISTINCT FROM patient_id THEN 'patient_mismatch'
        WHEN drop_flagged_errors AND error = 1 THEN 'flagged_error'
        WHEN drop_flagged_errors AND error <> 0 THEN 'unknown_error_flag'
        WHEN valuenum IS NULL OR NOT isfinite(valuenum) THEN 'no_numeric_value'
        WHEN charttime IS NULL THEN 'no_time'
        WHEN hours < -getvariable('pre_admission_hours') THEN 'before_window'
        WHEN hours >= getvariable('window_hours') THEN 'after_window'
        WHEN is_other_unit THEN 'kept_unit_swapped'
        WHEN NOT is_plausible THEN 'implausible_value'
        ELSE 'kept'
    END AS outcome
FROM timed;
