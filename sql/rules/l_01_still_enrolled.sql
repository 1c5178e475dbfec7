/*
code = "L-01"
level = "passive"
title_nl = "Nog ingeschreven op school"
sentence_nl = "Op de schoollijsten van {seen_before_on} en {event_on} staat het kind nog als ingeschreven (school {school_id})."
why_nl = "Een school mag een leerling op verzoek van de ouders pas uitschrijven voor een nieuwe school of een vrijstelling; vertrek naar het buitenland hoort daar niet bij. Een open inschrijving kan daarom alleen zijn blijven staan. Twee opeenvolgende lijsten sluiten één late verwerking uit."
source = "Leerplichtwet 1969, artikelen 10, 18 en 19"
innocent_nl = [
    "De school heeft de uitschrijving nog niet verwerkt.",
    "De school wacht op bericht van de nieuwe school in het buitenland.",
    "Het kind woont over de grens en gaat hier naar school.",
]
refuted_by_nl = [
    "Uitschrijving op school met een datum op of vóór dertig dagen na het vertrek.",
    "Verklaring van een school in het buitenland.",
]
next_step_nl = "Navragen bij de school: staat het kind nog ingeschreven en wat was de laatste lesdag?"
organisation_nl = "burgerzaken, via leerplicht"
priority = 9
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from", "enrolled_on", "seen_before_on", "school_id"]
facts_departures_in_view = ["departure_id", "departed_earliest_on", "departed_latest_on", "duty_from", "duty_until"]
*/
-- An enrolment from before the departure that both of the last two school lists still held, both after the grace.
-- An enrolment that starts later is a new one: rule L-02, whose grace divides the two. So that neither a later nor an
-- incomplete departure date ever adds a sign, what L-02 would ask of a new one holds here too: the pupil has really
-- come, and if some possible departure date makes the enrolment a new one, it began inside the compulsory window.
SELECT
    signs.departure_id,
    'L-01' AS rule_code,
    signs.source,
    signs.event_on,
    CAST(
        to_json({
            'school_id': signs.school_id,
            'enrolled_on': signs.enrolled_on,
            'seen_before_on': min(signs.seen_before_on)
        }) AS VARCHAR
    ) AS facts
FROM facts_signs AS signs
INNER JOIN facts_departures_in_view AS departures ON signs.departure_id = departures.departure_id
WHERE
    signs.kind = 'still_enrolled'
    AND signs.enrolled_on < departures.departed_latest_on + CAST($grace_new_enrolment AS INTEGER)
    AND signs.seen_before_on >= signs.counts_from
    AND signs.event_on >= signs.enrolled_on + 14
    AND (
        signs.enrolled_on < departures.departed_earliest_on + CAST($grace_new_enrolment AS INTEGER)
        OR (signs.enrolled_on >= departures.duty_from AND signs.enrolled_on < departures.duty_until)
    )
GROUP BY signs.departure_id, signs.source, signs.event_on, signs.school_id, signs.enrolled_on
