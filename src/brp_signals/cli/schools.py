"""The command about schools by name."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from brp_signals.cli.options import Json, State, app, day
from brp_signals.cli.saying import print_json, say

schools = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(schools, name="schools", help="Know schools by name, for lists and pages.")

#: So many rows that could not be read are named; --json names all.
_MOST_TOLD = 10


@schools.callback()
def group() -> None:
    """Know schools by name, for lists and pages."""


@schools.command("import")
def schools_import(
    file: Annotated[Path, typer.Argument(help="DUO's open file of school locations, as CSV.", show_default=False)],
    state: State = Path("state"),
    kind: Annotated[
        str | None,
        typer.Option(help="bo, so, vo or mbo, where the name of the file does not tell it.", show_default=False),
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--date",
            parser=day("--date"),
            metavar="YYYY-MM-DD",
            help="Day that the file is of; without it the day on which it was last written.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in the names and addresses of schools from DUO's open files; the next lists show them."""
    from brp_signals.upkeep.school_files import import_schools

    done = import_schools(file, state, kind, as_of)
    say(
        f"{done.n_schools} schools ({done.kind_nl}) are known by name, as of {done.as_of}; "
        f"before it were {done.n_before}."
    )
    for row in done.unreadable[:_MOST_TOLD]:
        say(f"{done.file}, line {row.line} was left out: {row.why}.")
    if len(done.unreadable) > _MOST_TOLD:
        say(f"{len(done.unreadable)} lines were left out in all; --json names each.")
    if as_json:
        print_json(
            {
                "file": done.file,
                "kind": done.kind,
                "as_of": done.as_of.isoformat(),
                "schools": done.n_schools,
                "unreadable": [row._asdict() for row in done.unreadable],
            }
        )
