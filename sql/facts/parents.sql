-- Grain: one parent known in the register, of a child with a departure in view.
-- A parent without rows is unknown, not resident, and is left out.
WITH links AS (
    SELECT departures.departure_id, departures.person_id, persons.parent1_id AS parent_id
    FROM facts_departures_in_view AS departures
    INNER JOIN facts_persons AS persons ON departures.person_id = persons.person_id
    WHERE persons.parent1_id IS NOT NULL

    UNION

    SELECT departures.departure_id, departures.person_id, persons.parent2_id AS parent_id
    FROM facts_departures_in_view AS departures
    INNER JOIN facts_persons AS persons ON departures.person_id = persons.person_id
    WHERE persons.parent2_id IS NOT NULL
),

last_departures AS (
    SELECT person_id, min(position) AS position
    FROM facts_departure_rows
    GROUP BY person_id
),

-- Where the present, uninterrupted residence began: the oldest Dutch row newer than the last departure.
residence_starts AS (
    SELECT
        residences.person_id,
        coalesce(residences.address_from_latest_on, residences.valid_from_latest_on, DATE '9999-12-31') AS resident_from,
        row_number() OVER (PARTITION BY residences.person_id ORDER BY residences.position DESC) AS preference
    FROM facts_residences AS residences
    LEFT JOIN last_departures ON residences.person_id = last_departures.person_id
    WHERE
        residences.is_dutch
        AND (last_departures.position IS NULL OR residences.position < last_departures.position)
)

SELECT
    links.departure_id,
    links.parent_id,
    parents.is_confidential,
    parents.suspension_reason IS NULL
    AND coalesce(newest.is_dutch AND newest.municipality_code <> '1999', false) AS is_resident,
    residence_starts.resident_from
FROM links
INNER JOIN facts_persons AS parents ON links.parent_id = parents.person_id
LEFT JOIN facts_residences AS newest ON links.parent_id = newest.person_id AND newest.position = 0
LEFT JOIN residence_starts ON links.parent_id = residence_starts.person_id AND residence_starts.preference = 1
