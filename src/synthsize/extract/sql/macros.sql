-- What the SQL of every source may use.

-- Text to value, or a stop that names the place. Empty text is NULL; anything else that does not parse is an error
-- whose fields the package turns into a sentence (see faults.py).

CREATE MACRO unparsable(text, place, kind) AS error(concat_ws('|', 'unparsable', place, kind, text));

CREATE MACRO as_number(text, place) AS coalesce(
    TRY_CAST(text AS DOUBLE),
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a number') END
);

-- Text as a time, in UTC where it names a zone. A cast to TIMESTAMP passes over whatever follows the time of day: an
-- offset, PM, anything. What is no digit there is left to a cast that knows zones and refuses the rest.
CREATE MACRO moment_of(text) AS CASE
    WHEN regexp_matches(text, ':.*[^0-9:. ]')
    THEN CAST(TRY_CAST(regexp_replace(text, ' +([-+Z])', '\1') AS TIMESTAMPTZ) AS TIMESTAMP)
    ELSE TRY_CAST(text AS TIMESTAMP)
END;

-- A time without a time of day is refused: as midnight it would move the window by up to a day.
CREATE MACRO as_time(text, place) AS coalesce(
    CASE WHEN contains(text, ':') THEN moment_of(text) END,
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a date and time (YYYY-MM-DD hh:mm:ss)') END
);

-- A finite date, with or without a time of day.
CREATE MACRO as_date(text, place) AS coalesce(
    CASE WHEN isfinite(moment_of(text)) THEN moment_of(text) END,
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a date (YYYY-MM-DD)') END
);

-- Parquet holds times that are typed, infinite ones among them.
CREATE MACRO finite_time(moment, place) AS coalesce(
    CASE WHEN isfinite(moment) THEN moment END,
    CASE WHEN moment IS NOT NULL THEN unparsable(CAST(moment AS VARCHAR), place, 'a finite date and time') END
);

-- Beyond 15 digits, only plain digits are surely exact: 9007199254740992.0 and 9.00719925474099e+15 were floats, which
-- round whole numbers when they are stored (beyond 2^53) or written.
CREATE MACRO is_rounded(text) AS
    abs(CAST(TRY_CAST(text AS BIGINT) AS DOUBLE)) >= 1e15 AND NOT regexp_full_match(trim(text), '[-+]?[0-9]+');
CREATE MACRO as_integer(text, place) AS coalesce(
    CASE
        WHEN is_rounded(text)
        THEN unparsable(text, place, 'exact (a float of more than 15 digits: store the column as integers)')
        WHEN TRY_CAST(text AS DOUBLE) = TRY_CAST(text AS BIGINT) THEN TRY_CAST(text AS BIGINT)
    END,
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

-- A unit by its abbreviation, where one stands in brackets at the end: MICU for "Medical Intensive Care Unit (MICU)".
CREATE MACRO unit_name(name) AS coalesce(nullif(regexp_extract(trim(name), '\(([^()]+)\)$', 1), ''), trim(name));
