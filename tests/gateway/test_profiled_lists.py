"""What each key of a profile does to a list, CSV or workbook. Purely synthetic rows."""

from datetime import date, datetime

import pytest

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.pseudonyms import Space
from tests.gateway.listed import HEADER, PROFILE, Desk, csv_bytes, education_number, short_bsn, xlsx_bytes
from tests.gateway.rubric import Workshop, bsn, school_row, who

_XLSX = '[file]\ntype = "xlsx"'
_ROW = (bsn(1), "01-08-2018", "")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ('encoding = "utf-8"', csv_bytes([HEADER, _ROW])),
        ('encoding = "utf-8-sig"', b"\xef\xbb\xbf" + csv_bytes([HEADER, _ROW])),
        ('encoding = "windows-1252"', csv_bytes([(*HEADER, "Groep"), (*_ROW, "één")], encoding="windows-1252")),
        ('encoding = "utf-16"', csv_bytes([HEADER, _ROW], encoding="utf-16")),
        ('encoding = "utf-16"', b"\xfe\xff" + csv_bytes([HEADER, _ROW], encoding="utf-16-be", end="\r\n")),
        ('separator = ","', csv_bytes([HEADER, _ROW], separator=",")),
        ('separator = "\\t"', csv_bytes([HEADER, _ROW], separator="\t")),
        ('separator = "|"', csv_bytes([HEADER, _ROW], separator="|", end="\r\n")),
        ('quote = "\'"', csv_bytes([HEADER, (f"'{bsn(1)}'", "'01-08-2018'", "")])),
        ('quote = ""', csv_bytes([(*HEADER, "Klas"), (*_ROW, '4"b')])),
        ("header_row = 3", csv_bytes([("Leerlingen; van de school",), ("",), HEADER, _ROW])),
    ],
)
def test_the_same_list_written_in_many_ways(desk: Desk, file: str, content: bytes) -> None:
    read = desk.read(desk.profile('[file]\ntype = "csv"', file), desk.file("f.csv", content))
    (row,) = read.rows
    assert (row.number.number, row.enrolled_on, row.withdrawn_on, row.school_id) == (bsn(1), "2018-08-01", "", "12AB00")
    assert (row.source, row.seen_on, row.education_type) == ("school", "2026-05-06", "PO")
    assert not read.counts


def test_a_footer_is_counted_and_not_read(desk: Desk) -> None:
    rows = [HEADER, _ROW, (bsn(2), "01-08-2018", ""), ("Totaal", "2", ""), ("", "", "")]
    for file, content in (("csv", csv_bytes(rows)), ("xlsx", xlsx_bytes(rows))):
        read = desk.read(desk.profile(f'[file]\ntype = "{file}"\nfooter_rows = 1'), desk.file("f", content))
        assert read.numbers == [bsn(1), bsn(2)]
        assert read.counts == {"footer_row": 1} and read.findings.lines("footer_row") == [4]
        assert read.reader.lines_read == read.reader.empty_lines + len(read.rows) + 1


@pytest.mark.parametrize(
    ("kind", "number", "space"),
    [
        ("bsn", bsn(1), Space.BSN),
        ("education_number", education_number(1), Space.EDUCATION_NUMBER),
        ("mixed", bsn(1), Space.BSN),
        ("mixed", education_number(1), Space.EDUCATION_NUMBER),
        ("bsn", education_number(1), None),
        ("education_number", bsn(1), None),
        ("mixed", "123456789", None),
        ("mixed", "000000000", None),
        ("mixed", bsn(1)[1:], None),
        ("mixed", bsn(1) + "0", None),
        ("bsn", "Jansen", None),
        ("bsn", "", None),
    ],
)
def test_the_number_decides_its_space_as_far_as_the_column_lets_it(
    desk: Desk, kind: str, number: str, space: Space | None
) -> None:
    text = PROFILE.replace("mixed =", f"{kind} =")
    read = desk.read(desk.profile(text=text), desk.file("f.csv", csv_bytes([HEADER, (number, "01-08-2018", "")])))
    assert [row.number.space for row in read.rows] == ([space] if space else [])
    assert read.counts == ({} if space else {"row_without_number": 1})


def test_the_first_valid_number_of_a_row_counts(desk: Desk) -> None:
    text = PROFILE.replace('mixed = "PGN"', 'bsn = ["BSN"]\neducation_number = "OWN"')
    header = ("BSN", "OWN", *HEADER[1:])
    numbers = [education_number(serial) for serial in range(1, 5)]
    rows = [(bsn(1), numbers[0]), ("", numbers[1]), (numbers[2], ""), ("12", numbers[3])]
    content = csv_bytes([header, *((*row, "01-08-2018", "") for row in rows)])
    read = desk.read(desk.profile(text=text), desk.file("f.csv", content))
    assert read.numbers == [bsn(1), numbers[1], numbers[3]]
    assert read.counts == {"row_without_number": 1}


@pytest.mark.parametrize("zeros", [1, 2])
def test_zeros_that_a_spreadsheet_dropped_are_restored_and_checked(desk: Desk, zeros: int) -> None:
    number = short_bsn(zeros)
    rows = [HEADER, (int(number), date(2018, 8, 1), None), (int(number) + 1, date(2018, 8, 1), None)]
    read = desk.read(desk.profile(_XLSX), desk.file("f.xlsx", xlsx_bytes(rows)))
    assert read.numbers == [number]
    assert read.counts == {"leading_zeros_restored": 1, "row_without_number": 1}


def test_text_that_lacks_a_zero_is_repaired_and_counted(desk: Desk) -> None:
    short = short_bsn(1)[1:]
    rows = [HEADER, (short, "01-08-2018", "")]
    for file, content in (("xlsx", xlsx_bytes(rows)), ("csv", csv_bytes(rows))):
        read = desk.read(desk.profile(f'[file]\ntype = "{file}"'), desk.file("f", content))
        assert read.numbers == [short.zfill(9)] and read.counts == {"leading_zeros_restored": 1}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01-08-2018", "2018-08-01"),
        ("2018-08-01", "2018-08-01"),
        ("20180801", "2018-08-01"),
        ("43313", "2018-08-01"),
        ("29-02-2024", "2024-02-29"),
        ("30-02-2018", None),
        ("29-02-2023", None),
        ("00000000", None),
        ("2018-00-00", None),
        ("1-8-2018", "2018-08-01"),
        ("01-08-2018 00:00:00", "2018-08-01"),
        ("2018-08-01T00:00:00Z", "2018-08-01"),
        ("2018-08-01+02:00", "2018-08-01"),
        ("31-07-2018 23:59:59", "2018-08-01"),
        ("01/08/2018", None),
        ("08-13-2018", None),
        ("begin augustus", None),
        ("", None),
    ],
)
def test_a_date_has_an_accepted_pattern_or_sets_its_row_aside(desk: Desk, text: str, day: str | None) -> None:
    read = desk.read(desk.profile(), desk.file("f.csv", csv_bytes([HEADER, (bsn(1), text, "")])))
    assert read.column("enrolled_on") == ([day] if day else [])
    assert read.counts == ({} if day else {"row_date_malformed": 1})


def test_a_date_in_a_pattern_that_the_profile_does_not_accept_is_none(desk: Desk) -> None:
    text = PROFILE.replace(
        'patterns = ["dd-mm-yyyy", "yyyy-mm-dd", "yyyymmdd", "excel-serial"]', 'patterns = ["yyyymmdd"]'
    )
    rows = [HEADER, (bsn(1), "20180801", ""), (bsn(2), "2018-08-01", ""), (bsn(3), "43313", "")]
    read = desk.read(desk.profile(text=text), desk.file("f.csv", csv_bytes(rows)))
    assert read.numbers == [bsn(1)] and read.counts == {"row_date_malformed": 2}
    assert dict(read.reader.dates.counts) == {"yyyymmdd": 1}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("exclusive", ["2026-03-31", "", ""]), ("inclusive", ["2026-04-01", "", ""])],
)
def test_the_last_day_of_an_enrolment_becomes_the_first_day_without(
    desk: Desk, setting: str, expected: list[str]
) -> None:
    rows = [HEADER, *((bsn(1), "01-08-2018", end) for end in ("31-03-2026", "31-12-9999", ""))]
    content = csv_bytes(rows)
    read = desk.read(desk.profile(f'withdrawn = "{setting}"'), desk.file("f.csv", content))
    assert read.column("withdrawn_on") == expected
    assert set(read.column("enrolled_on")) == {"2018-08-01"}


def test_codes_are_translated_and_an_unknown_one_sets_its_row_aside(desk: Desk) -> None:
    text = PROFILE.replace('education_type = "PO"\n', "").replace("[dates]", 'education_type = "Soort"\n[dates]')
    rows = [(*HEADER, "Soort"), *((*_ROW, code) for code in ("BAO", "bao", "Speciaal", "PO", ""))]
    profile = desk.profile('[codes.education_type]\nBAO = "PO"\nspeciaal = "SO"', text=text)
    read = desk.read(profile, desk.file("f.csv", csv_bytes(rows)))
    assert read.column("education_type") == ["PO", "PO", "SO"]
    assert read.counts == {"education_type_unknown": 2}


def test_school_and_location_may_stand_in_two_columns(desk: Desk) -> None:
    text = PROFILE.replace('school_id = "12AB00"\n', "").replace("[dates]", 'brin = "BRIN"\nlocation = "Vest"\n[dates]')
    rows = [
        (*HEADER, "BRIN", "Vest"),
        (*_ROW, "12ab", 1),
        (*_ROW, "12AB", "02"),
        (*_ROW, "12AB", ""),
        (*_ROW, "", "01"),
    ]
    expected = ["12AB01", "12AB02", "12AB00"]
    as_text = [tuple(map(str, row)) for row in rows]
    for file, content in (("csv", csv_bytes(as_text)), ("xlsx", xlsx_bytes(rows))):
        read = desk.read(desk.profile(f'[file]\ntype = "{file}"', text=text), desk.file("f", content))
        assert read.column("school_id") == expected and read.counts == {"school_id_malformed": 1}


def test_only_rows_with_a_wanted_state_count_and_the_others_are_counted(desk: Desk) -> None:
    rows = [(*HEADER, "Actief"), (*_ROW, "J"), (*_ROW, "n"), (*_ROW, ""), (*_ROW, "j")]
    read = desk.read(desk.profile('[keep]\nActief = "J"'), desk.file("f.csv", csv_bytes(rows)))
    assert [row.line for row in read.rows] == [2, 5]
    assert read.counts == {"row_left_out": 2}


def test_an_optional_column_that_is_absent_leaves_its_constant_or_nothing(desk: Desk) -> None:
    text = PROFILE.replace("[dates]", 'seen_on = "Peil"\noptional = ["seen_on", "withdrawn_on"]\n[dates]')
    without = desk.read(desk.profile(text=text), desk.file("a.csv", csv_bytes([HEADER[:2], _ROW[:2]])))
    assert without.column("seen_on") == ["2026-05-06"] and without.column("withdrawn_on") == [""]
    content = csv_bytes([(*HEADER, "Peil"), (*_ROW, "01-05-2026"), (*_ROW, "")])
    there = desk.read(desk.profile(text=text), desk.file("b.csv", content))
    assert there.column("seen_on") == ["2026-05-01"] and there.counts == {"row_date_malformed": 1}


def test_a_workbook_with_dates_numbers_and_booleans_as_such(desk: Desk) -> None:
    rows = [
        (*HEADER, "Actief"),
        (int(bsn(1)), date(2018, 8, 1), datetime.fromisoformat("2026-03-31T14:05"), True),
        (float(bsn(2)), 43313, "31-03-2026", True),
        (bsn(3), "01-08-2018", None, False),
    ]
    read = desk.read(desk.profile(_XLSX, '[keep]\nActief = "J"'), desk.file("f.xlsx", xlsx_bytes(rows)))
    assert read.numbers == [bsn(1), bsn(2)]
    assert read.column("enrolled_on") == ["2018-08-01"] * 2 and read.column("withdrawn_on") == ["2026-03-31"] * 2
    assert dict(read.reader.dates.counts) == {"date cell": 2, "excel-serial": 1, "dd-mm-yyyy": 1}


def test_the_named_sheet_is_read_and_others_are_mentioned(desk: Desk) -> None:
    path = desk.file("f.xlsx", xlsx_bytes([HEADER, _ROW], sheet="Leerlingen", others=["Uitleg", "Meer"]))
    assert desk.read(desk.profile(_XLSX, 'sheet = "Leerlingen"'), path).counts == {"sheet_not_read": 1}
    with pytest.raises(DeliveryRefused, match="no sheet with the name Pupils"):
        desk.read(desk.profile(_XLSX, 'sheet = "Pupils"'), path)


def test_a_merged_title_above_the_header_needs_its_row_number(desk: Desk) -> None:
    rows = [("Leerlingen van De Zwaluw", None, None), (), HEADER, _ROW]
    path = desk.file("f.xlsx", xlsx_bytes(rows))
    assert [row.line for row in desk.read(desk.profile(_XLSX, "header_row = 3"), path).rows] == [4]
    with pytest.raises(DeliveryRefused, match=r"f.xlsx, line 1: column PGN, Van, Tot is missing"):
        desk.read(desk.profile(_XLSX), path)


def test_a_link_needs_both_numbers(desk: Desk) -> None:
    rows = [("bsn", "education_number"), (bsn(1), education_number(1)), (bsn(2), bsn(2)), ("", education_number(3))]
    read = desk.read("links-csv", desk.file("l.csv", csv_bytes(rows)))
    assert [(row.bsn, row.education_number) for row in read.rows] == [(bsn(1), education_number(1))]
    assert read.counts == {"link_incomplete": 2}


def test_a_row_by_education_number_joins_the_person_only_through_a_link(workshop: Workshop) -> None:
    header = ("PGN", "BRIN", "Vestiging", "Onderwijssoort", "Datum inschrijving", "Datum uitschrijving", "Peildatum")
    row = (education_number(1), "12AB", "00", "BAO", "20180801", "", "20260506")
    own = workshop.file("duo.toml", b'base = "duo-register"\n[columns]\noptional = []\n')
    school = (str(own), workshop.file("duo.csv", csv_bytes([header, row])))
    links = (
        "links-csv",
        workshop.file("l.csv", csv_bytes([("bsn", "education_number"), (bsn(1), education_number(1))])),
    )
    apart = workshop.deliver(workshop.register([who(1)]), workshop.school(), school)
    joined = workshop.deliver(workshop.register([who(1)]), workshop.school(), school, links)
    duo = [row for row in joined.rows("enrolments") if row["source"] == "duo"]
    assert [row["person_id"] for row in duo] == [joined.bsn_id(1)]
    assert joined.bsn_id(1) not in [row["person_id"] for row in apart.rows("enrolments")]


_TRACE_FILES: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]], tuple[str, ...]]] = {
    "absence-csv": (
        ("PGN", "BRIN", "Begindatum", "Einddatum", "Status"),
        [("12AB", "02-03-2026", "06-03-2026", "Geregistreerd"), ("12AB", "02-03-2026", "", "Ingetrokken")],
        ("absence_report", "verzuim", "2026-03-02", "2026-03-06"),
    ),
    "exemption-csv": (
        ("BSN", "Grond", "Ingangsdatum", "Einddatum"),
        [("5 onder b", "01-08-2026", "")],
        ("exemption", "vrijstelling", "2026-08-01", ""),
    ),
    "leave-csv": (
        ("BSN", "Reden", "Begindatum", "Einddatum"),
        [("feest", "02-03-2026", "06-03-2026")],
        ("leave", "verlof", "2026-03-02", "2026-03-06"),
    ),
    "result-csv": (
        ("BSN", "Uitslag", "Toetsdatum"),
        [("12", "2026-03-02")],
        ("school_result", "schoolresultaat", "2026-03-02", ""),
    ),
    "tmv-csv": (
        ("BSN", "Toelichting", "Meldingsdatum"),
        [("woont er", "20260302")],
        ("tmv_report", "tmv", "2026-03-02", ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(_TRACE_FILES))
def test_a_list_of_traces_by_its_shipped_profile(desk: Desk, name: str) -> None:
    header, rows, expected = _TRACE_FILES[name]
    read = desk.read(name, desk.file("t.csv", csv_bytes([header, *((bsn(1), *row) for row in rows)])))
    assert [row[2:] for row in read.rows] == [expected]
    assert read.counts == ({"row_left_out": 1} if name == "absence-csv" else {})


@pytest.mark.parametrize("blank", ["", " "])
def test_a_somtoday_export_as_text_and_as_workbook(desk: Desk, blank: str) -> None:
    header = (
        "Leerlingnummer",
        "BSN",
        f"Onderwijs{blank}nummer".capitalize(),
        f"Inschrijf{blank}datum",
        "Uitschrijfdatum",
    )
    rows = [(1, int(bsn(1)), None, date(2018, 8, 1), None), (2, None, int(education_number(2)), date(2019, 8, 1), None)]
    constants = '[constants]\nschool_id = "12AB00"\neducation_type = "VO"\nseen_on = 2026-05-06'
    profile = desk.profile('base = "somtoday-xlsx"', constants, text="")
    read = desk.read(profile, desk.file("s.xlsx", xlsx_bytes([header, *rows])))
    assert read.numbers == [bsn(1), education_number(2)] and not read.counts
    text = [("BSN", "Onderwijsnummer", "Inschrijfdatum", "Uitschrijfdatum"), (bsn(1), "", "01-08-2018", "")]
    profile = desk.profile('base = "somtoday-csv"', constants, text="")
    assert desk.read(profile, desk.file("s.csv", csv_bytes(text))).rows[0][1:] == read.rows[0][1:]


def test_a_row_whose_cells_were_met_before_is_still_judged(workshop: Workshop) -> None:
    rows = [school_row(1), school_row(2), school_row(3, bsn="123456789"), school_row(4, enrolled_on="2018-13-01")]
    rows += [school_row(5), school_row(6, bsn=f"={bsn(6)}"), school_row(7, withdrawn_on="2150-01-01"), school_row(8)]
    made = workshop.deliver(workshop.register([who(1)]), workshop.school(*rows))
    found = made.result.findings
    kinds = ("row_without_number", "row_date_malformed", "formula_cell", "end_far_future")
    assert [found.lines(kind) for kind in kinds] == [[4], [5], [7], [8]]
    assert len(made.rows("enrolments")) == 5
