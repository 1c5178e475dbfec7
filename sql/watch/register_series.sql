-- Grain: one measure of the register of tonight: of a municipality, of all departures, of a table.
WITH municipalities AS (
    SELECT
        municipality_code,
        CAST(n_rows AS DOUBLE) AS n,
        CAST(n_rows AS DOUBLE) AS residents,
        n_unknown_births / n_rows AS unknown_births,
        n_incomplete_births / n_rows AS incomplete_births,
        n_emigrated / n_rows AS emigrated,
        n_suspended_otherwise / n_rows AS suspended_otherwise
    FROM stage_watched_municipalities
    WHERE n_rows >= 100 AND municipality_code NOT IN ('0000', '1999')
),

recorded AS (
    SELECT
        *,
        suffix(departure_date, '00') AS is_incomplete,
        earliest_on(departure_date) AS departed_on,
        earliest_on(recorded_on) AS recorded_on_day,
        date_diff('day', earliest_on(departure_date), earliest_on(recorded_on)) AS lag
    FROM stage_departure_counts
    WHERE earliest_on(departure_date) <= $reference_date
),

newly AS (
    SELECT * FROM recorded
    WHERE recorded_on_day BETWEEN $reference_date - 90 AND $reference_date
),

lags AS (
    SELECT lag, sum(n_rows) OVER (ORDER BY lag, departed_on, declared_by) AS n_until, sum(n_rows) OVER () AS n_all
    FROM newly
    -- What the municipality does by itself it records when it has looked into it, sooner or later.
    WHERE recorded_on_day >= $reference_date - 60 AND NOT is_incomplete AND declared_by IS DISTINCT FROM 'A'
),

departures AS (
    SELECT
        CAST(sum(n_rows) AS DOUBLE) AS n,
        CAST(sum(n_rows) AS DOUBLE) AS departures,
        (
            SELECT CAST(coalesce(sum(n_rows), 0) AS DOUBLE) FROM newly WHERE recorded_on_day >= $reference_date - 27
        ) AS recent,
        (
            SELECT CAST(max(n_rows) AS DOUBLE)
            FROM (SELECT sum(n_rows) AS n_rows FROM recorded WHERE NOT is_incomplete GROUP BY departed_on)
        ) AS busiest_day,
        (SELECT CAST(min(lag) AS DOUBLE) FROM lags WHERE n_until >= n_all / 2) AS recording_lag,
        coalesce(sum(n_rows) FILTER (WHERE lag = 0 AND NOT is_incomplete), 0) / sum(n_rows) AS same_day,
        coalesce(sum(n_rows) FILTER (WHERE is_incomplete), 0) / sum(n_rows) AS incomplete,
        coalesce(sum(n_rows) FILTER (WHERE declared_by = 'A'), 0) / sum(n_rows) AS ex_officio,
        coalesce(sum(n_rows) FILTER (WHERE is_destination_unknown), 0) / sum(n_rows) AS unknown_destination
    FROM recorded
    HAVING sum(n_rows) >= 20
),

new_departures AS (
    SELECT
        CAST(sum(n_rows) AS DOUBLE) AS n,
        coalesce(sum(n_rows) FILTER (WHERE declared_by = 'A'), 0) / sum(n_rows) AS new_ex_officio,
        coalesce(sum(n_rows) FILTER (WHERE is_destination_unknown), 0) / sum(n_rows) AS new_unknown_destination
    FROM newly
    HAVING sum(n_rows) >= 20
),

-- No departure was recorded for much longer than ever before within the look-back.
stopped AS (
    SELECT CAST(max(days) FILTER (WHERE is_last) AS DOUBLE) AS n_days
    FROM (
        SELECT
            next_on IS NULL AS is_last,
            date_diff('day', recorded_on_day, coalesce(next_on, CAST($reference_date AS DATE))) AS days
        FROM (
            SELECT recorded_on_day, lead(recorded_on_day) OVER (ORDER BY recorded_on_day) AS next_on
            FROM (SELECT DISTINCT recorded_on_day FROM recorded)
            WHERE recorded_on_day BETWEEN $reference_date - 730 AND $reference_date
        )
    )
    HAVING max(days) FILTER (WHERE is_last) > 7 + 1.5 * max(days) FILTER (WHERE NOT is_last)
),

declared AS (
    SELECT
        CAST(sum(n_rows) AS DOUBLE) AS n,
        coalesce(sum(n_rows) FILTER (WHERE lag >= 14 AND NOT is_incomplete), 0) / sum(n_rows) AS new_late
    FROM newly
    WHERE declared_by IS DISTINCT FROM 'A'
    HAVING sum(n_rows) >= 20
),

residences AS (
    SELECT
        CAST(n_rows AS DOUBLE) AS n,
        CAST(newest_age_days AS DOUBLE) AS newest_age,
        date_diff('day', DATE '2000-01-01', CAST($reference_date AS DATE)) - CAST(newest_age_days AS DOUBLE) AS newest_day,
        n_under_inquiry / n_rows AS under_inquiry,
        n_incorrect / n_rows AS incorrect
    FROM stage_profile_residences
    WHERE n_rows > 0
),

tables AS (
    SELECT table_name, CAST(n_rows AS DOUBLE) AS rows, CAST(n_duplicates AS DOUBLE) AS duplicates,
        CAST(n_confidential AS DOUBLE) AS secrecy, NULL AS orphans
    FROM stage_profile_persons
    UNION ALL BY NAME
    SELECT table_name, CAST(n_rows AS DOUBLE) AS rows, CAST(n_orphans AS DOUBLE) AS orphans
    FROM stage_profile_residences
    UNION ALL BY NAME
    SELECT table_name, CAST(n_orphans AS DOUBLE) AS orphans
    FROM stage_profile_enrolments
    UNION ALL BY NAME
    SELECT table_name, CAST(n_orphans AS DOUBLE) AS orphans
    FROM stage_profile_traces
),

series AS (
    SELECT 'municipality' AS subject_kind, municipality_code AS subject, measure, value, n
    FROM municipalities UNPIVOT (
        value FOR measure IN (residents, unknown_births, incomplete_births, emigrated, suspended_otherwise)
    )
    UNION ALL
    -- A municipality of which nobody is left is no series that ended.
    SELECT DISTINCT 'municipality' AS subject_kind, subject, 'residents' AS measure, 0.0 AS value, 0.0 AS n
    FROM watch_remembered
    WHERE
        subject_kind = 'municipality'
        AND measure = 'residents'
        AND subject NOT IN (SELECT municipality_code FROM municipalities)
    UNION ALL
    SELECT $departures_kind AS subject_kind, $departures_of AS subject, measure, value, n
    FROM departures UNPIVOT (
        value FOR measure IN (
            departures, recent, busiest_day, recording_lag, same_day, incomplete, ex_officio, unknown_destination
        )
    )
    UNION ALL
    SELECT $departures_kind AS subject_kind, $departures_of AS subject, measure, value, n
    FROM new_departures UNPIVOT (value FOR measure IN (new_ex_officio, new_unknown_destination))
    UNION ALL
    SELECT $departures_kind AS subject_kind, $departures_of AS subject, 'stopped' AS measure, 1.0 AS value, n_days AS n
    FROM stopped
    UNION ALL
    SELECT $departures_kind AS subject_kind, $departures_of AS subject, 'new_late' AS measure, new_late AS value, n
    FROM declared
    UNION ALL
    SELECT 'table' AS subject_kind, 'residences' AS subject, measure, value, n
    FROM residences UNPIVOT (value FOR measure IN (newest_age, newest_day, under_inquiry, incorrect))
    UNION ALL
    SELECT 'table' AS subject_kind, table_name AS subject, measure, value, NULL AS n
    FROM tables UNPIVOT (value FOR measure IN (rows, duplicates, secrecy, orphans))
)

SELECT
    subject_kind,
    subject,
    '' AS source,
    measure,
    CAST($reference_date AS DATE) AS seen_on,
    value,
    n,
    CAST(NULL AS VARCHAR) AS other
FROM series
