-- Hospital stays, from the events that begin and end them. Their number is the events' own, or their position where
-- the data has none; the stratum is the first intensive care unit of the stay.
WITH event AS (
    SELECT
        subject_id,
        hadm_id,
        time,
        code,
        regexp_matches(code, getvariable('codes_of_admission')) AS begins,
        regexp_matches(code, getvariable('codes_of_discharge')) AS ends,
        regexp_matches(code, getvariable('codes_of_icu_admission')) AS enters_icu,
        list_contains(getvariable('codes_of_birth'), code) AS is_birth,
        list_contains(getvariable('codes_of_death'), code) AS is_death,
        regexp_matches(code, getvariable('codes_of_sex')) AS tells_sex
    FROM raw.events
    WHERE begins OR ends OR enters_icu OR is_birth OR is_death OR tells_sex
)
