-- Grain: one decision that can be taken about a case, with the first day on which it may have been taken to hold at the reference date.
-- Some hold for some months and some until 31 July. What is no outcome yet never holds: the case waits, on the list.
SELECT
    outcome_code,
    suppressor_code,
    holds = 'never' AS is_waiting,
    CASE holds
        WHEN 'always' THEN DATE '0001-01-01'
        WHEN 'explained_months' THEN $explained_from
        WHEN 'school_year' THEN $school_year_from
        WHEN 'never' THEN DATE '9999-12-31'
    END AS holds_from
FROM settings_outcomes
