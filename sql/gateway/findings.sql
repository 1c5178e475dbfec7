-- Grain: one finding and its place, for each kind the first thousand; `n` is how many there are.
WITH found AS (
    SELECT exceptions.kind, persons.file, persons.line
    FROM gateway_exceptions AS exceptions
    INNER JOIN read_persons AS persons ON exceptions.ordinal = persons.ordinal

    UNION ALL

    SELECT 'newer_residence' AS kind, file, line FROM gateway_newer

    UNION ALL

    SELECT 'parent_numbers_disagree' AS kind, file, line FROM gateway_disagreements

    UNION ALL

    SELECT kind, file, line FROM gateway_filled_in

    UNION ALL

    SELECT 'link_ambiguous' AS kind, links.file, links.line
    FROM read_links AS links
    WHERE NOT EXISTS (SELECT 1 FROM gateway_links AS followed WHERE followed.education_id = links.education_id)

    UNION ALL

    SELECT 'education_number_unlinked' AS kind, file, line
    FROM gateway_list_rows
    WHERE education_id IS NOT NULL AND led_to_id IS NULL

    UNION ALL

    SELECT 'earlier_number_followed' AS kind, file, line
    FROM gateway_list_rows
    WHERE b_id IS NOT NULL AND led_to_id IS NOT NULL

    UNION ALL

    SELECT 'ambiguous' AS kind, list_rows.file, list_rows.line
    FROM gateway_list_rows AS list_rows
    INNER JOIN gateway_ambiguous_bsns AS bsns ON coalesce(list_rows.led_to_id, list_rows.b_id) = bsns.b_id
)

SELECT kind, file, line, count(*) OVER (PARTITION BY kind) AS n
FROM found
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY file, line) <= 1000
ORDER BY kind, file, line
