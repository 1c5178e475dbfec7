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
        ELSE lists.is_stale OR lists.is_shrunk
    END AS is_unreliable,
    EXISTS (
        SELECT 1
        FROM valid_enrolments AS upcoming
        WHERE upcoming.person_id = counted.person_id AND upcoming.enrolled_on > $reference_date
    ) AS is_expected_at_school,
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
