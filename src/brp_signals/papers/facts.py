"""What the running system knows of itself and papers tell: rules, weights, sources, terms, guardrails and figures."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import brp_signals
from brp_signals.base.config import Configuration, is_against, load_configuration, piece_texts
from brp_signals.base.dates import dutch
from brp_signals.base.errors import InternalFailure
from brp_signals.base.private_files import refuse_open_folder
from brp_signals.base.rule_files import ABSENCE, Rule, load_rules
from brp_signals.base.warehouse import resource
from brp_signals.delivery.contract import OPTIONAL, REQUIRED
from brp_signals.evaluation.account import evaluation
from brp_signals.evaluation.figures import FEWEST_DECIDED
from brp_signals.evaluation.page import share_nl
from brp_signals.publish import wording
from brp_signals.publish.list_content import Piece
from brp_signals.state.learned_weights import with_learned
from brp_signals.state.ledger import last_run, open_ledger
from brp_signals.state.retention import EVERYTHING, Stored

_PROVISION: Final = "municipal_provision"
_PROVISION_RULE: Final = "M-02"
#: Parts of the configuration that decide what becomes a signal.
_DECIDING: Final = ("grace_days", "levels", "thresholds", "control_sample", "absence")


class RuleFact(NamedTuple):
    """A rule, what kind it is in Dutch, and why it does not work here; empty when it does."""

    rule: Rule
    kind: str
    off: str


class PieceFact(NamedTuple):
    """A piece of evidence, what it weighs, and how strong that is called on a list."""

    code: str
    text: str
    points: Decimal
    strength: str
    is_against: bool


class SourceFact(NamedTuple):
    """A source of school lists or traces; `off` says why it does not work, and is empty when it does."""

    code: str
    kind: str
    legal_basis: str
    retention_days: int
    dpia_reference: str
    off: str


class KeptFact(NamedTuple):
    """One kind of thing that is kept; `key` is its key in the configuration, empty when the term is fixed."""

    what: str
    where: str
    term: str
    basis: str
    key: str
    why: str


class GuardrailFact(NamedTuple):
    """What the software may never do, and what remains for people to do."""

    code: str
    text: str
    people: str


class DataFact(NamedTuple):
    """One column of a delivery and what it is."""

    table: str
    column: str
    meaning: str


class SettingFact(NamedTuple):
    """A setting that decides what becomes a signal: its key, its value and what it means."""

    key: str
    value: str
    meaning: str


class Figures(NamedTuple):
    """The last evaluation and the watch, as sentences; every number is rounded or protected where it was made."""

    until: str
    right: str
    missed: str
    rules: tuple[tuple[str, str], ...]
    watch: str


@dataclass(frozen=True)
class Facts:
    """Everything that the papers are made of; equal facts give equal papers."""

    version: str
    configuration: Configuration
    rules: tuple[RuleFact, ...]
    pieces: tuple[PieceFact, ...]
    has_learned_weights: bool
    lists: tuple[SourceFact, ...]
    traces: tuple[SourceFact, ...]
    kept: tuple[KeptFact, ...]
    guardrails: tuple[GuardrailFact, ...]
    data: tuple[DataFact, ...]
    settings: tuple[SettingFact, ...]
    figures: Figures | None


def gather(state: Path, config: Path | None = None) -> Facts:
    """Gather the facts from the rule files, the configuration and what the state folder remembers.

    Without a published run there are no figures: papers are signed before the first night. Raises UsageProblem for a
    wrong configuration, InternalFailure when the ledger cannot be read.
    """
    written = load_configuration(config)
    running = with_learned(written, state)
    return Facts(
        version=brp_signals.__version__,
        configuration=running,
        rules=tuple(_rule(rule, running) for rule in load_rules(resource("sql") / "rules")),
        pieces=tuple(_piece(code, text, running) for code, text in piece_texts().items()),
        has_learned_weights=running.weights != written.weights,
        lists=_lists(running),
        traces=_traces(running),
        kept=tuple(_kept(stored, running) for stored in EVERYTHING),
        guardrails=tuple(GuardrailFact(**{"people": "", **row}) for row in _dutch()["guardrails"]),
        data=_data(),
        settings=tuple(_settings(running)),
        figures=_figures(state, config),
    )


def _rule(rule: Rule, configuration: Configuration) -> RuleFact:
    return RuleFact(rule, wording.RULE_KINDS[rule.level], _why_off(rule, configuration))


def _why_off(rule: Rule, configuration: Configuration) -> str:
    if rule.code in configuration.disabled_rules:
        return "uitgezet in de configuratie"
    if rule.level == ABSENCE and configuration.absence is None:
        return "uit: de configuratie vraagt niet om deze lijst"
    usable = any(source.kind == _PROVISION and source.is_usable for source in configuration.sources)
    if rule.code == _PROVISION_RULE and not usable:
        return "uit: geen bron met een eigen DPIA"
    return ""


def _piece(code: str, text: str, configuration: Configuration) -> PieceFact:
    points = configuration.weights.pieces[code]
    strength = wording.strength(Piece(code, text, points)) if points else "telt niet"
    return PieceFact(code, text, points, strength, is_against(code))


def _lists(configuration: Configuration) -> tuple[SourceFact, ...]:
    names = _dutch()["enrolment_sources"]
    return tuple(
        SourceFact(code, names[code], source.legal_basis, source.retention_days, "", "")
        for code, source in configuration.enrolment_sources
    )


def _traces(configuration: Configuration) -> tuple[SourceFact, ...]:
    kinds = _dutch()["trace_kinds"]
    return tuple(
        SourceFact(
            source.code,
            kinds[source.kind],
            source.legal_basis,
            source.retention_days,
            source.dpia_reference,
            "" if source.is_usable else "uit: een voorziening heeft een eigen DPIA nodig",
        )
        for source in configuration.sources
    )


def _kept(stored: Stored, configuration: Configuration) -> KeptFact:
    dutch_of = {row["en"]: row for row in _dutch()["kept"]}
    if stored.what not in dutch_of:
        raise InternalFailure(f"papers/dutch.toml has no Dutch for what is kept as {stored.where}; add it there.")
    row = dutch_of[stored.what]
    term = row["term"].format(value=_term(stored, configuration)) if stored.key else row["term"]
    key = stored.key.replace("sources.duo", "sources.*")
    return KeptFact(row["what"], row["where"], term, _basis(stored.basis), key, row["why"])


def _basis(basis: str) -> str:
    """The articles that a term rests on; the few English words between them in Dutch."""
    for english, dutch_nl in _dutch()["basis"].items():
        basis = basis.replace(english, dutch_nl)
    return basis


def _term(stored: Stored, configuration: Configuration) -> Any:
    value: Any = configuration
    for part in stored.key.split("."):
        value = getattr(value, part)
    return value


def _data() -> tuple[DataFact, ...]:
    meanings = _dutch()["columns"]
    return tuple(
        DataFact(table, column, meanings[column])
        for table, columns in REQUIRED.items()
        for column in (*columns, *OPTIONAL[table])
    )


def _settings(configuration: Configuration) -> Iterator[SettingFact]:
    """The settings of the rules, in the order of the configuration; those of a list that is off are left out."""
    meanings, values = _dutch()["settings"], configuration.model_dump(by_alias=True)
    yield SettingFact("look_back_months", number_nl(configuration.look_back_months), meanings["look_back_months"])
    for section in _DECIDING:
        for name, value in (values[section] or {}).items():
            key = f"{section}.{name}"
            yield SettingFact(key, _setting(value), meanings.get(section) or meanings[key])


def _setting(value: Any) -> str:
    return (", ".join(value) or "geen") if isinstance(value, tuple) else number_nl(value)


def number_nl(value: Decimal | int) -> str:
    """A number as people write it: `0,5`, `-24`."""
    return f"{Decimal(value).normalize():f}".replace(".", ",")


def _figures(state: Path, config: Path | None) -> Figures | None:
    """The published figures of this state folder; None before its first run."""
    if not state.exists():
        return None
    refuse_open_folder(state, "state")
    if last_run(state) is None:
        return None
    account = evaluation(state, config)
    rows = account["precision"]["by_rule"]
    return Figures(
        dutch(date.fromisoformat(account["reference_date"])),
        _right(account["precision"]["all"]),
        _missed(account["missed"]),
        tuple((row["label"], _right(row)) for row in rows),
        _watched(state),
    )


def _right(told: Mapping[str, Any]) -> str:
    if told["n"] < FEWEST_DECIDED or told["low"] is None:
        return f"Er zijn nog geen {FEWEST_DECIDED} signalen met een uitkomst: te weinig om iets te zeggen."
    return f"Van ongeveer {told['n']} signalen met een uitkomst was {share_nl(told)} raak."


def _missed(told: Mapping[str, Any]) -> str:
    if told["low"] is None:
        return "De steekproef is nog te klein om te zeggen wat de lijst mist."
    return f"Van de vertrekken zonder teken klopte {share_nl(told)} niet, volgens de steekproef."


def _watched(state: Path) -> str:
    with open_ledger(state) as ledger:
        acknowledged = ledger.acknowledged()
        open_alarms = [each for each in ledger.told_alarms() if each["id"] not in acknowledged]
    if not open_alarms:
        return "Er staan geen veranderingen in de aanlevering open."
    number = wording.number_of(len(open_alarms), "verandering", "veranderingen")
    return f"Er is nog niet gekeken naar {number} in de aanlevering."


@cache
def _dutch() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("dutch.toml").read_text(encoding="utf-8"))
