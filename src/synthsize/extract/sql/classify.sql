-- Every row of every concept item, each with one outcome: kept, or the first reason that removes it.
-- In:  handed_over (what the source's measurements.sql selects), cohort (the canonical admissions), concepts (the
--      chosen concept set); the variables window_hours, pre_admission_hours, has_units (whether a row of the concept
--      set names a unit).
-- Out: view `classified` (source_table, admission_id, variable, item, hours, value, outcome, place), which is read
--      once; `place` is the rank of (admission_id, variable, item).

-- Names are numbers while rows are joined and written: as text they would cost more than the join.
CREATE TYPE table_name AS ENUM (SELECT DISTINCT source_table FROM concepts ORDER BY ALL);
CREATE TYPE variable_name AS ENUM (SELECT DISTINCT variable FROM concepts ORDER BY ALL);
CREATE TYPE item_name AS ENUM (SELECT DISTINCT item FROM concepts ORDER BY ALL);
CREATE TYPE outcome_name AS ENUM (
    'no_admission_id', 'not_in_cohort', 'patient_mismatch', 'superseded', 'flagged_error', 'unknown_error_flag',
    'no_numeric_value', 'no_time', 'before_window', 'after_window', 'unknown_unit', 'kept_unit_swapped',
    'implausible_value', 'kept'
);

-- Rows of a unit that the item's rows do not name: kept apart, so that none is read in a unit it does not have.
CREATE TEMP TABLE concept_unit AS
WITH item_units AS (
    SELECT variable, source_table, item, list(source_unit) FILTER (source_unit IS NOT NULL) AS known_units
    FROM concepts
    GROUP BY ALL
)
SELECT concepts.*, coalesce(known_units, []) AS known_units, false AS is_unknown_unit
FROM concepts
JOIN item_units USING (variable, source_table, item)
UNION ALL BY NAME
SELECT variable, source_table, item, known_units, false AS drop_flagged_errors, true AS is_unknown_unit
FROM item_units
WHERE (variable, source_table, item) NOT IN (
    SELECT (variable, source_table, item) FROM concepts WHERE source_unit IS NULL
);

-- The plausible range of a variable in its other unit: temperatures are sometimes written in the wrong one.
CREATE TEMP TABLE concept AS
SELECT
    concept_unit.*,
    CAST(concept_unit.source_table AS table_name) AS table_name,
    CAST(concept_unit.variable AS variable_name) AS variable_name,
    CAST(concept_unit.item AS item_name) AS item_name,
    dense_rank() OVER (ORDER BY concept_unit.variable, concept_unit.item) AS place,
    other.low AS other_low,
    other.high AS other_high,
    other.minus AS other_minus,
    other.divided_by AS other_divided_by
FROM concept_unit
LEFT JOIN (
    SELECT variable, unit, min(low) AS low, max(high) AS high, min(minus) AS minus, min(divided_by) AS divided_by
    FROM concepts
    WHERE mixed_up
    GROUP BY variable, unit
) AS other ON other.variable = concept_unit.variable AND other.unit <> concept_unit.unit;

CREATE TEMP VIEW ranked_cohort AS
SELECT admission_id, patient_id, row_number() OVER (ORDER BY admission_id) * (SELECT max(place) FROM concept) AS place
FROM cohort;

CREATE TEMP VIEW placed AS
SELECT
    handed_over.*,
    concept.* EXCLUDE (source_table, variable, item, unit, place),
    ranked_cohort.admission_id AS cohort_admission,
    ranked_cohort.patient_id AS cohort_patient,
    ranked_cohort.place + concept.place AS place,
    value > low AND (value < high OR (high_closed AND value = high)) AS is_plausible,
    NOT is_plausible AND value > other_low AND value < other_high AS is_other_unit
FROM handed_over
JOIN concept
    ON concept.item = handed_over.item
    AND concept.source_table = handed_over.source_table
    AND concept.source_unit IS NOT DISTINCT FROM
        CASE
            WHEN getvariable('has_units') AND list_contains(concept.known_units, handed_over.unit)
            THEN handed_over.unit
        END
LEFT JOIN ranked_cohort ON ranked_cohort.admission_id = handed_over.admission_id;

CREATE TEMP VIEW classified AS
SELECT
    table_name AS source_table,
    cohort_admission AS admission_id,
    variable_name AS variable,
    item_name AS item,
    hours,
    CASE
        WHEN is_other_unit THEN (placed.value - other_minus) / other_divided_by
        WHEN minus IS NOT NULL THEN (placed.value - minus) / divided_by
        ELSE placed.value
    END AS value,
    CASE
        WHEN placed.admission_id IS NULL THEN 'no_admission_id'::outcome_name
        WHEN cohort_admission IS NULL THEN 'not_in_cohort'::outcome_name
        WHEN patient_id <> cohort_patient THEN 'patient_mismatch'::outcome_name
        WHEN superseded THEN 'superseded'::outcome_name
        WHEN drop_flagged_errors AND error_flag = 1 THEN 'flagged_error'::outcome_name
        WHEN drop_flagged_errors AND error_flag <> 0 THEN 'unknown_error_flag'::outcome_name
        WHEN placed.value IS NULL OR NOT isfinite(placed.value) THEN 'no_numeric_value'::outcome_name
        WHEN hours IS NULL THEN 'no_time'::outcome_name
        WHEN hours < -getvariable('pre_admission_hours') THEN 'before_window'::outcome_name
        WHEN hours >= getvariable('window_hours') THEN 'after_window'::outcome_name
        WHEN is_unknown_unit THEN 'unknown_unit'::outcome_name
        WHEN is_other_unit THEN 'kept_unit_swapped'::outcome_name
        WHEN NOT is_plausible THEN 'implausible_value'::outcome_name
        ELSE 'kept'::outcome_name
    END AS outcome,
    placed.place
FROM placed;
