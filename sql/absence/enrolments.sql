-- Grain: one row of enrolments of a person who was withdrawn at some time, as delivered, and whether it can be typed.
SELECT
    person_id,
    school_id,
    education_type,
    enrolled_on,
    withdrawn_on,
    source,
    seen_on,
    coalesce(
        regexp_full_match(school_id, '[0-9]{2}[A-Z]{2}[0-9]{2}')
        AND education_type IN ('PO', 'SBO', 'SO', 'VSO', 'VO', 'MBO', 'OTHER')
        AND is_iso_date(enrolled_on)
        AND coalesce(is_iso_date(withdrawn_on), true)
        AND source IN ('duo', 'school', 'leerplicht')
        AND is_iso_date(seen_on),
        false
    ) AS is_readable
FROM delivered_enrolments
WHERE person_id IN (SELECT person_id FROM _absence_looked_at)
