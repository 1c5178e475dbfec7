"""The lists for leerplicht: children on no school list, beside the lists of departures and apart from them."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import Rule
from brp_signals.base.sealing import Recipients
from brp_signals.base.statuses import LISTED
from brp_signals.publish import wording
from brp_signals.publish.cases import read_day_numbers, read_silences
from brp_signals.publish.changes import Changed, read_changes
from brp_signals.publish.columns import ABSENCE_CASES, ABSENCES
from brp_signals.publish.commit import SEALED, write_list
from brp_signals.publish.follow_ups import follow_up, next_step
from brp_signals.publish.list_content import Absence, AbsenceList, Sign
from brp_signals.publish.lists import absence_row, csv_bytes, parquet_bytes, shown_suppressor
from brp_signals.steps.night import Night

Row = dict[str, Any]


def read_absences(night: Night, rules: Sequence[Rule]) -> tuple[list[tuple[Absence, Row]], Changed]:
    """Every absence case of the run in the order of municipality and rank, with its row, and what changed."""
    changed = read_changes(night, rules, "absence")
    by_code = {rule.code: rule for rule in rules}
    rows = night.warehouse.query(
        "SELECT * FROM rank_absences ORDER BY municipality_code, rank NULLS LAST, case_id", "rank/absences"
    )
    silences, day_numbers = read_silences(night), read_day_numbers(night)
    found = [
        (
            _absence(
                night,
                row,
                by_code[row["rule_code"]],
                changed.of_case(row["case_id"]),
                silences.get(row["case_id"], ()),
                day_numbers.get(row["case_id"], 1),
            ),
            row,
        )
        for row in rows
    ]
    return found, changed


def write_absences(
    night: Night,
    folder: Path,
    found: Sequence[tuple[Absence, Row]],
    rules: Sequence[Rule],
    changed: Changed,
    municipalities: Sequence[str],
) -> None:
    """The lists over all municipalities, and one in the folder of each; sealed ones only where something is on them."""
    is_sealed = folder.name == SEALED
    recipients = night.handover.sealed_recipients if is_sealed else night.handover.recipients
    rows = [absence_row(case, shown_suppressor(row)) for case, row in found]
    listed = [row for row in rows if row["status"] in LISTED]
    write_list(folder / "absences.csv", csv_bytes(listed, ABSENCES), recipients)
    write_list(folder / "absences.parquet", parquet_bytes(listed, ABSENCES), recipients)
    write_list(folder / "absence_cases.parquet", parquet_bytes(rows, ABSENCE_CASES), recipients)
    codes = {case.municipality_code for case, _ in found}
    withheld = {} if is_sealed else _withheld(night)
    own, listed_by_code = defaultdict(list), defaultdict(list)
    for case, row in found:
        own[case.municipality_code].append((case, row))
    for line in listed:
        listed_by_code[line["municipality_code"]].append(line)
    for code in sorted(codes | (changed.municipalities(is_sealed) if is_sealed else set(municipalities))):
        content = _list(night, code, own[code], withheld.get(code, {}), changed, is_sealed)
        _write_municipality(folder / code, content, listed_by_code[code], rules, recipients)


def _absence(night: Night, row: Row, rule: Rule, change_nl: str, silences_nl: tuple[str, ...], day_no: int) -> Absence:
    sign = _sign(row, rule)
    is_leerplicht = night.reference_date < row["leerplicht_until"]
    notes = (*(() if is_leerplicht else (wording.MAYBE_QUALIFIED,)), *silences_nl)
    outcome, decided_on = row["outcome_code"], row["decided_on"]
    todo = follow_up(row["status"], row["suppressor_code"], outcome, decided_on, row["opened_on"], (sign,))
    step, organisation = next_step(rule, todo, outcome)
    return Absence(
        case_id=row["case_id"],
        municipality_code=row["municipality_code"],
        person_id=row["person_id"],
        since_on=row["since_on"],
        withdrawn_on=row["withdrawn_on"],
        is_leerplicht=is_leerplicht,
        status=row["status"],
        rule_codes=(rule.code,),
        rank=row["rank"] or 0,
        reason_nl=" ".join((sign.sentence_nl, *notes)),
        next_step_nl=step,
        organisation_nl=organisation,
        duty_until=row["duty_until"],
        notes_nl=notes,
        signs=(sign,),
        change_nl=change_nl,
        decision_nl=wording.decision_in_force(outcome, decided_on, day_no),
        follow_up_nl=todo.step_nl if todo else "",
        due_on=todo.due_on if todo else None,
    )


def _sign(row: Row, rule: Rule) -> Sign:
    values = {"event_on": dutch(row["event_on"]), **json.loads(row["facts"])}
    return Sign(rule.code, rule.title_nl, row["event_on"], row["source"], rule.sentence_nl.format(**values), False)


def _list(
    night: Night,
    code: str,
    own: Sequence[tuple[Absence, Row]],
    withheld: Mapping[str, int],
    changed: Changed,
    is_sealed: bool,
) -> AbsenceList:
    suppressed = Counter(row["suppressor_code"] for case, row in own if case.status == "suppressed")
    late = [(case.due_on, case.case_id, case) for case, _ in own if case.due_on and case.due_on < night.reference_date]
    return AbsenceList(
        municipality_code=code,
        reference_date=night.reference_date,
        cases=tuple(case for case, _ in own if case.status in LISTED),
        suppressed=tuple(sorted(suppressed.items())),
        withheld=tuple(sorted(withheld.items())),
        is_sealed=is_sealed,
        changes=changed.of_municipality(code, is_sealed),
        overdue=tuple(case for _, _, case in sorted(late, key=lambda item: item[:2])),
    )


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


def _write_municipality(
    folder: Path, content: AbsenceList, rows: Sequence[Row], rules: Sequence[Rule], recipients: Recipients
) -> None:
    from brp_signals.publish.absence_page import absence_page_bytes
    from brp_signals.publish.workbook import absence_workbook_bytes

    # A municipality without a sealed list of departures has no folder there yet.
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"absoluut-verzuim-{content.municipality_code}-{content.reference_date.isoformat()}"
    write_list(folder / f"{name}.xlsx", absence_workbook_bytes(content, rules), recipients)
    write_list(folder / f"{name}.html", absence_page_bytes(content, rules), recipients)
    write_list(folder / "absences.csv", csv_bytes(rows, ABSENCES), recipients)
    write_list(folder / "absences.parquet", parquet_bytes(rows, ABSENCES), recipients)
