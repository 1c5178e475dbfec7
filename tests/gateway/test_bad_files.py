"""Files that cannot be read: one plain sentence with the place, no value, and no delivery."""

import traceback
from collections.abc import Callable

import pytest

from brp_signals.base.errors import DeliveryRefused, SignalsError, UsageProblem
from tests.gateway.rubric import SCHOOL_HEADER, Workshop, bsn, rubric, school_row, table, who

_GOOD = table(SCHOOL_HEADER, [school_row(1), school_row(2)])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "s.csv is empty"),
        (b"\xef\xbb\xbf", "s.csv is empty"),
        (b"\n" + _GOOD, "s.csv, line 1: there is no header row"),
        (_GOOD.splitlines(keepends=True)[0], "s.csv holds a header but no row"),
        (_GOOD.replace(b"PO", "P\xd6".encode("latin-1"), 1), "s.csv, line 2: not UTF-8"),
        (_GOOD.decode().encode("utf-16"), "s.csv, line 1: null byte"),
        (_GOOD.replace(b"12AB00", b"12\0B00"), "s.csv, line 2: null byte"),
        (_GOOD.replace(b";12AB00", b';"12AB00', 1), "s.csv, line 2: a quote is opened and not closed"),
        (_GOOD.replace(b";12AB00", b';"12AB00'), "s.csv, line 2: a quote is opened and not closed"),
        (_GOOD.replace(b"2026-05-06\n", b'"2026-05-06\n')[:-1], "s.csv, line 2: a quote is opened"),
        (_GOOD + b"x" * (1 << 21), "s.csv, line 4 is longer than 1 MB"),
    ],
)
def test_an_unreadable_file_is_refused_in_one_sentence(workshop: Workshop, content: bytes, sentence: str) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        workshop.deliver(workshop.register([who(1)]), ("school-csv", workshop.file("s.csv", content)))
    message = str(refusal.value)
    assert message.startswith(sentence)
    assert "\n" not in message and message.endswith(".")
    assert bsn(1) not in message and "12AB00" not in message
    assert not list(workshop.folder.glob("*delivery*"))
    assert not list(workshop.folder.glob(".delivery*"))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"\n", b"\r\n", 2),
        lambda content: content.removesuffix(b"\n"),
        lambda content: content.replace(b"PO", b'"PO"'),
        lambda content: content.replace(b";12AB00", b"; 12AB00 "),
    ],
    ids=["bom", "crlf", "mixed", "no end", "quoted", "blanks"],
)
def test_bom_line_ends_and_quotes_make_no_difference(workshop: Workshop, change: Callable[[bytes], bytes]) -> None:
    plain = workshop.deliver(workshop.register([who(1)]), ("school-csv", workshop.file("a.csv", _GOOD)))
    other = workshop.deliver(workshop.register([who(1)]), ("school-csv", workshop.file("b.csv", change(_GOOD))))
    assert plain.bytes() == other.bytes()


@pytest.mark.parametrize("cell", ["x" * 70_000, "x" * 200_000, '"a"b'])
def test_an_enormous_cell_or_stray_quote_costs_its_row_only(workshop: Workshop, cell: str) -> None:
    header = (*SCHOOL_HEADER, "klas")
    lines = [";".join(header), ";".join((*school_row(1), cell)), ";".join((*school_row(2), "4b"))]
    source = ("school-csv", workshop.file("s.csv", "\n".join(lines).encode()))
    made = workshop.deliver(workshop.register([who(1)]), source)
    assert made.result.set_aside == {"cells_wrong": 1}
    assert [row["person_id"] for row in made.rows("enrolments")] == [made.bsn_id(2)]


def test_quotes_as_data_are_data(workshop: Workshop) -> None:
    content = rubric([[who(1)], [who(2)]])
    lines = content.decode("utf-8-sig").splitlines()
    cells = lines[1].split(";")
    cells[3] = 'de "Zwaan"'
    lines[1] = ";".join(cells)
    made = workshop.deliver(("gbav", workshop.file("r.csv", "\n".join(lines).encode())))
    assert len(made.rows("persons")) == 2


def test_a_missing_source_or_one_that_is_a_folder_is_wrong_use(workshop: Workshop) -> None:
    with pytest.raises(UsageProblem, match="does not exist"):
        workshop.deliver(("gbav", workshop.folder / "nothing.csv"))
    with pytest.raises(UsageProblem, match="cannot be opened"):
        workshop.deliver(("gbav", workshop.folder))


def test_no_failure_shows_a_number_not_even_in_its_traceback(workshop: Workshop) -> None:
    content = table(SCHOOL_HEADER, [school_row(1)]).replace(b";12AB00", b';"12AB00')
    try:
        workshop.deliver(workshop.register([who(1)]), ("school-csv", workshop.file("s.csv", content)))
    except SignalsError as problem:
        shown = "".join(traceback.format_exception(problem))
    assert bsn(1) not in shown
