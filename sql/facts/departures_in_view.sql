-- Grain: one departure in view: within the look-back, of a child whose compulsory window overlaps [V, T].
-- Conditions hold for every date that an incomplete date may be. Where a municipality was merged, its successor
-- in the configuration gets the case.
SELECT
    departures.*,
    coalesce(successors.successor_code, departures.delivered_municipality_code) AS municipality_code,
    windows.duty_from,
    windows.duty_until,
    windows.leerplicht_until,
    persons.is_confidential,
    persons.suspension_reason
FROM facts_departures AS departures
INNER JOIN facts_persons AS persons ON departures.person_id = persons.person_id
INNER JOIN facts_windows AS windows ON departures.person_id = windows.person_id
LEFT JOIN settings_successors AS successors
    ON departures.delivered_municipality_code = successors.municipality_code
WHERE
    departures.departed_earliest_on >= $look_back_from
    AND departures.departed_latest_on <= $reference_date
    AND windows.duty_from <= $reference_date
    AND windows.duty_until > departures.departed_latest_on
    AND coalesce(persons.suspension_reason, 'E') = 'E'
