"""`make faults`: every fault at every place, then nights under random kills; writes docs/reliability.md."""

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from brp_signals.state.ledger import FILE
from tests.faults import declared, report
from tests.faults.kills import Disturbed, Killed, in_peace
from tests.faults.sequence import Sequence
from tests.faults.trial import Bench, Observed


def main() -> int:
    """Command line. Returns 1 when a fault did damage; the page is written when none did."""
    parser = argparse.ArgumentParser(description="Do harm to nights and look what comes of it.")
    parser.add_argument("--kills", type=int, default=200, help="random kills")
    parser.add_argument("--nights", type=int, default=24, help="nights over which they are spread")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--quick", action="store_true", help="without Great Expectations, a full disk and noise at few places"
    )
    given = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="brp-signals-faults-") as name:
            observed = list(_every_fault(Path(name) / "faults", given.quick))
            killed = _random_kills(Path(name) / "kills", given.kills, given.nights, given.seed, given.quick)
    except AssertionError as damage:
        _say(f"Damage: {damage}")
        return 1
    report.write_page(observed, killed, given.nights, given.quick)
    _say(f"{len(observed)} faults and {killed.n_kills} kills did no damage; see {report.PAGE.name}.")
    return 0


def _every_fault(folder: Path, is_quick: bool) -> Iterator[Observed]:
    bench = Bench(folder, is_judged=not is_quick)
    n_pages = (bench.evening.state / FILE).stat().st_size // 4096
    for fault in declared.once(range(0, n_pages, 8 if is_quick else 1)):
        _say(f"{fault}")
        yield bench.try_out(fault)
    for nth in itertools.count(1, 8 if is_quick else 1):
        observed = bench.try_out(declared.disk_full(nth))
        if not any(word.startswith("full at") for word in observed.outcome.told):
            return  # the run has fewer writes
        _say(f"{observed.fault}: code {observed.outcome.code}")
        yield observed


def _random_kills(folder: Path, n_kills: int, n_nights: int, seed: int, is_quick: bool) -> Killed:
    sequence = Sequence(folder / "deliveries", n_nights)
    peace = in_peace(folder / "peace", sequence, is_judged=not is_quick)
    _say(f"{n_nights} nights left in peace; a night takes {peace.seconds['']:.1f} s")
    return Disturbed(folder / "disturbed", sequence, peace, is_judged=not is_quick, seed=seed).go(n_kills)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    raise SystemExit(main())
