-- Grain: one child in scope, resident and of compulsory age at the reference date, of whom no school list says that an
-- enrolment is open. `since_on` is the first day for which the question can be asked, `absence_date` what the case is known by.
-- A child that was on a list before was `withdrawn`; of a child that was on none (`never`) every declared school delivers. Of a child
-- about whom tonight's rows are silent stands what the ledger remembers.
WITH schooled AS (
    SELECT
        person_id,
        count(*) - count(withdrawn_on) AS n_open,
        max(withdrawn_on) AS withdrawn_on,
        max_by(source, CAST(withdrawn_on AS VARCHAR) || source || school_id) AS source,
        max_by(school_id, CAST(withdrawn_on AS VARCHAR) || source || school_id) AS school_id
    FROM facts_enrolment_states
    GROUP BY person_id
),

stays AS (
    SELECT
        absent.person_id,
        absent.kind,
        absent.are_all_delivered,
        residents.municipality_code,
        residents.is_under_inquiry,
        residents.inquiry_from_earliest_on,
        -- Who was on no list of these schools may have gone to one elsewhere until the family came here.
        CASE absent.kind WHEN 'never' THEN residents.settled_on ELSE residents.arrived_on END AS arrived_on
    FROM stage_absent AS absent
    INNER JOIN facts_residents AS residents ON absent.person_id = residents.person_id
    WHERE $is_national OR residents.municipality_code IN (SELECT municipality_code FROM settings_scope)
),

children AS (
    SELECT
        stays.person_id AS absence_id,
        stays.*,
        persons.is_confidential,
        windows.duty_from,
        windows.duty_until,
        windows.leerplicht_until,
        schooled.withdrawn_on,
        schooled.source,
        schooled.school_id,
        greatest(
            windows.duty_from,
            coalesce(schooled.withdrawn_on, least(stays.arrived_on, CAST($reference_date AS DATE)))
        ) AS since_on,
        CAST(coalesce(schooled.withdrawn_on, windows.duty_from) AS VARCHAR) AS absence_date
    FROM stays
    INNER JOIN facts_persons AS persons ON stays.person_id = persons.person_id
    INNER JOIN facts_windows AS windows ON stays.person_id = windows.person_id
    LEFT JOIN schooled ON stays.person_id = schooled.person_id
    WHERE
        windows.duty_from <= $reference_date
        AND windows.duty_until > $reference_date
        AND (
            stays.kind = 'withdrawn' AND schooled.n_open = 0
            OR stays.kind = 'never' AND schooled.person_id IS NULL
        )
),

exemptions AS (
    SELECT person_id, max(coalesce(ended_on, DATE '9999-12-31')) AS exempt_until
    FROM watch_traces
    WHERE kind = 'exemption' AND event_on <= $reference_date
    GROUP BY person_id
),

-- While a source of exemptions, or its row about the child, is silent, those that were known hold, and nothing new can be asked.
known AS (
    SELECT
        cases.person_id,
        max(CAST(remembered.facts ->> 'exempt_until' AS DATE)) FILTER (
            WHERE
            sources.n_silent > 0
            OR cases.person_id IN (
                SELECT person_id FROM valid_set_aside
                WHERE table_name = 'traces' AND coalesce(kind, 'exemption') = 'exemption'
            )
        ) AS exempt_until
    FROM recall_cases AS cases
    CROSS JOIN (SELECT count(*) AS n_silent FROM facts_silent_sources WHERE kind = 'exemption') AS sources
    LEFT JOIN recall_facts AS remembered ON cases.case_id = remembered.case_id
    WHERE cases.kind = 'absence' AND cases.status <> 'resolved'
    GROUP BY cases.person_id
),

told AS (
    SELECT
        children.*,
        greatest(exemptions.exempt_until, known.exempt_until) AS exempt_until,
        CASE children.kind
            WHEN 'never' THEN NOT children.are_all_delivered
            ELSE lists.is_stale OR lists.is_shrunk
        END
        OR (
            known.person_id IS NULL
            AND EXISTS (SELECT 1 FROM facts_silent_sources AS silent WHERE silent.kind = 'exemption' AND silent.has_spoken)
        ) AS is_unreliable,
        EXISTS (  -- noqa: LT01, LT06
            SELECT 1
            FROM watch_enrolments AS upcoming
            WHERE upcoming.person_id = children.person_id AND upcoming.enrolled_on > $reference_date
        ) AS is_expected_at_school
    FROM children
    LEFT JOIN exemptions ON children.person_id = exemptions.person_id
    LEFT JOIN known ON children.person_id = known.person_id
    LEFT JOIN watch_school_deliveries AS lists
        ON children.source = lists.source AND children.school_id = lists.school_id AND lists.recency = 1
    WHERE children.person_id NOT IN (SELECT person_id FROM facts_silent_absences)
),

remembered AS (
    SELECT
        cases.person_id AS absence_id,
        cases.person_id,
        facts.facts ->> 'kind' AS kind,
        NULL AS are_all_delivered,
        cases.municipality_code,
        CAST(facts.facts ->> 'is_under_inquiry' AS BOOLEAN) AS is_under_inquiry,
        CAST(facts.facts ->> 'inquiry_from_earliest_on' AS DATE) AS inquiry_from_earliest_on,
        CAST(facts.facts ->> 'arrived_on' AS DATE) AS arrived_on,
        cases.is_sealed OR coalesce(persons.is_confidential, false) AS is_confidential,
        CAST(facts.facts ->> 'duty_from' AS DATE) AS duty_from,
        CAST(facts.facts ->> 'duty_until' AS DATE) AS duty_until,
        CAST(facts.facts ->> 'leerplicht_until' AS DATE) AS leerplicht_until,
        CAST(facts.facts ->> 'withdrawn_on' AS DATE) AS withdrawn_on,
        facts.facts ->> 'source' AS source,
        facts.facts ->> 'school_id' AS school_id,
        CAST(facts.facts ->> 'since_on' AS DATE) AS since_on,
        cases.departure_date AS absence_date,
        CAST(facts.facts ->> 'exempt_until' AS DATE) AS exempt_until,
        CAST(facts.facts ->> 'is_unreliable' AS BOOLEAN) AS is_unreliable,
        CAST(facts.facts ->> 'is_expected_at_school' AS BOOLEAN) AS is_expected_at_school
    FROM recall_cases AS cases
    INNER JOIN recall_facts AS facts ON cases.case_id = facts.case_id
    LEFT JOIN facts_persons AS persons ON cases.person_id = persons.person_id
    WHERE
        cases.kind = 'absence'
        AND cases.status <> 'resolved'
        AND cases.person_id IN (SELECT person_id FROM facts_silent_absences)
        AND ($is_national OR cases.municipality_code IN (SELECT municipality_code FROM settings_scope))
        AND CAST(facts.facts ->> 'duty_until' AS DATE) > $reference_date
),

every AS (
    SELECT * FROM told
    UNION ALL
    SELECT * FROM remembered
)

SELECT
    every.*,
    coalesce(every.exempt_until >= $reference_date, false) AS is_exempt,
    today.n_school_days_before - since.n_school_days_before AS n_school_days
FROM every
INNER JOIN facts_days AS today ON today.day_on = $reference_date
INNER JOIN facts_days AS since ON since.day_on = greatest(every.since_on, $look_back_from)
