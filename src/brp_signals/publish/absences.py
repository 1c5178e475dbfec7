"""Children on no school list: from ranked rows to what their lists show, and what those hold beside cases."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.cases import Background, Found, OfEveryList, Row, told_facts
from brp_signals.publish.list_content import Absence, AbsenceList, Sign
from brp_signals.state.schools import Schools
from brp_signals.steps.night import Night


def read_absences(night: Night, rules: Sequence[Rule], background: Background) -> list[Found]:
    """Every absence case of the run, in the order of municipality and rank."""
    by_code = {rule.code: rule for rule in rules}
    rows = night.warehouse.query(
        "SELECT * FROM rank_absences ORDER BY municipality_code, rank NULLS LAST, case_id", "rank/absences"
    )
    return [Found(_absence(row, by_code[row["rule_code"]], background), row) for row in rows]


def _absence(row: Row, rule: Rule, background: Background) -> Absence:
    sign = _sign(row, rule, background.schools)
    is_leerplicht = background.today < row["leerplicht_until"]
    shared = background.of_case(row, rule, (sign,), () if is_leerplicht else (wording.MAYBE_QUALIFIED,))
    return Absence(
        **shared,
        since_on=row["since_on"],
        withdrawn_on=row["withdrawn_on"],
        is_leerplicht=is_leerplicht,
        rule_codes=(rule.code,),
        reason_nl=" ".join((sign.sentence_nl, *shared["notes_nl"])),
    )


def _sign(row: Row, rule: Rule, schools: Schools) -> Sign:
    facts, school = told_facts(row["facts"], schools)
    sentence = rule.sentence_nl.format(event_on=dutch(row["event_on"]), **facts)
    return Sign(rule.code, rule.title_nl, row["event_on"], row["source"], sentence, False, school=school)


class AbsenceLists:
    """What the lists for leerplicht hold beside their cases: of how many children a reason was known from the start.

    They have no further tables, and nothing of a municipality without cases.
    """

    municipalities: Final[frozenset[str]] = frozenset()
    tables: Final[Mapping[str, bytes]] = {}

    def __init__(self, night: Night, cases: Sequence[Absence], is_sealed: bool) -> None:
        self._withheld = {} if is_sealed else _withheld(night)

    def of_municipality(self, shared: OfEveryList) -> AbsenceList:
        """The list of one municipality."""
        withheld = self._withheld.get(shared["municipality_code"], {})
        return AbsenceList(**shared, withheld=tuple(sorted(withheld.items())))


def _withheld(night: Night) -> dict[str, dict[str, int]]:
    """Per municipality and suppressor, how many children never became a case."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in night.warehouse.query(
        "SELECT municipality_code, suppressor_code, count(*) AS n FROM cases_absences_withheld "
        "WHERE NOT is_sealed GROUP BY ALL ORDER BY ALL",
        "publish/withheld",
    ):
        counts[row["municipality_code"]][row["suppressor_code"]] = row["n"]
    return counts


def absence_card(case: Absence, content: AbsenceList) -> dict[str, Any]:
    """What the page shows of a child on no school list beside what it shows of every case."""
    return {
        "since_on": dutch(case.since_on),
        "withdrawn_on": wording.withdrawn(case),
        "duty": wording.duty(case),
        "duty_until": dutch(case.duty_until),
    }


def absence_figures(content: AbsenceList) -> list[tuple[str, str]]:
    """The figures of a list for leerplicht."""
    n_leerplicht = sum(case.is_leerplicht for case in content.cases)
    rows = [("Signalen op deze lijst", str(len(content.cases))), ("  waarvan leerplicht", str(n_leerplicht))]
    rows.append(("  waarvan kwalificatieplicht", str(len(content.cases) - n_leerplicht)))
    for heading, counted in (
        ("Niet getoond, met reden", content.suppressed),
        ("Nooit een signaal geworden, met reden", content.withheld),
    ):
        rows.append((heading, str(sum(number for _, number in counted))))
        rows += [(f"  {wording.SUPPRESSORS.get(code, code)} ({code})", str(number)) for code, number in counted]
    return rows
