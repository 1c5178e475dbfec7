"""Serve the nightly flow as `brp-signals serve` does, and every so many seconds beside it.

Arguments: inbox, state folder, output folder, configuration, port, seconds between two runs.
"""

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from brp_signals import serving

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
    """The schedules of `serve`, and one that does not make a test wait until the morning."""
    from prefect.schedules import Interval

    return [*serving.nightly_schedules(), Interval(timedelta(seconds=seconds))]


if __name__ == "__main__":
    main(*sys.argv[1:])
