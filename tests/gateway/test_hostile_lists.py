"""Lists as they should not be: every one ends in a plain sentence or a counted finding, and never in a value."""

import io
import traceback
import warnings
import zipfile
from datetime import date

import pytest

from brp_signals.base.errors import DeliveryRefused, SignalsError, UsageProblem
from brp_signals.gateway.findings import SET_ASIDE
from brp_signals.gateway.formats.open_source import open_source
from tests.gateway.listed import HEADER, Desk, csv_bytes, xlsx_bytes
from tests.gateway.rubric import Workshop, bsn, who

pytestmark = pytest.mark.long

_ROW = (bsn(1), "01-08-2018", "")
_GOOD = csv_bytes([HEADER, _ROW, (bsn(2), "01-08-2018", "")])
_BOOK = xlsx_bytes([HEADER, _ROW, (bsn(2), "01-08-2018", "")])
_XLSX = '[file]\ntype = "xlsx"'
_SHEET = "xl/worksheets/sheet1.xml"
_SENTENCE = "is no XLSX workbook, is damaged or has a password"


def _repacked(book: bytes, **changes: bytes) -> bytes:
    """The workbook with parts replaced or added, by a name whose slashes and dots are underscores."""
    old, stream = zipfile.ZipFile(io.BytesIO(book)), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = {
            name: name.replace("/", "_").replace(".", "_").translate({91: None, 93: None}) for name in old.namelist()
        }
        for name, key in names.items():
            new.writestr(name, changes.pop(key, old.read(name)))
        for name, content in changes.items():
            new.writestr(name, content)
    return stream.getvalue()


def _sheet(rows: str) -> bytes:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{rows}</sheetData></worksheet>"
    ).encode()


_WINDOWS = 'type = "csv"\nencoding = "windows-1252"'
_HEADER_ROW = '<row><c t="str"><v>PGN</v></c><c t="str"><v>Van</v></c><c t="str"><v>Tot</v></c></row>'
_CELLS = "".join(f"<c><v>{number}</v></c>" for number in range(10**5, 10**5 * 4))
_INSIDE = "f (inside the workbook), line 1: "
_PART = "xl_worksheets_sheet1_xml"
_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ('type = "csv"', b"", "f is empty"),
        ('type = "csv"', csv_bytes([HEADER]), "f holds a header but no row"),
        ('type = "csv"', b"\n\n", "f, line 1: there is no header row"),
        ('type = "csv"\nheader_row = 9', _GOOD, "f, line 9: there is no header row"),
        ('type = "csv"', _GOOD[:-12].rpartition(b";")[0] + b';"01-0', "f, line 3: a quote is opened"),
        ('type = "csv"', _GOOD.replace(b"2018", b"20\xff8", 1), "f, line 2: not UTF-8"),
        (_WINDOWS, _GOOD.replace(b"2018", b"20\x818", 1), "f, line 2: not WINDOWS-1252"),
        (_WINDOWS, b"\xef\xbb\xbf" + _GOOD, "f, line 1: not WINDOWS-1252"),
        (_WINDOWS, _GOOD.decode().encode("utf-16"), "f, line 1: null byte"),
        ('type = "csv"', _GOOD.decode().encode("utf-16"), "f, line 1: null byte"),
        ('type = "csv"\nencoding = "utf-16"', _GOOD, "f, line 1: not UTF-16"),
        ('type = "csv"\nencoding = "utf-16"', _GOOD.decode().encode("utf-16")[:-1], "f, line 3: not UTF-16"),
        ('type = "csv"\nencoding = "utf-16"', b"", "f, line 1: not UTF-16"),
        ('type = "csv"\nencoding = "utf-16"', ("x" * 3_000_000).encode("utf-16"), "f, line 1 is longer than 1 MB"),
        ('type = "csv"', _GOOD.replace(b"01-08", b"\0", 1), "f, line 2: null byte"),
        ('type = "csv"', b"x" * (1 << 21), "f, line 1 is longer than 1 MB"),
        ('type = "csv"', _GOOD.replace(b"PGN;", b"PGN;PGN;", 1), "f, line 1: column 2 has the same name"),
        ('type = "csv"', _GOOD.partition(b"\n")[2], "f, line 1: column PGN, Van, Tot is missing"),
        ('type = "csv"', _GOOD.replace(b";", b","), "f, line 1: column PGN, Van, Tot is missing"),
        ('type = "csv"', _BOOK, "f, line 1: null byte"),
        ('type = "xlsx"', b"", "f is empty"),
        ('type = "xlsx"', _GOOD, f"f {_SENTENCE}"),
        ('type = "xlsx"', _BOOK[: len(_BOOK) // 2], f"f {_SENTENCE}"),
        ('type = "xlsx"', _BOOK[:-10], f"f {_SENTENCE}"),
        ('type = "xlsx"', b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, f"f {_SENTENCE}"),
        ('type = "xlsx"', _repacked(_BOOK, xl_workbook_xml=b"<x/>"), "f "),
        ('type = "xlsx"', _repacked(_BOOK, Content_Types_xml=b"<x/>"), "f "),
        ('type = "xlsx"', _repacked(_BOOK, **{_PART: _sheet("<row><c><v>x")}), f"{_INSIDE}not well-formed XML"),
        ('type = "xlsx"', _repacked(_BOOK, **{_PART: _ENTITIES + _sheet("&b;")}), f"{_INSIDE}a document type"),
        ('type = "xlsx"', _repacked(_BOOK, xl_workbook_xml=_ENTITIES + b"<x>&b;</x>"), f"{_INSIDE}a document type"),
        ('type = "xlsx"', _repacked(_BOOK, **{_PART: _sheet('<row><c t="s"><v>99</v></c></row>')}), f"f {_SENTENCE}"),
        ('type = "xlsx"', _repacked(_BOOK, **{_PART: _sheet("<a>" * 100)}), f"{_INSIDE}elements stand"),
        ('type = "xlsx"', _repacked(_BOOK, **{_PART: _sheet(_HEADER_ROW * 2 + '<row r="2"/>')}), "f holds rows out of"),
        ('type = "xlsx"', _repacked(_BOOK, **{_PART: _sheet(f"<row>{_CELLS}</row>")}), "f holds a row of more"),
        ('type = "xlsx"', _repacked(_BOOK, **{_PART: _sheet("")}), "f, line 1: there is no header row"),
        ('type = "xlsx"', xlsx_bytes([HEADER]), "f holds a header but no row"),
        ('type = "xlsx"', xlsx_bytes([(*HEADER, "Van"), _ROW]), "f, line 1: column 4 has the same name"),
        ('type = "xlsx"', xlsx_bytes([_ROW]), "f, line 1: column PGN, Van, Tot is missing"),
        ('type = "xlsx"', _repacked(_BOOK, xl_media_bomb=b"\0" * 50_000_000), "f unpacks to far more"),
        ('type = "xlsx"', _repacked(_BOOK, xl_sharedStrings_xml=b" " * 50_000_000), "f unpacks to far more"),
        ('type = "xlsx"', _repacked(_BOOK, **{f"x{n}": b"" for n in range(1100)}), "f unpacks to far more"),
    ],
    ids=range(41),
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    desk: Desk, file: str, content: bytes, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    profile, path = desk.profile(f"[file]\n{file}"), desk.file("f", content)
    with pytest.raises(DeliveryRefused) as refusal:
        desk.read(profile, path)
    message = str(refusal.value)
    assert message.startswith(sentence), message
    assert message.endswith(".") and "\n" not in message
    shown = "".join(traceback.format_exception(refusal.value)) + "".join(capfd.readouterr())
    assert bsn(1) not in shown and bsn(2) not in shown


def test_a_row_far_below_the_last_one_does_not_fill_memory(desk: Desk) -> None:
    row = '<row r="99999999"><c r="A99999999"><v>1</v></c></row>'
    far = _repacked(_BOOK, **{_PART: _sheet(_HEADER_ROW + row)})
    with pytest.raises(DeliveryRefused, match="f holds rows out of order or more than a sheet can have"):
        desk.read(desk.profile(_XLSX), desk.file("f", far))


def test_a_cell_far_to_the_right_does_not_fill_memory(desk: Desk) -> None:
    row = f'<row r="2"><c r="A2"><v>{bsn(1)}</v></c><c r="B2"><v>43313</v></c><c r="ZZZ2"><v>1</v></c></row>'
    book = _repacked(_BOOK, **{_PART: _sheet(_HEADER_ROW + row)})
    assert desk.read(desk.profile(_XLSX), desk.file("f", book)).numbers == [bsn(1)]
    farther = _sheet(_HEADER_ROW + row.replace("ZZZ", "ZZZZZZ"))
    with pytest.raises(DeliveryRefused, match="is damaged"):
        desk.read(desk.profile(_XLSX), desk.file("f", _repacked(book, **{_PART: farther})))


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_a_formula_in_a_column_that_is_read_costs_its_row(desk: Desk, file: str, position: int) -> None:
    bad = [*_ROW[:position], f'=T("{_ROW[position]}")', *_ROW[position + 1 :]]
    rows = [(*HEADER, "Formule"), [*bad, ""], (*_ROW, "=1+1")]
    content = xlsx_bytes(rows) if file == "xlsx" else csv_bytes(rows)
    quote = '\nquote = ""' if file == "csv" else ""
    read = desk.read(desk.profile(f'[file]\ntype = "{file}"{quote}'), desk.file("f", content))
    assert read.numbers == [bsn(1)] and read.findings.lines("formula_cell") == [2]
    assert read.counts == {"formula_cell": 1}


@pytest.mark.parametrize("content", [_GOOD.replace(b"\n", b"\r\n", 1), _GOOD.replace(b"\n", b"\r\n", 2).rstrip(b"\n")])
def test_mixed_line_ends_make_no_difference(desk: Desk, content: bytes) -> None:
    assert desk.read(desk.profile(), desk.file("f", content)).numbers == [bsn(1), bsn(2)]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ((*_ROW, "4b"), "cells_wrong"),
        (_ROW[:2], "cells_wrong"),
        ((bsn(1), "0" * 70_000, ""), "cells_wrong"),
        ((bsn(1), '"01"-08-2018', ""), "cells_wrong"),
        ((bsn(1), "30-02-2018", ""), "row_date_malformed"),
        ((bsn(1), "00000000", ""), "row_date_malformed"),
        ((bsn(1), "gisteren", ""), "row_date_malformed"),
        ((bsn(1), "01-08-2018", "99-08-2026"), "row_date_malformed"),
        ((str(int(bsn(1)) + 1), "01-08-2018", ""), "row_without_number"),
        ((bsn(1)[:-1], "01-08-2018", ""), "row_without_number"),
        (("٣" * 9, "01-08-2018", ""), "row_without_number"),
    ],
)
def test_a_row_that_cannot_be_used_is_counted_and_the_account_closes(
    desk: Desk, cells: tuple[str, ...], kind: str
) -> None:
    content = csv_bytes([HEADER, _ROW, cells, ("", "", ""), (bsn(2), "01-08-2018", "")])
    read = desk.read(desk.profile(), desk.file("f", content))
    assert read.numbers == [bsn(1), bsn(2)]
    assert read.counts == {kind: 1} and read.findings.lines(kind) == [3]
    assert (read.reader.lines_read, read.reader.empty_lines) == (4, 1)


def test_a_huge_cell_of_a_workbook_costs_its_row(desk: Desk) -> None:
    huge = _sheet(
        f'{_HEADER_ROW}<row r="2"><c t="str"><v>{bsn(1)}</v></c><c t="str"><v>{"1" * 70_000}</v></c></row>'
        f'<row r="3"><c t="str"><v>{bsn(2)}</v></c><c t="str"><v>20180801</v></c></row>'
    )
    read = desk.read(desk.profile(_XLSX), desk.file("f", _repacked(_BOOK, **{_PART: huge})))
    assert read.numbers == [bsn(2)] and read.counts == {"cells_wrong": 1}


def test_a_number_that_stands_where_a_date_should_is_in_no_warning(desk: Desk) -> None:
    content = xlsx_bytes([HEADER, (int(bsn(1)), date(2018, 8, 1), None)])
    sheet = zipfile.ZipFile(io.BytesIO(content)).read(_SHEET).replace(b"<v>43313</v>", f"<v>{bsn(1)}</v>".encode())
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        read = desk.read(desk.profile(_XLSX), desk.file("f", _repacked(content, **{_PART: sheet})))
    assert read.counts == {"row_date_malformed": 1}
    assert not [str(warning.message) for warning in heard if bsn(1) in str(warning.message)]


def test_a_file_that_is_not_there_or_a_folder_is_wrong_use(desk: Desk) -> None:
    for profile in (desk.profile(), desk.profile(_XLSX)):
        with pytest.raises(UsageProblem, match="does not exist"):
            open_source(profile, desk.folder / "nothing")
        with pytest.raises(UsageProblem, match="cannot be opened"):
            open_source(profile, desk.folder)


def test_the_same_row_twice_is_written_once_and_counted(workshop: Workshop) -> None:
    profile = Desk(workshop.folder).profile()
    source = (profile, workshop.file("f", csv_bytes([HEADER, _ROW, _ROW])))
    made = workshop.deliver(workshop.register([who(1)]), workshop.school(), source)
    assert [row["person_id"] for row in made.rows("enrolments")].count(made.bsn_id(1)) == 1
    assert made.result.findings.count("row_twice") == 1


@pytest.mark.parametrize("cut", range(0, len(_BOOK), 997))
def test_a_workbook_cut_anywhere_is_refused(desk: Desk, cut: int) -> None:
    with pytest.raises(SignalsError) as refusal:
        desk.read(desk.profile(_XLSX), desk.file("f", _BOOK[:cut]))
    assert isinstance(refusal.value, DeliveryRefused)


@pytest.mark.parametrize("place", range(0, len(_BOOK), 397))
def test_a_workbook_with_a_changed_byte_is_read_or_refused(desk: Desk, place: int) -> None:
    changed = bytearray(_BOOK)
    changed[place] ^= 0x55
    try:
        read = desk.read(desk.profile(_XLSX), desk.file("f", bytes(changed)))
    except DeliveryRefused as refusal:
        assert "\n" not in str(refusal)
    else:
        set_aside = sum(count for kind, count in read.counts.items() if kind in SET_ASIDE)
        assert read.reader.lines_read == read.reader.empty_lines + len(read.rows) + set_aside
