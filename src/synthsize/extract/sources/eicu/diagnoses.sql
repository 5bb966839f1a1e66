-- Codes of the problem list. A row holds codes of both revisions, as "995.92, R65.20", or none; then the path of the
-- problem says what severe sepsis and septic shock are coded with elsewhere.
WITH listed AS (
    SELECT patientunitstayid, trim(unnest(string_split(icd9code, ','))) AS code
    FROM raw.diagnosis
    UNION ALL
    SELECT patientunitstayid, CASE WHEN contains(diagnosisstring, '|septic shock') THEN 'R65.21' ELSE 'R65.20' END
    FROM raw.diagnosis
    WHERE regexp_matches(diagnosisstring, '\|septic shock|\|sepsis\|(severe|sepsis with)')
)
SELECT
    patienthealthsystemstayid AS admission_id,
    -- A number lost its leading zeros on the way: 31.1 is 031.1, not 311.
    CASE WHEN regexp_matches(code, '^\d{1,2}(\.|$)') THEN lpad(split_part(code, '.', 1), 3, '0') || substr(code, length(split_part(code, '.', 1)) + 1) ELSE code END AS code,
    -- Revision 9 has V codes and E codes of three digits; E and two digits is a chapter of revision 10.
    CASE WHEN regexp_matches(upper(code), '^(\d|V|E\d{3})') THEN 9 ELSE 10 END AS code_version
FROM listed
JOIN raw.patient USING (patientunitstayid);
