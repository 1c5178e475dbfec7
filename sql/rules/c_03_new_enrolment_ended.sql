/*
code = "C-03"
level = "against"
title_nl = "Nieuwe inschrijving is weer voorbij"
sentence_nl = "De inschrijving van na het vertrek is weer voorbij; dat bleek op {event_on}."
why_nl = "Een inschrijving voor een nieuw schooljaar wordt vaak vooruit gedaan en vervalt als het kind niet komt. Een inschrijving die voorbij is zegt daarom minder dan een die nog loopt."
source = "Leerplichtwet 1969, artikel 18"
innocent_nl = [
    "Het kind was er wel en ging daarna naar een andere school.",
    "De school ruimde haar lijst op voordat zij van de verhuizing hoorde.",
]
refuted_by_nl = [
    "Bericht van de school dat het kind er les heeft gehad.",
]
next_step_nl = "Navragen bij de school of het kind er les heeft gehad, en tot wanneer."
organisation_nl = "burgerzaken, via leerplicht"
priority = 20
since = "0.1.0"

[reads]
facts_left_school = ["departure_id", "source", "enrolled_on", "withdrawn_on", "missing_on"]
facts_departures_in_view = ["departure_id", "departed_earliest_on"]
*/
-- The last enrolment began after the grace of L-02 and has ended, or the newest list of that school lacks the child. One that is new
-- for some possible departure dates only speaks against in both ways (C-01 or C-02 too): an incomplete date never spares a case.
SELECT
    left_school.departure_id,
    'C-03' AS rule_code,
    left_school.source,
    coalesce(left_school.withdrawn_on, left_school.missing_on) AS event_on,
    '{}' AS facts
FROM facts_left_school AS left_school
INNER JOIN facts_departures_in_view AS departures ON left_school.departure_id = departures.departure_id
WHERE left_school.enrolled_on >= departures.departed_earliest_on + CAST($grace_new_enrolment AS INTEGER)
