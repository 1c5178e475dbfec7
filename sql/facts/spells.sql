-- Grain: one enrolment spell of one child at one school; `withdrawn_on` is empty while any of its rows is open.
SELECT
    person_id,
    school_id,
    spell_number,
    min(enrolled_on) AS enrolled_on,
    CASE WHEN count(*) = count(withdrawn_on) THEN max(withdrawn_on) END AS withdrawn_on,
    max(seen_on) AS seen_on,
    min_by(source, enrolled_on || source) AS source
FROM facts_spell_states
GROUP BY person_id, school_id, spell_number
