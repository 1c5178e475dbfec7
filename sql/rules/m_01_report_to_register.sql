/*
code = "M-01"
level = "active"
title_nl = "Terugmelding na vertrek"
sentence_nl = "Op {event_on}, {days_after_nl} na het vertrek, deed een instantie een terugmelding over dit kind."
why_nl = "Een overheidsorgaan had na het vertrek gerede twijfel over de registratie."
source = "Wet BRP, artikel 2.34; Besluit BRP, artikelen 27 en 28"
innocent_nl = [
    "De melding gaat over oude gegevens bij de melder.",
    "De melding gaat juist over het vertrek zelf.",
]
refuted_by_nl = [
    "De melding is afgesloten als 'gegevens waren juist'.",
]
next_step_nl = "Terugmelding erbij pakken en afhandelen binnen vijf werkdagen."
organisation_nl = "burgerzaken"
priority = 7
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from"]
*/
-- A report of reasonable doubt by a public body after the grace.
SELECT DISTINCT
    signs.departure_id,
    'M-01' AS rule_code,
    signs.source,
    signs.event_on,
    '{}' AS facts
FROM facts_signs AS signs
WHERE signs.kind = 'tmv_report' AND signs.event_on >= signs.counts_from
