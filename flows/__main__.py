"""Run the nightly flow once: `python -m flows DELIVERY`. The schedule itself is `brp-signals serve`."""

import argparse
import sys
from datetime import date
from pathlib import Path

from brp_signals.base import streams
from brp_signals.base.errors import SignalsError, Stopped
from brp_signals.publish.municipalities import named
from brp_signals.schedule.serving import run_once


def main() -> int:
    """Run the flow, say where the lists are, and give the exit code of `brp-signals run`."""
    streams.make_patient()
    words = argparse.ArgumentParser(prog="python -m flows", description=__doc__)
    words.add_argument("delivery", type=Path, help="the folder of one delivery")
    words.add_argument("--reference-date", type=date.fromisoformat, help="default: the manifest's")
    words.add_argument("--state", type=Path, default=Path("state"))
    words.add_argument("--output", type=Path, default=Path("output"))
    words.add_argument("--config", type=Path, help="default: brp-signals.toml in this folder, if it is there")
    given = words.parse_args()
    here = Path("brp-signals.toml")
    try:
        published = run_once(
            given.delivery,
            reference_date=given.reference_date,
            state=given.state,
            output=given.output,
            config=given.config or (here if here.is_file() else None),
        )
    except SignalsError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("Stopped; the lists are whole: those of this run or those of the run before.", file=sys.stderr)
        return Stopped.exit_code
    show(Path(str(published["output"])))
    if lost := streams.lost():
        print(f"Where the lists are could not be printed ({lost.strerror}); they are out.", file=sys.stderr)
    return 0


def show(folder: Path) -> None:
    """Print where the lists of each municipality and the report are."""
    for municipality in sorted(each for each in folder.iterdir() if each.is_dir()):
        for book in sorted(municipality.glob("*.xlsx")):
            print(f"{named(municipality.name)}: {book} (and {book.with_suffix('.html').name})")
    for book in sorted(folder.glob("sealed/*/*.xlsx")):
        print(f"sealed, for the officer named for it: {book}")
    print(f"report: {folder / 'report.html'}")


if __name__ == "__main__":
    sys.exit(main())
