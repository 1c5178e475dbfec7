"""EDEXML by its public schema: what is read of a pupil and a school, and what costs a row or the file."""

import re

import pytest

from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.gateway.formats.edexml import UNREAD_ELEMENTS
from brp_signals.gateway.formats.open_source import open_source
from brp_signals.gateway.pseudonyms import Space
from tests.gateway.listed import Desk, edexml, education_number, pupil
from tests.gateway.rubric import Workshop, bsn, who


def test_a_pupil_becomes_an_enrolment_of_the_school_on_its_day(desk: Desk) -> None:
    left = "<uitstroomdatum>2026-03-31</uitstroomdatum>"
    read = desk.read("edexml", desk.file("e.xml", edexml(pupil(1), pupil(2, left))))
    assert [row[2:] for row in read.rows] == [
        ("12AB01", "PO", "2018-08-01", "", "school", "2026-05-06"),
        ("12AB01", "PO", "2018-08-01", "2026-03-31", "school", "2026-05-06"),
    ]
    assert read.numbers == [bsn(1), bsn(2)] and [row.line for row in read.rows] == [2, 3]
    assert not read.counts and (read.reader.lines_read, read.reader.empty_lines) == (2, 0)


@pytest.mark.parametrize(
    ("element", "space"),
    [
        (f"<bsn>{bsn(1)}</bsn>", Space.BSN),
        (f"<sofinummer>{bsn(1)}</sofinummer>", Space.BSN),
        (f"<onderwijsnummer>{education_number(1)}</onderwijsnummer>", Space.EDUCATION_NUMBER),
        (f"<bsn>  {bsn(1)}\n</bsn>", Space.BSN),
        (f"<bsn>{bsn(1)[:4]}<!-- x -->{bsn(1)[4:]}</bsn>", Space.BSN),
        (f"<bsn>{bsn(1)[:4]}&#{ord(bsn(1)[4])};{bsn(1)[5:]}</bsn>", Space.BSN),
        (f"<bsn><![CDATA[{bsn(1)}]]></bsn>", Space.BSN),
        (f"<bsn>{education_number(1)}</bsn>", None),
        (f"<onderwijsnummer>{bsn(1)}</onderwijsnummer>", None),
        ("<bsn_ondwnr-4>2731</bsn_ondwnr-4>", None),
        ("<rijksregisternummer>12345678901</rijksregisternummer>", None),
        ("<bsn/>", None),
        ("", None),
    ],
)
def test_the_kind_of_number_is_the_element_s(desk: Desk, element: str, space: Space | None) -> None:
    read = desk.read("edexml", desk.file("e.xml", edexml(pupil(1, number=element), pupil(9))))
    assert [row.number.space for row in read.rows[:-1]] == ([space] if space else [])
    assert read.counts == ({} if space else {"row_without_number": 1})


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        ("<uitstroomdatum>2026-02-30</uitstroomdatum>", "row_date_malformed"),
        ("<uitstroomdatum>31-03-2026</uitstroomdatum>", "row_date_malformed"),
        ("<uitstroomdatum>00000000</uitstroomdatum>", "row_date_malformed"),
        (f"<bsn>{bsn(1)}</bsn>", "cells_wrong"),
        (f"<uitstroomdatum>{'2' * 100_000}</uitstroomdatum>", "cells_wrong"),
    ],
)
def test_a_pupil_that_cannot_be_used_is_counted_with_its_line(desk: Desk, inside: str, kind: str) -> None:
    read = desk.read("edexml", desk.file("e.xml", edexml(pupil(2), pupil(1, inside), pupil(3))))
    assert read.numbers == [bsn(2), bsn(3)]
    assert read.counts == {kind: 1} and read.findings.lines(kind) == [3]


def test_a_pupil_without_a_date_of_entry_is_set_aside(desk: Desk) -> None:
    bare = pupil(1).replace("<instroomdatum>2018-08-01</instroomdatum>", "")
    assert desk.read("edexml", desk.file("e.xml", edexml(bare))).counts == {"row_date_malformed": 1}


def test_elements_of_the_same_name_elsewhere_are_not_the_pupil_s(desk: Desk) -> None:
    block = f"<toevoegingen><blok><bsn>{bsn(7)}</bsn><uitstroomdatum>2020-01-01</uitstroomdatum></blok></toevoegingen>"
    teachers = f"<leerkrachten><leerkracht key='1'><bsn>{bsn(8)}</bsn></leerkracht></leerkrachten>"
    read = desk.read("edexml", desk.file("e.xml", edexml(pupil(1, block), after=teachers)))
    assert read.numbers == [bsn(1)] and read.column("withdrawn_on") == [""]
    assert set(read.reader.unread) == {"achternaam", "toevoegingen", "leerkrachten"}


def test_what_is_not_read_is_named_by_the_schema_and_never_by_the_file(desk: Desk) -> None:
    inside = "".join(f"<{name}>x</{name}>" for name in UNREAD_ELEMENTS if name != "achternaam") + "<Jansen>x</Jansen>"
    read = desk.read("edexml", desk.file("e.xml", edexml(pupil(1, inside))))
    assert read.reader.unread == (*UNREAD_ELEMENTS, "element outside the schema")


@pytest.mark.parametrize(
    ("school", "place"),
    [
        ("<peildatum>2026-05-06</peildatum><brincode>12AB</brincode>", "12AB00"),
        ("<peildatum>2026-05-06</peildatum><brincode>12AB</brincode><dependancecode>03</dependancecode>", "12AB03"),
    ],
)
def test_a_school_without_a_location_is_its_main_one(desk: Desk, school: str, place: str) -> None:
    assert desk.read("edexml", desk.file("e.xml", edexml(pupil(1), school=school))).column("school_id") == [place]


@pytest.mark.parametrize(
    ("school", "sentence"),
    [
        ("<brincode>12AB</brincode>", "no valid peildatum before its pupils; give seen_on in a profile"),
        ("<peildatum>2026-02-30</peildatum><brincode>12AB</brincode>", "no valid peildatum"),
        ("<peildatum>2026-05-06</peildatum>", "no brincode before its pupils; give school_id in a profile"),
    ],
)
def test_a_school_that_does_not_say_who_or_when_needs_a_profile(desk: Desk, school: str, sentence: str) -> None:
    path = desk.file("e.xml", edexml(pupil(1), school=school))
    with pytest.raises(DeliveryRefused, match=sentence):
        open_source("edexml", path)


def test_a_profile_on_top_says_what_the_file_does_not(desk: Desk) -> None:
    constants = '[constants]\nschool_id = "34CD02"\neducation_type = "SBO"\nseen_on = 2026-05-01'
    profile = desk.profile('base = "edexml"', constants, '[dates]\nwithdrawn = "inclusive"', text="")
    left = pupil(1, "<uitstroomdatum>2026-03-31</uitstroomdatum>")
    read = desk.read(profile, desk.file("e.xml", edexml(left, school="<schoolkey>x</schoolkey>")))
    assert read.rows[0][2:] == ("34CD02", "SBO", "2018-08-01", "2026-04-01", "school", "2026-05-01")


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "windows-1252", "ISO-8859-1"])
def test_the_encoding_is_what_the_file_declares(desk: Desk, encoding: str) -> None:
    text = edexml(pupil(1, "<roepnaam>é</roepnaam>")).decode().replace('"UTF-8"', f'"{encoding}"')
    assert desk.read("edexml", desk.file("e.xml", text.encode(encoding))).numbers == [bsn(1)]


_BOMB = '<!DOCTYPE EDEX [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "e.xml is empty"),
        (edexml(pupil(1))[:-20], "e.xml, line 3: not well-formed XML"),
        (edexml(pupil(1)).partition(b"<instroom")[0], "e.xml, line 2: not well-formed XML"),
        (edexml(pupil(1)).replace(b"x</achternaam>", b"\xff</achternaam>"), "e.xml, line 2: not well-formed XML"),
        (edexml(pupil(1)).replace(b"x</achternaam>", b"\0</achternaam>"), "e.xml, line 2: not well-formed XML"),
        (edexml(pupil(1)).replace(b"UTF-8", b"EBCDIC-X"), "e.xml, line 1: not well-formed XML"),
        (edexml(pupil(1, "<land>&b;</land>"), head=_BOMB), "e.xml, line 1: a document type or entity"),
        (edexml(head='<!DOCTYPE EDEX SYSTEM "file:///etc/passwd">'), "e.xml, line 1: a document type or entity"),
        (edexml(pupil(1, "<a>" * 100 + "</a>" * 100)), "e.xml, line 2: elements stand deeper"),
        (edexml(pupil(1, "<a>" * 100_000)), "e.xml, line 2: elements stand deeper"),
        (edexml(pupil(1, f'<land code="{"x" * 3_000_000}"/>')), "e.xml, line 2: a tag is longer than 1 MB"),
        (b"<html><body>x</body></html>", "e.xml is no EDEXML"),
        (b"bsn;van;tot\n", "e.xml, line 1: not well-formed XML"),
        (edexml(), "e.xml holds no pupil"),
    ],
    ids=range(14),
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(desk: Desk, content: bytes, sentence: str) -> None:
    path = desk.file("e.xml", content)
    with pytest.raises(DeliveryRefused) as refusal:
        open_source("edexml", path)
    message = str(refusal.value)
    assert message.startswith(sentence) and message.endswith(".") and "\n" not in message
    assert bsn(1) not in message and "passwd" not in message


_WHOLE = edexml(pupil(1), pupil(2), pupil(3))


@pytest.mark.parametrize("place", range(0, len(_WHOLE), 5))
def test_a_file_with_a_changed_byte_is_read_or_refused(desk: Desk, place: int) -> None:
    changed = bytearray(_WHOLE)
    changed[place] ^= 0x15
    try:
        read = desk.read("edexml", desk.file("e.xml", bytes(changed)))
    except DeliveryRefused as refusal:
        assert "\n" not in str(refusal) and bsn(1) not in str(refusal)
    else:
        assert len(read.rows) + sum(read.counts.values()) == read.reader.lines_read


def test_a_large_text_that_is_not_read_costs_nothing(desk: Desk) -> None:
    photo = f"<fotourl>{'x' * 3_000_000}</fotourl>"
    assert desk.read("edexml", desk.file("e.xml", edexml(pupil(1, photo), pupil(2)))).numbers == [bsn(1), bsn(2)]


def test_a_file_that_is_not_there_is_wrong_use(desk: Desk) -> None:
    with pytest.raises(UsageProblem, match="does not exist"):
        open_source("edexml", desk.folder / "nothing.xml")
    with pytest.raises(UsageProblem, match="cannot be opened"):
        open_source("edexml", desk.folder)


def test_a_delivery_from_edexml(workshop: Workshop) -> None:
    source = ("edexml", workshop.file("e.xml", edexml(pupil(1), pupil(2), pupil(3, number=""))))
    made = workshop.deliver(workshop.register([who(1)]), workshop.school(), source)
    rows = [row for row in made.rows("enrolments") if row["school_id"] == "12AB01"]
    assert {row["person_id"] for row in rows} == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.set_aside == {"row_without_number": 1}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-04-10+02:00", "2026-04-10"),
        ("2026-04-10Z", "2026-04-10"),
        ("2026-04-10T00:00:00", "2026-04-10"),
        ("2026-04-10T00:00:00+02:00", "2026-04-10"),
        ("2026-04-09T22:00:00Z", "2026-04-10"),
        ("2026-04-10T00:00:00.000", "2026-04-10"),
    ],
)
def test_dates_of_the_schema_with_a_zone_or_a_time(desk: Desk, written: str, day: str) -> None:
    school = f"<peildatum>{written}</peildatum><brincode>12AB</brincode>"
    left = f"<uitstroomdatum>{written}</uitstroomdatum>"
    content = edexml(pupil(1, left).replace("2018-08-01", written), school=school)
    read = desk.read("edexml", desk.file("e.xml", content))
    assert read.rows[0][4:] == (day, day, "school", day)


def test_a_root_with_a_prefix_is_read_and_a_foreign_prefix_is_not(desk: Desk) -> None:
    plain = edexml(pupil(1, f"<v:bsn xmlns:v='urn:v'>{bsn(7)}</v:bsn>")).decode()
    head, _, rest = plain.partition("<EDEX")
    body = re.sub(r"<(/?)(?=[a-z])(?!v:)", r"<\1e:", "<EDEX" + rest)
    body = body.replace("<EDEX", "<e:EDEX xmlns:e='urn:edexml'", 1).replace("</EDEX", "</e:EDEX")
    assert desk.read("edexml", desk.file("e.xml", (head + body).encode())).numbers == [bsn(1)]


_SCHOOL = "<peildatum>2026-05-06</peildatum><brincode>12AB</brincode><xsdversie>{}</xsdversie>"


@pytest.mark.parametrize("version", ["2.0", "2.1", "2", "2.00", "2.10", "2.1.0", "2016-12-07", "EDEXML 2.1", ""])
def test_a_version_that_is_known_or_no_version_is_read(desk: Desk, version: str) -> None:
    assert len(desk.read("edexml", desk.file("e.xml", edexml(pupil(1), school=_SCHOOL.format(version)))).rows) == 1


@pytest.mark.parametrize("version", ["1.03", "1", "2.2", "2.3.1", "3.0", "20.1", "0.2"])
def test_a_version_that_is_not_known_is_refused(desk: Desk, version: str) -> None:
    with pytest.raises(DeliveryRefused, match=r"^e\.xml is of a version of EDEXML that this tool does not know"):
        desk.read("edexml", desk.file("e.xml", edexml(pupil(1), school=_SCHOOL.format(version))))


@pytest.mark.parametrize(
    "school",
    [
        "<brincode>1AB</brincode>",
        "<brincode>12A3</brincode>",
        "<brincode>12AB</brincode><dependancecode>A</dependancecode>",
        "<brincode>12AB</brincode><dependancecode>001</dependancecode>",
    ],
)
def test_a_school_outside_its_domain_is_counted(desk: Desk, school: str) -> None:
    read = desk.read(
        "edexml", desk.file("e.xml", edexml(pupil(1), school=f"<peildatum>2026-05-06</peildatum>{school}"))
    )
    assert read.counts == {"school_id_malformed": 1}
