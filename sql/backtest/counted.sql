-- Grain: one month (none: all months, of each departure the first) and one group of departures, with how many there are, how many the
-- register corrected or ended since, and how many days that took.
WITH groups AS (
    SELECT month_on, departure_id, 'level' AS kind, level AS code FROM backtest_listed

    UNION ALL

    SELECT month_on, departure_id, 'listed' AS kind, '' AS code FROM backtest_listed
    WHERE level IN ('A', 'B')

    UNION ALL

    -- What another threshold would have listed.
    SELECT listed.month_on, listed.departure_id, 'from' AS kind, bounds.chance AS code
    FROM backtest_listed AS listed
    INNER JOIN backtest_bounds AS bounds ON listed.points >= bounds.points

    UNION ALL

    SELECT
        evidence.month_on,
        evidence.departure_id,
        CASE WHEN evidence.is_against THEN 'against' ELSE 'rule' END AS kind,
        evidence.rule_code AS code
    FROM backtest_evidence AS evidence
    INNER JOIN backtest_listed AS listed
        ON evidence.month_on = listed.month_on AND evidence.departure_id = listed.departure_id
    WHERE listed.level IN ('A', 'B')

    UNION ALL

    SELECT
        evidence.month_on,
        evidence.departure_id,
        CASE WHEN evidence.is_against THEN 'kept_off' ELSE 'alone' END AS kind,
        evidence.rule_code AS code
    FROM backtest_evidence AS evidence
    INNER JOIN backtest_listed AS listed
        ON evidence.month_on = listed.month_on AND evidence.departure_id = listed.departure_id
    WHERE evidence.is_decisive AND (listed.level = 'weak') = evidence.is_against AND listed.level <> 'B-03'
),

ever_listed AS (
    SELECT departure_id, min(month_on) AS month_on
    FROM backtest_listed
    WHERE level IN ('A', 'B')
    GROUP BY departure_id
),

-- Over all months a departure has the level of its first month on the list; it was too weak only if it never was on it.
once AS (
    SELECT groups.departure_id, groups.kind, groups.code, min(groups.month_on) AS month_on
    FROM groups
    LEFT JOIN ever_listed ON groups.departure_id = ever_listed.departure_id
    WHERE
        CASE
            WHEN groups.kind = 'level' AND groups.code IN ('A', 'B') THEN groups.month_on = ever_listed.month_on
            WHEN groups.kind = 'kept_off' OR groups.code = 'weak' THEN ever_listed.departure_id IS NULL
            ELSE true
        END
    GROUP BY groups.departure_id, groups.kind, groups.code
),

periods AS (
    SELECT month_on AS period_on, month_on AS since_on, departure_id, kind, code FROM groups
    UNION ALL
    SELECT CAST(NULL AS DATE) AS period_on, month_on AS since_on, departure_id, kind, code FROM once
),

told AS (
    SELECT
        periods.period_on,
        periods.kind,
        periods.code,
        outcomes.outcome,
        outcomes.back_on <= periods.since_on AS was_back,
        date_diff('day', periods.since_on, outcomes.outcome_on) AS n_days
    FROM periods
    LEFT JOIN backtest_outcomes AS outcomes ON periods.departure_id = outcomes.departure_id
)

SELECT
    told.period_on AS month_on,
    told.kind,
    told.code,
    count(*) AS n,
    count(told.outcome) AS hits,
    count(*) FILTER (WHERE told.outcome = 'corrected') AS n_corrected,
    count(*) FILTER (WHERE told.outcome = 'returned') AS n_returned,
    count(*) FILTER (WHERE told.outcome = 'returned' AND told.was_back) AS n_was_back,
    quantile_disc(told.n_days, 0.25) AS days_first_quarter,
    quantile_disc(told.n_days, 0.5) AS days_half,
    quantile_disc(told.n_days, 0.75) AS days_third_quarter
FROM told
GROUP BY told.period_on, told.kind, told.code
