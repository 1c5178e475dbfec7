"""Departures that raise a question: from ranked rows to what their lists show, and what those hold beside cases."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from brp_signals.base.config import piece_texts
from brp_signals.base.dates import add_months, dutch
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.cases import Background, Found, OfEveryList, Row, told, told_facts
from brp_signals.publish.columns import SAMPLE
from brp_signals.publish.list_content import Case, Circumstance, Drawn, MunicipalList, Piece, Sign
from brp_signals.publish.one_sign import gathered
from brp_signals.publish.sample import read_sample, sample_row
from brp_signals.publish.tables import parquet_bytes
from brp_signals.publish.timeline import timeline
from brp_signals.state.schools import Schools
from brp_signals.steps.night import Night

#: The departures drawn by chance, over all municipalities.
SAMPLE_TABLE: Final = "sample.parquet"
_HUNDREDTH = Decimal("0.01")


def read_departures(night: Night, rules: Sequence[Rule], background: Background) -> list[Found]:
    """Every departure of the run that is a case, in the order of municipality and rank."""
    by_code = {rule.code: rule for rule in rules}
    signs: dict[str, list[Row]] = {}
    for row in night.warehouse.query(
        "SELECT * FROM cases_signs ORDER BY departure_id, is_context, event_on, priority, source",
        "cases/signs",
    ):
        signs.setdefault(row["departure_id"], []).append(row)
    rows = night.warehouse.query(
        "SELECT * FROM rank_order ORDER BY municipality_code, rank NULLS LAST, case_id", "rank/order"
    )
    pieces = _read_pieces(night)
    return [
        Found(_case(row, signs[row["departure_id"]], pieces.get(row["departure_id"], ()), by_code, background), row)
        for row in rows
    ]


class DepartureLists:
    """What the lists of departures hold beside their cases: how many left, how many were drawn by chance.

    `municipalities` are those where a departure was drawn, `tables` those over all municipalities, by name of file.
    """

    def __init__(self, night: Night, cases: Sequence[Case], is_sealed: bool) -> None:
        self._look_back_months = night.configuration.look_back_months
        self._n_departures = _count_departures(night, is_sealed)
        self._n_weak = Counter(case.municipality_code for case in cases if case.status == "weak")
        sample = read_sample(night, is_sealed, {case.case_id: case.reason_nl for case in cases})
        self.tables = {SAMPLE_TABLE: parquet_bytes([sample_row(each) for each in sample], SAMPLE)}
        self._sample: dict[str, list[Drawn]] = defaultdict(list)
        for each in sample:
            self._sample[each.municipality_code].append(each)
        self.municipalities = set(self._sample)

    def of_municipality(self, shared: OfEveryList) -> MunicipalList:
        """The list of one municipality."""
        code = shared["municipality_code"]
        return MunicipalList(
            **shared,
            look_back_months=self._look_back_months,
            n_departures=self._n_departures.get(code, 0),
            n_weak=self._n_weak[code],
            sample=tuple(self._sample.get(code, ())),
        )


def _count_departures(night: Night, is_sealed: bool) -> dict[str, int]:
    """Departures in view per municipality; an ordinary list counts all of them, since a number that falls when a case
    leaves the list would tell who came under secrecy."""
    rows = night.warehouse.query(
        "SELECT municipality_code, count(*) AS n FROM facts_departures_in_view "
        "WHERE municipality_code IS NOT NULL AND (is_confidential OR NOT $is_sealed) GROUP BY municipality_code",
        "publish/departures",
        is_sealed=is_sealed,
    )
    return {row["municipality_code"]: row["n"] for row in rows}


def _case(
    row: Row,
    signs: Sequence[Row],
    pieces: tuple[Piece, ...],
    rules: Mapping[str, Rule],
    background: Background,
) -> Case:
    shown = _signs([_sign(sign, row, rules[sign["rule_code"]], background.schools) for sign in signs], rules)
    making = [sign for sign in shown if not sign.is_context]
    lead, leading = min(
        ((sign, rules[code]) for sign in making for code in sign.rule_codes),
        key=lambda pair: (pair[1].priority, -pair[0].event_on.toordinal()),
    )
    shared = background.of_case(row, leading, shown, _cautions(row, background.today))
    return Case(
        **shared,
        departed_on=row["departed_on"],
        departed_latest_on=row["departed_latest_on"],
        recorded_on=row["recorded_on"],
        is_destination_unknown=row["is_destination_unknown"],
        is_ex_officio=row["is_ex_officio"],
        level=row["level"] or "",
        rule_codes=tuple(row["rule_codes"].split("|")),
        first_sign_on=row["first_sign_on"],
        last_sign_on=row["last_sign_on"],
        score=None if row["points"] is None else _points(row["points"]),
        chance_pct=row["chance_pct"],
        pieces=pieces,
        reason_nl=_reason(lead, making, shared["notes_nl"]),
        duty_from=row["duty_from"],
    )


def _read_pieces(night: Night) -> dict[str, tuple[Piece, ...]]:
    """By departure what weighs for and against it, the heaviest first."""
    found: dict[str, tuple[Piece, ...]] = {}
    texts = piece_texts()
    for row in night.warehouse.query(
        "SELECT weighable.departure_id, weighable.piece, weights.points FROM cases_weighable AS weighable "
        "INNER JOIN settings_weights AS weights ON weighable.piece = weights.piece "
        "ORDER BY weighable.departure_id, abs(weights.points) DESC, weighable.piece",
        "cases/weighable",
    ):
        piece = Piece(row["piece"], texts[row["piece"]], _points(row["points"]))
        found[row["departure_id"]] = (*found.get(row["departure_id"], ()), piece)
    return found


def _signs(each: Sequence[Sign], rules: Mapping[str, Rule]) -> tuple[Sign, ...]:
    """One sign a trace, with its circumstances."""
    return tuple(
        replace(
            sign,
            circumstances=tuple(
                Circumstance(more.rule_code, rules[more.rule_code].circumstance_nl, more.sentence_nl)
                for more in further
            ),
        )
        for sign, further in gathered(each, rules)
    )


def _sign(sign: Row, case: Row, rule: Rule, schools: Schools) -> Sign:
    facts, school = told_facts(sign["facts"], schools)
    values: dict[str, Any] = {
        "event_on": sign["event_on"],
        "departed_on": case["departed_on"],
        "recorded_on": case["recorded_on"] or "",
        "days_after": (sign["event_on"] - case["departed_latest_on"]).days,
        "source": sign["source"],
        **facts,
    }
    values |= {
        f"{name}_nl": wording.number_of(values[name], "dag", "dagen")
        for name in ("days_after", "lag_days")
        if name in values
    }
    return Sign(
        rule_code=rule.code,
        title_nl=rule.title_nl,
        event_on=sign["event_on"],
        source=sign["source"],
        sentence_nl=rule.sentence_nl.format(**{name: told(value) for name, value in values.items()}),
        is_context=sign["is_context"],
        is_against=sign["is_against"],
        school=school,
    )


def _cautions(case: Row, reference_date: date) -> tuple[str, ...]:
    found = []
    if case["departed_on"] < case["departed_latest_on"]:
        found.append(
            "De vertrekdatum is onvolledig: tussen "
            f"{dutch(case['departed_on'])} en {dutch(case['departed_latest_on'])}."
        )
    if case["is_destination_unknown"] is None:
        found.append(wording.DESTINATION_UNREADABLE)
    if reference_date >= case["leerplicht_until"]:
        found.append(wording.MAYBE_QUALIFIED)
    return tuple(found)


def _reason(lead: Sign, making: list[Sign], notes: tuple[str, ...]) -> str:
    """The leading sign in sentences, the others by name, then the cautions."""
    parts = [lead.text_nl]
    if others := list(dict.fromkeys(sign.name_nl for sign in making if sign.rule_code != lead.rule_code)):
        parts.append("Ook: " + "; ".join(title[0].lower() + title[1:] for title in others) + ".")
    return " ".join((*parts, *notes))


def _points(hundredths: int) -> Decimal:
    return (Decimal(hundredths) * _HUNDREDTH).quantize(_HUNDREDTH)


# --- on the page ----------------------------------------------------------------------------------------------------


def departure_card(case: Case, content: MunicipalList) -> dict[str, Any]:
    """What the page shows of a departure beside what it shows of every case."""
    return {
        "anchor": _anchor(case.level),
        "level": case.level or "–",
        "level_name": wording.level(case),
        "is_exact": case.departed_on == case.departed_latest_on,
        "departure": wording.departure(case),
        "recorded_on": wording.recorded(case),
        "last_sign_on": dutch(case.last_sign_on),
        "destination": wording.destination(case),
        "duty": (dutch(case.duty_from), dutch(case.duty_until)),
        "speaks_for": wording.speaks(case, against=False),
        "speaks_against": wording.speaks(case, against=True),
        "unknown": wording.unknowns(case),
        "timeline": timeline(case, content.reference_date, first_day(content)),
    }


def departures_page(content: MunicipalList) -> dict[str, Any]:
    """What the page of departures shows beside its cases: its levels, in the order of the list, and its figures."""
    counted = Counter(case.level for case in content.cases)
    return {
        "groups": [
            {
                "anchor": _anchor(level),
                "heading": wording.LEVELS.get(level, f"Niveau {level}"),
                "meaning": wording.upper_first(wording.LEVEL_MEANINGS.get(level, "")),
                "n_cases": number,
            }
            for level, number in counted.items()
        ],
        "n_departures": content.n_departures,
        "n_suppressed": sum(number for _, number in content.suppressed),
        "levels": [(wording.level_name(level), number) for level, number in wording.level_counts(content)],
        "n_weak": content.n_weak,
        "suppressed": [(wording.SUPPRESSORS.get(code, code), number) for code, number in content.suppressed],
    }


def _anchor(level: str) -> str:
    """By which a link finds the part of a page with one level."""
    return level.lower() or "terug"


def first_day(content: MunicipalList) -> date:
    """The first day of departures that the list looks at."""
    return add_months(content.reference_date, -content.look_back_months)


def departures_scope(content: MunicipalList) -> str:
    """The period of departures that the list looks at, in words."""
    return (
        f"Vertrekken van {dutch(first_day(content))} tot en met {dutch(content.reference_date)} "
        f"({wording.number_of(content.look_back_months, 'maand', 'maanden')} terug)"
    )


def departure_figures(content: MunicipalList) -> list[tuple[str, str]]:
    """The figures of a list, label and number, in the order in which people ask for them."""
    rows = [("Signalen op deze lijst", str(len(content.cases)))]
    rows += [(f"  waarvan {wording.level_name(code)}", str(number)) for code, number in wording.level_counts(content)]
    rows.append(("Vertrekken in beeld", str(content.n_departures)))
    rows.append(("Niet getoond, met reden", str(sum(number for _, number in content.suppressed))))
    rows += [(f"  {wording.SUPPRESSORS.get(code, code)} ({code})", str(number)) for code, number in content.suppressed]
    rows.append(("Te zwak om te vragen: staat op geen lijst", str(content.n_weak)))
    return rows
