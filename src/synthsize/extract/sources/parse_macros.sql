-- What the SQL of every source may use.

-- Text to value, or a stop that names the place. Empty text is NULL; anything else that does not parse is an error
-- whose fields the package turns into a sentence (see engine.py).

CREATE MACRO unparsable(text, place, kind) AS error(concat_ws('|', 'unparsable', place, kind, text));

CREATE MACRO as_number(text, place) AS coalesce(
    TRY_CAST(text AS DOUBLE),
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a number') END
);

CREATE MACRO as_time(text, place) AS coalesce(
    TRY_CAST(text AS TIMESTAMP),
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a date and time (YYYY-MM-DD hh:mm:ss)') END
);

CREATE MACRO as_integer(text, place) AS coalesce(
    CASE WHEN TRY_CAST(text AS DOUBLE) = TRY_CAST(text AS BIGINT) THEN TRY_CAST(text AS BIGINT) END,
    CASE WHEN trim(text) <> '' THEN unparsable(text, place, 'a whole number') END
);

-- Birthdays passed: completed years of life at a time.
CREATE MACRO completed_years(birth, moment) AS
    year(moment) - year(birth) - CAST((month(moment), day(moment)) < (month(birth), day(birth)) AS INTEGER);
