/*
code = "C-04"
level = "against"
title_nl = "Geen toets, verzuim of nieuwe inschrijving"
sentence_nl = "Er is geen toets, verzuimmelding of andere inschrijving van het kind van na het vertrek; de bron van toetsen leverde tot en met {event_on} wel over anderen."
why_nl = "Een leerling die er is, laat in een half jaar meestal meer sporen na dan een regel op een lijst, zoals een toets. Ontbreken die terwijl de bron levert, dan kan de regel zijn blijven staan."
source = "Leerplichtwet 1969, artikel 18"
innocent_nl = [
    "Niet elke leerling doet elk half jaar een toets.",
    "De school levert geen toetsen aan deze bron.",
]
refuted_by_nl = [
    "Een toets of verzuimmelding van na het vertrek.",
]
next_step_nl = "Navragen bij de school wat de laatste lesdag van het kind was."
organisation_nl = "burgerzaken, via leerplicht"
priority = 20
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "event_on", "counts_from", "is_active"]
facts_departures_in_view = ["departure_id", "departed_earliest_on", "is_returned"]
facts_telling_sources = ["source_code", "kind", "last_on"]
*/
-- No active sign is there half a year after some possible departure date, though the source of results told of others by then. Whether
-- the child stands on a list does not matter: a list more never takes points away.
SELECT
    departures.departure_id,
    'C-04' AS rule_code,
    results.source_code AS source,
    results.last_on AS event_on,
    '{}' AS facts
FROM facts_departures_in_view AS departures
INNER JOIN facts_telling_sources AS results
    ON results.kind = 'school_result' AND results.last_on >= departures.departed_earliest_on + 180
WHERE
    NOT departures.is_returned
    AND departures.departure_id NOT IN (
        SELECT signs.departure_id
        FROM facts_signs AS signs
        WHERE signs.is_active AND signs.event_on >= signs.counts_from
    )
