"""Writes `docs/rules/`: one page a rule, from the rule file and the spec that its tests run; the entry that a
municipality puts into the Algoritmeregister; and `docs/weighing.md`, from the table of points.

    python -m brp_signals.upkeep.rule_docs            write the pages
    python -m brp_signals.upkeep.rule_docs --check    say which pages are stale

A tool for those who work on the rules: it needs a checkout, with the specs under `tests/spec/`.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import default_points, is_against, points_table
from brp_signals.base.errors import UsageProblem
from brp_signals.base.rule_files import Rule, load_rules
from brp_signals.base.warehouse import resource
from brp_signals.papers.facts import gather
from brp_signals.papers.writing import entry_text
from brp_signals.publish import wording
from brp_signals.publish.list_content import Piece

_WEIGHED: Final = "[weighing.md](../weighing.md) says how much it weighs"
LEVELS_EN: Final = {
    "active": f"active: somebody saw or expected the child; {_WEIGHED}",
    "passive": f"passive: an entry that nobody removed; {_WEIGHED}",
    "circumstance": "circumstance of an active sign: shown with that sign, no sign of its own; weighs nothing",
    "alone": "another question, on a part of the list of its own: no level, no points",
    "context": "context: shown with a case, never makes one; weighs nothing",
    "against": f"against: shown with a case, never makes one; {_WEIGHED}",
    "absence": "a list of its own, for leerplicht; needs the table `[absence]` in the configuration",
}
TABLES: Final = {
    "children": "Children",
    "parents": "Parents",
    "residences": "Rows of the register, newest first",
    "enrolments": "School lists",
    "deliveries": "Lists with other children",
    "decisions": "Decisions",
    "expect": "Expected",
}
REGISTER_PAGE: Final = "algoritmeregister.md"
WEIGHING_PAGE: Final = "../weighing.md"
#: The page tells of the defaults: there is no such folder.
_NO_STATE: Final = "no-state"
GENERATED: Final = (
    "<!-- Written by `python -m brp_signals.upkeep.rule_docs` from the rule file and its spec; change those. -->"
)
GENERATED_WEIGHING: Final = (
    "<!-- Written by `python -m brp_signals.upkeep.rule_docs` from sql/weigh/points.toml; change that. -->"
)
WEIGHING_ABOUT: Final = f"""\
A case is weighed by what its rules found. Each *piece of evidence* has points: ten of them are one unit of log-odds, so
that they make a case some three times as likely. The base and the points of all pieces of a case add up to its `score`.
That sum is the chance (`chance_pct`) that the registration is wrong, and it orders the list.

- Points for a case are never below zero and points against it never above: more evidence for never lowers a place, more
  evidence against never raises one.
- Level A begins at `[levels] a` (a half), level B at `b` (a tenth). A case below `b` is on no list: its status is
  `weak`, it is in `cases.parquet`, and it is counted on the first sheet and in the report. Each month a few of these
  are drawn for people to look at, so that what the threshold hides is measured ([evaluation.md](evaluation.md)).
- Who the child is, its household, its municipality and its school weigh nothing, nor does context (B-01, B-02, B-04).
  B-03 asks another question: it has no points and no level, and a part of the list of its own.
- What is not known weighs nothing. An incomplete date adds no points unless every day that it may be adds them.
- The points are **assumptions**. They were fitted on the public seeds of a made-up world
  ([detection.md](detection.md)), and hold until decisions of a municipality replace them
  ([learned_weights.md](learned_weights.md)). `95 %` is the interval of that fit, not of reality.
- A municipality changes them under `[weights]` (`base`, `pieces`); what it leaves out keeps its default.
- People read words, never points: {wording.strengths()}. `brp-signals explain` shows the sum.
"""
STANDARD: Final = (
    "Unless a table says otherwise a child was born on 2014-05-01 and left municipality 0363 on 2026-03-02 "
    "(recorded 2026-03-04, destination known), and the reference date is 2026-06-15. `2026-03` is a date of "
    "which the day is not known, `–` means none. The columns under `→` are the expected result; the tests check "
    "every line."
)
NOTATION: Final = (
    "The column `trace` holds an absence report, test, exemption, leave, report or provision, with its date. "
    "The column `enrolled` holds the first and (after `..`) the last day of an enrolment, and the dates of the "
    "school lists that had `seen` it by then."
)


def pages(root: Path) -> dict[str, str]:
    """Every page by file name, made from the checkout in `root`."""
    rules = {rule.code: rule for rule in load_rules(resource("sql") / "rules")}
    specs = _read_specs(root / "tests" / "spec")
    if missing := sorted(set(rules) - set(specs)):
        raise UsageProblem(f"Rule {missing[0]} has no spec; write tests/spec/rules/{missing[0]}.yaml.")
    found = {f"{name}.md": _page(name, spec, rules.get(name)) for name, spec in specs.items()}
    found["README.md"] = _index(specs, rules)
    found[REGISTER_PAGE] = f"{GENERATED}\n\n{entry_text(gather(root / _NO_STATE))}"
    found[WEIGHING_PAGE] = _weighing(rules)
    return found


def stale(root: Path) -> list[str]:
    """Names of pages that are missing, out of date, or of rules that no longer exist."""
    folder, wanted = root / "docs" / "rules", pages(root)
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    if (weighing := folder / WEIGHING_PAGE).exists():
        present[WEIGHING_PAGE] = weighing.read_text(encoding="utf-8")
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def write(root: Path) -> list[str]:
    """Bring `docs/rules/` up to date; returns the names of what changed."""
    folder, wanted, changed = root / "docs" / "rules", pages(root), stale(root)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def _read_specs(folder: Path) -> dict[str, dict[str, Any]]:
    import yaml  # a development tool, not part of the installed package

    paths = [*sorted(folder.glob("rules/*.yaml")), *sorted(folder.glob("suppressors/*.yaml"))]
    paths += sorted(folder.glob("*.yaml"))
    if not paths:
        raise UsageProblem("There are no specs under tests/spec; run this in a checkout of the repository.")
    content = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}
    shared = content.pop("settings")
    for spec in content.values():
        for case in spec["cases"]:
            if isinstance(case.get("settings"), str):
                case["settings"] = shared[case["settings"]]
    return content


def _page(name: str, spec: Mapping[str, Any], rule: Rule | None) -> str:
    title = spec["title"] if name.islower() else f"{name} {spec['title']}"
    lines = [GENERATED, "", f"# {title}", "", " ".join(spec["about"].split()), ""]
    if rule is not None:
        lines += _rule_lines(rule)
    lines += ["## Cases", "", STANDARD, "", NOTATION, ""]
    if "windows" in spec:
        lines += [*_markdown(spec["windows"]), ""]
    if "orders" in spec:
        lines += ["### Which of two rows of one person with the same `seq` is the newer one", ""]
        lines += [*_markdown(spec["orders"]), ""]
    for case in spec["cases"]:
        lines += _case_lines(case)
    if rule is not None:
        lines += ["## The statement", "", f"`sql/rules/{rule.file}`", "", "```sql", rule.sql, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _rule_lines(rule: Rule) -> Iterator[str]:
    yield from ("| | |", "| --- | --- |")
    yield f"| level | {LEVELS_EN[rule.level]} |"
    yield f"| source | {rule.source} |"
    yield f"| organisation | {rule.organisation_nl} |"
    yield f"| since | {rule.since} |"
    yield from ("", "## What staff read", "", f"> {rule.sentence_nl}", "")
    yield from (f"**Waarom.** {rule.why_nl}", "")
    yield from (f"**{wording.not_proving(rule)}**", "", *(f"- {text}" for text in rule.innocent_nl), "")
    yield from ("**Weerlegd door**", "", *(f"- {text}" for text in rule.refuted_by_nl), "")
    yield from (f"**Vervolg.** {rule.next_step_nl}", "", "## What it reads", "")
    yield from (f"- `{table}`: {', '.join(columns)}" for table, columns in rule.reads.items())
    yield ""


def _case_lines(case: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"### {case['title']}", "")
    conditions = []
    if "reference_date" in case:
        conditions.append(f"Reference date {case['reference_date']}.")
    if settings := case.get("settings"):
        conditions.append(f"Configuration: {'; '.join(_settings(settings))}.")
    if defaults := case.get("defaults"):
        conditions.append(f"All children: {', '.join(f'{name} {value}' for name, value in defaults.items())}.")
    if conditions:
        yield from (" ".join(conditions), "")
    names = [name for name in TABLES if case.get(name)]
    for name in names:
        if len(names) > 1:
            yield from (f"{TABLES[name]}:", "")
        yield from (*_markdown(case[name]), "")


def _settings(settings: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            yield f"`{prefix}{key}` = {', '.join(map(str, value)) or 'none'}"
        else:
            yield f"`{prefix}{key}` = {value}"


def _markdown(table: str) -> Iterator[str]:
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if line.strip()]
    width = len(rows[0])
    for number, row in enumerate(rows):
        yield f"| {' | '.join(row + [''] * (width - len(row)))} |"
        if number == 0:
            yield "|" + " --- |" * width


def _index(specs: Mapping[str, Mapping[str, Any]], rules: Mapping[str, Rule]) -> str:
    lines = [
        GENERATED,
        "",
        "# Rules, suppressors and facts",
        "",
        "Each page holds the reasons of a rule, what staff read, and the cases that its tests run.",
        "",
        "| page | title | |",
        "| --- | --- | --- |",
    ]
    for name, spec in specs.items():
        kind = rules[name].level if name in rules else ("suppressor" if name.startswith("S-") else "facts")
        lines.append(f"| [{name}]({name}.md) | {spec['title']} | {kind} |")
    lines += ["", f"What a municipality publishes of it: [entry for the Algoritmeregister]({REGISTER_PAGE})."]
    lines += ["", f"What each of them weighs: [weighing.md]({WEIGHING_PAGE})."]
    return "\n".join(lines) + "\n"


def _weighing(rules: Mapping[str, Rule]) -> str:
    """List every piece of evidence with its points, in English for those who check it and in Dutch as staff read it."""
    base, points = default_points()
    table = points_table()["pieces"]
    lines = [GENERATED_WEIGHING, "", "# What weighs for and against a case", "", WEIGHING_ABOUT]
    lines += [f"The base is **{_number(base)}** points.", ""]
    for heading, pieces in (
        ("For", [piece for piece in points if not is_against(piece)]),
        ("Against", [piece for piece in points if is_against(piece)]),
    ):
        lines += [f"## {heading}", "", "| piece | rule | points | 95 % | in words | what staff read | why |"]
        lines.append("| --- | --- | --- | --- | --- | --- | --- |")
        for piece in pieces:
            row = table[piece]
            code = piece.partition(":")[0]
            rule = f"[{code}](rules/{code}.md)" if code in rules else "–"
            low, high = (_number(bound) for bound in row.get("interval", (points[piece], points[piece])))
            word = wording.strength(Piece(piece, "", points[piece])) if points[piece] else "telt niet"
            lines.append(
                f"| `{piece}` | {rule} | {_number(points[piece])} | {low} to {high} | {word} | {row['text_nl']} | "
                f"{row.get('why', '')} |"
            )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _number(points: Decimal) -> str:
    """Write points as `+5` or `−4.25`."""
    return f"{points:+.2f}".removesuffix("0").removesuffix(".0").replace("-", "−")


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or with `--check` only say which are stale (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m brp_signals.upkeep.rule_docs", description="Write docs/rules/.")
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    options = parser.parse_args(arguments)
    root = Path(__file__).parents[3]
    changed = stale(root) if options.check else write(root)
    for name in changed:
        outcome = "stale; run python -m brp_signals.upkeep.rule_docs" if options.check else "written"
        print(f"docs/rules/{name}: {outcome}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
