/*
code = "C-02"
level = "against"
title_nl = "Niet meer op de nieuwste schoollijst"
sentence_nl = "De laatst bekende school levert nog lijsten, maar op die van {event_on} staat het kind niet meer."
why_nl = "Zolang een school lijsten levert, zegt een lijst waarop het kind ontbreekt dat de school het kind niet meer verwacht. Dat past bij het vertrek."
source = "Leerplichtwet 1969, artikel 18"
innocent_nl = [
    "De lijst kan onvolledig zijn.",
    "Het kind ging naar een school waarvan geen lijst wordt aangeleverd.",
]
refuted_by_nl = [
    "Het kind staat op een latere lijst weer ingeschreven.",
]
next_step_nl = "Navragen bij de school of het kind daar nog komt."
organisation_nl = "burgerzaken, via leerplicht"
priority = 20
since = "0.1.0"

[reads]
facts_left_school = ["departure_id", "source", "enrolled_on", "missing_on"]
facts_departures_in_view = ["departure_id", "departed_latest_on"]
*/
-- The last school that held the child sent a list without it and never told of a withdrawal.
SELECT
    left_school.departure_id,
    'C-02' AS rule_code,
    left_school.source,
    left_school.missing_on AS event_on,
    '{}' AS facts
FROM facts_left_school AS left_school
INNER JOIN facts_departures_in_view AS departures ON left_school.departure_id = departures.departure_id
WHERE
    left_school.missing_on IS NOT NULL
    AND left_school.enrolled_on < departures.departed_latest_on + CAST($grace_new_enrolment AS INTEGER)
