/*
code = "B-02"
level = "context"
title_nl = "Ouder terug, kind niet"
sentence_nl = "Een ouder vertrok rond dezelfde tijd en staat sinds {event_on} weer ingeschreven; het kind niet."
why_nl = "Het gezin kan terug zijn terwijl de inschrijving van het kind is vergeten, of het kind verblijft elders."
source = "Wet BRP, artikel 2.38"
innocent_nl = [
    "De ouder is voor werk terug, het kind maakt het schooljaar in het buitenland af.",
    "De herinschrijving van het kind is vergeten.",
]
refuted_by_nl = [
    "Het kind is weer ingeschreven.",
]
next_step_nl = "Bij gelegenheid vragen of het kind ook terug is en helpen inschrijven."
organisation_nl = "burgerzaken"
priority = 12
since = "0.1.0"

[reads]
facts_parents = ["departure_id", "parent_id", "is_confidential", "is_resident"]
facts_departures_in_view = ["departure_id", "departed_earliest_on", "departed_latest_on", "is_returned"]
facts_departures = ["person_id", "departed_earliest_on", "departed_latest_on", "is_returned", "returned_earliest_on", "returned_latest_on"]
*/
-- A parent who left within a month of the child, has been back for a month, and the child has not returned.
-- Withheld when any parent is confidential.
SELECT DISTINCT
    departures.departure_id,
    'B-02' AS rule_code,
    'brp' AS source,
    left_too.returned_earliest_on AS event_on,
    '{}' AS facts
FROM facts_departures_in_view AS departures
INNER JOIN facts_parents AS parents ON departures.departure_id = parents.departure_id
INNER JOIN facts_departures AS left_too ON parents.parent_id = left_too.person_id
WHERE
    NOT departures.is_returned
    AND parents.is_resident
    AND left_too.departed_earliest_on >= departures.departed_earliest_on - 31
    AND left_too.departed_latest_on <= departures.departed_latest_on + 31
    AND left_too.is_returned
    AND left_too.returned_latest_on <= $reference_date - 30
    AND NOT EXISTS (
        SELECT 1
        FROM facts_parents AS confidential
        WHERE confidential.departure_id = departures.departure_id AND confidential.is_confidential
    )
