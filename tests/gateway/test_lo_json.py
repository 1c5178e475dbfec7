"""Messages in JSON: lines, the bulk zip, what a bad line costs. Purely synthetic persons."""

import io
import json
import zipfile
from typing import Any

import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.gateway.rubric import Made, Workshop, a_number, bsn
from tests.gateway.writing.lo_json import bulk_zip, lines, message
from tests.gateway.writing.municipality import PersonList

pytestmark = pytest.mark.long


def _person(serial: int) -> PersonList:
    return {
        "01": [[{"01.10": a_number(serial), "01.20": bsn(serial), "03.10": "20120505", "02.40": "Zwaluw"}]],
        "07": [[{"70.10": "0"}]],
        "08": [[{"09.10": "0363", "10.10": "W", "85.10": "20120505", "86.10": "20120506"}]],
    }


def _line(serial: int) -> bytes:
    return lines([_person(serial)])


def _deliver(workshop: Workshop, content: bytes, name: str = "register.jsonl") -> Made:
    return workshop.deliver(("lo-json", workshop.file(name, content)))


def _persons(made: Made) -> set[str]:
    return {row["person_id"] for row in made.rows("persons")}


def _changed(serial: int, change: dict[str, Any]) -> bytes:
    """The message of a person with other keys in its content."""
    content = message(_person(serial))
    content["berichtInhoud"] |= change
    return json.dumps(content).encode() + b"\n"


def _list_with(serial: int, **categories: Any) -> bytes:
    """The message of a person with other categories."""
    content = message(_person(serial))
    content["berichtInhoud"]["plData"] |= categories
    return json.dumps(content).encode() + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        _line(1) + _line(2),
        b"\xef\xbb\xbf" + _line(1) + _line(2),
        (_line(1) + _line(2)).replace(b"\n", b"\r\n"),
        _line(1) + b"\r\n  \n" + _line(2).rstrip(b"\n"),
        b"".join(json.dumps(message(_person(serial))["berichtInhoud"]).encode() + b"\n" for serial in (1, 2)),
        lines([_person(1), _person(2)], "Lg01"),
        lines([_person(1), _person(2)], "Rb01"),
    ],
    ids=["plain", "bom", "crlf", "mixed and blank", "content alone", "Lg01", "Rb01"],
)
def test_lines_of_any_shape_that_is_allowed(workshop: Workshop, content: bytes) -> None:
    made = _deliver(workshop, content)
    assert _persons(made) == {made.bsn_id(1), made.bsn_id(2)}
    (register, _) = made.result.sources
    assert register.lines - register.empty == register.kept == 2
    assert made.result.set_aside == {}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (_line(9)[:200] + b"\n", "record_broken"),
        (_line(9).replace(b'"Zwaluw"', b'"Zwaluw'), "record_broken"),
        (_line(9).replace(b"Zwaluw", b"Zw\xe4luw"), "record_broken"),
        (_line(9).replace(b"Zwaluw", b"Zw\0luw"), "record_broken"),
        (_line(9).decode().encode("utf-16")[:-2] + b"\n", "record_broken"),
        (b"[" * 100_000 + b"\n", "record_broken"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n", "record_broken"),
        (b"[1, 2]\n", "record_broken"),
        (b"null\n", "record_broken"),
        (b'"plData"\n', "record_broken"),
        (b"{}\n", "record_broken"),
        (b"1" * 5000 + b"\n", "record_broken"),
        (b"NaN\n", "record_broken"),
        (bytes(range(11, 256)) + b"\n", "record_broken"),
        (_changed(9, {"plData": None}), "record_broken"),
        (_changed(9, {"plData": []}), "record_broken"),
        (_changed(9, {"berichtType": True}), "record_broken"),
        (_list_with(9, c08={}), "record_broken"),
        (_list_with(9, c08=[[]]), "record_broken"),
        (_list_with(9, c08=["0363"]), "record_broken"),
        (_list_with(9, c08=[{"e0910": "0363", "historie": {}}]), "record_broken"),
        (_list_with(9, c08=[{"historie": [{"e0910": "0363", "historie": [{}]}]}]), "record_broken"),
        (_list_with(9, c08=[{"e0910": "0363"}, {"e0910": "0518"}]), "record_broken"),
        (_line(9).replace(b'"c07"', b'"c08"'), "record_key_twice"),
        (_line(9).replace(b'"e0120"', b'"e0110"'), "record_key_twice"),
        (_line(9).replace(b'"e0240": "Zwaluw"', b'"e0240": "Zwaluw", "e0240": "Spreeuw"'), "record_key_twice"),
        (_line(9).replace(b"Zwaluw", b"Z" * (1 << 20)), "record_too_long"),
        (_changed(9, {"berichtType": "Gv01"}), "record_of_other_type"),
        (_changed(9, {"berichtType": "Vb01", "plData": None}), "record_of_other_type"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_line_costs_its_own_person_only(workshop: Workshop, line: bytes, kind: str, place: int) -> None:
    messages = [_line(1), _line(2)]
    messages.insert(place, line)
    made = _deliver(workshop, b"".join(messages))
    assert _persons(made) == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.set_aside == {kind: 1}
    assert made.result.findings.lines(kind) == [place + 1]
    (register, _) = made.result.sources
    assert register.lines == register.kept + 1


def test_keys_that_the_format_does_not_know_are_counted_and_not_read(workshop: Workshop) -> None:
    block = {"e0910": "0363", "e8510": "20120505", "e9": "Kanarie", "Kanarie": {"e0910": "0518"}}
    made = _deliver(workshop, _list_with(1, c08=[block], c99=[{}], Kanarie="Kanarie", e0110=a_number(8)) + _line(2))
    assert made.result.findings.count("key_unknown") == 5
    assert made.result.findings.lines("key_unknown") == [1] * 5
    said = "\n".join([*made.result.sentences(), str(made.result.as_dict())])
    assert not any("Kanarie" in text for text in (said, *map(bytes.decode, made.bytes().values())))


def test_elements_not_asked_for_are_counted_by_what_they_are(workshop: Workshop) -> None:
    made = _deliver(workshop, _list_with(1, c04=[{"e0510": "0001"}], c06=[{"e0810": "20250101"}]) * 2)
    assert made.result.findings.count("forbidden_column_not_read") == 2  # 01.02.40 and category 04
    assert made.result.findings.count("column_not_read") == 1  # category 06


@pytest.mark.parametrize("value", [None, "", 1, True, 1.5, [], {}, "ZWALUW", "\ud800"])
def test_a_value_that_is_no_code_goes_no_further(workshop: Workshop, value: Any) -> None:
    block = {"e0910": "0363", "e1010": value, "e8510": "20120505", "e1310": value and "0000"}
    made = _deliver(workshop, _list_with(1, c08=[block]))
    (row,) = made.residences(made.bsn_id(1))
    assert row["address_function"] == ""
    assert made.result.findings.count("code_outside_domain") == (
        0 if value in (None, "") else 2 if value in ([], {}) else 1
    )


@pytest.mark.parametrize(
    ("category", "block", "flag"),
    [
        ("c07", [{"e7010": "0"}], "0"),
        ("c07", [{"e7010": ""}], "1"),
        ("c07", [{"e7010": "3"}], "1"),
        ("c07", [{"e7010": 0}], "0"),
        ("c07", [{"e7010": []}], "1"),
        ("c07", [{}], "1"),
        ("c07", [], "1"),
    ],
)
def test_secrecy_in_doubt_protects(workshop: Workshop, category: str, block: list[Any], flag: str) -> None:
    made = _deliver(workshop, _list_with(1, **{category: block}))
    assert made.person(made.bsn_id(1))["is_confidential"] == flag


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "register.jsonl is empty"),
        (b"\xef\xbb\xbf", "register.jsonl is empty"),
        (b"\n\n", "register.jsonl holds no message in JSON"),
        (bytes(range(256)) * 9000, "register.jsonl holds no message in JSON"),
        (b"x" * 3_000_000, "register.jsonl holds no message in JSON"),
        (_changed(1, {"berichtType": "Sv11"}), "The sources hold no usable person"),
    ],
)
def test_a_file_of_something_else_is_refused(workshop: Workshop, content: bytes, sentence: str) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        _deliver(workshop, content)
    assert str(refusal.value).startswith(sentence)
    assert bsn(1) not in str(refusal.value)


def test_a_bulk_zip_is_read_like_its_lines(workshop: Workshop) -> None:
    content = _line(1) + b"x\n" + _line(2)
    plain = _deliver(workshop, content)
    packed = _deliver(workshop, bulk_zip(content), "register.zip")
    for table in ("persons.csv", "residences.csv"):
        assert packed.bytes()[table] == plain.bytes()[table]
    assert packed.result.findings.lines("record_broken") == [2]


def _repacked(content: bytes, **options: Any) -> bytes:
    """The same zip with other options for its entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as archive:
        for entry in source.infolist():
            archive.writestr(entry.filename, source.read(entry), **options)
    return stream.getvalue()


def _twice(content: bytes) -> bytes:
    stream = io.BytesIO(content)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("berichtregels.jsonl", b"")
    return stream.getvalue()


def _patched(content: bytes, offset: int, value: int) -> bytes:
    """A byte of the first entry changed, in the entry itself and in the directory at the end of the zip."""
    for magic, further in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        at = content.index(magic) + offset + further
        content = content[:at] + bytes([value]) + content[at + 1 :]
    return content


_LINES = _line(1) + _line(2)
_ZIP = bulk_zip(_LINES)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_ZIP[:-40], "register.zip is damaged"),
        (_ZIP[:200], "register.zip is damaged"),
        (b"PK\x03\x04" + bytes(range(256)), "register.zip is damaged"),
        (_patched(_ZIP, 8, 99), "register.zip: am-metadata.json is packed in an unusual way"),
        (bulk_zip(_LINES, versie="20199"), "register.zip: am-metadata.json names a version"),
        (bulk_zip(_LINES, aantalBerichten=3), "register.zip: berichtregels.jsonl holds 2 messages"),
        (bulk_zip(_LINES, aantalBerichten="2"), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, aantalBerichten=True), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, checksum_sha256="0" * 64), "register.zip: the checksum"),
        (bulk_zip(_LINES, checksum_sha256="0" * 63), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, {"am-metadata.json": b"{"}), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, {"am-metadata.json": b"[]"}), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, {"am-metadata.json": b"[" * 60_000}), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, {"am-metadata.json": b" " * 90_000}), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, {"am-metadata.json": b"\xff\xfe"}), "register.zip: am-metadata.json does not give"),
        (bulk_zip(_LINES, {"../berichtregels.jsonl": b""}), "register.zip must hold"),
        (bulk_zip(_LINES, {"map/": b""}), "register.zip must hold"),
        (bulk_zip(_LINES, {f"{number}.txt": b"" for number in range(3000)}), "register.zip must hold"),
        (_twice(_ZIP), "register.zip must hold"),
        (_patched(_ZIP, 6, 1), "register.zip: am-metadata.json is locked"),
        (_repacked(_ZIP, compress_type=zipfile.ZIP_BZIP2), "register.zip: am-metadata.json is packed"),
        (bulk_zip(b" " * (30 << 20)), "register.zip: berichtregels.jsonl would unpack to more than 200 times"),
        (bulk_zip(b""), "register.zip holds no message in JSON"),
    ],
)  # fmt: skip
def test_a_bulk_zip_that_is_not_what_it_says_is_refused(workshop: Workshop, content: bytes, sentence: str) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        _deliver(workshop, content, "register.zip")
    assert str(refusal.value).startswith(sentence)
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


def test_a_zip_whose_bytes_rotted_is_refused(workshop: Workshop) -> None:
    with zipfile.ZipFile(io.BytesIO(_ZIP)) as archive:
        entry = archive.getinfo("berichtregels.jsonl")
    start = entry.header_offset + 30 + len(entry.filename)
    for at in range(start, start + entry.compress_size, 9):
        rotten = _ZIP[:at] + bytes([_ZIP[at] ^ 0x55]) + _ZIP[at + 1 :]
        with pytest.raises(DeliveryRefused, match=r"^register\.zip is damaged"):
            _deliver(workshop, rotten, "register.zip")


def _pretty(*serials: int) -> list[bytes]:
    return [json.dumps(message(_person(serial)), indent=2).encode() for serial in serials]


@pytest.mark.parametrize(
    "content",
    [
        b"\n".join(_pretty(1, 2)),
        b"\r\n\r\n".join(part.replace(b"\n", b"\r\n") for part in _pretty(1, 2)),
        b"[\n" + b",\n".join(_pretty(1, 2)) + b"\n]\n",
        json.dumps([message(_person(1)), message(_person(2))]).encode(),
        json.dumps([message(_person(1)), message(_person(2))], indent=1).encode(),
        b"\xef\xbb\xbf" + b"\n".join(_pretty(1, 2)),
    ],
    ids=["one after the other", "crlf", "array", "array on a line", "array indented", "bom"],
)
def test_pretty_printed_messages_are_read_like_lines(workshop: Workshop, content: bytes) -> None:
    made = _deliver(workshop, content)
    assert _persons(made) == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.set_aside == {}


def test_a_pretty_printed_message_that_breaks_off_costs_itself_only(workshop: Workshop) -> None:
    one, two, three = _pretty(1, 2, 3)
    made = _deliver(workshop, b"\n".join((one, two[:-60], three)))
    assert _persons(made) == {made.bsn_id(1), made.bsn_id(3)}
    assert made.result.set_aside == {"record_broken": 1}
