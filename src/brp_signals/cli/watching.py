"""Commands about the watch: which changes stand, and that one of them is as it should be."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from brp_signals.cli.options import Json, State, app
from brp_signals.cli.saying import answer, must_be_out, print_json, tell

watch = typer.Typer(rich_markup_mode=None)
app.add_typer(watch, name="watch")


@watch.callback(invoke_without_command=True)
def standing(
    context: typer.Context,
    state: State = Path("state"),
    everything: Annotated[bool, typer.Option("--all", help="Also what staff acknowledged.")] = False,
    as_json: Json = False,
) -> None:
    """Say in Dutch which changes stand in what was delivered, new ones first; ack says that one is as it should be."""
    if context.invoked_subcommand:
        return
    from brp_signals.upkeep import watching

    alarms = watching.standing_alarms(state, everything=everything)
    if as_json:
        print_json({"alarms": alarms, "series": watching.series(state)})
        must_be_out()
    elif alarms:
        answer("\n".join(_line(alarm) for alarm in alarms))
    else:
        tell("No change stands.")


def _line(alarm: Mapping[str, Any]) -> str:
    from brp_signals.base.dates import dutch
    from brp_signals.publish.watch_words import CONSEQUENCES

    consequence = "gezien" if alarm["acknowledged"] else CONSEQUENCES[alarm["consequence"]]
    since = dutch(date.fromisoformat(alarm["first_on"]))
    why = f" ({alarm['reason']})" if alarm["reason"] else ""
    return f"{alarm['id']}  {since}  {consequence}  {alarm['sentence_nl']}{why}"


@watch.command("ack")
def acknowledge(
    alarm_id: Annotated[str, typer.Argument(metavar="ID", help="Id of an alarm, as W-04B1C7.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why it is as it should be; kept in the ledger.", show_default=False)],
    state: State = Path("state"),
) -> None:
    """Acknowledge a change: it is as it should be, and from it on the new numbers are usual."""
    from brp_signals.upkeep import watching

    alarm = watching.acknowledge(state, alarm_id, reason)
    tell(
        f"Alarm {alarm['id']} is acknowledged: from this change on the new numbers are usual, and nothing is held or "
        "refused for it, beginning with the next night."
    )
