"""Messages in bytes: headers, lengths, what a wrong one costs. Purely synthetic persons."""

from collections.abc import Callable

import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.gateway.rubric import Made, Workshop, a_number, bsn
from tests.gateway.writing.lg01 import block_bytes, lg01, message, teletex
from tests.gateway.writing.municipality import PersonList

pytestmark = pytest.mark.long

_HEADER_LENGTH = 49


def _person(serial: int, **categories: list[list[dict[str, str]]]) -> PersonList:
    return {
        "01": [[{"01.10": a_number(serial), "01.20": bsn(serial), "02.40": "Zwéluw", "03.10": "20120505"}]],
        "07": [[{"70.10": "0"}]],
        "08": [[{"09.10": "0363", "10.10": "W", "85.10": "20120505", "86.10": "20120506"}]],
        **{name.removeprefix("c"): entries for name, entries in categories.items()},
    }


def _deliver(workshop: Workshop, content: bytes) -> Made:
    return workshop.deliver(("lg01", workshop.file("register.gba", content)))


def _persons(made: Made) -> set[str]:
    return {row["person_id"] for row in made.rows("persons")}


def _three() -> list[bytes]:
    return [message(_person(serial)) for serial in (1, 2, 3)]


def test_the_writer_writes_what_the_public_samples_show() -> None:
    assert teletex("éèöñâç") == bytes.fromhex("c265 c165 c86f c46e c361 cb63".replace(" ", ""))
    assert block_bytes(7, {"70.10": "0"}) == b"0700870100010"
    assert message(_person(1)).startswith(b"00000000Lg01" + b"20261120120000000" + a_number(1).encode() + b"0" * 10)


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n", b"\n\r\n\n"])
@pytest.mark.parametrize("kind", ["Lg01", "Sv01", "Rb01"])
def test_kinds_of_messages_and_line_ends_between_them(workshop: Workshop, kind: str, between: bytes) -> None:
    content = lg01([_person(1), _person(2)], kind, between) + between
    made = _deliver(workshop, content)
    assert _persons(made) == {made.bsn_id(1), made.bsn_id(2)}
    (register, _) = made.result.sources
    assert (register.lines, register.empty, register.kept) == (2, 0, 2)
    assert made.result.set_aside == {}


def test_a_byte_order_mark_makes_no_difference(workshop: Workshop) -> None:
    assert _deliver(workshop, b"\xef\xbb\xbf" + lg01([_person(1)])).result.set_aside == {}


def test_an_empty_history_block_and_a_category_without_elements_are_allowed(workshop: Workshop) -> None:
    history = [{"09.10": "0363", "10.10": "W", "85.10": "20120505"}, {}, {"09.10": "0518", "85.10": "20110505"}]
    made = _deliver(workshop, lg01([_person(1, c08=[history], c10=[[{}]], c09=[[{}, {}]])]))
    assert [row["municipality_code"] for row in made.residences(made.bsn_id(1))] == ["0363", "0518"]
    assert made.result.findings.count("block_without_valid_from") == 0


def test_history_without_a_present_block_stays_history(workshop: Workshop) -> None:
    person = _person(1)
    del person["08"]
    content = message(person)[: -0 or None]
    old = block_bytes(58, {"09.10": "0363", "10.10": "W", "85.10": "20120505"})
    body = content[_HEADER_LENGTH + 5 :] + old
    made = _deliver(workshop, content[:_HEADER_LENGTH] + f"{len(body):05d}".encode() + body)
    assert [row["seq"] for row in made.residences(made.bsn_id(1))] == ["1"]


def _with_body_length(content: bytes, change: int) -> bytes:
    length = int(content[_HEADER_LENGTH : _HEADER_LENGTH + 5])
    return content[:_HEADER_LENGTH] + f"{length + change:05d}".encode() + content[_HEADER_LENGTH + 5 :]


def _without_last_category(content: bytes) -> bytes:
    last = content.rindex(b"08", 0, content.rindex(b"0910"))
    return _with_body_length(content, last - len(content))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: _with_body_length(content, 1),
        lambda content: _with_body_length(content, -1),
        lambda content: _with_body_length(content, 40),
        lambda content: _with_body_length(content, 90_000),
        _without_last_category,
        lambda content: content.replace(b"0120009", b"0120008", 1),
        lambda content: content.replace(b"0120009", b"0120010", 1),
        lambda content: content.replace(b"0120009", b"0120999", 1),
        lambda content: content.replace(b"0120009", b"01x0009", 1),
        lambda content: content.replace(b"0700870100010", b"0700970100010", 1),
        lambda content: content.replace(b"0700870100010", b"9900870100010", 1),
        lambda content: content.replace(b"0700870100010", b"0000870100010", 1),
        lambda content: content[:-5],
        lambda content: content[: _HEADER_LENGTH + 5],
        lambda content: content.decode("latin-1").encode(),
        lambda content: content.replace(b"0700870100010", b"07016701000107010001" + b"1", 1),
    ],
    ids=[
        "body one longer",
        "body one shorter",
        "body into the next",
        "body beyond the file",
        "body without its last category",
        "element shorter",
        "element longer",
        "element beyond",
        "element no number",
        "category longer",
        "category unknown",
        "category zero",
        "cut",
        "cut below the header",
        "another encoding",
        "element twice",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_wrong_length_costs_its_own_person_only(
    workshop: Workshop, change: Callable[[bytes], bytes], place: int
) -> None:
    messages = _three()
    changed = change(messages[place])
    assert changed != messages[place]
    messages[place] = changed
    made = _deliver(workshop, b"".join(messages))
    assert _persons(made) == {made.bsn_id(serial) for serial in (1, 2, 3) if serial != place + 1}
    assert sum(made.result.set_aside.values()) == 1
    assert made.result.findings.lines("record_broken") == [place + 1]
    (register, _) = made.result.sources
    assert register.lines == register.kept + 1 == 3


@pytest.mark.parametrize(
    "stretch",
    [
        b"00000000Sv1120261120",
        b"00000000Gv0102" + b"x" * 300,
        b"%PDF-1.7 " + bytes(range(256)) * 9000,
        message({"01": [[{"01.10": a_number(9)}]]}).replace(b"Lg01", b"Lq01"),
        b"00000000Lg01",
    ],
    ids=["nobody selected", "mutation", "rubbish", "question", "half a header"],
)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_what_is_no_list_is_stepped_over_and_counted(workshop: Workshop, stretch: bytes, place: int) -> None:
    messages = _three()
    messages.insert(place, stretch)
    made = _deliver(workshop, b"".join(messages))
    assert _persons(made) == {made.bsn_id(serial) for serial in (1, 2, 3)}
    assert made.result.set_aside == {"stretch_without_list": 1}
    assert made.result.findings.lines("stretch_without_list") == [place + 1]


def test_a_category_that_stands_twice_breaks_its_person(workshop: Workshop) -> None:
    twice = _person(1)["08"] * 2
    made = _deliver(workshop, lg01([_person(1, c08=twice), _person(2)]))
    assert _persons(made) == {made.bsn_id(2)}
    assert made.result.set_aside == {"record_broken": 1}


@pytest.mark.parametrize(
    ("element", "finding"),
    [("08.10.10", "code_outside_domain"), ("08.86.10", "date_malformed"), ("01.01.20", "bsn_malformed")],
)
def test_a_byte_that_is_no_digit_or_code_goes_no_further(workshop: Workshop, element: str, finding: str) -> None:
    person = _person(1)
    person[element[:2]][0][0][element[3:]] = "é"
    made = _deliver(workshop, lg01([person]))
    assert made.result.findings.count("byte_not_ascii") == made.result.findings.count(finding) == 1
    assert not any("é" in content.decode() for content in made.bytes().values())


def test_secrecy_that_was_not_delivered_or_cannot_be_read_protects(workshop: Workshop) -> None:
    made = _deliver(workshop, lg01([_person(1, c07=[[{}]]), _person(2, c07=[[{"70.10": "é"}]]), _person(3)]))
    assert [made.person(made.bsn_id(serial))["is_confidential"] for serial in (1, 2, 3)] == ["1", "1", "0"]
    assert made.result.findings.lines("secrecy_absent") == [1]


def test_places_are_numbers_of_messages(workshop: Workshop) -> None:
    made = _deliver(workshop, lg01([_person(1), _person(2, c07=[[{"70.10": "0", "67.10": "2012"}]])], between=b"\n\n"))
    assert any("(first: register.gba, message 2)" in sentence for sentence in made.result.sentences())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "register.gba is empty"),
        (b"\xef\xbb\xbf", "register.gba is empty"),
        (b"\r\n\r\n", "register.gba holds no message"),
        (bytes(range(256)) * 20_000, "register.gba holds no message"),
        (b"01.01.10;01.01.20\n" * 100, "register.gba holds no message"),
        (lg01([_person(1)]).decode("latin-1").encode("utf-16"), "register.gba holds no message"),
        (b"0" * 3_000_000, "register.gba holds no message"),
    ],
)
def test_a_file_of_something_else_is_refused(workshop: Workshop, content: bytes, sentence: str) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        _deliver(workshop, content)
    assert str(refusal.value).startswith(sentence)
    assert bsn(1) not in str(refusal.value)


@pytest.mark.parametrize(
    "convert",
    [
        lambda content: content.decode("latin-1").encode(),
        lambda content: content.decode("cp1252").encode(),
        lambda content: content.decode("utf-8", errors="replace").encode(),
        lambda content: content.replace(teletex("é"), "é".encode("cp1252")),
        lambda content: content.replace(b"02400", b"02\r\n400"),
    ],
    ids=["latin-1 to utf-8", "cp1252 to utf-8", "replaced", "to cp1252", "line ends"],
)
def test_a_converted_file_is_told_as_that(workshop: Workshop, convert: Callable[[bytes], bytes]) -> None:
    made = _deliver(workshop, convert(message(_person(1))) + message(_person(2)))
    assert _persons(made) == {made.bsn_id(2)}
    assert made.result.findings.lines("text_converted") == [1]


def test_a_wrong_length_alone_is_no_conversion(workshop: Workshop) -> None:
    made = _deliver(workshop, _with_body_length(message(_person(1)), 1) + message(_person(2)))
    assert made.result.findings.count("text_converted") == 0


def test_a_mutation_is_counted_with_what_is_lost(workshop: Workshop) -> None:
    mutation = b"00000000Gv01" + a_number(9).encode() + b"00020" + b"0801509100040363"
    made = _deliver(workshop, message(_person(1)) + mutation * 3 + message(_person(2)))
    assert _persons(made) == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.findings.count("mutation_left_out") == made.result.set_aside["stretch_without_list"] == 3
    assert any("3 × mutation (Gv01, Gv02), which holds only what changed" in said for said in made.result.sentences())


@pytest.mark.parametrize("rest", [b"20261120120000000" + b"9000000013" + b"0" * 10, b""], ids=["as Lg01", "key alone"])
def test_an_answer_with_a_whole_list_is_read(workshop: Workshop, rest: bytes) -> None:
    content = message(_person(1))
    answer = b"00000000La01" + rest + content[_HEADER_LENGTH:]
    made = _deliver(workshop, answer + message(_person(2)))
    assert _persons(made) == {made.bsn_id(1), made.bsn_id(2)} and made.result.set_aside == {}
