-- Grain: one (spell, source, seen_on) in which a school delivery really held the spell as open.
SELECT DISTINCT
    states.person_id,
    states.school_id,
    states.spell_number,
    held.source,
    held.seen_on
FROM facts_spell_states AS states
INNER JOIN watch_enrolments AS held
    ON
        states.person_id = held.person_id
        AND states.school_id = held.school_id
        AND states.enrolled_on = held.enrolled_on
WHERE held.withdrawn_on IS NULL OR held.withdrawn_on > held.seen_on
