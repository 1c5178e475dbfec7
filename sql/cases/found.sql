-- Grain: one departure in view and in scope with evidence: what this night alone says of a case. Children under a secrecy indication are
-- marked `is_sealed` and go to the sealed list only.
WITH codes AS (
    SELECT departure_id, string_agg(DISTINCT rule_code, '|' ORDER BY rule_code) AS rule_codes
    FROM cases_signs
    WHERE NOT is_against
    GROUP BY departure_id
)

SELECT
    departures.departure_id,
    departures.person_id,
    departures.departure_date,
    departures.municipality_code,
    departures.departed_earliest_on AS departed_on,
    departures.departed_latest_on,
    CASE
        WHEN departures.recorded_earliest_on > DATE '0001-01-01' THEN departures.recorded_earliest_on
    END AS recorded_on,
    departures.is_destination_unknown,
    departures.is_ex_officio,
    departures.duty_from,
    departures.duty_until,
    departures.leerplicht_until,
    departures.is_confidential AS is_sealed,
    weighed.level,
    weighed.points,
    weighed.chance_pct,
    coalesce(weighed.is_weak, false) AS is_weak,
    levels.first_sign_on,
    levels.last_sign_on,
    codes.rule_codes,
    suppressors.suppressor_code,
    suppressors.suppressor_codes
FROM facts_departures_in_view AS departures
INNER JOIN cases_levels AS levels ON departures.departure_id = levels.departure_id
INNER JOIN codes ON departures.departure_id = codes.departure_id
LEFT JOIN cases_weighed AS weighed ON departures.departure_id = weighed.departure_id
LEFT JOIN cases_suppressors AS suppressors ON departures.departure_id = suppressors.departure_id
WHERE
    departures.municipality_code IS NOT NULL
    AND ($is_national OR departures.municipality_code IN (SELECT municipality_code FROM settings_scope))
