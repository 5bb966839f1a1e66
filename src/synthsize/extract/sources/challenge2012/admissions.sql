-- One record is one stay of one patient. Descriptors stand at 00:00 of the record; -1 means that one is not known.
WITH descriptor AS (
    SELECT
        recordid,
        min(value) FILTER (parameter = 'Age' AND value >= 0) AS age,
        min(value) FILTER (parameter = 'Gender' AND value >= 0) AS gender,
        min(value) FILTER (parameter = 'ICUType') AS icu_type
    FROM raw.records
    WHERE time = '00:00' AND list_contains(['Age', 'Gender', 'ICUType'], parameter)
    GROUP BY recordid
)
SELECT
    recordid AS patient_id,
    recordid AS admission_id,
    recordid AS started,
    CAST(age AS INTEGER) AS age_years,
    CASE gender WHEN 0 THEN 'F' WHEN 1 THEN 'M' END AS sex,
    "in-hospital_death" = 1 AS died_in_hospital,
    CASE WHEN length_of_stay >= 0 THEN 24.0 * length_of_stay END AS length_of_stay_hours,
    CASE icu_type
        WHEN 1 THEN 'coronary care'
        WHEN 2 THEN 'cardiac surgery'
        WHEN 3 THEN 'medical ICU'
        WHEN 4 THEN 'surgical ICU'
        ELSE 'unknown'
    END AS stratum
FROM raw.outcomes
LEFT JOIN descriptor USING (recordid);
