-- One row for each value. Which item is which variable, in which unit, stands in concepts/corrected.csv.
-- The columns, in any order; the last four may be left out:
--   source_table  name of the table in source.yaml
--   item          text: the item, as written in the concept set
--   admission_id  that of admissions.sql; empty where none is known
--   hours         since the clock's start: hours, neither minutes nor days
--   value         number, in the unit that the concept set says; empty where it is none
--   unit          text: the row's own unit, where an item has several (the concept set then has a column source_unit)
--   patient_id    where it is given, it has to be the admission's
--   error_flag    1: marked as wrong
--   superseded    true: another row holds the corrected value
-- listed.<table> holds only rows whose item is in the concept set: a large table is read through it.
-- In joins, write the small table on the right: it is held in memory.
SELECT
    'results' AS source_table,
    test AS item,
    results.stay_id AS admission_id,
    hours_between(admitted, taken) AS hours,
    result AS value
FROM listed.results AS results
LEFT JOIN raw.stays AS stays ON stays.stay_id = results.stay_id;
