-- Grain: one child of a departure case in scope about whom the register says nothing tonight that can be relied on: what the ledger
-- remembers of it holds. Its row in persons or all its residences are missing or do not count; or a residence was set aside and the others
-- tell less than was known: not of the departure for certain, not of a return, not of an inquiry. What they do tell is news.
SELECT DISTINCT cases.person_id
FROM recall_cases AS cases
INNER JOIN recall_facts AS remembered ON cases.case_id = remembered.case_id
LEFT JOIN facts_residences AS newest ON cases.person_id = newest.person_id AND newest.position = 0
WHERE
    cases.kind = 'departure'
    AND cases.case_id IN (SELECT case_id FROM recall_evidence WHERE is_open)
    AND ($is_national OR cases.municipality_code IN (SELECT municipality_code FROM settings_scope))
    AND (
        cases.person_id NOT IN (SELECT person_id FROM valid_persons)
        OR cases.person_id NOT IN (SELECT person_id FROM valid_residences)
        OR cases.person_id IN (
            SELECT person_id FROM valid_set_aside
            WHERE table_name = 'persons' AND kind IS DISTINCT FROM 'secrecy'
        )
        OR (
            cases.person_id IN (SELECT person_id FROM valid_set_aside WHERE table_name = 'residences')
            AND NOT EXISTS (
                SELECT 1
                FROM facts_departures AS told
                WHERE
                    told.person_id = cases.person_id
                    AND abs(date_diff('day', told.departed_earliest_on, cases.departed_earliest_on)) <= 183
                    AND told.departed_latest_on <= $reference_date
                    AND (told.departed_earliest_on >= $look_back_from OR told.departed_latest_on < $look_back_from)
                    AND told.delivered_municipality_code IS NOT NULL
                    AND (told.is_returned OR NOT CAST(remembered.facts ->> 'is_returned' AS BOOLEAN))
                    AND (
                        coalesce(newest.is_under_inquiry, false)
                        OR NOT CAST(remembered.facts ->> 'is_under_inquiry' AS BOOLEAN)
                    )
            )
        )
    )
