-- Totals of the admissions with a stay in intensive care, counted in the raw extract; the configured cohort does not enter.
-- In:  raw.admissions, raw.icustays, raw.diagnoses_icd. Out: table `observed` (check_name as in published.csv, observed).
CREATE TEMP TABLE code AS
SELECT
    hadm_id,
    bool_or(trim(icd_code) IN ('99592', '78552', 'R6520', 'R6521')) AS is_sepsis,
    bool_or(trim(icd_code) IN ('78552', 'R6521')) AS is_septic_shock
FROM raw.diagnoses_icd
GROUP BY hadm_id;

CREATE TEMP TABLE observed AS
UNPIVOT (
    SELECT
        CAST(count(DISTINCT subject_id) AS DOUBLE) AS "patients with an ICU stay",
        CAST(count(*) AS DOUBLE) AS "admissions with an ICU stay",
        CAST(count(*) FILTER (hospital_expire_flag = 1) AS DOUBLE) AS "deaths in admissions with an ICU stay",
        CAST(count(*) FILTER (is_sepsis) AS DOUBLE) AS "sepsis in admissions with an ICU stay",
        CAST(count(*) FILTER (is_septic_shock) AS DOUBLE) AS "septic shock in admissions with an ICU stay"
    FROM raw.admissions AS admissions
    LEFT JOIN code USING (hadm_id)
    WHERE hadm_id IN (SELECT hadm_id FROM raw.icustays)
) ON COLUMNS(*) INTO NAME check_name VALUE observed;
