-- Grain: one value of a column that has not the form of the column; an empty cell where none may be is one too.
SELECT DISTINCT
    $column_name AS column_name,
    value
FROM _stage_values
WHERE NOT coalesce(regexp_full_match(value, $pattern), $may_be_missing)
