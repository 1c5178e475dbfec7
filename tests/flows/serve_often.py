"""Serve the nightly flow as `brp-signals serve` does, and every so many seconds beside it.

Arguments: inbox, state folder, output folder, configuration, port, seconds between two runs.
"""

import sys
from datetime import timedelta
from pathlib import Path

from brp_signals import serving


def main(inbox: str, state: str, output: str, config: str, port: str, seconds: str) -> None:
    """Serve until told to stop."""
    from prefect.schedules import Interval

    serving.serve(
        inbox=Path(inbox),
        state=Path(state),
        output=Path(output),
        config=Path(config) if config else None,
        port=int(port),
        schedules=[*serving.default_schedules(), Interval(timedelta(seconds=float(seconds)))],
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
