-- The totals that publications report, counted in the raw extract under the publications' definitions: neither the
-- configured cohort nor the analysis tables enter.
-- In:  raw.admissions, raw.patients, raw.icustays, raw.diagnoses_icd.
-- Out: table `observed` (check_name as in published.csv, observed).

CREATE TEMP TABLE stay AS
SELECT
    hadm_id,
    bool_or(lower(dbsource) IN ('carevue', 'both')) AS in_carevue,
    bool_or(lower(dbsource) IN ('metavision', 'both')) AS in_metavision
FROM raw.icustays
GROUP BY hadm_id;

CREATE TEMP TABLE code AS
SELECT
    hadm_id,
    bool_or(replace(trim(icd9_code), '.', '') = '99592') AS is_severe_sepsis,
    bool_or(replace(trim(icd9_code), '.', '') = '78552') AS is_septic_shock
FROM raw.diagnoses_icd
GROUP BY hadm_id;

CREATE TEMP TABLE admission AS
SELECT
    admissions.*,
    gender,
    date_diff('day', dob, admittime) / 365.242 AS age,
    completed_years(dob, admittime) AS birthdays,
    date_diff('second', admittime, dischtime) / 86400.0 AS stay_days,
    hospital_expire_flag = 1 AS died,
    stay.hadm_id IS NOT NULL AS has_icu_stay,
    coalesce(in_carevue, false) AS in_carevue,
    coalesce(in_metavision, false) AS in_metavision,
    coalesce(is_severe_sepsis, false) AS is_severe_sepsis,
    coalesce(is_septic_shock, false) AS is_septic_shock
FROM raw.admissions AS admissions
JOIN raw.patients USING (subject_id)
LEFT JOIN stay ON stay.hadm_id = admissions.hadm_id
LEFT JOIN code ON code.hadm_id = admissions.hadm_id;

CREATE TEMP VIEW adult AS SELECT * FROM admission WHERE birthdays >= 16;
CREATE TEMP VIEW adult_icu AS SELECT * FROM adult WHERE has_icu_stay;
CREATE TEMP VIEW latest_adult AS
SELECT * FROM adult
QUALIFY row_number() OVER (PARTITION BY subject_id ORDER BY admittime DESC, hadm_id DESC) = 1;

CREATE TEMP TABLE observed AS
UNPIVOT (
    SELECT
        CAST(count(*) AS DOUBLE) AS "adult admissions with an ICU stay",
        CAST(count(DISTINCT subject_id) AS DOUBLE) AS "adult patients with an ICU stay",
        CAST(count(*) FILTER (died) AS DOUBLE) AS "deaths in adult admissions with an ICU stay",
        CAST(count(*) FILTER (gender = 'M') AS DOUBLE) AS "men in adult admissions with an ICU stay",
        CAST(count(*) FILTER (gender = 'F') AS DOUBLE) AS "women in adult admissions with an ICU stay",
        CAST(count(*) FILTER (admission_type = 'EMERGENCY') AS DOUBLE) AS "emergency adult admissions with an ICU stay",
        quantile_cont(age, 0.25) AS "lower quartile of age (years)",
        quantile_cont(age, 0.5) AS "median age (years)",
        quantile_cont(age, 0.75) AS "upper quartile of age (years)",
        quantile_cont(stay_days, 0.25) AS "lower quartile of hospital stay (days)",
        quantile_cont(stay_days, 0.5) AS "median hospital stay (days)",
        quantile_cont(stay_days, 0.75) AS "upper quartile of hospital stay (days)"
    FROM adult_icu
    HAVING list_contains(getvariable('found_tables'), 'icustays')
) ON COLUMNS(*) INTO NAME check_name VALUE observed
UNION ALL
UNPIVOT (
    SELECT
        CAST(count(*) AS DOUBLE) AS "latest adult admission of each patient",
        CAST(count(*) FILTER (died) AS DOUBLE) AS "deaths in latest adult admissions",
        CAST(count(*) FILTER (is_severe_sepsis OR is_septic_shock) AS DOUBLE) AS "sepsis in latest adult admissions",
        CAST(count(*) FILTER (is_septic_shock) AS DOUBLE) AS "septic shock in latest adult admissions"
    FROM latest_adult
) ON COLUMNS(*) INTO NAME check_name VALUE observed
UNION ALL
UNPIVOT (
    SELECT
        CAST(count(*) FILTER (birthdays >= 16) AS DOUBLE) AS "adult admissions",
        CAST(count(*) FILTER (birthdays >= 16 AND died) AS DOUBLE) AS "deaths in adult admissions",
        CAST(count(*) FILTER (birthdays >= 16 AND (is_severe_sepsis OR is_septic_shock)) AS DOUBLE)
            AS "sepsis in adult admissions",
        CAST(count(*) FILTER (birthdays >= 16 AND is_septic_shock) AS DOUBLE) AS "septic shock in adult admissions",
        CAST(count(*) FILTER (birthdays < 1) AS DOUBLE) AS "newborn admissions",
        CAST(count(*) FILTER (died) AS DOUBLE) AS "deaths, all ages",
        CAST(count(*) FILTER (admittime > dischtime) AS DOUBLE) AS "discharges before admission",
        CAST(count(DISTINCT subject_id) FILTER (deathtime < admittime) AS DOUBLE) AS "patients dead before admission",
        CAST(count(DISTINCT subject_id) FILTER (is_severe_sepsis) AS DOUBLE) AS "patients coded 995.92"
    FROM admission
) ON COLUMNS(*) INTO NAME check_name VALUE observed
UNION ALL
UNPIVOT (
    SELECT
        CAST(count(*) FILTER (in_carevue AND NOT in_metavision) AS DOUBLE) AS "admissions charted in CareVue alone",
        CAST(count(*) FILTER (in_metavision AND NOT in_carevue) AS DOUBLE) AS "admissions charted in MetaVision alone",
        CAST(count(*) FILTER (in_carevue AND in_metavision) AS DOUBLE) AS "admissions charted in both systems"
    FROM admission
    HAVING list_contains(getvariable('found_tables'), 'icustays')
) ON COLUMNS(*) INTO NAME check_name VALUE observed;
