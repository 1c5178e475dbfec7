/*
code = "L-03"
level = "active"
title_nl = "Verzuimmelding na vertrek"
sentence_nl = "Een school meldde verzuim op {event_on}, {days_after_nl} na het vertrek; dat toont een verwachting, geen aanwezigheid."
why_nl = "De school verwacht het kind nog en weet niet van een vertrek. De melding bewijst geen aanwezigheid: zij gaat over vier schoolweken, die vóór het vertrek kunnen liggen, en een kind dat is vertrokken is ook afwezig."
source = "Leerplichtwet 1969, artikel 21a (16 uur in vier weken); Wet register onderwijsdeelnemers, artikel 12, derde lid"
innocent_nl = [
    "De school wist nog niet van het vertrek en meldde daarom verzuim.",
    "Het verzuim was vóór het vertrek en is later gemeld.",
]
refuted_by_nl = [
    "School: laatste lesdag vóór het vertrek.",
    "De uitschrijving is alsnog verwerkt.",
]
next_step_nl = "Navragen bij de school of het kind na de vertrekdatum nog op school is geweest."
organisation_nl = "leerplicht, terugkoppeling aan burgerzaken"
priority = 6
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from"]
*/
-- An absence report dated on or after the end of the grace.
SELECT DISTINCT
    signs.departure_id,
    'L-03' AS rule_code,
    signs.source,
    signs.event_on,
    '{}' AS facts
FROM facts_signs AS signs
WHERE signs.kind = 'absence_report' AND signs.event_on >= signs.counts_from
