"""Lists and registers as programs export them, through the whole gateway: no child and no date is lost unseen."""

import io
import json
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from brp_signals.gateway import Source
from tests.gateway.listed import HEADER, Desk, csv_bytes, edexml, pupil
from tests.gateway.rubric import Made, Workshop, a_number, bsn, departed, residence, rubric, who

pytestmark = pytest.mark.long

_XLSX = '[file]\ntype = "xlsx"'


def _deliver(workshop: Workshop, content: bytes, *lines: str) -> Made:
    """The delivery of a register and this list, read by the profile of `listed` with these lines."""
    source = (Desk(workshop.folder).profile(*lines), workshop.file("list", content))
    return workshop.deliver(workshop.register([who(1)]), workshop.school(), source)


def _enrolments(made: Made, serial: int = 1) -> list[tuple[str, str]]:
    """First day and end of the enrolments of a child."""
    rows = made.rows("enrolments")
    return [(row["enrolled_on"], row["withdrawn_on"]) for row in rows if row["person_id"] == made.bsn_id(serial)]


def _counts(made: Made, *kinds: str) -> dict[str, int]:
    """The findings of these kinds that there are."""
    return {kind: n for kind, n in made.result.findings.counts().items() if kind in kinds}


def _book(begin: object, end: object = None, *, is_of_1904: bool = False, form: str = "") -> bytes:
    """A workbook of one pupil; numbers of days look like dates only with a `form`."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": is_of_1904})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_string(1, 0, bsn(1))
    for column, cell in ((1, begin), (2, end)):
        if cell is not None:
            sheet.write(1, column, cell, book.add_format({"num_format": form}) if form else None)
    book.close()
    return stream.getvalue()


def _chart_first() -> bytes:
    """A chart of nothing, a chart that is hidden, then the list."""
    book = openpyxl.Workbook()
    for row in (HEADER, (bsn(1), "10-04-2026", None)):
        book.active.append(row)
    book.create_chartsheet("Grafiek", 0)
    book.create_chartsheet("Nog een", 1).sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _dialog_first() -> bytes:
    """A dialog of an old version of Excel, then the list."""
    book = openpyxl.Workbook()
    book.active.append(("Weet u het zeker?",))
    sheet = book.create_sheet("nu")
    for row in (HEADER, (bsn(1), "10-04-2026", None)):
        sheet.append(row)
    stream, changed = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                content = content.replace(b"relationships/worksheet", b"relationships/dialogsheet", 1)
            new.writestr(name, content)
    return changed.getvalue()


@pytest.mark.parametrize("content", [_chart_first(), _dialog_first()], ids=["chart", "dialog"])
def test_a_sheet_without_rows_in_front_is_no_list(workshop: Workshop, content: bytes) -> None:
    made = _deliver(workshop, content, _XLSX)
    assert _enrolments(made) == [("2026-04-10", "")]
    assert _counts(made, "sheet_not_read") == {}


_DAY = date(2026, 4, 10)


@pytest.mark.parametrize(
    ("fraction", "has_time"),
    [(0.5, 1), (0.0006, 0), (-0.0006, 0), (0.0008, 1), (-0.0008, 1), (-0.00001, 0)],
    ids=["noon", "52 s after", "52 s before", "69 s after", "69 s before", "a second before"],
)
@pytest.mark.parametrize("is_of_1904", [False, True])
@pytest.mark.parametrize("form", ["", "dd-mm-yyyy"], ids=["number", "date"])
def test_a_time_in_a_number_of_days(
    workshop: Workshop, fraction: float, has_time: int, is_of_1904: bool, form: str
) -> None:
    serial = (_DAY - (date(1904, 1, 1) if is_of_1904 else date(1899, 12, 30))).days + fraction
    made = _deliver(workshop, _book(serial, is_of_1904=is_of_1904, form=form), _XLSX)
    day = "2026-04-09" if has_time and fraction < 0 else "2026-04-10"
    assert _enrolments(made) == [(day, "")]
    assert _counts(made, "time_in_date") == ({"time_in_date": 1} if has_time else {})


@pytest.mark.parametrize("text", ["46122.5", "46122,5", "46122.50000"])
def test_a_time_in_a_number_of_days_of_a_text_file(workshop: Workshop, text: str) -> None:
    made = _deliver(workshop, csv_bytes([HEADER, (bsn(1), text, "")]))
    assert _enrolments(made) == [("2026-04-10", "")] and _counts(made, "time_in_date") == {"time_in_date": 1}


_ZEROS = [
    *("0", "00000000", "00-00-0000", "0000-00-00", "0-0-0000", "00/00/0000", "0000-00-00 00:00:00", "0.0"),
    *("0-1-1900", "00-01-1900", "00/01/1900", "0000-00-00T00:00:00Z", "00:00:00"),
]


@pytest.mark.parametrize("end", _ZEROS)
def test_an_end_of_zeros_is_none_and_is_told(workshop: Workshop, end: str) -> None:
    made = _deliver(workshop, csv_bytes([HEADER, (bsn(1), "10-04-2026", end)]), 'withdrawn = "inclusive"')
    assert _enrolments(made) == [("2026-04-10", "")]
    assert _counts(made, "end_zeros") == {"end_zeros": 1} and made.result.set_aside == {}
    assert any(
        "1 × end date of zeros, read as no end (first: list, line 2)" in said for said in made.result.sentences()
    )


@pytest.mark.parametrize("form", ["", "dd-mm-yyyy", "yyyy-mm-dd hh:mm:ss"])
@pytest.mark.parametrize("is_of_1904", [False, True])
def test_an_end_of_zero_in_a_workbook_is_none(workshop: Workshop, form: str, is_of_1904: bool) -> None:
    serial = (_DAY - (date(1904, 1, 1) if is_of_1904 else date(1899, 12, 30))).days
    made = _deliver(workshop, _book(serial, 0, form=form, is_of_1904=is_of_1904), _XLSX)
    assert _enrolments(made) == [("2026-04-10", "")] and _counts(made, "end_zeros") == {"end_zeros": 1}


@pytest.mark.parametrize("end", [2958465, 401768, "2958465", 2958465.99999], ids=str)
def test_an_end_far_away_as_a_number_of_days_is_none(workshop: Workshop, end: Any) -> None:
    made = _deliver(workshop, _book(46122, end), _XLSX)
    assert _enrolments(made) == [("2026-04-10", "")] and _counts(made, "end_far_future") == {"end_far_future": 1}


@pytest.mark.parametrize("day", ["0", "00000000", "00-00-0000"])
def test_a_beginning_of_zeros_is_unreadable(workshop: Workshop, day: str) -> None:
    rows = [(bsn(serial), "10-04-2026", "") for serial in range(2, 9)]
    made = _deliver(workshop, csv_bytes([HEADER, *rows, (bsn(1), day, "")]))
    assert _enrolments(made) == [] and made.result.set_aside == {"row_date_malformed": 1}


def test_a_trace_whose_end_is_zeros_is_still_going_on(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register([who(1)]), workshop.traces((bsn(1), "absence_report", "verzuim", "2026-05-01", "0000-00-00"))
    )
    assert [row["ended_on"] for row in made.rows("traces")] == [""]
    assert _counts(made, "end_zeros") == {"end_zeros": 1}


_MOMENTS = [
    ("2026-04-09T22:00:00Z", 0),
    ("2026-04-09T22:00:00.000Z", 0),
    ("2026-04-09 22:00:00 +00:00", 0),
    ("2026-04-09T22:00:00+0000", 0),
    ("2026-04-10T00:00:00+02:00", 0),
    ("2026-04-10T00:00:00+02", 0),
    ("2026-04-09T21:59:30Z", 0),
    ("2026-04-10T00:00:00Z", 0),
    ("2026-04-09T23:59:59-05:00", 1),
    ("2026-04-10T12:30", 1),
    ("2026-04-11T00:00:00+09:00", 1),
    ("2026-04-10Z", 0),
    ("2026-04-10-11:00", 0),
    ("20260410", 0),
    ("20260410.0", 0),
    ("2026-04-10", 0),
]


@pytest.mark.parametrize(("written", "has_time"), _MOMENTS)
def test_a_day_is_one_day_in_every_reader(workshop: Workshop, written: str, has_time: int) -> None:
    """Each reader gives the day that it was here, and counts a time that is no midnight."""
    told = {"time_in_date": has_time} if has_time else {}
    listed = _deliver(workshop, csv_bytes([HEADER, (bsn(1), written, "")]))
    assert _enrolments(listed) == [("2026-04-10", "")] and _counts(listed, "time_in_date") == told
    file = workshop.file("e.xml", edexml(pupil(1).replace("2018-08-01", written)))
    from_xml = workshop.deliver(workshop.register([who(1)]), ("edexml", file))
    assert _enrolments(from_xml) == [("2026-04-10", "")] and _counts(from_xml, "time_in_date") == told
    register = workshop.deliver(workshop.register([who(1, c08_10_30=written)]))
    (row,) = register.residences(register.bsn_id(1))
    assert row["address_from"] == "20260410" and _counts(register, "time_in_date", "date_malformed") == told
    place = {"functieAdres": {"code": "W"}, "datumAanvangAdreshouding": written}
    answer = _answer(1, verblijfplaats=place, opschortingBijhouding=None)
    api = workshop.deliver(_api(workshop, answer))
    assert api.residences(api.bsn_id(1))[0]["address_from"] == "20260410"


@pytest.mark.parametrize("written", ["2026-04-09T23:00:00Z", "2026-04-10T25:00:00", "2026-04-10T12:60"])
def test_a_moment_in_winter_and_a_time_that_does_not_exist(workshop: Workshop, written: str) -> None:
    """In summer 23:00Z is one o'clock here; no clock says 25:00."""
    rows = [(bsn(serial), "10-04-2026", "") for serial in range(2, 9)]
    made = _deliver(workshop, csv_bytes([HEADER, *rows, (bsn(1), written, "")]))
    exists = written.endswith("Z")
    assert _enrolments(made) == ([("2026-04-10", "")] if exists else [])
    assert _counts(made, "time_in_date", "row_date_malformed") == {
        "time_in_date" if exists else "row_date_malformed": 1
    }
    winter = _deliver(workshop, csv_bytes([HEADER, (bsn(1), "2026-01-31T23:00:00Z", "9999-12-31T23:59:59Z")]))
    assert _enrolments(winter) == [("2026-02-01", "")] and _counts(winter, "time_in_date") == {}


def test_zeros_are_no_date_of_edexml(workshop: Workshop) -> None:
    """Its schema leaves an element out where there is no day, and no xs:date consists of zeros."""
    left = "<uitstroomdatum>0000-00-00</uitstroomdatum>"
    file = workshop.file("e.xml", edexml(*(pupil(serial) for serial in range(2, 9)), pupil(1, left)))
    made = workshop.deliver(workshop.register([who(1)]), ("edexml", file))
    assert _enrolments(made) == [] and made.result.set_aside == {"row_date_malformed": 1}


@pytest.mark.parametrize("form", ["{}.0", "{},0", "{}.00", "{0[0]}.{0[1]}E+08", "{0[0]},{0[1]}e8"])
def test_a_number_that_went_through_a_calculation_is_that_number_when_exact(workshop: Workshop, form: str) -> None:
    number = bsn(1)
    written = form.format(number if "[" not in form else (number[0], number[1:]))
    listed = _deliver(workshop, csv_bytes([HEADER, (written, "10-04-2026", "")]))
    assert _enrolments(listed) == [("2026-04-10", "")]
    file = workshop.file("e.xml", edexml(pupil(1, number=f"<bsn>{written}</bsn>")))
    assert _enrolments(workshop.deliver(workshop.register([who(1)]), ("edexml", file))) == [("2018-08-01", "")]
    register = workshop.register([who(1, c01_01_20=written, c01_01_10=f"{a_number(1)}.0")])
    assert [row["person_id"] for row in workshop.deliver(register).rows("persons")] == [listed.bsn_id(1)]


@pytest.mark.parametrize("written", [f"{bsn(1)}.5", f"{bsn(1)[0]}.{bsn(1)[1:3]}E+08", "9E+08", f"{bsn(1)}.0.0"])
def test_a_number_that_lost_digits_is_none(workshop: Workshop, written: str) -> None:
    rows = [(bsn(serial), "10-04-2026", "") for serial in range(2, 9)]
    made = _deliver(workshop, csv_bytes([HEADER, *rows, (written, "10-04-2026", "")]))
    assert made.result.set_aside == {"row_without_number": 1}


# Persons of Haal Centraal whose departure only the suspension tells.


def _answer(serial: int, **members: Any) -> dict[str, Any]:
    """A person of the API who emigrated on 2 March 2026; its place was not asked for. None takes a member away."""
    plain = {
        "burgerservicenummer": bsn(serial),
        "geboorte": {"datum": "2012-05-05"},
        "gemeenteVanInschrijving": {"code": "1999"},
        "opschortingBijhouding": {"reden": {"code": "E"}, "datum": {"type": "Datum", "datum": "2026-03-02"}},
    }
    return {name: value for name, value in {**plain, **members}.items() if value is not None}


def _api(workshop: Workshop, *persons: dict[str, Any], day: date | None = None) -> Source:
    return Source("haal-centraal", workshop.file("answers.json", json.dumps(persons).encode()), day)


def _full(workshop: Workshop, *lines: dict[str, str], day: date) -> Source:
    return Source("gbav", workshop.file("full.csv", rubric([lines])), day)


def _blocks(made: Made) -> list[tuple[str, str, str, str]]:
    """Number, municipality, departure and destination of each residence of the child."""
    rows = made.residences(made.bsn_id(1))
    return [
        (row["seq"], row["municipality_code"], row["departure_date"], row["is_destination_unknown"]) for row in rows
    ]


_OLD, _NEW = date(2026, 6, 10), date(2026, 6, 14)
_LOSSES = ("departure_absent", "departure_date_absent", "destination_absent", "residence_absent")


@pytest.mark.parametrize("municipality", [None, {"code": "1999"}, {"code": "0363"}], ids=["none", "RNI", "own"])
@pytest.mark.parametrize("place", [None, {}], ids=["absent", "empty"])
@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("20260302", "20260302"),
        ({"datum": "2026-03-02"}, "20260302"),
        ({"jaar": 2026, "maand": 3}, "20260300"),
        ({"onbekend": True}, "00000000"),
        (None, "00000000"),
    ],
    ids=["digits", "object", "month", "unknown", "none"],
)
def test_an_emigration_without_a_place_is_a_departure(
    workshop: Workshop, municipality: Any, place: Any, day: Any, written: str
) -> None:
    suspended = {"reden": {"code": "E"}, "datum": day}
    answer = _answer(1, gemeenteVanInschrijving=municipality, verblijfplaats=place, opschortingBijhouding=suspended)
    alone = workshop.deliver(_api(workshop, answer))
    code = (municipality or {"code": "0000"})["code"]
    assert _blocks(alone) == [("0", code, written, "")]
    no_date = {"departure_date_absent": 1} if day is None else {}
    assert _counts(alone, *_LOSSES) == {"destination_absent": 1} | no_date
    newer = workshop.deliver(_full(workshop, who(1), day=_OLD), _api(workshop, answer, day=_NEW))
    assert _blocks(newer) == [("0", code, written, ""), ("1", "0363", "", "")]
    assert newer.person(newer.bsn_id(1))["suspension_reason"] == "E"


def test_an_emigration_without_a_place_adds_nothing_to_a_departure_that_is_known(workshop: Workshop) -> None:
    """The register knows that the destination is unknown, and its two days differ as they do in the answer."""
    gone = {**who(1, c07_67_10="20260302", c07_67_20="E"), **departed("20260301")}
    made = workshop.deliver(
        _full(workshop, gone, residence(), day=_OLD),
        _api(workshop, _answer(1, gemeenteVanInschrijving={"code": "0363"}), day=_NEW),
    )
    assert _blocks(made) == [("0", "1999", "20260301", "1"), ("1", "0363", "", "")]
    assert _counts(made, "newer_residence", "departure_absent") == {}


def test_an_emigration_of_later_than_the_departure_that_is_known_is_news(workshop: Workshop) -> None:
    gone = {**who(1, c07_67_10="20200302", c07_67_20="E"), **departed("20200302")}
    made = workshop.deliver(_full(workshop, gone, residence(), day=_OLD), _api(workshop, _answer(1), day=_NEW))
    assert [departure for _, _, departure, _ in _blocks(made)] == ["20260302", "20200302", ""]


@pytest.mark.parametrize(
    "place",
    [
        {"type": "Adres", "functieAdres": {"code": "W"}, "datumVan": {"datum": "2012-05-05"}},
        {"functieAdres": {"code": "W"}, "datumIngangGeldigheid": "20120505"},
        {"type": "Locatie"},
        {"type": "Adres", "verblijfadres": {"postcode": "1234AB"}},
        {"straat": "Zwaluw"},
    ],
)
def test_an_emigration_with_a_place_here_is_no_departure_and_is_told(workshop: Workshop, place: dict[str, Any]) -> None:
    answer = _answer(1, verblijfplaats=place)
    for sources in ([_api(workshop, answer)], [_full(workshop, who(1), day=_OLD), _api(workshop, answer, day=_NEW)]):
        made = workshop.deliver(*sources)
        assert not any(departure for _, _, departure, _ in _blocks(made))
        assert _counts(made, *_LOSSES) == {"departure_absent": 1}


@pytest.mark.parametrize(
    "place",
    [{"type": "Adres", "functieAdres": {"code": "W"}}, {"inOnderzoek": {"type": True}}],
    ids=["home", "inquiry"],
)
def test_an_emigrated_person_is_not_back_by_an_answer_that_shows_no_departure(
    workshop: Workshop, place: dict[str, Any]
) -> None:
    gone = {**who(1, c07_67_10="20260302", c07_67_20="E"), **departed("20260302")}
    answer = _api(workshop, _answer(1, verblijfplaats=place), day=_NEW)
    made = workshop.deliver(_full(workshop, gone, residence(), day=_OLD), answer)
    assert _blocks(made) == [("0", "1999", "20260302", "1"), ("1", "0363", "", "")]
    assert _counts(made, *_LOSSES) == {"departure_absent": 1}


@pytest.mark.parametrize("municipality", [{"code": "1999"}, None])
def test_a_person_of_whom_no_place_is_told_is_counted(workshop: Workshop, municipality: Any) -> None:
    answer = _answer(1, opschortingBijhouding=None, gemeenteVanInschrijving=municipality)
    made = workshop.deliver(workshop.register([who(2)]), _api(workshop, answer))
    assert _counts(made, *_LOSSES) == {"residence_absent": 1}


@pytest.mark.parametrize("reason", ["O", "M", "F", "R", "W"])
@pytest.mark.parametrize("with_register", [False, True])
def test_no_other_suspension_makes_a_departure(workshop: Workshop, reason: str, with_register: bool) -> None:
    answer = _answer(1, opschortingBijhouding={"reden": {"code": reason}, "datum": "20260302"})
    register = [_full(workshop, who(1), day=_OLD)] if with_register else []
    made = workshop.deliver(*register, _api(workshop, answer, day=_NEW))
    assert not any(departure for _, _, departure, _ in _blocks(made))
    is_of_register = with_register and reason in "FW"
    assert made.person(made.bsn_id(1))["suspension_reason"] == ("" if is_of_register else reason)


@pytest.mark.parametrize("day", ["20260302", None], ids=["date", "no date"])
def test_an_emigration_after_a_history_that_ends(workshop: Workshop, day: str | None) -> None:
    stay = {
        "type": "Adres",
        "functieAdres": {"code": "W"},
        "gemeenteVanInschrijving": {"code": "0363"},
        "datumVan": {"datum": "2012-05-05"},
        "datumTot": {"datum": "2026-03-02"},
    }
    suspended = {"reden": {"code": "E"}, "datum": day}
    made = workshop.deliver(_api(workshop, _answer(1, verblijfplaatsen=[stay], opschortingBijhouding=suspended)))
    assert [departure for _, _, departure, _ in _blocks(made)] == (["20260302", ""] if day else [""])
    assert _counts(made, "departure_absent") == ({} if day else {"departure_absent": 1})


def test_an_emigration_in_a_register_without_the_residence_abroad_is_told(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1, c07_67_10="20260302", c07_67_20="E")]))
    assert _counts(made, *_LOSSES) == {"departure_absent": 1}


# What else programs and people make of a list or an extract.


@pytest.mark.parametrize("end", ["99999999", "99-99-9999", "9999-99-99", "99/99/9999"])
def test_an_end_of_nines_is_none(workshop: Workshop, end: str) -> None:
    made = _deliver(workshop, csv_bytes([HEADER, (bsn(1), "10-04-2026", end)]))
    assert _enrolments(made) == [("2026-04-10", "")] and _counts(made, "end_far_future") == {"end_far_future": 1}


@pytest.mark.parametrize("end", ["–", "—", "(leeg)", "geen", "\u200e-"])
def test_an_end_that_people_call_none_is_none(workshop: Workshop, end: str) -> None:
    made = _deliver(workshop, csv_bytes([HEADER, (bsn(1), "10-04-2026", end)]))
    assert _enrolments(made) == [("2026-04-10", "")] and made.result.set_aside == {}


@pytest.mark.parametrize(
    "day", ["\u200e10-\u200e04-\u200e2026", "10\u201104\u20112026", "10–04–2026", "2026/4/10", "2026/04/10 00:00"]
)
def test_a_day_that_was_copied_from_a_page(workshop: Workshop, day: str) -> None:
    made = _deliver(workshop, csv_bytes([HEADER, (f"\u202a{bsn(1)}\u202c", day, "")]))
    assert _enrolments(made) == [("2026-04-10", "")]


@pytest.mark.parametrize("nothing", ["NULL", "-", "\u200b", "(leeg)"])
def test_nothing_in_edexml_is_nothing(workshop: Workshop, nothing: str) -> None:
    file = workshop.file(
        "e.xml", edexml(pupil(1, f"<uitstroomdatum>{nothing}</uitstroomdatum>", f"<bsn>'{bsn(1)}</bsn>"))
    )
    assert _enrolments(workshop.deliver(workshop.register([who(1)]), ("edexml", file))) == [("2018-08-01", "")]


@pytest.mark.parametrize("zeros", ["00000000", "0", "00-00-0000"])
def test_zeros_for_a_day_of_departure_make_no_departure_of_a_resident(workshop: Workshop, zeros: str) -> None:
    """An export that writes 0 for empty; the child left, came back and lives here."""
    back = who(1, c08_13_20=zeros)
    made = workshop.deliver(workshop.register([back, departed("20250302"), residence(c08_13_20=zeros)]))
    assert [departure for _, _, departure, _ in _blocks(made)] == ["", "20250302", ""]
    assert _counts(made, "departure_of_zeros", "destination_absent") == {"departure_of_zeros": 2}
