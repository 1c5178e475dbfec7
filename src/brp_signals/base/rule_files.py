"""Rule files: one SQL file a rule, which opens with everything people need to know about it.

The opening comment is TOML between `/*` and `*/`; the statement after it yields evidence. A file that misses a
field is refused, so that no rule can ever run without its reasons and its innocent explanations.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from brp_signals.base.errors import InternalFailure

#: A rule about children on no school list: it makes cases of their own kind, without a level.
ABSENCE: Final = "absence"
#: A rule about a trace that is a sign already: it says more about that sign and is no sign of its own.
CIRCUMSTANCE: Final = "circumstance"
#: Evidence against a case: it takes points away and makes no case.
AGAINST: Final = "against"
LEVELS: Final = ("active", "passive", CIRCUMSTANCE, "alone", "context", AGAINST, ABSENCE)
MINIMUM_INNOCENT: Final = 2


@dataclass(frozen=True)
class Rule:
    """One rule as its file states it; texts ending in `_nl` go to staff unchanged.

    `level` is active, passive, circumstance (of an active sign, in the few words of `circumstance_nl`), alone (level A
    by itself), context (never makes a case), against (speaks against one; `innocent_nl` is what it does not prove) or
    absence (a list of its own, for leerplicht). `priority` says whose next
    step leads when a case rests on several rules (lowest first). `reads` names the tables and columns that the
    statement may use.
    """

    code: str
    level: str
    title_nl: str
    sentence_nl: str
    why_nl: str
    source: str
    innocent_nl: tuple[str, ...]
    refuted_by_nl: tuple[str, ...]
    next_step_nl: str
    organisation_nl: str
    priority: int
    reads: Mapping[str, tuple[str, ...]]
    since: str
    sql: str
    file: str
    circumstance_nl: str = ""

    @property
    def sha256(self) -> str:
        """What the rule does, in one hash; its texts do not count."""
        return hashlib.sha256((self.file + self.sql).encode()).hexdigest()


def load_rules(folder: Path, overrides: Mapping[str, str] | None = None) -> tuple[Rule, ...]:
    """Every rule in `folder`, by code.

    `overrides` replaces the text of a file by name (tests only). Raises InternalFailure with one sentence when a
    file misses a field, has an unknown one, or carries the code of another file.
    """
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}
    rules = [parse_rule(name, (overrides or {}).get(name, text)) for name, text in texts.items()]
    by_code = {rule.code: rule for rule in rules}
    if len(by_code) < len(rules):
        raise InternalFailure(f"Two files in {folder.name} carry the same rule code; give each rule its own code.")
    return tuple(by_code[code] for code in sorted(by_code))


def parse_rule(name: str, text: str) -> Rule:
    """Read one rule file; `name` is its file name, which must begin with its code."""
    opening, closing = text.find("/*"), text.find("*/")
    if opening != 0 or closing < 0:
        raise InternalFailure(f"Rule file {name}: the opening /* … */ comment is missing; describe the rule there.")
    try:
        header = tomllib.loads(text[2:closing])
    except tomllib.TOMLDecodeError as problem:
        raise InternalFailure(f"Rule file {name}: the opening comment is not valid TOML ({problem}).") from None
    sql = text[closing + 2 :].strip()
    _check_header(name, header, sql)
    return Rule(
        **{
            **header,
            "innocent_nl": tuple(header["innocent_nl"]),
            "refuted_by_nl": tuple(header["refuted_by_nl"]),
        },
        sql=sql,
        file=name,
    )


def _check_header(name: str, header: dict[str, Any], sql: str) -> None:
    allowed = {field.name for field in fields(Rule)} - {"sql", "file"}
    if header.get("level") != CIRCUMSTANCE:
        allowed -= {"circumstance_nl"}
    missing = sorted(key for key in allowed if header.get(key) in (None, "", [], {}))
    if missing:
        raise InternalFailure(f"Rule file {name}: {missing[0]} is missing; no rule runs without it.")
    if unknown := sorted(set(header) - allowed):
        raise InternalFailure(f"Rule file {name}: {unknown[0]} is not a field of a rule; remove it.")
    if header["level"] not in LEVELS:
        raise InternalFailure(f"Rule file {name}: level must be one of {', '.join(LEVELS)}.")
    if len(header["innocent_nl"]) < MINIMUM_INNOCENT:
        raise InternalFailure(
            f"Rule file {name}: innocent_nl needs at least {MINIMUM_INNOCENT} innocent explanations to check first."
        )
    if not name.startswith(header["code"].lower().replace("-", "_") + "_"):
        raise InternalFailure(f"Rule file {name}: the file name must begin with its code {header['code']}.")
    if not sql:
        raise InternalFailure(f"Rule file {name}: the statement that yields evidence is missing.")
