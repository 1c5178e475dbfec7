"""`python -m benchmarks.departed_on_paper`: make worlds, run brp-signals on them, and tell how right its lists are."""

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.departed_on_paper.assumptions import LEVELS, NAMES
from benchmarks.departed_on_paper.deliveries import write_world
from benchmarks.departed_on_paper.entrant import run_nights
from benchmarks.departed_on_paper.page import table, variations, write_page, write_variations
from benchmarks.departed_on_paper.scoring import Score, score
from benchmarks.departed_on_paper.world import PUBLIC_SEEDS, TELLING_SEEDS, build

_SEEDS = {"public": PUBLIC_SEEDS, "telling": TELLING_SEEDS}
_FACTORS = (0.5, 2.0)


def main() -> None:
    """Measure the levels asked for and print the table; with --write-docs also write it into docs/detection.md.

    With --vary the table is that of the first level with assumptions halved and doubled; rows of others stay in the
    page.
    """
    given = _arguments()
    if given.out:
        write_world(build(_SEEDS[given.seeds], given.levels[0]), given.out)
        return
    if given.vary is not None:
        varied = vary(_SEEDS[given.seeds], given.levels[0], given.vary or NAMES)
        print(variations(varied))
        if given.write_docs:
            write_variations(varied, given.levels[0], given.seeds)
        return
    scores = {level: measure(_SEEDS[given.seeds], level) for level in given.levels}
    print(table(scores))
    if given.write_docs:
        write_page(scores, given.seeds)


def vary(seeds: Sequence[int], level: str, names: Sequence[str]) -> dict[tuple[str, float], Score]:
    """The score of the world with each named assumption halved and doubled, by name and factor; a world a processor."""
    changes = [(name, factor) for name in names for factor in _FACTORS]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        told = {change: pool.submit(measure, seeds, level, dict([change])) for change in changes}
        return {change: world.result() for change, world in told.items()}


def measure(seeds: Sequence[int], level: str, factors: Mapping[str, float] | None = None) -> Score:
    """Make one world, run all its nights, and score them; the files are thrown away."""
    work = Path(tempfile.mkdtemp(prefix="departed-on-paper-"))
    try:
        nights = write_world(build(seeds, level, factors), work / "world")
        return score(work / "world", run_nights(nights, work / "run"))
    except subprocess.CalledProcessError as problem:
        raise SystemExit(f"Level {level}: {problem.stderr.decode(errors='replace').strip()}") from None
    finally:
        shutil.rmtree(work)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=list(LEVELS))
    parser.add_argument("--seeds", choices=_SEEDS, default="public", help="nobody tunes on the telling seeds")
    parser.add_argument(
        "--vary", nargs="*", choices=NAMES, metavar="NAME", help="halve and double these assumptions, or all (an hour)"
    )
    parser.add_argument("--write-docs", action="store_true", help="write the table into docs/detection.md")
    parser.add_argument("--out", type=Path, help="only write the world of the first level to this folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
