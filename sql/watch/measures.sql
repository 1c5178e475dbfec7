-- Grain: one measure of the watch, by the kind of its subject. `check_name` is the expectation that judges it (expectations/watch/).
-- How far it moves by itself from one point to the next is at least `least_noise` (in its own unit) and at least `noise_share` of its
-- usual value. `unit`: how many (`stock` where a steady decline is a change too), a share of `n`,
-- the day up to which something goes, days, one of the codes of a column (a share of `n` as well), rows
-- with a fault, the mark of a content, a flag that is up, or (`memory`) what later nights need and no detector judges. `season`: in which months it moves more than usual.
-- `side`: what alone is looked at, `lower` or `higher` than usual. `is_told`: whether its numbers may be shown.
WITH declared AS (
    SELECT *
    FROM (
        VALUES
        ('school', 'pupils', 'list_size', 'stock', 3.0, 0.025, 'school_year', 'both', true),
        ('school', 'ended', 'list_contents', 'part', 0.0, 0.015, 'school_year', 'both', true),
        ('school', 'newcomers', 'list_contents', 'share', 0.0, 0.03, 'school_year', 'both', true),
        ('school', 'in_august', 'list_contents', 'part', 0.0, 0.03, 'school_year', 'both', true),
        ('school', 'type_po', 'list_contents', 'part', 0.0, 0.03, 'school_year', 'both', true),
        ('school', 'type_vo', 'list_contents', 'part', 0.0, 0.03, 'school_year', 'both', true),
        ('school', 'type_mbo', 'list_contents', 'part', 0.0, 0.03, 'school_year', 'both', true),
        ('school', 'departed', 'list_contents', 'count', 2.0, 0.25, 'school_year', 'higher', true),
        ('school', 'sum_of_days', 'list_frozen', 'mark', 0.0, 0.0, '', 'both', false),
        ('school', 'list_day', 'list_order', 'day', 1.0, 0.0, '', 'lower', false),
        ('school', 'silent', 'list_silent', 'flag', 0.0, 0.0, '', 'higher', true),
        ('school', 'overdue', 'list_silent', 'flag', 0.0, 0.0, '', 'higher', true),
        ('school', 'renumbered', 'list_renumbered', 'flag', 0.0, 0.0, '', 'higher', true),

        ('source', 'rows', 'source_size', 'stock', 4.0, 0.04, 'summer', 'both', true),
        ('source', 'kept', 'source_size', 'share', 0.0, 0.004, '', 'both', true),
        ('source', 'uneven_rows', 'source_size', 'count', 4.0, 0.06, 'summer', 'both', true),
        ('source', 'late_day', 'source_dates', 'day', 10.0, 0.0, '', 'lower', false),
        ('source', 'newest_age', 'source_dates', 'days', 4.0, 0.0, 'summer', 'higher', true),
        ('source', 'mean_age', 'source_dates', 'days', 5.0, 0.05, 'summer', 'both', true),
        ('source', 'ahead', 'source_dates', 'count', 1.0, 0.0, '', 'higher', true),
        ('source', 'recent', 'source_size', 'count', 4.0, 0.25, 'summer', 'lower', true),
        ('source', 'weekend', 'source_dates', 'share', 0.0, 0.03, '', 'both', true),
        ('source', 'busiest_weekday', 'source_dates', 'share', 0.0, 0.02, '', 'higher', true),
        ('source', 'first_of_month', 'source_dates', 'share', 0.0, 0.02, '', 'higher', true),
        ('source', 'with_end', 'source_dates', 'part', 0.0, 0.03, '', 'both', true),
        ('source', 'late_age', 'source_dates', 'days', 3.0, 0.1, 'summer', 'higher', true),
        ('source', 'pupils', 'source_size', 'count', 10.0, 0.02, 'school_year', 'both', true),
        ('source', 'ended', 'list_contents', 'share', 0.0, 0.01, 'school_year', 'both', true),
        ('source', 'newcomers', 'list_contents', 'share', 0.0, 0.04, 'school_year', 'both', true),
        ('source', 'in_august', 'list_contents', 'share', 0.0, 0.02, 'school_year', 'both', true),
        ('source', 'list_age', 'list_silent', 'days', 4.0, 0.1, 'summer', 'higher', true),
        ('source', 'busiest_day', 'source_dates', 'share', 0.0, 0.04, 'summer', 'higher', true),
        ('source', 'silent', 'source_silent', 'flag', 0.0, 0.0, '', 'higher', true),

        ('municipality', 'residents', 'register_size', 'stock', 20.0, 0.004, '', 'both', true),
        ('municipality', 'unknown_births', 'register_contents', 'part', 0.0, 0.001, '', 'both', true),
        ('municipality', 'incomplete_births', 'register_contents', 'part', 0.0, 0.002, '', 'both', true),
        ('municipality', 'emigrated', 'register_contents', 'part', 0.0, 0.003, '', 'both', true),
        ('municipality', 'suspended_otherwise', 'register_contents', 'part', 0.0, 0.003, '', 'both', true),

        ('departures', 'departures', 'departures', 'count', 4.0, 0.08, '', 'both', true),
        ('departures', 'recent', 'departures', 'count', 6.0, 0.15, 'summer', 'both', true),
        ('departures', 'busiest_day', 'departures', 'count', 3.0, 0.15, '', 'higher', true),
        ('departures', 'stopped', 'departures', 'flag', 0.0, 0.0, '', 'higher', true),
        ('departures', 'recording_lag', 'register_dates', 'days', 3.0, 0.3, '', 'both', true),
        ('departures', 'same_day', 'register_dates', 'part', 0.0, 0.02, '', 'both', true),
        ('departures', 'new_late', 'register_dates', 'share', 0.0, 0.02, '', 'higher', true),
        ('departures', 'incomplete', 'register_contents', 'part', 0.0, 0.01, '', 'both', true),
        ('departures', 'ex_officio', 'register_contents', 'part', 0.0, 0.02, '', 'both', true),
        ('departures', 'unknown_destination', 'register_contents', 'part', 0.0, 0.02, '', 'both', true),
        ('departures', 'new_ex_officio', 'register_contents', 'share', 0.0, 0.08, '', 'both', true),
        ('departures', 'new_unknown_destination', 'register_contents', 'share', 0.0, 0.08, '', 'both', true),

        ('table', 'rows', 'register_size', 'stock', 10.0, 0.01, '', 'both', true),
        ('table', 'newest_day', 'register_dates', 'day', 7.0, 0.0, '', 'lower', false),
        ('table', 'orphans', 'faults', 'stock', 3.0, 0.15, '', 'higher', true),
        ('table', 'duplicates', 'faults', 'faults', 0.0, 0.0, '', 'higher', true),
        ('table', 'newest_age', 'register_dates', 'days', 4.0, 0.0, '', 'higher', true),
        ('table', 'under_inquiry', 'register_contents', 'part', 0.0, 0.002, '', 'both', true),
        ('table', 'incorrect', 'register_contents', 'part', 0.0, 0.002, '', 'both', true),
        ('table', 'parents_known', 'register_contents', 'part', 0.0, 0.02, '', 'both', true),
        ('table', 'both_parents', 'register_contents', 'part', 0.0, 0.03, '', 'both', true),
        ('table', 'births_by_default', 'register_contents', 'part', 0.0, 0.01, '', 'higher', true),
        ('table', 'left_with_parent', 'register_contents', 'part', 0.0, 0.03, '', 'both', true),
        ('table', 'lived_with_parent', 'register_contents', 'part', 0.0, 0.03, '', 'both', true),
        ('table', 'secrecy', 'secrecy', 'stock', 2.0, 0.05, '', 'lower', false),

        ('code', 'kinds', 'register_contents', 'code', 0.0, 0.0, 'school_year', 'both', true),
        ('code', 'share', 'register_contents', 'code', 0.0, 0.0, '', 'both', true),
        ('code', 'rows', 'faults', 'faults', 0.0, 0.0, '', 'higher', true)
    ) AS measures (subject_kind, measure, check_name, unit, least_noise, noise_share, season, side, is_told)

    UNION ALL

    SELECT
        'source' AS subject_kind,
        'month_' || lpad(CAST(month_no AS VARCHAR), 2, '0') AS measure,
        'source_size' AS check_name,
        'memory' AS unit,
        0.0 AS least_noise,
        0.0 AS noise_share,
        '' AS season,
        'both' AS side,
        false AS is_told
    FROM range(1, 13) AS months (month_no)
)

-- Departures are of the one municipality that a delivery is of, or else of a table.
SELECT
    unnest(CASE WHEN subject_kind = 'departures' THEN ['municipality', 'table'] ELSE [subject_kind] END) AS subject_kind,
    measure,
    check_name,
    unit,
    least_noise,
    noise_share,
    season,
    side,
    is_told
FROM declared
