-- S-07 Geen plicht meer: at the reference date the child may be 18 already.
SELECT departures.departure_id
FROM facts_departures_in_view AS departures
WHERE departures.duty_until <= $reference_date
