/*
code = "M-02"
level = "active"
title_nl = "Gemeentelijke voorziening na vertrek"
sentence_nl = "Op {event_on}, {days_after_nl} na het vertrek, is een gemeentelijke voorziening voor het kind gebruikt."
why_nl = "Gebruik van een voorziening kan aanwezigheid tonen. Zulke gegevens combineren grijpt diep in: elke bron heeft een eigen beoordeling (DPIA) nodig en staat zonder die beoordeling uit."
source = "AVG, artikelen 5, 6 en 35; gemeentelijke regels"
innocent_nl = [
    "De voorziening liep door na het vertrek.",
    "Iemand anders gebruikte de voorziening.",
]
refuted_by_nl = [
    "Uitvoerder: geen gebruik na het vertrek.",
]
next_step_nl = "Navragen bij de uitvoerder of de voorziening echt is gebruikt."
organisation_nl = "burgerzaken"
priority = 8
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from"]
*/
-- A day of real use after the grace; undeclared sources never get this far.
SELECT DISTINCT
    signs.departure_id,
    'M-02' AS rule_code,
    signs.source,
    signs.event_on,
    '{}' AS facts
FROM facts_signs AS signs
WHERE signs.kind = 'municipal_provision' AND signs.event_on >= signs.counts_from
