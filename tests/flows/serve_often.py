"""Serve the nightly flow as `brp-signals serve` does, and every so many seconds beside it.

Arguments: inbox, state folder, output folder, configuration, port, seconds between two runs.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from brp_signals.base.errors import SignalsError
from brp_signals.schedule import serving

if TYPE_CHECKING:
    from prefect.schedules import Schedule


def main(inbox: str, state: str, output: str, config: str, port: str, seconds: str) -> None:
    """Serve until told to stop."""
    serving.serve(
        inbox=Path(inbox),
        state=Path(state),
        output=Path(output),
        config=Path(config) if config else None,
        port=int(port),
        schedules=lambda: nightly_and_every(float(seconds)),
    )


def nightly_and_every(seconds: float) -> "list[Schedule]":
    """The schedules of `serve`, and one that begins soon: a test does not wait until the morning."""
    from prefect.schedules import Interval

    # Counted from three seconds after one interval ago: the first run comes in three seconds.
    often = Interval(timedelta(seconds=seconds), anchor_date=datetime.now(UTC) + timedelta(seconds=3 - seconds))
    return [*serving.nightly_schedules(), often]


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SignalsError as problem:  # as the command line does
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_code)
