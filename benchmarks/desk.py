"""What the desk costs: an inbox of 5,000 cases, one case, the first start, memory, and 20 people at once.

The state folder is that of one night of the sample, with its cases repeated under numbers of their own until there are
5,000. Times are those of the processor, since others may use the machine; beside them is the time on the clock, which a
quiet machine makes the same but for the disk. Run `python -m benchmarks.desk`; the limits are those of docs/desk.md.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from brp_signals.base.case_ids import case_id
from brp_signals.base.config import load_configuration

SAMPLE: Final = Path(__file__).parents[1] / "data/sample/2026-11-20-0363"
N_CASES: Final = 5_000
N_PEOPLE: Final = 20
REPEATS: Final = 30
PASSWORD: Final = "een lang wachtwoord"  # noqa: S105 -- of nobody


@dataclass(frozen=True)
class Measured:
    """One figure, and the most that it may be."""

    what: str
    value: float
    unit: str
    most: float
    on_the_clock: float | None = None

    def __str__(self) -> str:
        clock = "" if self.on_the_clock is None else f", {self.on_the_clock:.0f} {self.unit} on the clock"
        return f"{self.what}: {self.value:.0f} {self.unit} (at most {self.most:.0f}){clock}"


def grown_state(folder: Path) -> Path:
    """A state folder whose last run kept 5,000 cases."""
    from brp_signals import pipeline

    state = folder / "state"
    pipeline.run(
        SAMPLE, state=state, output=folder / "output", config=SAMPLE.with_name(f"{SAMPLE.name}.brp-signals.toml")
    )
    (kept,) = state.glob("last_run-*.json")
    content = json.loads(kept.read_text(encoding="utf-8"))
    listed = [case for case in content["cases"] if case["status"] in ("new", "ongoing", "changed")]
    content["cases"] = [
        listed[number % len(listed)]
        | {"case_id": case_id("departure", f"{number:032x}", "20260101"), "rank": number + 1}
        for number in range(N_CASES)
    ]
    kept.write_text(json.dumps(content), encoding="utf-8")
    return state


class Stopwatch:
    """Milliseconds of the processor and on the clock since it was made."""

    def __init__(self) -> None:
        self._began = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float, float]:
        """Both, in this order."""
        return 1000 * (time.process_time() - self._began[0]), 1000 * (time.perf_counter() - self._began[1])


def timed(what: str, work: Callable[[], Any], most: float) -> Measured:
    """How long this takes, as the median of many times."""
    taken = []
    for _ in range(REPEATS):
        watch = Stopwatch()
        work()
        taken.append(watch.read())
    processor, clock = (median(each) for each in zip(*taken, strict=True))
    return Measured(what, processor, "ms", most, clock)


def peak_megabytes() -> float:
    """The most memory that this process held; the figure of `resource` would be that of its parent as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def measure(folder: Path) -> list[Measured]:
    """Every figure; the process is that of a desk and does nothing else."""
    start = Stopwatch()
    from brp_signals.desk.accounts import keep_user
    from brp_signals.desk.app import create_app
    from brp_signals.desk.workplace import Workplace

    settings = load_configuration(None).desk.model_copy(update={"hosts": ("testserver",)})
    place = Workplace(settings, folder / "state", folder / "output")
    app = create_app(place)
    place.keep_up()
    first_start = start.read()
    memory = peak_megabytes()

    from starlette.testclient import TestClient

    from tests.desk.office import Browser

    def signed_in(name: str) -> Browser:
        keep_user(place.database, name, ["clerk"], ["0363"], PASSWORD)
        browser = Browser(TestClient(app, follow_redirects=False))
        browser.sign_in(name, PASSWORD)
        return browser

    anna = signed_in("Anna")
    numbers = anna.numbers()
    people = [signed_in(f"Persoon {letter}") for letter in "ABCDEFGHIJKLMNOPQRST"]
    together = Stopwatch()
    with ThreadPoolExecutor(N_PEOPLE) as pool:
        answers = list(pool.map(_a_bit_of_work, people, [numbers] * N_PEOPLE))
    processor, clock = (each / sum(map(len, answers)) for each in together.read())
    wrong = sum(status not in (200, 303) for each in answers for status in each)
    return [
        timed("inbox of 5,000 cases", lambda: anna.get("/werk"), 150),
        timed("page 80 of the inbox", lambda: anna.get("/werk", pagina="80"), 150),
        timed("one case", lambda: anna.open(numbers[0]), 150),
        Measured("first start", first_start[0], "ms", 3000, first_start[1]),
        Measured("memory after the start", memory, "MB", 150),
        Measured("memory after 20 people", peak_megabytes(), "MB", 250),
        Measured("a page while 20 people ask", processor, "ms", 150, clock),
        Measured("wrong answers to 20 people", wrong, "answers", 0),
    ]


def _a_bit_of_work(browser: Any, numbers: list[str]) -> list[int]:
    """What somebody does in a few minutes: the list, some cases, taking one."""
    found = [browser.get("/werk").status_code]
    found += [browser.open(number).status_code for number in numbers[:5]]
    return found


def main() -> None:
    """Measure in a process of its own, and leave with 1 when something is over its limit."""
    if len(sys.argv) > 1:
        found = measure(Path(sys.argv[1]))
        print("\n".join(map(str, found)))
        sys.exit(any(each.value > each.most for each in found))
    with tempfile.TemporaryDirectory() as folder:
        grown_state(Path(folder))
        sys.exit(subprocess.run([sys.executable, "-m", "benchmarks.desk", folder], check=False).returncode)


if __name__ == "__main__":
    main()
