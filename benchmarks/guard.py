"""The guard against a slower program: `python -m benchmarks.guard`, part of `.ci/run`.

Measures REF, the whole run and the first steps at a 64th of the country in turn, and holds the least CPU time of each
against the least of REF. Fails when a ratio is more than 30 % above the one in guard.json; `--write` puts today's
ratios there, which is for a change that is worth its cost. Start-up and byte pass stay in: a night pays for them.
"""

import argparse
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Final

from benchmarks import generate
from benchmarks.generate import Country
from benchmarks.programs import Programs

KNOWN: Final = Path(__file__).with_name("guard.json")
COUNTRY: Final = Country(Fraction(1, 64))
ROUNDS: Final = 2
MOST_MORE: Final = 1.3

Seconds = dict[str, list[float]]


def measure(programs: Programs, delivery: Path, seconds: Seconds) -> dict[str, float]:
    """Measure some more rounds; the ratios over all rounds so far.

    The least of several is what the program needs: whatever else the machine does only adds to it.
    """
    for _ in range(ROUNDS):
        for name, cpu in (
            ("REF", programs.scan(delivery)),
            ("run", programs.run(delivery)[0].cpu),
            ("REF", programs.scan(delivery)),
            ("first steps", programs.first_steps(delivery)[0].cpu),
        ):
            seconds.setdefault(name, []).append(cpu)
    return {name: min(seconds[name]) / min(seconds["REF"]) for name in ("run", "first steps")}


def slower(ratios: dict[str, float], known: dict[str, float]) -> list[str]:
    """What costs more than it may, in words."""
    return [
        f"{name}: {ratios[name]:.2f} x REF, more than {MOST_MORE:g} times the {usual:.2f} in {KNOWN.name}"
        for name, usual in known.items()
        if ratios[name] > MOST_MORE * usual
    ]


def main() -> int:
    """Command line. Returns 1 when the program became slower."""
    parser = argparse.ArgumentParser(description="See whether the program became slower.")
    parser.add_argument("--write", action="store_true", help="take today's ratios as the usual ones")
    given = parser.parse_args()
    programs = Programs(generate.WORK / "guard")
    delivery = programs.generate(COUNTRY)
    seconds: Seconds = {}
    ratios = measure(programs, delivery, seconds)
    if given.write:
        text = json.dumps({name: round(ratio, 2) for name, ratio in ratios.items()}, indent=1)
        KNOWN.write_text(f"{text}\n", encoding="utf-8")
    known: dict[str, float] = json.loads(KNOWN.read_bytes())
    if slower(ratios, known):
        # A neighbour may have been busy in every round: once more before anybody is blamed.
        ratios = measure(programs, delivery, seconds)
    for name, ratio in ratios.items():
        sys.stdout.write(f"{name}: {ratio:.2f} x REF (usual {known[name]:.2f})\n")
    found = slower(ratios, known)
    for words in found:
        sys.stderr.write(f"Slower: {words}.\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
