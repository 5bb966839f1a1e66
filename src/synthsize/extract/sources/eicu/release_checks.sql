-- The totals that publications report, counted in the raw extract; the configured cohort does not enter.
-- In:  raw.patient. Out: table `observed` (check_name as in published.csv, observed).
CREATE TEMP TABLE observed AS
UNPIVOT (
    SELECT
        CAST(count(DISTINCT uniquepid) AS DOUBLE) AS "patients",
        CAST(count(DISTINCT patienthealthsystemstayid) AS DOUBLE) AS "hospital stays",
        CAST(
            count(DISTINCT patienthealthsystemstayid) FILTER (lower(trim(hospitaldischargestatus)) = 'expired') AS DOUBLE
        ) AS "hospital stays that ended in death",
        CAST(count(DISTINCT hospitalid) AS DOUBLE) AS "hospitals"
    FROM raw.patient
) ON COLUMNS(*) INTO NAME check_name VALUE observed;
