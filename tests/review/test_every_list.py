"""What holds for the list of signals holds for the workbook of leerplicht and for the control sample as well."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from brp_signals.base.errors import DeliveryRefused
from brp_signals.review.reasons import REASONS
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import NONE, Nights, child
from tests.review.desk import DECIDED_ON, LISTED_ON, SCOPE, Desk, decided, headers, open_desk, returned, rows
from tests.review.test_damaged import DAMAGED_FILES, DAMAGED_ROWS
from tests.review.test_round_trip import CHANGES

pytestmark = pytest.mark.long

#: One child more than there are kinds of damage.
CHILDREN = len(DAMAGED_ROWS) + 1
GONE = "2020-08-17..2026-04-30 at A seen 2026-06-10"


@dataclass(frozen=True)
class Listed:
    """A sheet with a list: where it is, and what may be decided there instead of what the tests decide of signals."""

    pattern: str
    sheet: str
    outcomes: dict[str, str]
    labels: dict[str, str]

    def cells(self, cells: Any) -> dict[str, Any]:
        """The cells that a clerk fills in, with the choices of this list."""
        return {
            header: self.labels.get(value, value) if isinstance(value, str) else value
            for header, value in cells.items()
        }


LISTS = {
    "leerplicht": Listed(
        "absoluut-verzuim-*.xlsx",
        "Signalen",
        {"Staat op een school": "X-INGESCHREVEN", "Gaat in het buitenland naar school": "X-SCHOOL-ELDERS"},
        {
            "Vertrek klopt": "Staat op een school",
            "Grensleerling": "Gaat in het buitenland naar school",
            "Kind woont hier nog": "Vrijstelling gezien",
        },
    ),
    "control sample": Listed(
        "signalen-*.xlsx", "Steekproef", {"Vertrek klopt": "X-VERTREK-OK", "Grensleerling": "X-GRENS"}, {}
    ),
}


def long_lists(folder: Path) -> Nights:
    """A night with long lists of children on no school list and of departures drawn by chance."""
    nights = Nights(folder)
    tables = f"\n[absence]\n[control_sample]\nleast = {CHILDREN}\n"
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + tables, encoding="utf-8")
    children = [{"child": f"absent {number}", "left": NONE, "enrolled": GONE} for number in range(CHILDREN)]
    children += [{"child": f"silent {number}"} for number in range(CHILDREN)]
    signals = [
        child(),
        child(child="second"),
        child(child="secret", confidential="yes"),
        child(child="elsewhere", municipality="0518"),
    ]
    nights.deliver(LISTED_ON, children + signals, SCOPE)
    nights.run()
    return nights


@pytest.fixture(scope="module")
def other_town(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    return long_lists(tmp_path_factory.mktemp("town"))


@pytest.fixture(params=LISTS)
def listed(request: pytest.FixtureRequest) -> Listed:
    return LISTS[request.param]


@pytest.fixture
def desk(other_town: Nights, tmp_path: Path, listed: Listed) -> Desk:
    """The lists of that night, of which the one that the test is about is the ordinary one."""
    return open_desk(other_town, tmp_path, listed.pattern)


def numbers(desk: Desk, listed: Listed) -> list[str]:
    return [str(row["Nummer"]) for row in rows(load_workbook(desk.ordinary)[listed.sheet]) if row["Nummer"]]


def decisions(desk: Desk, cases: list[str]) -> dict[str, list[tuple[str, date]]]:
    """What the ledger holds of these, which may be drawn departures."""
    with open_ledger(desk.nights.state) as ledger:
        found = {case: [(each.outcome_code, each.decided_on) for each in ledger.decisions(case)] for case in cases}
    return {case: taken for case, taken in found.items() if taken}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_a_changed_workbook_comes_in_exactly(desk: Desk, listed: Listed, change: Callable[[Any], None]) -> None:
    labels = list(listed.outcomes) * 2
    filled = dict(zip(numbers(desk, listed), labels, strict=False))
    cells = {number: decided(label, day="17-6-2026") for number, label in filled.items()}
    (result,) = desk.hand_in(desk.fill("changed", cells, sheet=listed.sheet, change=change))
    assert (result.accepted, result.returned) == (4, {})
    wanted = {number: [(listed.outcomes[label], DECIDED_ON)] for number, label in filled.items()}
    assert decisions(desk, numbers(desk, listed)) == wanted


def test_every_damaged_row_goes_back_with_its_reason_and_the_good_one_comes_in(desk: Desk, listed: Listed) -> None:
    good, *others = numbers(desk, listed)
    damage = dict(zip(others, DAMAGED_ROWS.values(), strict=True))
    cells = {number: listed.cells(row) for number, (row, _) in damage.items()}
    (result,) = desk.hand_in(desk.fill("damaged", {good: listed.cells(decided()), **cells}, sheet=listed.sheet))
    assert (result.accepted, result.returned) == (1, Counter(code for _, code in damage.values()))
    assert list(decisions(desk, [good, *others])) == [good]
    back = sorted(returned(result, desk.folder), key=lambda row: int(row["Rij"]))
    assert [row["Waarom niet verwerkt"] for row in back] == [REASONS[code] for _, code in damage.values()]


@pytest.mark.parametrize("damage", DAMAGED_FILES)
def test_a_damaged_file_is_one_sentence(desk: Desk, listed: Listed, damage: str) -> None:
    change, words = DAMAGED_FILES[damage]
    good = desk.fill("good", {numbers(desk, listed)[0]: listed.cells(decided())}, sheet=listed.sheet)
    damaged = desk.folder / "damaged.xlsx"
    damaged.write_bytes(change(good.read_bytes()))
    with pytest.raises(DeliveryRefused, match=words.replace("[", r"\[")):
        desk.hand_in(good, damaged)
    assert decisions(desk, numbers(desk, listed)) == {}


@pytest.mark.parametrize("header", ["Datum", "Reden"])
def test_a_column_that_is_gone_is_named(desk: Desk, listed: Listed, header: str) -> None:
    def without(book: Any) -> None:
        book[listed.sheet].delete_cols(headers(book[listed.sheet])[header])

    with pytest.raises(DeliveryRefused, match=f"column {header} is missing"):
        desk.hand_in(desk.fill("columns", {}, sheet=listed.sheet, change=without))
