"""What a clerk does in LibreOffice without a password: sort, filter, delete, add; what a sort tears is noticed."""

from datetime import date
from pathlib import Path

import pytest

from tests.ledger.nights import Nights, child
from tests.office.programs import at_a_desk
from tests.review.desk import LISTED_ON, SCOPE, Desk, open_desk, returned

pytestmark = pytest.mark.office
LEFT = ("2026-02-27", "2026-01-15", "2026-02-11", "2026-02-20", "2026-03-02", "2026-02-02")
LABELS = ("Vertrek klopt", "Grensleerling", "Gewone verklaring gevonden", "Koppel- of invoerfout") * 2
CODES = {
    "Vertrek klopt": "X-VERTREK-OK",
    "Grensleerling": "X-GRENS",
    "Gewone verklaring gevonden": "X-VERKLAARD",
    "Koppel- of invoerfout": "X-DATAFOUT",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """One night with a list of six departures on six days."""
    nights = Nights(tmp_path_factory.mktemp("town"))
    children = [child(child=f"child {number}", left=day) for number, day in enumerate(LEFT)]
    others = [child(child="secret", confidential="yes"), child(child="elsewhere", municipality="0518")]
    nights.deliver(LISTED_ON, [*children, *others], SCOPE)
    nights.run()
    return nights


@pytest.fixture
def desk(town: Nights, tmp_path: Path) -> Desk:
    return open_desk(town, tmp_path)


def filled_in(desk: Desk) -> tuple[dict[str, str], list[list[object]]]:
    """A decision for every case, and the steps that type them in."""
    chosen = dict(zip(desk.numbers(), LABELS, strict=False))
    cells = {"Datum": "2026-06-17", "Door": "Consulent leerplicht"}
    return chosen, [["fill", "Signalen", number, {"Besluit": label, **cells}] for number, label in chosen.items()]


def taken_in(desk: Desk) -> dict[str, str]:
    return {number: outcome for number, [(outcome, *_)] in desk.decisions().items()}


def test_a_list_is_sorted_filtered_cut_and_widened_and_comes_in_exactly(desk: Desk) -> None:
    chosen, filling = filled_in(desk)
    gone = desk.numbers()[2]
    _, before = at_a_desk(desk.ordinary, desk.folder, ["look", "Signalen"])
    saved, after = at_a_desk(
        desk.ordinary,
        desk.folder,
        *filling,
        ["sort", "Signalen", "Vertrek"],
        ["delete", "Signalen", gone],
        ["add", "Signalen", "Wie doet dit?", "Vertrek"],
        ["hide_all_but", "Signalen", "Besluit", "Vertrek klopt"],
    )
    assert (before["is_protected"], after["is_protected"]) == (False, False)
    days = [date(int(row["Vertrek"][6:]), int(row["Vertrek"][3:5]), int(row["Vertrek"][:2])) for row in after["rows"]]
    assert days == sorted(days, reverse=True)
    assert (len(after["rows"]), len(after["hidden"]), after["rows"][0]["Wie doet dit?"]) == (5, 3, "van ons 1")
    # The facts of a row travelled together.
    typed = {"Besluit", "Datum", "Door", "Wie doet dit?"}
    known = {row["Nummer"]: row for row in before["rows"]}
    for row in after["rows"]:
        assert {name: text for name, text in row.items() if name not in typed} == {
            name: text for name, text in known[row["Nummer"]].items() if name not in typed
        }
    # Every cell for a decision still offers the choices of the first.
    assert len({tuple(offer) for offer in [*before["offers"], *after["offers"]]}) == 1
    assert after["offers"][0][0] == "LIST"
    (result,) = desk.hand_in(saved)
    assert (result.accepted, result.returned) == (5, {})
    assert taken_in(desk) == {number: CODES[label] for number, label in chosen.items() if number != gone}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Rang", "Uiterlijk"),
        ("Nummer", "Nummer"),
        ("Nummer", "Waarom"),
        ("Rang", "Besluit"),
        ("Rang", "Door"),
        ("Besluit", "Notitie"),
        ("Vertrek", "Vertrek"),
        ("Vertrek", "Notitie"),
    ],
)
def test_rows_that_a_sort_of_some_columns_tore_go_back(desk: Desk, first: str, last: str) -> None:
    chosen, filling = filled_in(desk)
    by = "Vertrek" if first in ("Rang", "Vertrek") else first
    saved, after = at_a_desk(desk.ordinary, desk.folder, *filling, ["sort", "Signalen", by, first, last])
    (result,) = desk.hand_in(saved)
    assert result.returned.get("torn", 0) >= 3
    assert result.accepted == len(after["rows"]) - result.returned["torn"]
    assert taken_in(desk).items() <= {number: CODES[label] for number, label in chosen.items()}.items()
    back = returned(result, desk.folder)
    assert [row[name] for row in back for name in ("Besluit", "Datum")] == [None] * (2 * len(back))
    assert all(row["Door"] == "Consulent leerplicht" for row in back)
