-- Hospital admissions: one row for all the stays in units of one. What is known of the hospital stay is repeated in
-- each of them, and taken from those that have it.
WITH unit_stay AS (
    SELECT
        *,
        -- As 002-34851: a hospital system, and a patient within it.
        CAST(
            as_integer(split_part(uniquepid, '-', 1), 'patient.uniquepid') * 1000000000
            + as_integer(split_part(uniquepid, '-', 2), 'patient.uniquepid') AS BIGINT
        ) AS patient_id,
        -- Ages over 89 are given as > 89.
        CASE WHEN starts_with(trim(age), '>') THEN 90 ELSE as_integer(age, 'patient.age') END AS age_years,
        lower(trim(hospitaldischargestatus)) AS status
    FROM raw.patient
)
SELECT
    min(patient_id) AS patient_id,
    patienthealthsystemstayid AS admission_id,
    -- The set has no dates: admissions of a patient are told apart by year and age, beyond that by their number.
    {'year': min(hospitaldischargeyear), 'age': max(age_years)} AS started,
    max(age_years) AS age_years,
    max(CASE lower(trim(gender)) WHEN 'female' THEN 'F' WHEN 'male' THEN 'M' END) AS sex,
    bool_or(CASE status WHEN 'expired' THEN true WHEN 'alive' THEN false END) AS died_in_hospital,
    max(hospitaldischargeoffset - hospitaladmitoffset) / 60.0 AS length_of_stay_hours,
    concat('hospital ', min(hospitalid)) AS stratum
FROM unit_stay
GROUP BY patienthealthsystemstayid;
