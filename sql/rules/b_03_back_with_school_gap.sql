/*
code = "B-03"
level = "alone"
title_nl = "Binnen acht maanden terug, met een gat in school"
sentence_nl = "Het kind is sinds {event_on} weer ingeschreven, binnen acht maanden, en stond {gap_days} schooldagen op rij (zomer niet meegeteld) bij geen school ingeschreven."
why_nl = "Aangifte van vertrek hoort bij een verwacht verblijf van acht maanden of langer in het buitenland. Eerder terug en zonder Nederlandse school is een reden om te vragen hoe het onderwijs liep en of het vertrek paste."
source = "Wet BRP, artikelen 2.21 en 2.43; Leerplichtwet 1969, artikelen 2 en 3"
innocent_nl = [
    "Het plan veranderde: het gezin kwam eerder terug.",
    "Het kind ging in het buitenland naar school.",
    "De school schreef het kind later in dan het weer lessen volgde.",
]
refuted_by_nl = [
    "Verklaring van een school in het buitenland.",
    "Inschrijving zonder gat.",
]
next_step_nl = "Vragen welke school het kind volgde en of het nu goed loopt. Geen wijziging in de BRP nodig als de aangifte toen klopte."
organisation_nl = "leerplicht"
priority = 3
since = "0.1.0"

[reads]
facts_departures_in_view = ["departure_id", "departed_earliest_on", "is_returned", "returned_earliest_on", "returned_latest_on", "duty_from", "duty_until"]
facts_school_gaps = ["departure_id", "n_days"]
*/
-- Back within eight months of the earliest possible departure, and more than a month of school days uncovered.
-- On every day that the return may be, the child was back by today and still inside the compulsory window.
SELECT
    departures.departure_id,
    'B-03' AS rule_code,
    'brp' AS source,
    departures.returned_earliest_on AS event_on,
    CAST(to_json({ 'gap_days': gaps.n_days }) AS VARCHAR) AS facts
FROM facts_departures_in_view AS departures
INNER JOIN facts_school_gaps AS gaps ON departures.departure_id = gaps.departure_id
WHERE
    departures.is_returned
    AND departures.returned_latest_on
    <= CAST(departures.departed_earliest_on + $early_return_months * INTERVAL 1 MONTH AS DATE)
    AND gaps.n_days > $school_gap_days
    AND departures.returned_latest_on <= $reference_date
    AND departures.returned_latest_on < departures.duty_until
