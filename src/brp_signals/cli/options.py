"""What all commands share: the application, and the arguments and options that several of them have."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from brp_signals.base.errors import UsageProblem

app = typer.Typer(
    name="brp-signals",
    help="Find children who left the population register but not the school list.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
) -> None:
    """Find children who left the population register but not the school list."""


def day(option: str) -> Callable[[str], date]:
    """Return the function that reads the day of an option."""

    def read(text: str) -> date:
        found = re.fullmatch("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
        try:
            return date(*map(int, found.groups() if found else ()))
        except (TypeError, ValueError):
            raise UsageProblem(f"{option}: write a day that exists, as 2026-11-20.") from None

    return read


Delivery = Annotated[Path, typer.Argument(help="Folder of the delivery.", show_default=False)]
Day = Annotated[
    date | None,
    typer.Option(
        "--reference-date",
        parser=day("--reference-date"),
        metavar="YYYY-MM-DD",
        help="Look from this date instead of the delivery's.",
    ),
]
State = Annotated[Path, typer.Option("--state", help="Folder that remembers between runs.")]
Output = Annotated[Path, typer.Option("--output", help="Folder that shows the lists.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="Configuration; without it brp-signals.toml here, or the defaults.",
        show_default=False,
    ),
]
Groups = Annotated[
    Path | None,
    typer.Option(help="CSV with case_id and a column for each kind of group; no run reads it.", show_default=False),
]
CaseNumber = Annotated[str, typer.Argument(help="Number of a case, as S-XXXX-XXXX.", show_default=False)]
Identity = Annotated[
    Path | None, typer.Option(help="Identity file, when the last run encrypted its lists.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print a machine-readable result.")]


def configuration(path: Path | None) -> Path | None:
    """Return the named configuration, or the one in this folder."""
    here = Path("brp-signals.toml")
    return path or (here if here.is_file() else None)
