-- Diagnosis codes of ICD-9-CM and ICD-10 as they were written. The revision is that of the concept's vocabulary; without
-- the table of concepts, it follows from the concept's id (those of ICD-9-CM lie together) and from the code's form.
-- Local concepts (2 billion and more) and codes of other forms are no ICD codes.
WITH used_concept AS (  -- of millions
    SELECT *
    FROM raw.concept
    WHERE concept_id <> 0 AND concept_id IN (SELECT condition_source_concept_id FROM raw.condition_occurrence)
),
coded AS (
    SELECT
        condition_occurrence.*,
        upper(replace(trim(coalesce(concept_code, condition_source_value)), '.', '')) AS code,
        vocabulary_id,
        coalesce(condition_source_concept_id, 0) AS source_concept
    FROM raw.condition_occurrence
    LEFT JOIN used_concept ON concept_id = condition_source_concept_id
),
dated AS (
    SELECT
        *,
        CASE
            WHEN list_contains(getvariable('codes_of_icd9'), vocabulary_id) THEN 9
            WHEN regexp_matches(vocabulary_id, getvariable('codes_of_icd10')) THEN 10
            WHEN vocabulary_id IS NOT NULL OR source_concept >= 2000000000 THEN NULL
            WHEN source_concept BETWEEN 44819000 AND 44839999 THEN 9
            WHEN regexp_full_match(code, '\d{3,5}') THEN 9
            WHEN regexp_full_match(code, '[A-Z]\d[0-9A-Z]{1,5}') THEN 10
        END AS code_version
    FROM coded
)
SELECT
    stay_of_code(
        stays,
        visit_occurrence_id,
        condition_start_datetime,
        CAST(coalesce(condition_start_date, condition_start_datetime) AS DATE)
    ) AS admission_id,
    code,
    code_version
FROM dated
LEFT JOIN person_stays USING (person_id)
WHERE code_version IS NOT NULL;
