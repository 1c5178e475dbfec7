-- Grain: one cell of a column that is at fault. An id of another person or an address that is an id by its length (`may_pass`) is no
-- fault where nobody needs the row.
SELECT
    $table_name AS table_name,
    $file_name AS file,
    cells.row_no,
    odd.column_name,
    forms.position,
    CASE
        WHEN cells.value IS NULL THEN forms.when_missing
        WHEN forms.otherwise = 'id' THEN id_fault(cells.value)
        WHEN forms.otherwise = 'date' THEN date_fault(cells.value)
        ELSE forms.otherwise
    END AS reason_code,
    coalesce(forms.otherwise = 'id' AND forms.when_missing IS NULL AND strlen(cells.value) = 32, false) AS may_pass
FROM _stage_cells AS cells
INNER JOIN _stage_odd_values AS odd ON cells.value IS NOT DISTINCT FROM odd.value
INNER JOIN _stage_forms AS forms ON odd.column_name = forms.column_name AND forms.table_name = $table_name
