"""The report of the benchmark in Markdown: every target with what was measured, and the figures behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from benchmarks.generate import Country
from benchmarks.measuring import PAGE
from benchmarks.results import EMPTY, Record, Results

BEGIN, END = "<!-- benchmark: begin -->", "<!-- benchmark: end -->"
CHART: Final = PAGE.with_name("performance.svg")
WHOLE: Final = Fraction(1)
#: Tables of a delivery.
N_TABLES: Final = 4
#: Below this scale start-up and noise weigh too much.
JUDGED_FROM: Final = Fraction(1, 16)

Figure = tuple[float, str, bool]
"""A measured value, at which scale, and whether that is large enough to judge it."""


@dataclass(frozen=True)
class Target:
    """One line of the table of targets; `measured` is None when it was not measured yet."""

    name: str
    most: float
    unit: str
    measured: Figure | None


def report(results: Results) -> str:
    """All tables for people."""
    parts = (_targets(results), _runs(results), _steps(results), _peers(results), _growth(results), _answers(results))
    chart = [f"![CPU time and memory against the share of the country]({CHART.name})"]
    return "\n\n".join("\n".join(lines) for lines in (*parts, chart, _pieces(results)) if lines)


# ---- the targets


def targets(results: Results) -> list[Target]:
    """Every target with what was measured, at the largest scale up to the whole country."""
    run, parquet = _largest(results, "run"), _largest(results, "run", "parquet-sorted")
    rerun = _largest(results, "rerun", "parquet-sorted"), _largest(results, "rerun")
    memory = [record for record in (run, parquet) if record]
    return [
        Target("whole `run` from CSV", 1.8, "× REF", _ratio(results, run)),
        Target("whole `run` from Parquet (UUID keys, sorted)", 0.9, "× REF", _ratio(results, parquet)),
        Target("profile and candidates only, from CSV", 1.4, "× REF", _ratio(results, _largest(results, "candidates"))),
        Target("peak memory, whole run", 0.7, "GB", _most([(record.memory / 1e9, record) for record in memory])),
        Target(
            "rerun, a table with unchanged files",
            0.02,
            "× REF",
            _most([(_per_table(results, record), record) for record in rerun if record]),
        ),
        *(
            Target(f"{name}: {side}", most, "×", _against(results, own, peer, of))
            for name, most, peer, of in _PEER_TARGETS
            for own, side in _SIDES.items()
        ),
        *(
            Target(f"growth of CPU, {form}, {first} to 1", 1.05, "exponent", exponent(results, variant, first))
            for form, variant in (("CSV", "csv"), ("Parquet", "parquet-sorted"))
            for first in (JUDGED_FROM, Fraction(1, 4))
        ),
        Target("start-up: `--help`", 0.3, "s", _wall(results, "help")),
        Target("start-up: `run` on an empty municipality", 4.0, "s", _wall(results, "run")),
    ]


_PEER_TARGETS: Final[tuple[tuple[str, float, str, Callable[[Results, Record], float]], ...]] = (
    ("CPU against Polars streaming", 0.9, "polars", lambda results, record: _cpu(results, record)),
    ("memory against Polars streaming", 0.12, "polars", lambda _, record: record.memory),
    ("CPU against pandas, C reader", 0.3, "pandas, C reader", lambda results, record: _cpu(results, record)),
    (
        "CPU against pandas, pyarrow reader",
        0.5,
        "pandas, pyarrow reader",
        lambda results, record: _cpu(results, record),
    ),
)
#: Peers do the detection alone, so that what is held against them is told twice.
_SIDES: Final = {
    "plain DuckDB": "DuckDB, the detection alone",
    "candidates": "the program, which checks every row as well",
}


def _targets(results: Results) -> list[str]:
    lines = [*_head("measure", "target", "measured", "at scale", "")]
    for target in targets(results):
        value, scale, is_judged = target.measured or (None, "–", False)
        if value is None:
            verdict = "not measured"
        elif not is_judged:
            verdict = "too small to judge"
        else:
            verdict = "met" if value <= target.most else "**missed**"
        lines.append(
            _line(target.name, f"≤ {target.most:g} {target.unit}", _number(value, target.unit), scale, verdict)
        )
    return lines


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if unit in ("×", "× REF") and value < 0.1 else f"{value:.2f}"


def _largest(results: Results, what: str, variant: str = "csv") -> Record | None:
    """The record of the usual country at the largest scale up to the whole of it."""
    found = [record for record in usual(results, what, variant) if record.country.scale <= WHOLE]
    return found[-1] if found else None


def usual(results: Results, what: str, variant: str) -> list[Record]:
    """The records of the usual country, small first."""
    return [
        record
        for record in results.records
        if (record.what, record.variant) == (what, variant)
        and record.country != EMPTY
        and record.country == Country(record.country.scale, record.country.seed)
    ]


def _most(figures: Sequence[tuple[float, Record]]) -> Figure | None:
    found = max(figures, key=lambda figure: figure[0], default=None)
    return None if found is None else (found[0], *_at(found[1], found[1].variant))


def _at(record: Record, *more: str) -> tuple[str, bool]:
    scale = record.country.scale
    return ", ".join((str(scale), *more)), scale >= JUDGED_FROM


def _ratio(results: Results, record: Record | None) -> Figure | None:
    return None if record is None else (record.ratio(results.start_up(record.what)), *_at(record))


def _per_table(results: Results, record: Record) -> float:
    """What an unchanged table costs: the steps that read files, less than on an empty municipality, byte pass apart."""
    empty = results.find("run", EMPTY)
    reading = _reading(record) - (_reading(empty) if empty else 0)
    return reading / N_TABLES / record.median("reference")


def _reading(record: Record) -> float:
    steps = record.steps()
    return steps["delivery"] + steps["stage"] - record.median("byte_pass")


def _cpu(results: Results, record: Record) -> float:
    return record.median("cpu") - results.start_up(record.what) - record.median("byte_pass")


def _against(results: Results, ours: str, peer: str, of: Callable[[Results, Record], float]) -> Figure | None:
    """Our candidates against those of a peer, at the largest scale at which both were measured."""
    for theirs in reversed(usual(results, peer, "csv")):
        if own := results.find(ours, theirs.country):
            return of(results, own) / of(results, theirs), *_at(theirs)
    return None


def exponent(results: Results, variant: str, first: Fraction) -> Figure | None:
    """How CPU time grows with the country, start-up taken off: 1 is in proportion; a line through the logarithms."""
    points = [
        (math.log(record.country.scale), math.log(record.median("cpu") - results.start_up("run")))
        for record in usual(results, "run", variant)
        if first <= record.country.scale <= WHOLE and record.median("cpu") > results.start_up("run")
    ]
    if len(points) < 2:
        return None
    middle_x, middle_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    above = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return above / sum((x - middle_x) ** 2 for x, _ in points), f"{len(points)} scales", True


def _wall(results: Results, what: str) -> Figure | None:
    record = results.find(what, EMPTY)
    return None if record is None else (record.median("wall"), "on the clock", True)


# ---- the figures behind them


def _runs(results: Results) -> list[str]:
    records = [record for record in results.records if record.what in ("run", "rerun", "candidates")]
    records = [record for record in records if record in usual(results, record.what, record.variant)]
    if not records:
        return []
    lines = _head(
        *("scale", "what", "delivery", "rows", "size", "REF", "CPU", "byte pass", "× REF", "with byte pass"),
        *("wall", "memory", "signals", "report.html"),
    )
    for record in records:
        start_up = results.start_up(record.what)
        lines.append(
            _line(
                str(record.country.scale),
                record.what,
                record.variant,
                f"{record.rows / 1e6:.1f} M",
                f"{record.size / 1e9:.2f} GB",
                f"{record.median('reference'):.1f} s",
                f"{record.median('cpu'):.1f} s",
                f"{record.median('byte_pass'):.1f} s",
                f"**{record.ratio(start_up):.2f}**",
                f"{record.ratio(start_up, with_bytes=True):.2f}",
                f"{record.median('wall'):.1f} s",
                f"{record.memory / 1e9:.2f} GB",
                str(record.more.get("signals", "")),
                f"{record.more['report'] / 1e6:.2f} MB" if "report" in record.more else "",
            )
        )
    start_ups = ", ".join(f"{name} {results.start_up(name):.1f} s" for name in ("run", "candidates"))
    return [*lines, "", f"Start-up, taken off before the ratio (CPU): {start_ups}."]


def _steps(results: Results) -> list[str]:
    """Where the CPU seconds go, as the run itself counts them."""
    chosen = {(what, variant): _largest(results, what, variant) for what, variant in _STEPPED}
    records = [record for record in chosen.values() if record]
    names = list(dict.fromkeys(name for record in records for name in record.steps()))
    if not records:
        return []
    lines = ["CPU seconds by step, as the run itself counts them (`delivery` holds the byte pass):", ""]
    lines += _head("scale", "what", "delivery of", *names)
    for record in records:
        steps = record.steps()
        seconds = (f"{steps.get(name, 0):.1f}" for name in names)
        lines.append(_line(str(record.country.scale), record.what, record.variant, *seconds))
    return lines


_STEPPED: Final = (
    ("run", "csv"),
    ("run", "csv-sorted"),
    ("run", "parquet-sorted"),
    ("run", "parquet"),
    ("rerun", "csv"),
    ("rerun", "parquet-sorted"),
)


def _peers(results: Results) -> list[str]:
    names = ("candidates", "plain DuckDB", "polars", "pandas, C reader", "pandas, pyarrow reader")
    records = [record for name in names for record in usual(results, name, "csv")]
    if all(record.what == "candidates" for record in records):
        return []
    lines = [
        "The same candidates by other engines (`benchmarks/peers`), start-up of each taken off. The program judges and "
        "counts every row besides; its byte pass is left out.",
        "",
        *_head("scale", "engine", "CPU", "× REF", "memory"),
    ]
    for record in sorted(records, key=lambda record: record.country.scale):
        name = "the program, steps to `stage`" if record.what == "candidates" else record.what
        seconds, ratio = _cpu(results, record), record.ratio(results.start_up(record.what))
        memory = f"{record.memory / 1e9:.2f} GB"
        lines.append(_line(str(record.country.scale), name, f"{seconds:.2f} s", f"{ratio:.2f}", memory))
    return lines


def _growth(results: Results) -> list[str]:
    """What more departures, a longer history and more rules cost, beside the usual country."""
    changed = [record for record in results.records if record.country != EMPTY and _named(record)]
    scales = {record.country.scale for record in changed}
    plain = [record for record in usual(results, "run", "csv") if record.country.scale in scales]
    lines = [
        "What grows with what, whole run from CSV:",
        "",
        *_head("scale", "country", "rows", "REF", "CPU", "× REF", "step `rules`", "memory", "signals"),
    ]
    for record in sorted([*plain, *changed], key=lambda record: (record.country.scale, _named(record))):
        lines.append(
            _line(
                str(record.country.scale),
                _named(record) or "as usual",
                f"{record.rows / 1e6:.2f} M",
                f"{record.median('reference'):.2f} s",
                f"{record.median('cpu') - results.start_up('run'):.2f} s",
                f"{record.ratio(results.start_up('run')):.2f}",
                f"{record.steps().get('rules', 0):.2f} s",
                f"{record.memory / 1e9:.2f} GB",
                str(record.more.get("signals", "")),
            )
        )
    return lines if changed else []


def _named(record: Record) -> str:
    country = record.country
    words = []
    if record.what == "rules":
        words.append(f"{record.more['rules']} rules")
    if country.departures != 1:
        words.append(f"departures × {country.departures}")
    if country.history:
        words.append(f"{country.history} more addresses for everybody")
    return ", ".join(words)


def _answers(results: Results) -> list[str]:
    """What gave the same lists or candidates; a difference stops the benchmark."""
    lines = []
    for delivery, known in sorted(results.lists.items()):
        if len(known["variants"]) > 1:
            n_files, variants = len(known["files"]), ", ".join(known["variants"])
            lines.append(f"- {delivery}: the same {n_files} files, byte for byte, from {variants}.")
    lines += [f"- {name}: {outcome}." for name, outcome in sorted(results.comparisons.items())]
    return ["Answers that were compared:", "", *lines] if lines else []


def _pieces(results: Results) -> list[str]:
    """When and where each piece was measured."""
    pieces: dict[tuple[str, str], list[str]] = {}
    for record in results.records:
        scale = "start-up" if record.country == EMPTY else str(record.country.scale)
        pieces.setdefault((record.measured_on, f"{record.machine}, program {record.program}"), []).append(
            f"{record.what} {record.variant} {scale} ({len(record.rounds)})"
        )
    lines = [f"- {day}, {where}: {', '.join(parts)}." for (day, where), parts in sorted(pieces.items())]
    return ["Measured (in brackets: how often; figures are medians, memory the most of any):", "", *lines]


def _head(*names: str) -> list[str]:
    return [_line(*names), _line("---", *("---:" for _ in names[1:]))]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
