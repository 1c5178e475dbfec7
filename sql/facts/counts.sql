-- One row: how many departures of children are in view, and why others are not. Children under a secrecy indication
-- are left out, so that no difference of counts tells how few they are.
SELECT
    count(*) AS in_view,
    count(*) FILTER (WHERE in_view.is_returned) AS returned,
    count(*) FILTER (WHERE in_view.municipality_code IS NULL) AS municipality_unknown,
    count(*) FILTER (
        WHERE
            in_view.municipality_code IS NOT NULL
            AND NOT $is_national
            AND in_view.municipality_code NOT IN (SELECT municipality_code FROM settings_scope)
    ) AS out_of_scope,
    -- S-05: deceased, or suspended for another reason than emigration.
    (
        SELECT count(*)
        FROM facts_departures AS departures
        INNER JOIN facts_persons AS persons ON departures.person_id = persons.person_id
        INNER JOIN facts_windows AS windows ON departures.person_id = windows.person_id
        WHERE
            persons.suspension_reason <> 'E'
            AND NOT persons.is_confidential
            AND departures.departed_earliest_on >= $look_back_from
            AND departures.departed_latest_on <= $reference_date
            AND windows.duty_from <= $reference_date
            AND windows.duty_until > departures.departed_latest_on
    ) AS suspended_otherwise
FROM facts_departures_in_view AS in_view
WHERE NOT in_view.is_confidential
