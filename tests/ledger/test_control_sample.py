"""The control sample: who is drawn, where it is shown, how its decisions come back, and that nobody is asked twice."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars
import pytest
from openpyxl import load_workbook

from brp_signals.evaluation.decided import looked_at
from brp_signals.publish.explain import explanation
from brp_signals.review import import_reviewed
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import AfterOneNight, Nights, case_of, child
from tests.spec.builders import key_of

pytestmark = pytest.mark.long

JUNE, JULY = date(2026, 6, 15), date(2026, 7, 1)
#: A child on the list, seven departures without a sign, and those that nobody needs to look at.
SILENT = [f"silent {number}" for number in range(7)]
CHILDREN = [
    child(child="on the list"),
    *({"child": name} for name in SILENT),
    {"child": "just left", "left": "2026-06-01"},
    {"child": "back", "returned": "2026-05-01"},
    {"child": "grown up", "born": "2008-06-01"},
    {"child": "under inquiry", "inquiry": "2026-05-01"},
]

#: Four cases that are too weak to ask about where level B begins at 30 %, besides all of the others.
WEAK = [f"weak {number}" for number in range(4)]
WITH_WEAK = [*CHILDREN, *({"child": name, "trace": "exemption 2026-05-01"} for name in WEAK)]


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    """A first night in June."""
    return after_one_night(tmp_path, JUNE, CHILDREN)


@pytest.fixture(scope="module")
def weak_night(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """A first night in June with cases that are too weak to ask about."""
    return after(where_b_begins_at_30(tmp_path_factory.mktemp("nights")), JUNE, WITH_WEAK)


@pytest.fixture
def weak_nights(weak_night: Nights, tmp_path: Path) -> Nights:
    """A copy of it."""
    return weak_night.copy(tmp_path)


def where_b_begins_at_30(folder: Path, more: str = "") -> Nights:
    """Nights on which an exemption alone (27 %) is too weak to ask about."""
    nights = Nights(folder)
    text = nights.config.read_text(encoding="utf-8")
    assert "b = 0.05" in text
    nights.config.write_text(text.replace("b = 0.05", "b = 0.3") + more, encoding="utf-8")
    return nights


def after(nights: Nights, today: date, children: list[dict[str, str]] | None = None) -> Nights:
    """The nights with one more."""
    nights.deliver(today, children or CHILDREN)
    nights.run()
    return nights


def sample(nights: Nights, folder: str = "") -> dict[str, dict[str, Any]]:
    """What sample.parquet holds, by the name of the child."""
    names = {key_of(case_of([], JUNE), each["child"]): each["child"] for each in WITH_WEAK}
    rows = polars.read_parquet(nights.output / "latest" / folder / "sample.parquet").to_dicts()
    return {names[row["person_id"]]: row for row in rows}


def sheet(nights: Nights, folder: str = "0363") -> list[dict[str, Any]]:
    """The rows of the sheet Steekproef that have a number."""
    (path,) = (nights.output / "latest" / folder).glob("*.xlsx")
    header, *rows = load_workbook(path)["Steekproef"].iter_rows(values_only=True)
    return [found for row in rows if (found := dict(zip(header, row, strict=True)))["Nummer"]]


def weak_of(nights: Nights, folder: str = "") -> dict[str, dict[str, Any]]:
    """Those of the sample that were drawn as too weak to ask about."""
    return {name: row for name, row in sample(nights, folder).items() if row["stratum"] == "weak"}


def status(nights: Nights, number: str) -> str:
    return nights.states()[number][0]


def decide(nights: Nights, decision: str, day: date, folder: Path) -> int:
    """Fill in one decision for everyone on the sheet and hand it in; returns how many were taken in."""
    (path,) = (nights.output / "latest" / "0363").glob("*.xlsx")
    book = load_workbook(path)
    found = book["Steekproef"]
    columns = {cell.value: cell.column for cell in found[1]}
    for row in range(2, found.max_row + 1):
        if found.cell(row, columns["Nummer"]).value:
            found.cell(row, columns["Besluit"]).value = decision
            found.cell(row, columns["Datum"]).value = day
    book.save(folder / "reviewed.xlsx")
    (result,) = import_reviewed([folder / "reviewed.xlsx"], nights.state)
    assert not result.returned
    return result.accepted


def test_two_departures_without_a_sign_are_drawn_and_openly_labelled(nights: Nights) -> None:
    drawn = sample(nights)
    assert len(drawn) == 2
    assert set(drawn) <= set(SILENT)
    assert {(row["label"], row["n_drawn"], row["n_frame"]) for row in drawn.values()} == {("steekproef", 2, 7)}
    assert [row["Nummer"] for row in sheet(nights)] == [row["case_id"] for row in drawn.values()]
    assert {row["Waarom"] for row in sheet(nights)} == {
        "Steekproef: door toeval gekozen uit de vertrekken zonder teken."
    }
    assert {row["Besluit"] for row in sheet(nights)} == {None}
    listed = polars.read_parquet(nights.output / "latest" / "cases.parquet")["case_id"].to_list()
    assert not set(listed) & {row["case_id"] for row in drawn.values()}


@pytest.mark.parametrize(("scope", "expected"), [(("0363",), {"thirty days"}), (None, {"thirty days", "elsewhere"})])
def test_only_departures_in_scope_that_are_old_enough_for_certain_are_drawn(
    tmp_path: Path, scope: tuple[str, ...] | None, expected: set[str]
) -> None:
    nights = Nights(tmp_path)
    table = "\n[control_sample]\nleast = 10\n"
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + table, encoding="utf-8")
    lefts = {"thirty days": "2026-05-16", "twenty-nine": "2026-05-17", "perhaps lately": "2026-05"}
    children = [{"child": name, "left": left} for name, left in lefts.items()]
    nights.deliver(JUNE, [*children, {"child": "elsewhere", "municipality": "0518"}], scope)
    nights.run()
    drawn = set(polars.read_parquet(nights.output / "latest/sample.parquet")["person_id"])
    assert drawn == {key_of(case_of([], JUNE), name) for name in expected}


def test_the_draw_hangs_on_nothing_but_child_month_and_municipality(nights: Nights, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    others = [{"child": "one more", "left": "2026-06-10"}, *reversed(CHILDREN)]
    assert sample(after(Nights(tmp_path / "other"), date(2026, 6, 20), others)).keys() == sample(nights).keys()
    nights.run()
    assert len(sample(nights)) == 2


def test_a_month_is_drawn_once_and_no_child_twice(nights: Nights) -> None:
    first = set(sample(nights))
    assert set(sample(after(nights, date(2026, 6, 30)))) == first
    seen = set(sample(after(nights, JULY)))
    assert len(seen) == 4 and first < seen
    for month in (8, 9, 10):
        after(nights, date(2026, month, 1))
    assert set(sample(nights)) == {*SILENT, "just left"}
    assert sorted(row["n_frame"] for row in sample(nights).values()) == [2, 2, 4, 4, 6, 6, 7, 7]


def test_the_share_of_the_cases_counts_when_it_is_more(tmp_path: Path) -> None:
    made = Nights(tmp_path)
    made.config.write_text(made.config.read_text() + "[control_sample]\nshare = 1.0\n", encoding="utf-8")
    cases = [child(child=f"case {number}") for number in range(5)]
    assert len(sample(after(made, JUNE, [*CHILDREN, *cases]))) == 6


def test_children_under_secrecy_are_on_the_sealed_side_only(tmp_path: Path) -> None:
    secret = [{**each, "confidential": "yes"} if each["child"] in SILENT[:4] else each for each in CHILDREN]
    nights = after(Nights(tmp_path), JUNE, secret)
    assert (set(sample(nights)) <= set(SILENT[4:]), set(sample(nights, "sealed")) <= set(SILENT[:4])) == (True, True)
    assert (len(sheet(nights)), len(sheet(nights, "sealed/0363"))) == (2, 2)
    number = sheet(nights, "sealed/0363")[0]["Nummer"]
    with open_ledger(nights.state) as ledger:
        assert (ledger.positions()[number].is_sealed, ledger.drawn(number)) == (True, None)
    after(nights, JUNE + timedelta(1))
    assert sample(nights).keys().isdisjoint(sample(nights, "sealed")), "who is no longer under secrecy is not shown"


def test_decisions_come_back_and_what_is_decided_leaves_the_sheet(nights: Nights, tmp_path: Path) -> None:
    numbers = [row["Nummer"] for row in sheet(nights)]
    assert decide(nights, "Doorgestuurd naar leerplicht", JUNE, tmp_path) == 2
    after(nights, JUNE + timedelta(1))
    assert {(row["Eerder besluit"], row["Uiterlijk"].date()) for row in sheet(nights)} == {
        ("Doorgestuurd naar leerplicht (15-06-2026)", date(2026, 7, 13))
    }
    assert decide(nights, "Vertrek klopt", JUNE + timedelta(1), tmp_path) == 2
    after(nights, JUNE + timedelta(2))
    assert sheet(nights) == []
    told = explanation(nights.state, numbers[0])
    assert "- 15-06-2026: steekproef: door toeval gekozen uit de vertrekken zonder teken." in told
    assert "- Vertrek klopt (16-06-2026)" in told


def test_a_sign_makes_a_case_of_it_under_the_same_number(nights: Nights) -> None:
    name, row = next(iter(sample(nights).items()))
    with_sign = [{**each, "trace": "absence_report 2026-06-20"} if each["child"] == name else each for each in CHILDREN]
    after(nights, date(2026, 6, 21), with_sign)
    assert name not in sample(nights)
    assert nights.states()[row["case_id"]] == ("new", [])
    after(nights, date(2026, 6, 22), with_sign)
    assert nights.states()[row["case_id"]][0] == "ongoing"


def test_what_nobody_looked_at_lapses_and_a_rerun_is_the_same(nights: Nights) -> None:
    first = set(sample(nights))
    after(nights, JUNE + timedelta(182))
    before = nights.lists()
    assert first.isdisjoint(sample(nights))
    nights.run()
    assert nights.lists() == before


# ---- cases that are too weak to ask about


def test_weak_cases_are_a_stratum_of_their_own(weak_nights: Nights) -> None:
    drawn = sample(weak_nights)
    assert sorted((row["stratum"], row["n_drawn"], row["n_frame"]) for row in drawn.values()) == [
        ("no_sign", 2, 7),
        ("no_sign", 2, 7),
        ("weak", 1, 4),
    ]
    ((name, row),) = weak_of(weak_nights).items()
    assert name in WEAK
    cases = polars.read_parquet(weak_nights.output / "latest/cases.parquet").filter(polars.col("status") == "weak")
    assert row["case_id"] in set(cases["case_id"]), "it keeps the number of its case"
    assert status(weak_nights, row["case_id"]) == "weak"
    why = {each["Nummer"]: each["Waarom"] for each in sheet(weak_nights)}
    assert why.pop(row["case_id"]).startswith(
        "Steekproef: door toeval gekozen uit de vertrekken met een teken dat te zwak"
    )
    assert set(why.values()) == {"Steekproef: door toeval gekozen uit de vertrekken zonder teken."}
    told = explanation(weak_nights.state, row["case_id"])
    assert "- 15-06-2026: steekproef: door toeval gekozen uit de vertrekken met een teken dat te zwak" in told


def test_of_weak_cases_one_is_drawn_each_month_and_none_that_people_know(weak_nights: Nights) -> None:
    first = set(weak_of(weak_nights))
    assert set(weak_of(after(weak_nights, date(2026, 6, 30), WITH_WEAK))) == first
    drawn = {row["case_id"] for row in sample(weak_nights).values()}
    decided = next(number for number, (now, _) in weak_nights.states().items() if now == "weak" and number not in drawn)
    weak_nights.decide(decided, "X-LEERPLICHT 2026-06-30")
    seen = weak_of(after(weak_nights, JULY, WITH_WEAK))
    assert first < set(seen) and sorted(row["n_frame"] for row in seen.values()) == [2, 4], "not who was drawn or asked"
    assert decided not in {row["case_id"] for row in seen.values()}
    before = weak_nights.lists()
    weak_nights.run()
    assert weak_nights.lists() == before, "a rerun draws the same"


def test_so_many_weak_cases_as_the_configuration_says(tmp_path: Path) -> None:
    nights = where_b_begins_at_30(tmp_path, "[control_sample]\nleast_weak = 3\n")
    assert {(row["n_drawn"], row["n_frame"]) for row in weak_of(after(nights, JUNE, WITH_WEAK)).values()} == {(3, 4)}


def test_a_decision_closes_a_weak_case_and_a_question_keeps_it_in_the_sample(
    weak_nights: Nights, tmp_path: Path
) -> None:
    ((name, row),) = weak_of(weak_nights).items()
    number = row["case_id"]
    assert decide(weak_nights, "Doorgestuurd naar leerplicht", JUNE, tmp_path) == 3
    after(weak_nights, JUNE + timedelta(1), WITH_WEAK)
    assert (status(weak_nights, number), name in weak_of(weak_nights)) == ("weak", True), "no signal of it is made"
    assert number in {each["Nummer"] for each in sheet(weak_nights) if each["Eerder besluit"]}
    assert decide(weak_nights, "Vertrek klopt", JUNE + timedelta(1), tmp_path) == 3
    after(weak_nights, JUNE + timedelta(2), WITH_WEAK)
    assert (status(weak_nights, number), sheet(weak_nights)) == ("closed", [])
    after(weak_nights, JULY, WITH_WEAK)
    assert name not in sample(weak_nights)


def test_a_weak_case_that_becomes_stronger_leaves_the_sample_for_the_list(weak_nights: Nights) -> None:
    ((name, row),) = weak_of(weak_nights).items()
    stronger = [
        {**each, "trace": f"{each['trace']}; absence_report 2026-06-20"} if each["child"] == name else each
        for each in WITH_WEAK
    ]
    after(weak_nights, date(2026, 6, 21), stronger)
    assert weak_nights.states()[row["case_id"]] == ("new", ["stronger"])
    assert name not in sample(weak_nights)
    after(weak_nights, date(2026, 6, 22), WITH_WEAK)
    assert name not in sample(weak_nights), "it was on a list"
    with open_ledger(weak_nights.state) as ledger:
        (case,) = [each for each in looked_at(ledger) if each.case_id == row["case_id"]]
    assert case.draw and case.draw.stratum == "weak" and case.got_a_sign


def test_what_was_on_a_list_is_not_drawn_once_it_is_weak(tmp_path: Path) -> None:
    nights = where_b_begins_at_30(tmp_path, "[control_sample]\nleast_weak = 10\n")
    listed = [{"child": WEAK[0], "trace": "exemption 2026-05-01; absence_report 2026-05-02"}]
    after(nights, JUNE, [child(child="on the list"), *listed])
    after(
        nights, JUNE + timedelta(1), [child(child="on the list"), {"child": WEAK[0], "trace": "exemption 2026-05-01"}]
    )
    assert {state for state, _ in nights.states().values()} == {"ongoing", "weak"}
    assert weak_of(nights) == {}


def test_a_draw_without_a_sign_stays_when_a_weak_one_comes_and_a_weak_one_when_it_goes(weak_nights: Nights) -> None:
    drawn = sample(weak_nights)
    (weak,) = weak_of(weak_nights)
    turned = [
        {**each, "trace": "exemption 2026-05-20"}
        if each["child"] in drawn and each["child"] != weak
        else {key: cell for key, cell in each.items() if key != "trace" or each["child"] != weak}
        for each in WITH_WEAK
    ]
    after(weak_nights, JUNE + timedelta(1), turned)
    assert {row["case_id"]: status(weak_nights, row["case_id"]) for row in drawn.values()} == {
        row["case_id"]: "resolved" if name == weak else "weak" for name, row in drawn.items()
    }
    assert {name: row["stratum"] for name, row in sample(weak_nights).items()} == {
        name: row["stratum"] for name, row in drawn.items()
    }


def test_a_night_on_which_the_source_is_silent_changes_nothing(weak_nights: Nights) -> None:
    drawn, before = weak_of(weak_nights), sheet(weak_nights)
    silent = [each if each["child"] not in WEAK else {"child": each["child"]} for each in WITH_WEAK]
    after(weak_nights, JUNE + timedelta(1), silent)
    assert weak_of(weak_nights) == drawn
    assert [each["Nummer"] for each in sheet(weak_nights)] == [each["Nummer"] for each in before]


def test_weak_cases_under_secrecy_are_drawn_on_the_sealed_side_only(tmp_path: Path) -> None:
    secret = [{**each, "confidential": "yes"} if each["child"] in WEAK[:2] else each for each in WITH_WEAK]
    nights = after(where_b_begins_at_30(tmp_path), JUNE, secret)
    ordinary, sealed = weak_of(nights), weak_of(nights, "sealed")
    assert set(ordinary) <= set(WEAK[2:]) and set(sealed) <= set(WEAK[:2])
    assert {(row["n_drawn"], row["n_frame"]) for row in (*ordinary.values(), *sealed.values())} == {(1, 2)}
    assert (len(ordinary), len(sealed)) == (1, 1)
