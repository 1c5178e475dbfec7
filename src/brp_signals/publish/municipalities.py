"""Names of municipalities by their code, ended ones too, for everything that people read.

They come from the national table 33; `municipalities.csv` says from which version. A newer download of the table is
taken in by `python -m brp_signals.publish.municipalities TABLE VERSION`, which writes that file again.
"""

import csv
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from brp_signals.base.errors import UsageProblem

FILE: Final = Path(__file__).with_name("municipalities.csv")
_CODE, _NAME = "92.10 Gemeentecode", "92.11 Omschrijving"


def named(code: str) -> str:
    """`0363 (Amsterdam)`; a code that is newer than the table stays alone, since a name is never needed to go on."""
    name = _names().get(code)
    return f"{code} ({name})" if name else code


@cache
def _names() -> Mapping[str, str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return dict(csv.reader(line for line in lines[1:] if not line.startswith("#")))


def rewrite(table: Path, version: str, file: Path = FILE) -> int:
    """Write the names of table 33, as RvIG publishes it, to `file`, and return how many there are.

    Raises UsageProblem when `table` is not that table.
    """
    try:
        rows = list(csv.DictReader(table.read_text(encoding="utf-16").splitlines()))
        names = {row[_CODE]: row[_NAME] for row in rows}
    except (OSError, UnicodeError, KeyError, csv.Error):
        raise UsageProblem(
            f"{table.name} is not table 33 as RvIG publishes it (CSV, UTF-16); download it again."
        ) from None
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write(f"code,name\n# {version}\n")
        csv.writer(stream, lineterminator="\n").writerows(sorted(names.items()))
    return len(names)


if __name__ == "__main__":
    print(f"{rewrite(Path(sys.argv[1]), ' '.join(sys.argv[2:]))} municipalities written to {FILE.name}.")
