-- Grain: one person who is a resident at the reference date: of which municipality now, and since when at the latest: unbroken in
-- the country (`arrived_on`), and in the municipalities of the delivery, for whose schools the lists are (`settled_on`).
WITH places AS (
    SELECT
        residences.person_id,
        residences.position,
        coalesce(successors.successor_code, residences.municipality_code) AS municipality_code,
        residences.is_dutch AND residences.municipality_code <> '1999' AS is_here,
        residences.is_under_inquiry,
        residences.inquiry_from_earliest_on,
        coalesce(
            CASE WHEN residences.address_from_latest_on < DATE '9999-12-31' THEN residences.address_from_latest_on END,
            residences.valid_from_latest_on,
            DATE '9999-12-31'
        ) AS began_on
    FROM facts_residences AS residences
    LEFT JOIN settings_successors AS successors ON residences.municipality_code = successors.municipality_code
),

newest AS (
    SELECT places.*
    FROM places
    INNER JOIN facts_persons AS persons ON places.person_id = persons.person_id
    WHERE
        places.position = 0
        AND places.is_here
        AND places.municipality_code <> '0000'
        AND persons.suspension_reason IS NULL
),

-- The newest row of elsewhere, if any: what is older is another stay.
elsewhere AS (
    SELECT
        person_id,
        min(position) FILTER (WHERE NOT is_here) AS abroad,
        min(position) FILTER (
            WHERE NOT is_here
            OR NOT ($is_national OR municipality_code IN (SELECT municipality_code FROM settings_scope))
        ) AS out_of_scope
    FROM places
    GROUP BY person_id
)

SELECT
    newest.person_id,
    newest.municipality_code,
    newest.is_under_inquiry,
    newest.inquiry_from_earliest_on,
    max_by(places.began_on, places.position) FILTER (WHERE places.position < coalesce(elsewhere.abroad, places.position + 1))
        AS arrived_on,
    max_by(places.began_on, places.position) FILTER (
        WHERE places.position < coalesce(elsewhere.out_of_scope, places.position + 1)
    ) AS settled_on
FROM newest
INNER JOIN elsewhere ON newest.person_id = elsewhere.person_id
INNER JOIN places ON newest.person_id = places.person_id
GROUP BY newest.person_id, newest.municipality_code, newest.is_under_inquiry, newest.inquiry_from_earliest_on
