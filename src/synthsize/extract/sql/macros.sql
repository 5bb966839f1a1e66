-- What the SQL of every source may use.

-- Text to value, or a stop that names the place. Empty text is NULL; anything else that does not parse is an error
-- whose fields the package turns into a sentence (see faults.py).

CREATE MACRO unparsable(text, place, kind) AS error(concat_ws('|', 'unparsable', place, kind, text));

CREATE MACRO as_number(text, place) AS coalesce(
    TRY_CAST(text AS DOUBLE),
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a number') END
);

-- A time without a time of day is refused: as midnight it would move the window by up to a day.
CREATE MACRO as_time(text, place) AS coalesce(
    CASE WHEN contains(text, ':') THEN TRY_CAST(text AS TIMESTAMP) END,
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a date and time (YYYY-MM-DD hh:mm:ss)') END
);

-- A finite date, with or without a time of day.
CREATE MACRO as_date(text, place) AS coalesce(
    CASE WHEN isfinite(TRY_CAST(text AS TIMESTAMP)) THEN TRY_CAST(text AS TIMESTAMP) END,
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a date (YYYY-MM-DD)') END
);

-- Parquet holds times that are typed, infinite ones among them.
CREATE MACRO finite_time(moment, place) AS coalesce(
    CASE WHEN isfinite(moment) THEN moment END,
    CASE WHEN moment IS NOT NULL THEN unparsable(CAST(moment AS VARCHAR), place, 'a finite date and time') END
);

CREATE MACRO as_integer(text, place) AS coalesce(
    CASE WHEN TRY_CAST(text AS DOUBLE) = TRY_CAST(text AS BIGINT) THEN TRY_CAST(text AS BIGINT) END,
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a whole number') END
);

-- Birthdays passed: completed years of life at a time.
CREATE MACRO completed_years(birth, moment) AS
    year(moment) - year(birth) - CAST((month(moment), day(moment)) < (month(birth), day(birth)) AS INTEGER);

-- Hours between two times, to the microsecond.
CREATE MACRO hours_between(start, moment) AS date_diff('microsecond', start, moment) / 1e6 / 3600.0;

-- The admission of a patient that a moment belongs to, for rows without an admission id: the latest that had begun and
-- not ended; else the next one, if it begins within cohort.pre_admission_hours; else none.
-- stays: LIST of STRUCT(started, ended, admission_id), the latest first.
CREATE MACRO admission_at(stays, moment) AS coalesce(
    list_filter(stays, lambda stay: stay.started <= moment AND stay.ended >= moment)[1].admission_id,
    list_filter(
        stays,
        lambda stay: stay.started > moment
            AND hours_between(moment, stay.started) <= getvariable('pre_admission_hours')
    )[-1].admission_id
);
