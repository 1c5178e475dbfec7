-- Grain: one child of a case of whom a row does not count tonight, in which table; `kind` is that of a trace. This alone says who is
-- silent, whatever the reason: the row could not be read, a check put it out of count (a check that is new does too), or it is one
-- that facts pass over (`passed_over`, of residences): of nobody who was born, dated after the reference date, an actual row marked as
-- incorrect, of an unknown municipality, or of neither an address nor a departure.
WITH expected AS (
    SELECT person_id FROM stage_expected
    UNION
    SELECT person_id FROM stage_expected_absences
),

judged AS (
    SELECT person_id, 'persons' AS table_name, CAST(NULL AS VARCHAR) AS kind, file, line FROM stage_persons
    UNION ALL
    SELECT person_id, 'residences' AS table_name, CAST(NULL AS VARCHAR) AS kind, file, line FROM stage_residences
    UNION ALL
    SELECT person_id, 'enrolments' AS table_name, CAST(NULL AS VARCHAR) AS kind, file, line FROM stage_enrolments
    UNION ALL
    SELECT person_id, 'traces' AS table_name, kind, file, line FROM stage_traces
),

passed_over AS (
    SELECT person_id, 'residences' AS table_name, 'passed_over' AS kind
    FROM stage_residences
    WHERE
        CASE
            WHEN is_incorrect THEN seq = 0
            WHEN municipality_code = '0000' THEN true
            WHEN address_function IS NULL AND departure_date IS NULL THEN true
            ELSE greatest(
                valid_from_earliest_on, recorded_earliest_on, address_from_earliest_on, departure_earliest_on
            ) > $reference_date
        END

    UNION ALL

    -- As K-01, which asks it of children who may have left alone.
    SELECT person_id, 'persons' AS table_name, CAST(NULL AS VARCHAR) AS kind
    FROM stage_persons
    WHERE
        birth_earliest_on = DATE '0001-01-01'
        OR birth_earliest_on > $reference_date
        OR birth_latest_on IN (DATE '1899-12-30', DATE '1899-12-31', DATE '1900-01-01', DATE '1970-01-01')

    UNION ALL

    -- That a trace is older than the look-back is no accident; that it is older than any child of a case, is.
    SELECT person_id, 'traces' AS table_name, kind
    FROM stage_traces
    WHERE event_on > $reference_date OR strftime(event_on, '%Y%m%d') < $born_from_text
)

SELECT person_id, table_name, kind
FROM stage_set_aside

UNION

SELECT judged.person_id, judged.table_name, judged.kind
FROM judged
INNER JOIN stage_out_of_count AS named ON judged.file = named.file AND judged.line = named.line
WHERE judged.person_id IN (SELECT person_id FROM expected)

UNION

SELECT person_id, table_name, kind
FROM passed_over
WHERE person_id IN (SELECT person_id FROM expected)
