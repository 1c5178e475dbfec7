/*
code = "L-02"
level = "active"
title_nl = "Nieuwe inschrijving op school"
sentence_nl = "Op {event_on} is het kind nieuw ingeschreven op een school ({school_id}), {days_after_nl} na het vertrek."
why_nl = "Iemand heeft het kind na het vertrek bij een school ingeschreven. Wie hier weer langer woont, hoort zich binnen vijf dagen in te schrijven."
source = "Leerplichtwet 1969, artikelen 2 en 3; Wet BRP, artikel 2.38"
innocent_nl = [
    "Het kind was vóór het vertrek al aangemeld voor het nieuwe schooljaar.",
    "Het gezin is terug en de inschrijving in de BRP loopt nog.",
    "De school kreeg een nieuw nummer door een fusie.",
]
refuted_by_nl = [
    "Bericht van de school dat het kind niet is gekomen.",
    "Herinschrijving in de BRP.",
]
next_step_nl = "Navragen of het gezin terug is en zo nodig helpen met herinschrijven."
organisation_nl = "burgerzaken"
priority = 4
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from", "school_id"]
*/
-- An enrolment spell that starts after the grace; facts leave out re-keyed rows and children who never came.
SELECT
    signs.departure_id,
    'L-02' AS rule_code,
    signs.source,
    signs.event_on,
    CAST(to_json({ 'school_id': min(signs.school_id) }) AS VARCHAR) AS facts
FROM facts_signs AS signs
WHERE signs.kind = 'new_enrolment' AND signs.event_on >= signs.counts_from
GROUP BY signs.departure_id, signs.source, signs.event_on
