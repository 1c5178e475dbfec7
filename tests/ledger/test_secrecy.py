"""Secrecy ends only after two deliveries in a row, and no list tells which child came under it."""

import html
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars
import pytest
from openpyxl import load_workbook

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused, Stopped, UsageProblem
from brp_signals.publish import output as publish
from brp_signals.publish.explain import dossier, explanation
from brp_signals.publish.municipalities import named
from brp_signals.state.ledger import open_ledger
from tests.ledger.nights import NONE, TABLES, Nights, case_of, child
from tests.retention.kept import holding
from tests.spec.builders import delivery_of, key_of

pytestmark = pytest.mark.long

FIRST = date(2026, 6, 15)
HIDDEN, SHOWN = {"confidential": "yes"}, {"confidential": ""}


def night(nights: Nights, number: int, *children: dict[str, str], **options: Any) -> dict[str, Any]:
    """One more night, `number` days after the first."""
    nights.deliver(FIRST + timedelta(days=number), list(children))
    return nights.run(**options)


def listed(nights: Nights, side: str = "") -> int:
    """How many signals are on the ordinary list, or on the one in `sealed/`."""
    return nights.lists()[f"{side}signals.csv"].count(b"\n") - 1


def test_a_lost_flag_counts_from_the_second_delivery_on(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for number, cells, is_sealed in (
        (0, HIDDEN, True),
        (1, SHOWN, True),
        (2, HIDDEN, True),
        (3, SHOWN, True),
        (4, SHOWN, False),
        (5, HIDDEN, True),
        (6, SHOWN, True),
    ):
        night(nights, number, child(**cells))
        assert (listed(nights), listed(nights, "sealed/")) == (1 - is_sealed, is_sealed), number


def test_the_same_delivery_once_more_is_no_second_one(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, 0, child(**HIDDEN))
    night(nights, 1, child())
    nights.run()
    nights.run(reference_date=FIRST + timedelta(days=2))
    nights.config.write_text(nights.config.read_text(encoding="utf-8").replace("= 24", "= 23"), encoding="utf-8")
    nights.run(reference_date=FIRST + timedelta(days=3))
    assert listed(nights) == 0
    night(nights, 4, child())
    assert listed(nights) == 1


def test_the_same_files_under_another_name_are_no_second_delivery(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, 0, child(**HIDDEN))
    night(nights, 1, child())
    nights.deliver(FIRST + timedelta(days=1), [child()], delivery_id="again")
    nights.run()
    assert (listed(nights), listed(nights, "sealed/")) == (0, 1)
    nights.run(reference_date=FIRST + timedelta(days=2))
    assert (listed(nights), listed(nights, "sealed/")) == (0, 1), "a later date of the run makes it no later delivery"
    night(nights, 3, child())
    assert (listed(nights), listed(nights, "sealed/")) == (1, 0)


def test_a_child_that_had_no_case_stays_hidden_too_when_a_sign_comes_with_the_lost_flag(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, 0, {**HIDDEN, "trace": ""})
    night(nights, 1, child())
    assert (listed(nights), listed(nights, "sealed/")) == (0, 1)


def test_the_control_sample_keeps_a_child_on_the_sealed_side(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    other = child(child="other")
    night(nights, 0, other, {**HIDDEN, "trace": "", "child": "hidden", "left": "2026-06-01"})
    # Long enough ago to be drawn only now, in the night that lost the flag.
    night(nights, 20, other, {"trace": "", "child": "hidden", "left": "2026-06-01"})
    with open_ledger(nights.state) as ledger:
        assert [draw[4] for draw in ledger.recall(10**6).draws] == [1]


def test_an_absence_keeps_to_the_sealed_side(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.config.write_text(nights.config.read_text(encoding="utf-8") + "\n[absence]\n", encoding="utf-8")
    away = {"left": NONE, "enrolled": "2020-08-17..2026-04-30 seen 2026-06-10"}
    for number, cells, on_sealed in ((0, HIDDEN, 1), (1, SHOWN, 1), (2, SHOWN, 0)):
        night(nights, number, {**away, **cells})
        assert nights.lists()["sealed/absences.csv"].count(b"\n") - 1 == on_sealed, number
        assert nights.lists()["absences.csv"].count(b"\n") - 1 == 1 - on_sealed, number


def test_a_fall_of_secrecy_is_refused_and_says_no_number(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, 0, child(child="a", **HIDDEN), child(child="b", **HIDDEN), child(child="c"))
    nights.deliver(FIRST + timedelta(days=1), [child(child="a"), child(child="b"), child(child="c")])
    with pytest.raises(DeliveryRefused, match="under secrecy") as refused:
        nights.run(is_judged=True)
    assert not re.search(r"\b[0-9]\b", str(refused.value))
    account = nights.run(is_judged=True, accept_drift="the element was renamed")
    assert account["accepted_drift"]["checks"] == ["persons_secrecy_lost"]
    assert "confidential" not in str(account)
    assert (listed(nights), listed(nights, "sealed/")) == (1, 2)


def summary(path: Path) -> str:
    """The texts of the first sheet of a workbook."""
    sheet = load_workbook(path).worksheets[0]
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


CHILDREN = ("sealed", "returned", "decided", "stays")


def leaving(nights: Nights) -> dict[str, str]:
    """Two nights: of four children one comes under secrecy, one is registered again, one was decided on."""
    night(nights, 0, *(child(child=name) for name in CHILDREN))
    with open_ledger(nights.state) as ledger:
        cases = ledger.recall(10**6).cases
    by_person = {str(case[1]): str(case[0]) for case in cases}
    numbers = {name: by_person[key_of(case_of([], FIRST), name)] for name in CHILDREN}
    nights.decide(numbers["decided"], "X-VERTREK-OK 2026-06-15")
    return numbers


def second(nights: Nights) -> None:
    """The night on which they leave."""
    changes = {"sealed": HIDDEN, "returned": {"returned": "2026-06-01"}, "decided": {}, "stays": {}}
    night(nights, 1, *(child(child=name, **changes[name]) for name in CHILDREN))


def test_of_all_who_left_the_list_says_the_same(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    numbers = leaving(nights)
    second(nights)
    name = f"0363/signalen-0363-{FIRST + timedelta(days=1)}"
    page = nights.lists()[f"{name}.html"].decode()
    workbook = summary(nights.output / "latest" / f"{name}.xlsx")
    for text in (page, workbook):
        told = {kind: re.findall(f"{number}: [^<\\n]*", text) for kind, number in numbers.items()}
        assert told["stays"] == []
        lines = {line.replace(numbers[kind], "") for kind in CHILDREN[:3] for line in told[kind]}
        assert lines == {": niet meer op deze lijst."}
        assert "0 nieuw, 0 gewijzigd, 3 niet meer op deze lijst." in text


def test_older_ordinary_lists_of_a_child_under_secrecy_go(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    numbers = leaving(nights)
    old = nights.output.joinpath("latest").resolve()
    assert any(".runs" in name for name in holding(nights, numbers["sealed"]))
    second(nights)
    left = ["findings.csv", "quarantine.csv", "report.html", "run.json", "sealed", "watch.html", "watch_series.parquet"]
    assert sorted(path.name for path in old.iterdir()) == left
    held = [name for name in holding(nights, numbers["sealed"]) if name.startswith("output") and "/sealed/" not in name]
    # What is left is the line that the child is not on the list any more.
    assert {Path(name).suffix for name in held} <= {".html", ".xlsx"}
    kept = nights.output.joinpath("latest").resolve()
    night(nights, 2, *(child(child=name) for name in CHILDREN[1:]), child(child="sealed", **HIDDEN))
    assert (kept / "signals.csv").is_file(), "lists that do not name the child stay"


def test_cut_off_before_they_went_the_next_start_removes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nights = Nights(tmp_path)
    leaving(nights)
    old = nights.output.joinpath("latest").resolve()

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "remove_lists", cut_off)
        with pytest.raises(Stopped, match="in the ledger already"):
            second(nights)
    assert (old / "signals.csv").is_file()
    with pipeline.open_night(nights.delivery, state=nights.state, output=nights.output, config=nights.config):
        assert not (old / "signals.csv").exists()
        assert not (old / "0363").exists()


def test_a_drawn_child_that_comes_under_secrecy_is_taken_from_older_lists(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    quiet = {"trace": "", "child": "quiet"}
    night(nights, 0, child(child="other"), quiet)
    old = nights.output.joinpath("latest").resolve()
    night(nights, 1, child(child="other"), {**quiet, **HIDDEN})
    assert not (old / "sample.parquet").exists()


def test_a_case_that_moves_leaves_the_list_of_its_former_municipality(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    both = ("0363", "0518")
    nights.deliver(FIRST, [child(child="mover"), child(child="stays")], both)
    nights.run()
    nights.deliver(FIRST + timedelta(days=1), [child(child="mover", municipality="0518"), child(child="stays")], both)
    nights.run()
    assert "1 niet meer op deze lijst" in nights.lists()["0363/signalen-0363-2026-06-16.html"].decode()


DRAWN = ("hidden", "returned", "decided", "spoken of", "stays")


def drawn(nights: Nights) -> dict[str, str]:
    """A first night on which five departures without a sign are drawn, and the numbers of them."""
    text = nights.config.read_text(encoding="utf-8")
    nights.config.write_text(f"{text}\n[control_sample]\nleast = {len(DRAWN)}\n", encoding="utf-8")
    night(nights, 0, child(child="other"), *({"trace": "", "child": name} for name in DRAWN))
    with open_ledger(nights.state) as ledger:
        by_person = {str(draw[1]): str(draw[0]) for draw in ledger.recall(10**6).draws}
    return {name: by_person[key_of(case_of([], FIRST), name)] for name in DRAWN}


def drawn_children(**changes: dict[str, str]) -> list[dict[str, str]]:
    """Everybody who was drawn, with what changed of them, and a child on the list."""
    return [child(child="other"), *({"trace": "", "child": name, **changes.get(name, {})} for name in DRAWN)]


def test_of_all_who_left_the_control_sample_the_list_says_the_same_once(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    numbers = drawn(nights)
    nights.decide(numbers["decided"], "X-VERTREK-OK 2026-06-15")
    changed = drawn_children(
        hidden=HIDDEN, returned={"returned": "2026-06-01"}, **{"spoken of": {"trace": "absence_report 2026-03-16"}}
    )
    night(nights, 1, *changed)
    name = f"0363/signalen-0363-{FIRST + timedelta(days=1)}"
    for text in (nights.lists()[f"{name}.html"].decode(), summary(nights.output / "latest" / f"{name}.xlsx")):
        told = {kind: re.findall(f"{number}: [^<\\n]*", text) for kind, number in numbers.items()}
        lines = {kind: [line.replace(numbers[kind], "") for line in found] for kind, found in told.items()}
        gone = [": niet meer op deze lijst."]
        assert lines == {"hidden": gone, "returned": gone, "decided": gone, "spoken of": [], "stays": []}
        assert "1 nieuw, 0 gewijzigd, 3 niet meer op deze lijst." in text
    night(nights, 2, *changed)
    assert "0 niet meer op deze lijst" in nights.lists()["0363/signalen-0363-2026-06-17.html"].decode()
    night(nights, 3, *drawn_children())
    night(nights, 4, *changed)
    page = nights.lists()["0363/signalen-0363-2026-06-19.html"].decode()
    assert f"{numbers['returned']}: niet meer op deze lijst." in page, "shown again, and left again"


def test_a_run_taken_back_forgets_who_left_the_control_sample(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    drawn(nights)
    for _ in range(2):
        night(nights, 1, *drawn_children(returned={"returned": "2026-06-01"}))
        assert "1 niet meer op deze lijst" in nights.lists()["0363/signalen-0363-2026-06-16.html"].decode()
        pipeline.undo("2026-06-16-0363", "Verkeerde levering", state=nights.state, output=nights.output)


TOWNS = {"0363": "a", "0518": "b"}


def in_form(nights: Nights, code: str, numbers: dict[str, str]) -> dict[str, list[str]]:
    """The ordinary lists of one town as text, without what names the town or its children."""
    folder, found = nights.output / "latest" / code, {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            cells = [cell.value for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
            text = "\n".join(str(value) for value in cells if value is not None)
        elif path.suffix == ".parquet":
            text = polars.read_parquet(path).write_csv()
        else:
            text = path.read_text(encoding="utf-8")
        for name, number in numbers.items():
            text = text.replace(number, name.rpartition(" ")[0])
        text = re.sub("[0-9a-f]{32}", "child", html.unescape(text)).replace(named(code), "town")
        text = text.replace(code, "town")
        found[path.name.replace(code, "town")] = text.splitlines()
    return found


@pytest.mark.parametrize("reason", [{"returned": "2026-06-01"}, {"trace": ""}])
def test_two_towns_cannot_be_told_apart_by_why_a_case_left(tmp_path: Path, reason: dict[str, str]) -> None:
    nights = Nights(tmp_path)
    nights_of_both: list[dict[str, dict[str, str]]] = [{"a": {}, "b": {}}, {"a": HIDDEN, "b": reason}]
    for number, changes in enumerate(nights_of_both):
        children = [
            child(child=f"{name} {town}", municipality=code, **(changes[town] if name == "leaves" else {}))
            for code, town in TOWNS.items()
            for name in ("leaves", "stays")
        ]
        nights.deliver(FIRST + timedelta(days=number), children, tuple(TOWNS))
        nights.run()
    with open_ledger(nights.state) as ledger:
        known = {str(case[1]): str(case[0]) for case in ledger.recall(10**6).cases}
    numbers = {
        f"{name} {town}": known[key_of(case_of([], FIRST), f"{name} {town}")]
        for name in ("leaves", "stays")
        for town in "ab"
    }
    one, two = (in_form(nights, code, numbers) for code in TOWNS)
    assert one == two


def test_explain_and_dossier_tell_of_who_left_but_of_the_sealed_one_as_of_a_number_that_never_was(
    tmp_path: Path,
) -> None:
    nights = Nights(tmp_path)
    numbers = leaving(nights)
    second(nights)
    assert "opgelost" in explanation(nights.state, numbers["returned"])
    assert "afgesloten" in explanation(nights.state, numbers["decided"])
    for account in (explanation, dossier):
        told = []
        for number in (numbers["sealed"], "S-AAAA-AAAA"):
            with pytest.raises(UsageProblem) as refused:
                account(nights.state, number)
            told.append(str(refused.value).replace(number, "S"))
        assert told[0] == told[1]
        assert "sealed-list officer" in told[0]


@pytest.mark.parametrize(
    "changes",
    [
        [{"is_confidential": "1", "birth_date": "x"}],
        [{"is_confidential": "1", "suspension_reason": "Q"}],
        [{"is_confidential": ""}],
        [{"is_confidential": "7"}],
        [{}, {"is_confidential": "1"}],
    ],
    ids=["unreadable birth date", "unknown reason", "no flag", "unknown flag", "one of two rows"],
)
def test_a_row_that_is_set_aside_is_believed_where_it_may_say_secrecy(
    tmp_path: Path, changes: list[dict[str, str]]
) -> None:
    nights = Nights(tmp_path)
    night(nights, 0, child())
    assert (listed(nights), listed(nights, "sealed/")) == (1, 0)
    day = FIRST + timedelta(days=1)
    rows = delivery_of(case_of([child()], day))
    tables = {table: list(getattr(rows, table)) for table in TABLES}
    (row,) = tables["persons"]
    tables["persons"] = [{**row, **change} for change in changes]
    nights.deliver(day, [], tables=tables)
    nights.run()
    assert (listed(nights), listed(nights, "sealed/")) == (0, 1)
    for number, is_sealed in ((2, True), (3, False)):
        night(nights, number, child())
        assert (listed(nights), listed(nights, "sealed/")) == (1 - is_sealed, is_sealed), number


@pytest.mark.parametrize(
    ("table", "change"),
    [("persons", {"is_confidential": "0", "birth_date": "x"}), ("residences", {"recorded_on": "x"})],
)
def test_another_row_that_is_set_aside_hides_nobody(tmp_path: Path, table: str, change: dict[str, str]) -> None:
    nights = Nights(tmp_path)
    night(nights, 0, child())
    day = FIRST + timedelta(days=1)
    rows = delivery_of(case_of([child()], day))
    tables = {name: list(getattr(rows, name)) for name in TABLES}
    tables[table] = [{**row, **change} for row in tables[table]]
    nights.deliver(day, [], tables=tables)
    nights.run()
    assert (listed(nights), listed(nights, "sealed/")) == (1, 0)
