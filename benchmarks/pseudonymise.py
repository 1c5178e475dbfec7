"""What pseudonymising costs: hashing alone, whole conversions, and memory as the register grows.

`python -m benchmarks.pseudonymise` measures and prints; `--write-docs` puts the figures into docs/performance.md. The
plain loop is `hmac.new` once per number, in the same conversion at the same place. Every measurement is a child process
of its own. Persons are made up: nobody has these numbers.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import PAGE, Cost, cost_of, machine, write_between

if TYPE_CHECKING:
    import polars

    from brp_signals.gateway.formats.records import Enrolment, Person
    from brp_signals.gateway.pseudonyms import Space

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- gateway benchmark: begin -->", "<!-- gateway benchmark: end -->"
WORK = ROOT / "benchmarks" / "work" / "gateway"
KEY = "5a" * 32
#: Numbers hashed, persons and rows in the files, and persons fed without a file, when nothing else is asked.
NUMBERS, IN_FILES, FED = 1_000_000, 100_000, (100_000, 500_000, 2_000_000)
SEEN = ("2026-04-15", "2026-06-02")


def bsn(serial: int) -> str:
    """The made-up BSN of a person; it passes the 11-check."""
    stem = 10_000_000 + serial * 4
    while True:
        total = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), str(stem), strict=True))
        if total % 11 < 10:
            return f"{stem}{total % 11}"
        stem += 1


def plain_loop(subkey: str, numbers: Iterable[str | None]) -> list[str | None]:
    """Pseudonyms as a plain program makes them."""
    key = subkey.encode()
    return [hmac.new(key, one.encode(), hashlib.sha256).hexdigest()[:32] if one else None for one in numbers]


def use_plain_loop() -> None:
    """Let this process hash with the plain loop."""
    import polars

    from brp_signals.gateway.pseudonyms import Pseudonymiser

    def pseudonyms(self: Pseudonymiser, space: Space, numbers: polars.Series) -> polars.Series:
        return polars.Series(numbers.name, plain_loop(self._subkeys[space], numbers.to_list()), polars.String)

    Pseudonymiser.pseudonyms = pseudonyms  # type: ignore[method-assign]


# -- what the children do ----------------------------------------------------------------------------------------------


def hash_alone(size: int) -> float:
    """How many times faster a column at once is than the plain loop, on the same million numbers; best of three."""
    import polars

    from brp_signals.gateway.pseudonyms import Pseudonymiser, Space

    pseudonymiser = Pseudonymiser(KEY)
    column = polars.Series("n", [f"{100_000_000 + serial}" for serial in range(size)])
    numbers = column.to_list()
    plain = _best(lambda: plain_loop(pseudonymiser._subkeys[Space.BSN], numbers))
    return plain / _best(lambda: pseudonymiser.pseudonyms(Space.BSN, column))


def numbers_to_columns(size: int) -> float:
    """CPU seconds from numbers that come one by one to columns of pseudonyms, in the batches of a conversion."""
    import polars

    from brp_signals.gateway.pseudonymised_batches import ROWS_AT_ONCE
    from brp_signals.gateway.pseudonyms import Pseudonymiser, Space

    pseudonymiser = Pseudonymiser(KEY)
    numbers = iter([f"{100_000_000 + serial}" for serial in range(size)])
    started = time.process_time()
    while batch := list(islice(numbers, ROWS_AT_ONCE)):
        pseudonymiser.pseudonyms(Space.BSN, polars.Series("n", batch))
    return time.process_time() - started


def rows_to_columns(size: int) -> float:
    """The same for whole rows of a school list; no file, no database."""
    from brp_signals.gateway import pseudonymised_batches

    class Nowhere:
        """Takes what a database would take."""

        def make(self, *_: Any) -> None:
            """Nothing to make."""

        append = make

    rows = list(_School(size).rows(None))
    from brp_signals.gateway.pseudonyms import Pseudonymiser

    into = pseudonymised_batches.Intake(Pseudonymiser(KEY), Nowhere())  # type: ignore[arg-type]
    started = time.process_time()
    for row in rows:
        into.enrolment(row, 0)
    into.close()
    return time.process_time() - started


def pass_files(work: Path) -> float:
    """CPU seconds of the conversion of the files in `work`."""
    return _passage(work, [("gbav", work / "register.csv"), ("school-csv", work / "school.csv")])


def pass_school_list(work: Path) -> float:
    """The same for a school list beside a register of one person."""
    return _passage(work, [("gbav", work / "one.csv"), ("school-csv", work / "school.csv")])


def feed(work: Path, size: int) -> float:
    """The same for persons that are made up on the spot: no file, no parsing."""
    from brp_signals.gateway import conversion

    def open_source(profile: str, _: Path) -> Any:
        return _Register(size) if profile == "gbav" else _School(size)

    conversion.open_source = open_source  # type: ignore[assignment,attr-defined]
    return _passage(work, [("gbav", work / "none"), ("school-csv", work / "none")])


def _passage(work: Path, sources: list[tuple[str, Path]]) -> float:
    from datetime import date

    from brp_signals.gateway import pseudonymise

    key_file = work / "key"
    key_file.touch(mode=0o600)
    key_file.write_text(KEY, encoding="ascii")
    shutil.rmtree(work / "delivery", ignore_errors=True)
    started = time.process_time()
    pseudonymise(sources, key_file, work / "delivery", date(2026, 6, 15))
    spent = time.process_time() - started
    shutil.rmtree(work / "delivery")
    return spent


def _best(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return min(spent)


# -- made-up sources ---------------------------------------------------------------------------------------------------


class _Source:
    """A source that lies nowhere."""

    unread: tuple[str, ...] = ()
    lines_read = empty_lines = 0
    kind = file = ""

    def __init__(self, size: int) -> None:
        self.size = size


class _Register(_Source):
    """Half of the persons are parents, in couples that have two of the other half as children."""

    kind, file = "register", "register"

    def persons(self, _: object) -> Iterator[Person]:
        """All persons, 1.6 residences each; one in a hundred had another A-number before."""
        from brp_signals.gateway.formats.records import Numbers, Person, Residence

        def own(serial: int) -> Numbers:
            return Numbers(f"{1_000_000_000 + serial * 13}", f"{100_000_000 + serial * 7}")

        half, nobody = self.size // 2, Numbers()
        for serial in range(self.size):
            couple = serial % half // 2 * 2
            is_parent = serial < half
            pair = (own(couple + half * is_parent), own(couple + 1 + half * is_parent))
            address = ("W", f"{serial // 3:016d}", "20120505", "", "", "A", "20120505", "20120506", "0", "0", "")
            town = f"{1 + serial % 342:04d}"
            yield Person(
                "register",
                serial + 2,
                own(serial),
                (Numbers(f"{5_000_000_000 + serial}"),) if serial % 100 == 0 else (),
                f"{(1950 if is_parent else 2000) + serial % 25}0512",
                "",
                "",
                town,
                False,
                (nobody, nobody) if is_parent else pair,
                pair if is_parent else (),
                tuple(Residence(serial, seq, town, *address) for seq in range(1 + (serial % 5 < 3))),
            )


class _School(_Source):
    """Every second child is enrolled."""

    kind, file = "enrolments", "school"

    def rows(self, _: object) -> Iterator[Enrolment]:
        """All rows."""
        from brp_signals.gateway.formats.records import Enrolment, ListedNumber
        from brp_signals.gateway.pseudonyms import Space

        for serial in range(self.size // 2, self.size, 2):
            number = ListedNumber(Space.BSN, f"{100_000_000 + serial * 7}")
            yield Enrolment(serial, number, "12AB00", "PO", "2018-08-01", "", "school", SEEN[1])


def write_files(work: Path, size: int) -> None:
    """A register of `size` persons with the elements that are read and no others, and a school list of as many rows."""
    from brp_signals.gateway.formats.gbav import TAKEN_ELEMENTS

    names = tuple(dict.fromkeys(TAKEN_ELEMENTS))
    for name, count in (("register.csv", size), ("one.csv", 1)):
        with (work / name).open("w", encoding="utf-8") as out:
            out.write(";".join(("", *names, "")) + "\n")
            for serial in range(count):
                out.write(";".join((f"Lg01_{serial}", *(_cell(name, serial) for name in names), "")) + "\n")
    with (work / "school.csv").open("w", encoding="utf-8") as out:
        out.write("bsn;school_id;education_type;enrolled_on;withdrawn_on;seen_on\n")
        out.writelines(f"{bsn(serial)};12AB00;PO;2018-08-01;;{SEEN[serial % 2]}\n" for serial in range(size))


def _cell(name: str, serial: int) -> str:
    parent = serial // 2
    numbers = {
        "01.01.10": f"{1_000_000_000 + serial * 13}",
        "01.01.20": bsn(serial),
        "02.01.10": f"{1_000_000_000 + parent * 13}",
        "02.01.20": bsn(parent),
        "08.11.80": f"{1 + serial // 3:016d}",
    }
    rest = {"01.03.10": "20120505", "07.70.10": "0", "08.09.10": "0363", "08.10.10": "W", "08.72.10": "A"}
    dates = dict.fromkeys(("08.10.30", "08.85.10", "08.86.10"), "20120505")
    return {**numbers, **rest, **dates}.get(name, "")


# -- the parent --------------------------------------------------------------------------------------------------------


class Bench:
    """Starts the children, one after the other, and reads what they say."""

    def __init__(self, work: Path) -> None:
        self.work = work
        work.mkdir(parents=True, exist_ok=True)

    def child(self, *words: str | int, is_plain: bool = False) -> tuple[float, Cost]:
        """What one child measured itself, and what it cost as a process."""
        options = [*map(str, words), *(["--plain"] if is_plain else [])]
        log = self.work / "child.log"
        cost = cost_of([sys.executable, "-m", "benchmarks.pseudonymise", "--work", self.work, "--child", *options], log)
        return float(log.read_text().split()[-1]), cost

    def ratio(self, *words: str | int) -> tuple[float, float]:
        """CPU seconds of one measurement, and how many times as much the plain loop takes; the best of two each."""
        ours, plain = (min(self.child(*words, is_plain=is_plain)[0] for _ in range(2)) for is_plain in (False, True))
        return ours, plain / ours


def report(bench: Bench, in_files: int, scales: list[int]) -> str:
    """All figures, in Markdown."""
    bench.child("write", in_files)
    lines = [f"{machine('duckdb', 'polars', 'polars-hash')}, {datetime.now(UTC).date().isoformat()}.", ""]
    lines += ["| what | seconds (CPU) | × faster than the plain loop |", "| --- | ---: | ---: |"]
    lines.append(f"| hashing alone, {NUMBERS:,} numbers | | **{bench.child('hashing', NUMBERS)[0]:.1f}** |")
    measured: tuple[tuple[str, str, int], ...] = (
        (f"numbers in → columns of pseudonyms out, in batches, {NUMBERS:,}", "numbers", NUMBERS),
        (f"rows of a school list in memory → columns, {NUMBERS:,}", "rows", 4 * NUMBERS),
        (f"school list, file → delivery, {in_files:,} rows", "school", 0),
        (f"GBA-V register and school list, files → delivery, {in_files:,} each", "files", 0),
    )
    for title, what, size in measured:
        seconds, ratio = bench.ratio(what, size)
        lines.append(f"| {title} | {seconds:.1f} | **{ratio:.1f}** |")
    lines += ["", "| persons fed | CPU | peak memory |", "| ---: | ---: | ---: |"]
    for scale in scales:
        _, cost = bench.child("feed", scale)
        lines.append(f"| {scale / 1e6:g} M | {cost.cpu:.0f} s | {cost.memory / 1e9:.2f} GB |")
    return "\n".join(lines)


def _act(what: str, size: int, work: Path) -> float:
    match what:
        case "hashing":
            return hash_alone(size)
        case "numbers":
            return numbers_to_columns(size)
        case "rows":
            return rows_to_columns(size)
        case "files":
            return pass_files(work)
        case "school":
            return pass_school_list(work)
        case "feed":
            return feed(work, size)
    write_files(work, size)
    return 0.0


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure brp-signals pseudonymise.")
    parser.add_argument("--persons", type=int, nargs="+", default=list(FED), help="sizes of the register fed")
    parser.add_argument("--in-files", type=int, default=IN_FILES, help="persons and rows in the files")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--write-docs", action="store_true", help="update docs/performance.md")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child:
        if given.plain:
            use_plain_loop()
        what, size = given.child
        sys.stdout.write(f"{_act(what, int(size), given.work)}\n")
        return 0
    table = report(Bench(given.work), given.in_files, given.persons)
    sys.stdout.write(f"{table}\n")
    if given.write_docs:
        write_between(PAGE, BEGIN, END, table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
