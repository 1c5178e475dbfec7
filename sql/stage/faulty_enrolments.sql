-- Grain: one row of enrolments that is at fault, with its source and school where these can be read.
SELECT
    file,
    row_no,
    CASE WHEN source IN ('duo', 'school', 'leerplicht') THEN source END AS source,
    CASE WHEN regexp_full_match(school_id, '[0-9]{2}[A-Z]{2}[0-9]{2}') THEN school_id ELSE '' END AS school_id
FROM _stage_enrolments_chosen
WHERE fault IS NOT NULL
