-- Grain: one spell that the last two deliveries of one (source, school) both held as open.
-- duo lists are by residence: they drop a child after a departure and prove nothing either way.
SELECT
    spells.person_id,
    spells.school_id,
    newer.source,
    spells.enrolled_on,
    older.seen_on AS seen_before_on,
    newer.seen_on,
    newer.is_stale OR newer.is_shrunk AS is_unreliable
FROM facts_spells AS spells
INNER JOIN watch_school_deliveries AS newer
    ON spells.school_id = newer.school_id AND newer.recency = 1 AND newer.source <> 'duo'
INNER JOIN watch_school_deliveries AS older
    ON newer.source = older.source AND newer.school_id = older.school_id AND older.recency = 2
INNER JOIN facts_spell_sightings AS seen_newer
    ON
        spells.person_id = seen_newer.person_id
        AND spells.school_id = seen_newer.school_id
        AND spells.spell_number = seen_newer.spell_number
        AND newer.source = seen_newer.source
        AND newer.seen_on = seen_newer.seen_on
INNER JOIN facts_spell_sightings AS seen_older
    ON
        spells.person_id = seen_older.person_id
        AND spells.school_id = seen_older.school_id
        AND spells.spell_number = seen_older.spell_number
        AND older.source = seen_older.source
        AND older.seen_on = seen_older.seen_on
