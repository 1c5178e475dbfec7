"""Groups of cases, for comparing them and nothing else: they come from a separate file that no run ever reads."""

import csv
import io
from pathlib import Path
from typing import Final

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import open_ordinary
from brp_signals.delivery.forbidden import is_forbidden

#: For each kind of group (neighbourhood, age band, school type, …) the group of every case by its number.
Groups = dict[str, dict[str, str]]
_KEY: Final = "case_id"


def read_groups(path: Path) -> Groups:
    """Read a CSV file with a column `case_id` and a column for each kind of group; an empty cell is no group.

    Raises UsageProblem when it cannot be read, or holds a column that may never come near a signal.
    """
    try:
        with io.TextIOWrapper(open_ordinary(path), encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, restkey="", strict=True)
            kinds = [name for name in rows.fieldnames or () if name != _KEY]
            if _KEY not in (rows.fieldnames or ()) or not kinds:
                raise UsageProblem(f"{path.name} needs a column case_id and a column for each kind of group.")
            if refused := [place for place, name in enumerate(rows.fieldnames or (), 1) if is_forbidden(name)]:
                raise UsageProblem(
                    f"{path.name}, column {refused[0]}: this column is on the forbidden list; take it out."
                )
            found: Groups = {kind: {} for kind in kinds}
            for row in rows:
                for kind in kinds:
                    if row[kind]:
                        found[kind][row[_KEY]] = row[kind]
            return found
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UsageProblem(f"{path.name} cannot be read as a CSV file in UTF-8; check the path and the file.") from None
