/*
code = "L-06"
level = "passive"
title_nl = "Op een schoollijst van na het vertrek"
sentence_nl = "Op de schoollijst van {event_on}, {days_after_nl} na het vertrek, staat het kind als ingeschreven (school {school_id}); een latere lijst van die school is er niet."
why_nl = "Eén lijst kan gewoon laat zijn bijgewerkt, en een inschrijving voor het nieuwe schooljaar kan vooruit zijn gedaan. Een volgende lijst zegt meer."
source = "Leerplichtwet 1969, artikelen 10, 18 en 19"
innocent_nl = [
    "De school heeft de uitschrijving nog niet verwerkt.",
    "Het kind was al aangemeld voor het nieuwe schooljaar.",
    "Het kind woont over de grens en gaat hier naar school.",
]
refuted_by_nl = [
    "Op de volgende lijst staat het kind niet meer.",
    "Bericht van de school dat het kind niet is gekomen.",
]
next_step_nl = "Navragen bij de school: staat het kind nog ingeschreven en wat was de laatste lesdag?"
organisation_nl = "burgerzaken, via leerplicht"
priority = 10
since = "0.1.0"

[reads]
facts_lists_after = ["departure_id", "source", "school_id", "seen_on", "is_newest"]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from", "enrolled_on", "seen_before_on", "school_id", "is_unreliable"]
facts_departures_in_view = ["departure_id", "departed_earliest_on", "departed_latest_on", "duty_from", "duty_until"]
*/
-- The newest list of a school is from after the departure and holds the child, and two months after the departure neither L-01 nor L-02
-- speaks of that school: it is the only list, it or the one before it is from within the grace, or the child came back onto it. A further
-- list never silences it unless L-01 or L-02 speaks instead, so the conditions here are theirs; an L-01 that may not be shown (S-08)
-- silences no other source.
WITH speaking AS (
    SELECT
        signs.departure_id,
        signs.school_id,
        CASE WHEN signs.is_unreliable THEN signs.source END AS only_source
    FROM facts_signs AS signs
    INNER JOIN facts_departures_in_view AS departures ON signs.departure_id = departures.departure_id
    WHERE
        signs.kind = 'new_enrolment' AND signs.event_on >= signs.counts_from
        OR (
            signs.kind = 'still_enrolled'
            AND signs.enrolled_on < departures.departed_latest_on + CAST($grace_new_enrolment AS INTEGER)
            AND signs.seen_before_on >= signs.counts_from
            AND signs.event_on >= signs.enrolled_on + 14
            AND (
                signs.enrolled_on < departures.departed_earliest_on + CAST($grace_new_enrolment AS INTEGER)
                OR (signs.enrolled_on >= departures.duty_from AND signs.enrolled_on < departures.duty_until)
            )
        )
)

SELECT
    lists.departure_id,
    'L-06' AS rule_code,
    lists.source,
    max(lists.seen_on) AS event_on,
    CAST(to_json({ 'school_id': lists.school_id }) AS VARCHAR) AS facts
FROM facts_lists_after AS lists
INNER JOIN facts_departures_in_view AS departures ON lists.departure_id = departures.departure_id
WHERE
    lists.is_newest
    AND $reference_date >= departures.departed_latest_on + 60
    AND NOT EXISTS (
        SELECT 1
        FROM speaking
        WHERE
            speaking.departure_id = lists.departure_id
            AND speaking.school_id = lists.school_id
            AND coalesce(speaking.only_source, lists.source) = lists.source
    )
GROUP BY lists.departure_id, lists.source, lists.school_id
