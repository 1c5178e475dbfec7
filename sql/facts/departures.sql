-- Grain: one departure of one person, of all candidates (children and parents).
-- The narrowest date holds; the earliest recorded copy says when and by whom, the newest whether the destination
-- is known (NULL: nobody can tell); the newest older Dutch address says which municipality deregistered; a newer one that the person is back.
WITH departures AS (
    SELECT
        person_id,
        departure_number,
        min(position) AS newest_position,
        max(position) AS oldest_position
    FROM facts_departure_rows
    GROUP BY person_id, departure_number
),

dates AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY person_id, departure_number
            ORDER BY date_diff('day', departure_earliest_on, departure_latest_on), position
        ) AS preference
    FROM facts_departure_rows
),

copies AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY person_id, departure_number
            ORDER BY recorded_earliest_on NULLS LAST, position DESC
        ) AS preference
    FROM facts_departure_rows
),

municipalities AS (
    SELECT
        departures.person_id,
        departures.departure_number,
        older.municipality_code,
        row_number() OVER (
            PARTITION BY departures.person_id, departures.departure_number ORDER BY older.position
        ) AS preference
    FROM departures
    INNER JOIN facts_residences AS older
        ON departures.person_id = older.person_id AND older.position > departures.oldest_position
    WHERE older.is_dutch AND older.municipality_code NOT IN ('1999', '0000')
),

returns AS (
    SELECT
        departures.person_id,
        departures.departure_number,
        coalesce(newer.address_from_earliest_on, newer.valid_from_earliest_on, DATE '0001-01-01') AS returned_earliest_on,
        coalesce(newer.address_from_latest_on, newer.valid_from_latest_on, DATE '9999-12-31') AS returned_latest_on,
        row_number() OVER (
            PARTITION BY departures.person_id, departures.departure_number ORDER BY newer.position DESC
        ) AS preference
    FROM departures
    INNER JOIN facts_residences AS newer
        ON departures.person_id = newer.person_id AND newer.position < departures.newest_position
    WHERE newer.is_dutch
)

SELECT
    departures.person_id || ':' || dates.departure_date AS departure_id,
    departures.person_id,
    departures.departure_number,
    dates.departure_date,
    dates.departure_earliest_on AS departed_earliest_on,
    dates.departure_latest_on AS departed_latest_on,
    copies.recorded_earliest_on,
    coalesce(copies.declared_by = 'A', false) AS is_ex_officio,
    newest.is_destination_unknown,
    coalesce(
        municipalities.municipality_code,
        CASE WHEN oldest.municipality_code NOT IN ('1999', '0000') THEN oldest.municipality_code END
    ) AS delivered_municipality_code,
    returns.person_id IS NOT NULL AS is_returned,
    returns.returned_earliest_on,
    returns.returned_latest_on
FROM departures
INNER JOIN dates
    ON
        departures.person_id = dates.person_id
        AND departures.departure_number = dates.departure_number
        AND dates.preference = 1
INNER JOIN copies
    ON
        departures.person_id = copies.person_id
        AND departures.departure_number = copies.departure_number
        AND copies.preference = 1
INNER JOIN facts_departure_rows AS newest
    ON departures.person_id = newest.person_id AND departures.newest_position = newest.position
INNER JOIN facts_departure_rows AS oldest
    ON departures.person_id = oldest.person_id AND departures.oldest_position = oldest.position
LEFT JOIN municipalities
    ON
        departures.person_id = municipalities.person_id
        AND departures.departure_number = municipalities.departure_number
        AND municipalities.preference = 1
LEFT JOIN returns
    ON
        departures.person_id = returns.person_id
        AND departures.departure_number = returns.departure_number
        AND returns.preference = 1
