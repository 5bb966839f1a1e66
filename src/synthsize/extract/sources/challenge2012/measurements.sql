-- Rows of the concept items. Times are hours and minutes since the admission to the unit, as 07:37.
SELECT
    'records' AS source_table,
    parameter AS item,
    recordid AS admission_id,
    as_number(split_part(time, ':', 1), 'records.time') + as_number(split_part(time, ':', 2), 'records.time') / 60
        AS hours,
    value
FROM listed.records;
