"""The command that writes the papers a municipality signs before the first night."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from brp_signals.cli.options import Config, Json, State, app, configuration
from brp_signals.cli.saying import print_json, tell

if TYPE_CHECKING:
    from brp_signals.papers.writing import Told

#: What a section without a heading is called: the lines above the first one.
_OPENING: Final = "de opening"


@app.command()
def papers(
    state: State = Path("state"),
    config: Config = None,
    output: Annotated[Path, typer.Option("--output", help="Folder for the papers.")] = Path("papers"),
    as_json: Json = False,
) -> None:
    """Write in Dutch the papers to sign, filled in from rules and configuration, and say what changed in them."""
    from brp_signals.papers import writing
    from brp_signals.papers.facts import gather

    told = writing.write(output, writing.papers(gather(state, configuration(config))))
    for paper in told:
        tell(_sentence(paper))
        for own, newer in paper.beside:
            tell(f"{own} was changed by people and stays; the newer text is in {newer}.")
    tell(f"The papers are in {output}; fill in what is marked with IN TE VULLEN, and read the rest as well.")
    if as_json:
        print_json({"papers": [paper._asdict() for paper in told]})


def _sentence(paper: "Told") -> str:
    if paper.is_new:
        return f"{paper.name}: written for the first time."
    if not paper.changed:
        return f"{paper.name}: nothing changed."
    return f"{paper.name}: changed in {'; '.join(heading or _OPENING for heading in paper.changed)}."
