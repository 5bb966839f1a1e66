-- One row for each stay. The columns, in any order; the last three may be left out:
--   patient_id            whole number; rows of one patient never stand on both sides of a split
--   admission_id          whole number; no two rows have the same
--   started               whatever orders the stays of a patient
--   age_years             completed years, a whole number; everyone over 89 is set to 91
--   sex                   M, F or empty
--   died_in_hospital      true, false, or empty where nobody knows: such stays are left out
--   length_of_stay_hours  number
--   stratum               text: hospital, ward or years, for tables by stratum
--   reason                text, in which organ-donor accounts are found
--   has_icu_stay          true or false, where the database holds other stays, too
--   doubtful_discharge    the code of discharge, where a stay counts as survived and a death is recorded within it
SELECT
    patient_id,
    stay_id AS admission_id,
    admitted AS started,
    age AS age_years,
    sex,
    died = 1 AS died_in_hospital,
    -- Of two times; birth dates become ages by completed_years(born, admitted).
    hours_between(admitted, discharged) AS length_of_stay_hours,
    ward AS stratum
FROM raw.stays;
