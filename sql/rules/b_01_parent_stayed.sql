/*
code = "B-01"
level = "context"
title_nl = "Kind vertrokken, ouder bleef ingeschreven"
sentence_nl = "Een ouder bleef hier ingeschreven."
why_nl = "De wet vraagt dat een minderjarige in persoon verschijnt, tenzij alle gezinsleden op het adres meegaan. De medewerker kijkt na of dat is gebeurd."
source = "Wet BRP, artikelen 2.43, 2.48 en 2.49, vierde lid; circulaire BWBR0047347"
innocent_nl = [
    "De ouders wonen apart en het kind is bij de andere ouder gaan wonen.",
    "Het kind gaat in het buitenland naar school of woont bij familie.",
]
refuted_by_nl = [
    "De andere ouder vertrok op dezelfde dag met het kind.",
]
next_step_nl = "Nakijken of het kind bij de aangifte is verschenen en door wie de aangifte is gedaan. Niet vragen naar de reden van vertrek."
organisation_nl = "burgerzaken"
priority = 11
since = "0.1.0"

[reads]
facts_parents = ["departure_id", "parent_id", "is_confidential", "is_resident", "resident_from"]
facts_departures_in_view = ["departure_id", "departed_earliest_on"]
facts_departure_rows = ["person_id", "departure_latest_on"]
*/
-- A known parent who was resident on every day from the child's departure to the reference date, without a
-- departure from a month before it. Withheld when any parent is confidential.
SELECT DISTINCT
    departures.departure_id,
    'B-01' AS rule_code,
    'brp' AS source,
    departures.departed_earliest_on AS event_on,
    '{}' AS facts
FROM facts_departures_in_view AS departures
INNER JOIN facts_parents AS parents ON departures.departure_id = parents.departure_id
WHERE
    parents.is_resident
    AND parents.resident_from <= departures.departed_earliest_on
    AND NOT EXISTS (
        SELECT 1
        FROM facts_departure_rows AS left_too
        WHERE
            left_too.person_id = parents.parent_id
            AND left_too.departure_latest_on >= departures.departed_earliest_on - 31
    )
    AND NOT EXISTS (
        SELECT 1
        FROM facts_parents AS confidential
        WHERE confidential.departure_id = departures.departure_id AND confidential.is_confidential
    )
