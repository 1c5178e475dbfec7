"""A column that cannot be read as a whole refuses its source by name; a few bad cells never do."""

import json
from collections.abc import Mapping, Sequence

import pytest

from brp_signals.base.errors import DeliveryRefused
from brp_signals.delivery.unreadable import is_mass_failure
from brp_signals.gateway.profiles.check import check_file
from tests.gateway.listed import HEADER, Desk, csv_bytes, edexml, pupil
from tests.gateway.rubric import SCHOOL_HEADER, Line, Made, Workshop, bsn, departed, residence, school_row, table, who
from tests.support.commands import command

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("n_unreadable", "n_filled", "is_whole_school", "is_refused"),
    [
        (20, 99, False, True),
        (20, 100, False, False),
        (21, 100, False, True),
        (19, 19, False, False),
        (20, 20, False, True),
        (1, 1, True, True),
        (1, 4, True, True),
        (1, 5, True, False),
        (0, 0, True, False),
    ],
)
def test_what_a_mass_failure_is(n_unreadable: int, n_filled: int, is_whole_school: bool, is_refused: bool) -> None:
    assert is_mass_failure(n_unreadable, n_filled, is_whole_school=is_whole_school) is is_refused


def _rows(*schools: tuple[str, int, Mapping[str, str]]) -> list[tuple[str, ...]]:
    """So many rows of each school, with these cells changed."""
    rows: list[tuple[str, ...]] = []
    for school_id, count, changes in schools:
        first = len(rows) + 1
        rows += [school_row(first + n, **{"school_id": school_id, **changes}) for n in range(count)]
    return rows


def _deliver(workshop: Workshop, *schools: tuple[str, int, Mapping[str, str]]) -> Made:
    return workshop.deliver(workshop.register([who(1)]), workshop.school(*_rows(*schools)))


_WRONG = {
    "enrolled_on": "1 aug 2018",
    "withdrawn_on": "1900-01-01",
    "seen_on": "gisteren",
    "bsn": "123456789",
    "education_type": "Basis",
    "school_id": "12AB",
}


@pytest.mark.parametrize("column", _WRONG)
def test_each_column_of_a_list_is_refused_by_name(workshop: Workshop, column: str) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        _deliver(workshop, ("12AB00", 40, {}), ("12AB00", 20, {column: _WRONG[column]}))
    n_filled = 20 if column == "withdrawn_on" else 60
    part = (
        f"school.csv is refused: column {column} cannot be read in 20 of {n_filled} rows (first: school.csv, line 42)"
    )
    assert str(refused.value).startswith(part)
    assert _WRONG[column] not in str(refused.value)


@pytest.mark.parametrize(("n_sound", "n_wrong"), [(80, 20), (0, 0), (1, 19)])
def test_what_is_below_the_bounds_is_counted_only(workshop: Workshop, n_sound: int, n_wrong: int) -> None:
    wrong = {"enrolled_on": _WRONG["enrolled_on"]}
    made = _deliver(workshop, ("12AB00", n_sound + 1, {}), ("12AB00", n_wrong, wrong))
    assert made.result.findings.count("row_date_malformed") == n_wrong


def test_cells_that_are_empty_are_not_unreadable(workshop: Workshop) -> None:
    made = _deliver(workshop, ("12AB00", 5, {}), ("12AB00", 30, {"bsn": ""}), ("12AB00", 30, {"withdrawn_on": ""}))
    assert made.result.findings.count("row_without_number") == 30


def test_all_rows_of_the_only_school_are_enough(workshop: Workshop) -> None:
    good = workshop.file("other.csv", table(SCHOOL_HEADER, _rows(("34CD00", 3, {}))))
    bad = workshop.file("school.csv", table(SCHOOL_HEADER, _rows(("12AB00", 2, {"seen_on": "31-12"}))))
    with pytest.raises(DeliveryRefused, match=r"school\.csv is refused: column seen_on cannot be read in 2 of 2 rows"):
        workshop.deliver(workshop.register([who(1)]), ("school-csv", good), ("school-csv", bad))


def test_files_of_the_same_name_are_judged_each_by_itself(workshop: Workshop) -> None:
    paths = []
    for folder, count, changes in (("a", 200, {}), ("b", 2, {"enrolled_on": "x"})):
        path = workshop.folder / folder / "list.csv"
        path.parent.mkdir()
        path.write_bytes(table(SCHOOL_HEADER, _rows(("12AB00", count, changes))))
        paths.append(("school-csv", path))
    with pytest.raises(
        DeliveryRefused, match=r"list\.csv is refused: column enrolled_on cannot be read in 2 of 2 rows"
    ):
        workshop.deliver(workshop.register([who(1)]), *paths)


def test_a_small_school_in_a_large_list_is_named(workshop: Workshop) -> None:
    """One column of all its rows, or each row another: nothing of the school is left, so somebody must hear of it."""
    wrong = [("34CD00", 1, {column: _WRONG[column]}) for column in ("enrolled_on", "bsn", "seen_on")]
    made = _deliver(workshop, ("12AB00", 100, {}), *wrong, ("56EF00", 3, {"bsn": "1"}), ("78GH00", 1, {}))
    said = list(made.result.sentences())
    assert "School 34CD00: none of its 3 rows can be used (first: school.csv, line 102)" in said
    assert "School 56EF00: none of its 3 rows can be used (first: school.csv, line 105)" in said
    lost = made.result.as_dict()["schools_lost"]
    assert [(each["school_id"], each["n_rows"]) for each in lost] == [("34CD00", 3), ("56EF00", 3)]
    ran = command("run", made.folder, cwd=workshop.folder)
    report = (workshop.folder / "output/latest/report.html").read_text(encoding="utf-8") if not ran.returncode else ""
    assert "School 34CD00: geen van haar regels (3) is bruikbaar, zei de gateway." in report, ran.stderr


#: What no pupil can have (K-04): the row goes on, for a run must know of whom it was.
_IMPOSSIBLE = {
    "seen_on": ("2062-06-01", "lies after the reference date"),
    "withdrawn_on": ("2001-01-01", "lies before enrolled_on"),
}


@pytest.mark.parametrize("column", _IMPOSSIBLE)
def test_a_list_that_says_what_cannot_be_is_refused(workshop: Workshop, column: str) -> None:
    wrong, what = _IMPOSSIBLE[column]
    part = rf"school\.csv is refused: column {column} {what} in 20 of 60 rows \(first: school\.csv, line 42\)"
    with pytest.raises(DeliveryRefused, match=part):
        _deliver(workshop, ("12AB00", 40, {}), ("12AB00", 20, {column: wrong}))
    with pytest.raises(DeliveryRefused, match=f"column {column} {what} in 2 of 2 rows"):
        _deliver(workshop, ("12AB00", 2, {column: wrong}))


@pytest.mark.parametrize("column", _IMPOSSIBLE)
def test_a_small_school_of_which_no_row_can_be_is_named_once(workshop: Workshop, column: str) -> None:
    wrong, _ = _IMPOSSIBLE[column]
    made = _deliver(workshop, ("12AB00", 100, {}), ("34CD00", 3, {column: wrong}), ("12AB00", 2, {column: wrong}))
    said = list(made.result.sentences())
    assert "School 34CD00: none of its 3 rows can be used (first: school.csv, line 102)" in said
    assert made.result.rows["enrolments"] == 105
    ran = command("run", made.folder, cwd=workshop.folder)
    report = (workshop.folder / "output/latest/report.html").read_text(encoding="utf-8") if not ran.returncode else ""
    assert report.count("School 34CD00: geen van haar regels (3) is bruikbaar") == 1, ran.stderr


def _person(serial: int, first: Line, *others: Line) -> Sequence[Line]:
    return [{**who(serial), **first}, *others]


@pytest.mark.parametrize(
    ("element", "wrong"),
    [
        ("01.03.10", "5 mei 2012"),
        ("01.03.10", "20120230"),
        ("01.01.10", "900000001"),
        ("01.01.20", "123456789"),
        ("02.01.20", "1234"),
        ("07.67.10", "20260631"),
        ("07.67.20", "Emigratie"),
        ("07.70.10", "nee"),
        ("08.09.10", "Ons Dorp"),
        ("08.10.10", "Woonadres"),
        ("08.10.30", "5.5.2012"),
        ("08.11.80", "363010000000001"),
        ("08.13.10", "0"),
        ("08.72.10", "ouder"),
        ("08.85.10", "2012"),
        ("08.86.10", "5.5.2012"),
    ],
)
def test_each_element_of_a_register_is_refused_by_name(workshop: Workshop, element: str, wrong: str) -> None:
    is_departure = element == "08.13.10"
    first = {**(departed("20260302") if is_departure else {}), element: wrong}
    others = [residence()] if is_departure else []
    persons = [_person(n, first if n > 20 else {}, *others) for n in range(1, 41)]
    with pytest.raises(DeliveryRefused) as refused:
        workshop.deliver(workshop.register(*persons))
    line = 42 if is_departure else 22
    assert str(refused.value).startswith(f"register.csv is refused: column {element} cannot be read in 20 of ")
    assert f"(first: register.csv, line {line})" in str(refused.value)


def test_a_register_of_which_a_few_dates_are_wrong_is_kept(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register(*([who(n, c01_03_10="20120230")] for n in range(1, 20))))
    assert made.result.findings.count("date_impossible") == 19


def test_pupils_of_edexml(workshop: Workshop) -> None:
    wrong = "<uitstroomdatum>1900-01-01</uitstroomdatum>"
    path = workshop.file("l.xml", edexml(*(pupil(n, inside=wrong) for n in (1, 2))))
    with pytest.raises(
        DeliveryRefused, match=r"l\.xml is refused: column uitstroomdatum cannot be read in 2 of 2 rows"
    ):
        workshop.deliver(workshop.register([who(1)]), ("edexml", path))


@pytest.mark.parametrize("words", [("profile", "check", "s.csv"), ("source", "check", "school-csv=s.csv")])
def test_a_check_shows_all_and_ends_as_the_delivery_would(desk: Desk, words: tuple[str, ...]) -> None:
    desk.file("s.csv", table(SCHOOL_HEADER, _rows(("12AB00", 30, {"enrolled_on": "x"}), ("12AB00", 9, {}))))
    done = command(*words, cwd=desk.folder)
    assert done.returncode == 3
    assert "30 × row with a missing or malformed date, set aside (first: s.csv, line 2)" in done.stdout
    assert "column enrolled_on cannot be read in 30 of 39 rows (first: s.csv, line 2)" in done.stderr


def test_a_list_whose_rows_are_all_broken_is_refused(desk: Desk) -> None:
    content = csv_bytes([HEADER, *((bsn(n), "01-08-2018") for n in range(1, 4))])
    checked = check_file(desk.file("f", content), desk.profile())
    assert checked.refusal.startswith("f is refused: nothing can be read of 3 of 3 rows (first: f, line 2)")


def test_registers_are_checked_without_a_key(workshop: Workshop) -> None:
    """A clerk names registers and lists as for pseudonymise; nothing is written."""
    workshop.register([who(1, c01_03_10="20120230")], [who(2, c08_72_10="?", c07_70_10="")])
    workshop.file("hc.json", json.dumps([{"burgerservicenummer": bsn(3)}]).encode())
    workshop.file("s.jsonl", b'{"berichtType": "Gv01"}\n{\n')
    before = sorted(workshop.folder.iterdir())
    done = command("source", "check", "gbav=register.csv", "haal-centraal=hc.json", cwd=workshop.folder)
    assert (done.returncode, done.stderr) == (0, "")
    for sentence in (
        "read by gbav as register",
        "lines: 2, of which 0 empty, 0 set aside, 2 persons usable",
        "1 × date of eight digits that does not exist, its month or day (or all of it) written as unknown"
        " (first: register.csv, line 2)",
        "1 × code that the register does not know, left empty (a municipality: 0000, unknown)"
        " (first: register.csv, line 3)",
        "read by haal-centraal as register",
    ):
        assert sentence in done.stdout
    refused = command("source", "check", "lo-json=s.jsonl", cwd=workshop.folder)
    assert refused.returncode == 3
    assert "1 × mutation (Gv01, Gv02)" in refused.stdout and "(first: s.jsonl, line 1)" in refused.stdout
    assert refused.stderr.startswith("s.jsonl is refused: nothing can be read of 1 of 1 rows (first: s.jsonl, line 2)")
    assert sorted(workshop.folder.iterdir()) == before
    assert bsn(1) not in done.stdout + refused.stderr


@pytest.mark.parametrize(("profile", "content"), [("lg01", b"rubbish"), ("lo-json", b'{"a": 1}\n{"b": 2}\n')])
def test_a_register_of_which_nothing_is_left_tells_why(workshop: Workshop, profile: str, content: bytes) -> None:
    path = workshop.file("broken", content)
    with pytest.raises(
        DeliveryRefused, match=r"broken holds no message .*set aside \(first: broken, (line|message) 1\)"
    ):
        workshop.deliver((profile, path))


def test_persons_without_a_number_are_told_when_nothing_is_left(workshop: Workshop) -> None:
    with pytest.raises(
        DeliveryRefused, match=r"no usable person.*1 × person without a usable A-number or BSN, set aside"
    ):
        workshop.deliver(workshop.register([who(1, c01_01_10="", c01_01_20="")]))
