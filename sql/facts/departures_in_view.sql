-- Grain: one departure in view: within the look-back, of a child whose compulsory window overlaps [V, T].
-- Conditions hold for every date that an incomplete date may be. Where a municipality was merged, its successor
-- in the configuration gets the case. Of a child about whom the register is silent tonight stand the departures that the ledger
-- remembers, as it remembers them.
WITH delivered AS (
    SELECT
        departures.*,
        coalesce(successors.successor_code, departures.delivered_municipality_code) AS municipality_code,
        windows.duty_from,
        windows.duty_until,
        windows.leerplicht_until,
        persons.is_confidential,
        persons.suspension_reason,
        coalesce(newest.is_under_inquiry, false) AS is_under_inquiry,
        newest.inquiry_from_earliest_on
    FROM facts_departures AS departures
    INNER JOIN facts_persons AS persons ON departures.person_id = persons.person_id
    INNER JOIN facts_windows AS windows ON departures.person_id = windows.person_id
    LEFT JOIN facts_residences AS newest ON departures.person_id = newest.person_id AND newest.position = 0
    LEFT JOIN settings_successors AS successors
        ON departures.delivered_municipality_code = successors.municipality_code
    WHERE departures.person_id NOT IN (SELECT person_id FROM facts_silent_children)
),

remembered AS (
    SELECT
        cases.person_id || ':' || cases.departure_date AS departure_id,
        cases.person_id,
        NULL AS departure_number,
        cases.departure_date,
        cases.departed_earliest_on,
        cases.departed_latest_on,
        CAST(known.facts ->> 'recorded_earliest_on' AS DATE) AS recorded_earliest_on,
        CAST(known.facts ->> 'is_ex_officio' AS BOOLEAN) AS is_ex_officio,
        CAST(known.facts ->> 'is_destination_unknown' AS BOOLEAN) AS is_destination_unknown,
        cases.municipality_code AS delivered_municipality_code,
        CAST(known.facts ->> 'is_returned' AS BOOLEAN) AS is_returned,
        CAST(known.facts ->> 'returned_earliest_on' AS DATE) AS returned_earliest_on,
        CAST(known.facts ->> 'returned_latest_on' AS DATE) AS returned_latest_on,
        cases.municipality_code,
        CAST(known.facts ->> 'duty_from' AS DATE) AS duty_from,
        CAST(known.facts ->> 'duty_until' AS DATE) AS duty_until,
        CAST(known.facts ->> 'leerplicht_until' AS DATE) AS leerplicht_until,
        cases.is_sealed
        OR coalesce(persons.is_confidential, false)
        OR cases.person_id IN (SELECT person_id FROM facts_set_aside_secrecy) AS is_confidential,
        persons.suspension_reason,
        CAST(known.facts ->> 'is_under_inquiry' AS BOOLEAN) AS is_under_inquiry,
        CAST(known.facts ->> 'inquiry_from_earliest_on' AS DATE) AS inquiry_from_earliest_on
    FROM recall_cases AS cases
    INNER JOIN recall_facts AS known ON cases.case_id = known.case_id
    LEFT JOIN facts_persons AS persons ON cases.person_id = persons.person_id
    WHERE
        cases.kind = 'departure'
        AND cases.person_id IN (SELECT person_id FROM facts_silent_children)
        AND cases.case_id IN (SELECT case_id FROM recall_evidence WHERE is_open)
)

SELECT *
FROM (
    SELECT * FROM delivered
    UNION ALL
    SELECT * FROM remembered
)
WHERE
    departed_earliest_on >= $look_back_from
    AND departed_latest_on <= $reference_date
    AND duty_from <= $reference_date
    AND duty_until > departed_latest_on
    AND coalesce(suspension_reason, 'E') = 'E'
