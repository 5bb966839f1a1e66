-- Every row of every concept item, each with one outcome: kept, or the first reason that removes it.
-- In:  handed_over (what the source's measurements.sql selects), cohort (the canonical admissions), concepts (the
--      chosen concept set); the variables window_hours, pre_admission_hours.
-- Out: view `classified` (source_table, admission_id, variable, item, hours, value, outcome), which is read once.

-- The plausible range of a variable in its other unit: temperatures are sometimes written in the wrong one.
CREATE TEMP TABLE concept AS
SELECT
    concepts.*,
    other.low AS other_low,
    other.high AS other_high
FROM concepts
LEFT JOIN (
    SELECT variable, unit, min(low) AS low, max(high) AS high FROM concepts GROUP BY variable, unit
) AS other ON other.variable = concepts.variable AND other.unit <> concepts.unit;

CREATE TEMP VIEW placed AS
SELECT
    handed_over.*,
    concept.* EXCLUDE (source_table, item),
    cohort.admission_id AS cohort_admission,
    cohort.patient_id AS cohort_patient,
    value > low AND (value < high OR (high_closed AND value = high)) AS is_plausible,
    NOT is_plausible AND value > other_low AND value < other_high AS is_other_unit
FROM handed_over
JOIN concept ON concept.item = handed_over.item AND concept.source_table = handed_over.source_table
LEFT JOIN cohort ON cohort.admission_id = handed_over.admission_id;

CREATE TEMP VIEW classified AS
SELECT
    source_table,
    cohort_admission AS admission_id,
    variable,
    item,
    hours,
    CASE
        WHEN (unit = '°F') <> coalesce(is_other_unit, false) THEN (placed.value - 32) / 1.8
        ELSE placed.value
    END AS value,
    CASE
        WHEN placed.admission_id IS NULL THEN 'no_admission_id'
        WHEN cohort_admission IS NULL THEN 'not_in_cohort'
        WHEN patient_id <> cohort_patient THEN 'patient_mismatch'
        WHEN superseded THEN 'superseded'
        WHEN drop_flagged_errors AND error_flag = 1 THEN 'flagged_error'
        WHEN drop_flagged_errors AND error_flag <> 0 THEN 'unknown_error_flag'
        WHEN placed.value IS NULL OR NOT isfinite(placed.value) THEN 'no_numeric_value'
        WHEN hours IS NULL THEN 'no_time'
        WHEN hours < -getvariable('pre_admission_hours') THEN 'before_window'
        WHEN hours >= getvariable('window_hours') THEN 'after_window'
        WHEN is_other_unit THEN 'kept_unit_swapped'
        WHEN NOT is_plausible THEN 'implausible_value'
        ELSE 'kept'
    END AS outcome
FROM placed;
