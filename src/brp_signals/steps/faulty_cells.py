"""Which cells of a file have not the form of their column (sql/stage/forms.sql), found without judging every cell.

The different values of a column are judged, which are few. Only where one of them is odd are rows looked at.
"""

from typing import Any

from brp_signals.delivery.files import DataFile
from brp_signals.steps.night import Night


def find_faulty_cells(night: Night, file: DataFile) -> None:
    """Add the cells of `file` that are at fault to `stage_faulty_cells`."""
    forms = night.warehouse.query(
        "SELECT * FROM _stage_forms WHERE table_name = $table_name ORDER BY position", "forms", table_name=file.table
    )
    for form in forms:
        if form["column_name"] in file.columns:
            _find_in_column(night, file, form)
    night.warehouse.drop("_stage_odd_values")


def _find_in_column(night: Night, file: DataFile, form: dict[str, Any]) -> None:
    column, warehouse = form["column_name"], night.warehouse
    night.files.show_values(file, column)
    n_odd = warehouse.create(
        "_stage_odd_values",
        "stage/odd_values.sql",
        column_name=column,
        pattern=form["pattern"],
        may_be_missing=form["when_missing"] is None,
    )
    if n_odd:
        night.files.show_cells(file, column)
        warehouse.insert("stage_faulty_cells", "stage/faulty_cells.sql", table_name=file.table, file_name=file.name)
