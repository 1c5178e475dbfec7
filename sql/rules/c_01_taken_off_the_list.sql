/*
code = "C-01"
level = "against"
title_nl = "School heeft het kind uitgeschreven"
sentence_nl = "De laatst bekende school schreef het kind uit per {event_on}."
why_nl = "Een school schrijft een leerling uit als die naar een andere school gaat of vertrekt. Wie is vertrokken, staat na een tijd op geen schoollijst meer; dat past bij het vertrek."
source = "Leerplichtwet 1969, artikel 18"
innocent_nl = [
    "De school volgde alleen de melding uit het register: het kind kan er nog zijn.",
    "Het kind ging naar een school waarvan geen lijst wordt aangeleverd.",
]
refuted_by_nl = [
    "Een nieuwe inschrijving op een andere school.",
]
next_step_nl = "Navragen bij de school waarom het kind is uitgeschreven en wat de laatste lesdag was."
organisation_nl = "burgerzaken, via leerplicht"
priority = 20
since = "0.1.0"

[reads]
facts_left_school = ["departure_id", "source", "enrolled_on", "withdrawn_on"]
facts_departures_in_view = ["departure_id", "departed_latest_on"]
*/
-- No school list holds the child any more, and the last school tells since when. The enrolment began before the departure or within
-- the grace of L-02; a later one that ended is C-03.
SELECT
    left_school.departure_id,
    'C-01' AS rule_code,
    left_school.source,
    left_school.withdrawn_on AS event_on,
    '{}' AS facts
FROM facts_left_school AS left_school
INNER JOIN facts_departures_in_view AS departures ON left_school.departure_id = departures.departure_id
WHERE
    left_school.withdrawn_on IS NOT NULL
    AND left_school.enrolled_on < departures.departed_latest_on + CAST($grace_new_enrolment AS INTEGER)
