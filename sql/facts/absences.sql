-- Grain: one child in scope, resident and of compulsory age at the reference date, of whom no school list says that an
-- enrolment is open. `since_on` is the first day for which the question can be asked, `absence_date` what the case is known by.
-- A child that was on a list before was `withdrawn`; of a child that was on none (`never`) every declared school delivers.
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

-- A school that expects the child later.
upcoming AS (
    SELECT person_id, min(enrolled_on) AS upcoming_on
    FROM valid_enrolments
    WHERE enrolled_on > $reference_date AND seen_on <= $reference_date
    GROUP BY person_id
),

residents AS (
    SELECT newest.person_id, newest.municipality_code, newest.is_under_inquiry, newest.inquiry_from_earliest_on
    FROM facts_residences AS newest
    INNER JOIN facts_persons AS persons ON newest.person_id = persons.person_id
    WHERE
        newest.position = 0
        AND newest.is_dutch
        AND newest.municipality_code NOT IN ('1999', '0000')
        AND persons.suspension_reason IS NULL
),

-- Where the unbroken stay in the Netherlands began: the oldest address newer than a row of elsewhere.
elsewhere AS (
    SELECT person_id, min(position) AS position
    FROM facts_residences
    WHERE NOT is_dutch OR municipality_code = '1999'
    GROUP BY person_id
),

arrivals AS (
    SELECT
        residents.person_id,
        max_by(
            coalesce(
                CASE WHEN rows.address_from_latest_on < DATE '9999-12-31' THEN rows.address_from_latest_on END,
                rows.valid_from_latest_on,
                DATE '9999-12-31'
            ),
            rows.position
        ) AS arrived_on
    FROM residents
    INNER JOIN facts_residences AS rows ON residents.person_id = rows.person_id
    LEFT JOIN elsewhere ON residents.person_id = elsewhere.person_id
    WHERE elsewhere.position IS NULL OR rows.position < elsewhere.position
    GROUP BY residents.person_id
),

children AS (
    SELECT
        absent.person_id AS absence_id,
        absent.person_id,
        absent.kind,
        absent.are_all_delivered,
        coalesce(successors.successor_code, residents.municipality_code) AS municipality_code,
        residents.is_under_inquiry,
        residents.inquiry_from_earliest_on,
        arrivals.arrived_on,
        persons.is_confidential,
        windows.duty_from,
        windows.duty_until,
        windows.leerplicht_until,
        schooled.withdrawn_on,
        schooled.source,
        schooled.school_id,
        upcoming.upcoming_on,
        greatest(
            windows.duty_from,
            coalesce(schooled.withdrawn_on, least(arrivals.arrived_on, CAST($reference_date AS DATE)))
        ) AS since_on,
        CAST(coalesce(schooled.withdrawn_on, windows.duty_from) AS VARCHAR) AS absence_date
    FROM stage_absent AS absent
    INNER JOIN residents ON absent.person_id = residents.person_id
    INNER JOIN facts_persons AS persons ON absent.person_id = persons.person_id
    INNER JOIN facts_windows AS windows ON absent.person_id = windows.person_id
    INNER JOIN arrivals ON absent.person_id = arrivals.person_id
    LEFT JOIN schooled ON absent.person_id = schooled.person_id
    LEFT JOIN upcoming ON absent.person_id = upcoming.person_id
    LEFT JOIN settings_successors AS successors ON residents.municipality_code = successors.municipality_code
    WHERE
        windows.duty_from <= $reference_date
        AND windows.duty_until > $reference_date
        AND (
            absent.kind = 'withdrawn' AND schooled.n_open = 0
            OR absent.kind = 'never' AND schooled.person_id IS NULL
        )
),

counted AS (
    SELECT children.*, today.n_school_days_before - since.n_school_days_before AS n_school_days
    FROM children
    INNER JOIN facts_days AS today ON today.day_on = $reference_date
    INNER JOIN facts_days AS since ON since.day_on = greatest(children.since_on, $look_back_from)
)

SELECT
    counted.*,
    CASE counted.kind
        WHEN 'never' THEN NOT counted.are_all_delivered
        ELSE coalesce(lists.is_stale OR lists.is_shrunk, false)
    END AS is_unreliable,
    EXISTS (
        SELECT 1
        FROM valid_traces AS traces
        WHERE
            traces.person_id = counted.person_id
            AND traces.kind = 'exemption'
            AND traces.event_on <= $reference_date
            AND coalesce(traces.ended_on, $reference_date) >= $reference_date
    ) AS is_exempt
FROM counted
LEFT JOIN valid_school_deliveries AS lists
    ON counted.source = lists.source AND counted.school_id = lists.school_id AND lists.recency = 1
WHERE $is_national OR counted.municipality_code IN (SELECT municipality_code FROM settings_scope)
