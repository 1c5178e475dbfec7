-- Grain: one row of a school list or a list of traces: the number it names and the person that this leads to.
WITH numbered AS (
    SELECT file, line, b_id, education_id FROM read_enrolments

    UNION ALL

    SELECT file, line, b_id, education_id FROM read_traces
)

SELECT
    numbered.file,
    numbered.line,
    numbered.b_id,
    numbered.education_id,
    listed.person_id AS led_to_id
FROM numbered
LEFT JOIN gateway_listed AS listed ON coalesce(numbered.b_id, numbered.education_id) = listed.number_id
