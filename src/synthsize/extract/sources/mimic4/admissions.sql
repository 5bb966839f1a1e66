-- All hospital admissions; the stratum is the group of years that the patient's anchor year stands for.
SELECT
    subject_id AS patient_id,
    admissions.hadm_id AS admission_id,
    admittime AS started,
    -- The age in the anchor year, and years of the same shifted calendar; 91 stands for every age over 89.
    anchor_age + year(admittime) - anchor_year AS age_years,
    gender AS sex,
    hospital_expire_flag = 1 AS died_in_hospital,
    hours_between(admittime, dischtime) AS length_of_stay_hours,
    admissions.hadm_id IN (SELECT hadm_id FROM raw.icustays) AS has_icu_stay,
    trim(anchor_year_group) AS stratum
FROM raw.admissions
JOIN raw.patients USING (subject_id);
