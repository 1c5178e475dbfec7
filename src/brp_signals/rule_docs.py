"""Writes `docs/rules/`: one page a rule, from the rule file and the spec that its tests run; and the entry that a
municipality puts into the Algoritmeregister.

    python -m brp_signals.rule_docs            write the pages
    python -m brp_signals.rule_docs --check    say which pages are stale

A tool for those who work on the rules: it needs a checkout, with the specs under `tests/spec/`.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from brp_signals.errors import UsageProblem
from brp_signals.rule_files import Rule, load_rules
from brp_signals.warehouse import resource

LEVELS_EN: Final = {
    "active": "active: one sign makes level A",
    "passive": "passive: level B; level A together with a passive sign from another source",
    "circumstance": "circumstance of an active sign, which makes level A: shown with that sign, no sign of its own",
    "alone": "level A by itself",
    "context": "context: shown with a case, never makes one",
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
LEVELS_NL: Final = {
    "active": "actief teken",
    "passive": "passief teken",
    "circumstance": "omstandigheid van een actief teken",
    "alone": "op zichzelf genoeg",
    "context": "alleen context",
    "absence": "eigen lijst voor leerplicht, als de gemeente die aanzet",
}
REGISTER_PAGE: Final = "algoritmeregister.md"
REGISTER_FIELDS: Final = (
    "Naar de publicatiestandaard 1.0. Wat per gemeente verschilt, vult de gemeente in: organisatie, contact, "
    "begindatum, links naar DPIA en verwerkingsregister.",
    "",
    "- **Naam**: brp-signals.",
    "- **Korte omschrijving**: vergelijkt elke nacht uitschrijvingen van leerplichtige kinderen met schoollijsten en "
    "andere opgegeven bronnen, en maakt een lijst van signalen om na te vragen.",
    "- **Soort**: vaste regels, door mensen geschreven. Niet geleerd van eerdere onderzoeken.",
    "- **Beleidsterrein**: basisregistratie personen; leerplicht.",
    "- **Doel en impact**: kinderen die uit beeld raakten weer in beeld krijgen, en het register juist houden. Een "
    "gezin kan een vraag van de gemeente krijgen.",
    "- **Afwegingen**: een teken is geen bewijs; bij elk signaal staan gewone verklaringen en wat het weerlegt. Namen, "
    "nationaliteit, geboorteland en bestemming worden niet gelezen.",
    "- **Menselijke tussenkomst**: een medewerker kijkt, vraagt na en beslist. De software vult geen besluit in en "
    "verstuurt niets.",
    "- **Risicobeheer**: docs/guardrails.md en docs/security.md, met de test bij elke waarborg.",
    "- **Wettelijke basis**: Wet BRP, artikelen 2.22 en 2.26; Leerplichtwet 1969, artikelen 16 en 19; AVG, artikel 6, "
    "eerste lid, onder e; per bron de grondslag die de gemeente opgeeft.",
    "- **Bewaartermijnen**: docs/retention.md.",
    "- **Technische werking**: SQL-regels op DuckDB; dezelfde levering geeft dezelfde lijst. De volgorde is een som "
    "van punten die bij elk signaal staat.",
)
GENERATED: Final = (
    "<!-- Written by `python -m brp_signals.rule_docs` from the rule file and its spec; change those. -->"
)
STANDARD: Final = (
    "Unless a table says otherwise a child was born on 2014-05-01 and left municipality 0363 on 2026-03-02 "
    "(recorded 2026-03-04, destination known), and the reference date is 2026-06-15. `2026-03` is a date of "
    "which the day is not known, `–` means none. What stands under `→` must come out of it; the tests check "
    "every line."
)
NOTATION: Final = (
    "An absence report, test, exemption, leave, report or provision stands under `trace` with its date. "
    "Under `enrolled` stand the first and (after `..`) the last day of an enrolment, and the dates of the "
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
    found[REGISTER_PAGE] = _register_entry(rules)
    return found


def stale(root: Path) -> list[str]:
    """Names of pages that are missing, out of date, or of rules that no longer exist."""
    folder, wanted = root / "docs" / "rules", pages(root)
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
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
    yield from ("**Onschuldige uitleg**", "", *(f"- {text}" for text in rule.innocent_nl), "")
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
    return "\n".join(lines) + "\n"


def _register_entry(rules: Mapping[str, Rule]) -> str:
    """The entry in Dutch, under the headings of the publication standard; what differs per municipality is open."""
    lines = [GENERATED, "", "# Algoritmeregister: signalen over uitgeschreven kinderen", "", *REGISTER_FIELDS, ""]
    lines += ["## Regels", "", "| code | regel | soort | bron in de wet | waarom |", "| --- | --- | --- | --- | --- |"]
    for rule in rules.values():
        lines.append(f"| {rule.code} | {rule.title_nl} | {LEVELS_NL[rule.level]} | {rule.source} | {rule.why_nl} |")
    columns = sorted({f"{table}: {', '.join(names)}" for rule in rules.values() for table, names in rule.reads.items()})
    lines += ["", "## Gegevens die een regel kan lezen", "", *(f"- {text}" for text in columns)]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or with `--check` only say which are stale (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m brp_signals.rule_docs", description="Write docs/rules/.")
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    options = parser.parse_args(arguments)
    root = Path(__file__).parents[2]
    changed = stale(root) if options.check else write(root)
    for name in changed:
        outcome = "stale; run python -m brp_signals.rule_docs" if options.check else "written"
        print(f"docs/rules/{name}: {outcome}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
