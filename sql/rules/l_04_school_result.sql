/*
code = "L-04"
level = "active"
title_nl = "Toets of schooluitslag na vertrek"
sentence_nl = "Van {event_on}, {days_after_nl} na het vertrek, is een toets of schooluitslag bekend."
why_nl = "Een gemaakte toets is een dag op school."
source = "Leerplichtwet 1969, artikel 4, tweede lid (geregeld schoolbezoek)"
innocent_nl = [
    "De datum is de dag van invoeren, niet van de toets.",
    "Het kind maakte de toets op afstand of tijdens een bezoek.",
]
refuted_by_nl = [
    "School: toets gemaakt vóór het vertrek.",
]
next_step_nl = "Navragen bij de school op welke dag en waar de toets is gemaakt."
organisation_nl = "leerplicht"
priority = 5
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from"]
*/
-- A test taken on or after the end of the grace; the day of the test, not of publication.
SELECT DISTINCT
    signs.departure_id,
    'L-04' AS rule_code,
    signs.source,
    signs.event_on,
    '{}' AS facts
FROM facts_signs AS signs
WHERE signs.kind = 'school_result' AND signs.event_on >= signs.counts_from
