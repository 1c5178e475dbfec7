"""How a spec is written: YAML files of cases, and in them small text tables with `|` between the columns.

A case names only what matters to it. Everything else is the standard child of the domain sheet: born
2014-05-01, departed 2026-03-02 from municipality 0363 (recorded 2026-03-04, destination known), suspended E
since, looked at on 2026-06-15. An empty cell means "as usual", `–` means "none". Dates are `2026-03-02`,
`2026-03` (day unknown), `2026` (month unknown) or `unknown`. Columns that begin with `→` say what is
expected; `why` is for the reader.

Besides the children a case may hold `parents`, `residences` (all rows of a person, newest first, instead of
the standard ones), `enrolments`, `deliveries` (other children on a school's list), `decisions`, `settings`
(as in `brp-signals.toml`, or the name of some in settings.yaml) and `defaults` (cells for all children of
the case).

What a case weighs: unless its settings say otherwise an active sign has level A, passive signs of two sources have A,
one passive sign has B (`PLAIN` in tests/reference/shapes.py), so that `→ level` says which signs may be shown and is
the same whatever the default points are. `weak` is a case that is on no list; `apart` is one that is not weighed
(B-03). `→ points`, `→ chance` and `→ pieces` are the sum, and `→ against` is what speaks against.

The weak sign L-06 and what speaks against (C-…) would stand beside nearly everything. They are off, and only looked at
in files that say `rules: all`.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SPECS = Path(__file__).parent
REFERENCE_DATE = date(2026, 6, 15)
NONE = "–"

Table = list[dict[str, str]]
TABLES = ("children", "parents", "residences", "enrolments", "deliveries", "decisions", "expect")


@dataclass(frozen=True)
class Case:
    """One situation: a few children, what is known of them, and what must come of it."""

    spec: str
    number: int
    title: str
    reference_date: date
    settings: dict[str, Any]
    tables: dict[str, Table] = field(hash=False)
    has_all_rules: bool = False
    """L-06 and C-… are on as well."""

    @property
    def name(self) -> str:
        """Unique over all specs, and the same on every run."""
        return f"{self.spec} {self.number}"

    @property
    def group(self) -> str:
        """Cases with the same group may run as one population."""
        return f"{self.reference_date} {self.settings}" + " all rules" * self.has_all_rules


@dataclass(frozen=True)
class Spec:
    """One spec file."""

    name: str
    """`L-03`, `S-02`, or `levels`: the name of the file."""
    title: str
    about: str
    cases: tuple[Case, ...]
    windows: Table = field(default_factory=list)
    orders: Table = field(default_factory=list)
    """Which of two rows of one person with the same `seq` is the newer one."""


def read_specs() -> tuple[Spec, ...]:
    """Every spec, rules first."""
    folders = (SPECS / "rules", SPECS / "suppressors", SPECS)
    paths = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    return tuple(read_spec(path) for path in paths if path.name != "settings.yaml")


@cache
def shared_settings() -> dict[str, dict[str, Any]]:
    """Configurations by name, so that cases of several specs can run as one population."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((SPECS / "settings.yaml").read_text(encoding="utf-8"))
    return found


def read_spec(path: Path) -> Spec:
    """One spec file; an unknown key or a title that occurs twice is an error of the author."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = set(content) - {"rule", "suppressor", "title", "about", "cases", "windows", "orders", "rules"}
    code = content.get("rule", content.get("suppressor", path.stem))
    if unknown or code != path.stem:
        raise ValueError(f"{path.name}: unknown key {sorted(unknown)} or the code of another file")
    has_all = content.get("rules") == "all"
    cases = tuple(_case(path.stem, number, entry, has_all) for number, entry in enumerate(content["cases"], start=1))
    titles = [case.title for case in cases]
    if len(set(titles)) < len(titles):
        raise ValueError(f"{path.name}: two cases have the same title")
    windows, orders = (read_table(content.get(name, "")) for name in ("windows", "orders"))
    return Spec(path.stem, content["title"], " ".join(content["about"].split()), cases, windows, orders)


def _case(spec: str, number: int, entry: dict[str, Any], has_all_rules: bool) -> Case:
    if unknown := set(entry) - {"title", "reference_date", "settings", "defaults", *TABLES}:
        raise ValueError(f"{spec}, case {number}: unknown key {sorted(unknown)}")
    tables = {name: read_table(entry.get(name, "")) for name in TABLES}
    defaults = {column: str(value) for column, value in entry.get("defaults", {}).items()}
    for position, child in enumerate(tables["children"], start=1):
        child.setdefault("child", str(position))
        for column, value in defaults.items():
            child[column] = child.get(column) or value
    settings = entry.get("settings", {})
    return Case(
        spec=spec,
        number=number,
        title=entry["title"],
        reference_date=entry.get("reference_date", REFERENCE_DATE),
        settings=shared_settings()[settings] if isinstance(settings, str) else settings,
        tables=tables,
        has_all_rules=has_all_rules,
    )


def read_table(text: str) -> Table:
    """The rows of a text table as dictionaries; missing cells at the end of a line are empty."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return []
    header = [cell.strip() for cell in lines[0].split("|")]
    rows = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > len(header):
            raise ValueError(f"more cells than columns: {line.strip()}")
        rows.append(dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True)))
    return rows


def digits(text: str) -> str:
    """A date of a spec as the register writes it: eight digits, unknown parts 00; `–` is no date."""
    if text == NONE:
        return ""
    if text == "unknown":
        return "00000000"
    known = text.replace("-", "")
    if not known.isdigit() or len(known) not in (4, 6, 8):
        raise ValueError(f"not a date of a spec: {text}")
    return known.ljust(8, "0")


def iso_date(text: str) -> date:
    """A complete date of a spec."""
    return date.fromisoformat(text)
