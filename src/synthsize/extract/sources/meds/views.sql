-- stay: hospital stays, from the events that begin and end them. A stay keeps the number that its events carry, if
-- they all do; else it gets its position.

-- Codes are few: the patterns look at each once. A table of its own, for a WHERE would be applied before DISTINCT.
CREATE TEMP TABLE known_code AS SELECT DISTINCT code FROM raw.events;

CREATE TEMP TABLE boundary AS
SELECT subject_id, hadm_id, time, code, begins
FROM raw.events
JOIN (
    SELECT code, regexp_matches(code, getvariable('codes_of_admission')) AS begins
    FROM known_code
    WHERE begins OR regexp_matches(code, getvariable('codes_of_discharge'))
) AS boundary_code USING (code);

CREATE TEMP TABLE admission AS
WITH once AS (
    SELECT subject_id, hadm_id, min(time) AS started
    FROM boundary
    WHERE begins
    GROUP BY subject_id, hadm_id, CASE WHEN hadm_id IS NULL THEN time END
)
SELECT
    *,
    row_number() OVER (ORDER BY subject_id, started, hadm_id) AS position,
    lead(started) OVER (PARTITION BY subject_id ORDER BY started, hadm_id) AS next_started
FROM once;

-- A discharge without a number ends the stay that began last before it.
CREATE TEMP TABLE stay AS
SELECT
    admission.subject_id,
    admission.hadm_id,
    CASE
        WHEN (SELECT count(*) = count(DISTINCT hadm_id) FROM admission) THEN admission.hadm_id
        ELSE position
    END AS admission_id,
    started,
    min(boundary.time) AS ended,
    arg_min(boundary.code, boundary.time) AS discharge
FROM admission
LEFT JOIN boundary
    ON NOT begins
    AND boundary.subject_id = admission.subject_id
    AND CASE
        WHEN admission.hadm_id IS NOT NULL AND boundary.hadm_id IS NOT NULL THEN boundary.hadm_id = admission.hadm_id
        ELSE boundary.time > started AND boundary.time <= coalesce(next_started, boundary.time)
    END
GROUP BY ALL;

CREATE TEMP TABLE subject AS
SELECT
    subject_id,
    list(
        {'started': started, 'ended': ended, 'admission_id': admission_id, 'hadm_id': hadm_id}
        ORDER BY started DESC, admission_id DESC
    ) AS stays
FROM stay
GROUP BY subject_id;

-- The stay of an event: by its number, if it carries one, else by its time.
CREATE TEMP MACRO stay_of(stays, number, moment) AS CASE
    WHEN number IS NULL THEN admission_at(stays, moment)
    ELSE list_filter(stays, lambda stay: stay.hadm_id = number)[1].admission_id
END;
