/*
code = "L-05"
level = "passive"
title_nl = "Vrijstelling of verlof na vertrek"
sentence_nl = "Vanaf {event_on}, {days_after_nl} na het vertrek, geldt {what_nl}."
why_nl = "Vrijstelling kan alleen voor een kind dat als ingezetene staat ingeschreven; verlof veronderstelt een leerling. Grond en reden worden niet gelezen."
source = "Leerplichtwet 1969, artikelen 5, 6, 11, 13a en 14"
innocent_nl = [
    "De vrijstelling is elk jaar vóór 1 juli nodig en liep automatisch door.",
    "Het verzoek was vóór het vertrek gedaan.",
    "Het kind gaat in het buitenland naar school en de ouder meldt dat netjes.",
]
refuted_by_nl = [
    "Verzoek van vóór het vertrek.",
    "Intrekking.",
    "Verklaring van een school in het buitenland.",
]
next_step_nl = "Vergelijken: klopt de vrijstelling met de uitschrijving?"
organisation_nl = "leerplicht"
priority = 10
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from"]
*/
-- An exemption that starts after the departure, or leave that starts after the grace.
-- The grace of an exemption is fixed at one day: it can only be claimed for a resident.
SELECT
    signs.departure_id,
    'L-05' AS rule_code,
    signs.source,
    signs.event_on,
    CAST(
        to_json({ 'what_nl': min(CASE signs.kind WHEN 'exemption' THEN 'een vrijstelling' ELSE 'verlof' END) }) AS VARCHAR
    ) AS facts
FROM facts_signs AS signs
WHERE signs.kind IN ('exemption', 'leave') AND signs.event_on >= signs.counts_from
GROUP BY signs.departure_id, signs.source, signs.event_on
