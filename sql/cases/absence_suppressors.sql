-- Grain: one absence that a suppressor keeps off the list; the first in this order is the reason, all are kept. Decisions about
-- absences have no departure date.
WITH decisions AS (
    SELECT absences.absence_id, absences.since_on, decisions.decided_on, terms.suppressor_code
    FROM facts_absences AS absences
    INNER JOIN recall_decisions AS decisions ON absences.person_id = decisions.person_id
    INNER JOIN cases_terms AS terms ON decisions.outcome_code = terms.outcome_code
    WHERE
        decisions.departed_on IS NULL
        AND decisions.decided_on <= $reference_date
        AND decisions.decided_on >= terms.holds_from
),

hits AS (
    -- S-09 Te kort geleden: a transfer to another school takes some days; July and August do not count.
    SELECT absence_id, 'S-09' AS suppressor_code, 1 AS precedence
    FROM facts_absences
    WHERE n_school_days < $transfer_days

    UNION

    -- S-10 Vrijstelling: one covers the reference date, home education among them; its ground is never read.
    SELECT absence_id, 'S-10' AS suppressor_code, 2 AS precedence
    FROM facts_absences
    WHERE is_exempt

    UNION

    -- S-14 Nieuwe school bekend: a school list holds an enrolment that begins later.
    SELECT absence_id, 'S-14' AS suppressor_code, 3 AS precedence
    FROM facts_absences
    WHERE is_expected_at_school

    UNION

    -- S-12 Pas hier: the stay began, for all that is known, only lately.
    SELECT absence_id, 'S-12' AS suppressor_code, 4 AS precedence
    FROM facts_absences
    WHERE arrived_on > $reference_date - CAST($arrival_days AS INTEGER)

    UNION

    -- S-03 Lopend onderzoek: as for departures; without a known start the first run that saw it counts.
    SELECT absences.absence_id, 'S-03' AS suppressor_code, 5 AS precedence
    FROM facts_absences AS absences
    LEFT JOIN recall_inquiries AS seen ON absences.person_id = seen.person_id
    WHERE
        absences.is_under_inquiry
        AND date_diff(
            'day',
            CASE
                WHEN absences.inquiry_from_earliest_on > DATE '0001-01-01' THEN absences.inquiry_from_earliest_on
                ELSE coalesce(seen.first_seen_on, $reference_date)
            END,
            $reference_date
        ) <= $inquiry_days

    UNION

    -- S-04 Pas verklaard: people found an ordinary explanation, and the child was withdrawn before they did.
    SELECT absence_id, suppressor_code, 6 AS precedence
    FROM decisions
    WHERE suppressor_code = 'S-04' AND since_on <= decided_on

    UNION

    -- S-11 School over de grens and S-13 Instelling: people found out where the child is taught.
    SELECT absence_id, suppressor_code, 7 AS precedence
    FROM decisions
    WHERE suppressor_code IN ('S-11', 'S-13')

    UNION

    -- S-08 Verouderde levering: the list of the school that the child left, or of a declared school.
    SELECT absence_id, 'S-08' AS suppressor_code, 8 AS precedence
    FROM facts_absences
    WHERE is_unreliable
)

SELECT
    absence_id,
    min_by(suppressor_code, precedence) AS suppressor_code,
    string_agg(suppressor_code, '|' ORDER BY precedence, suppressor_code) AS suppressor_codes
FROM hits
GROUP BY absence_id
