"""Messages of every kind that the Logisch Ontwerp has, in bytes and in JSON: what leaving one out costs is said.

Purely synthetic persons. The kinds are those of the public schemas of the BRP Berichten API.
"""

import json

import pytest

from brp_signals.gateway.formats.lo_messages import LIST_TYPES, OTHER_TYPES
from tests.gateway.rubric import Made, Workshop, a_number, bsn
from tests.gateway.writing import lo_json
from tests.gateway.writing.lg01 import message
from tests.gateway.writing.municipality import PersonList

pytestmark = pytest.mark.long

#: Every kind by what its first two letters and its number say, as the schemas of 2026.Q4 list them.
KINDS = (
    "Af01 Af11 Ag01 Ag11 Ag21 Ag31 Ap01 Av01 Cb01 Ct01 Cw01 Dt01 Dw01 Gv01 Gv02 Ha01 Hf01 Hq01 Ib01 If01 If21 If31 If41"
    " Ii01 Iv01 Iv11 Iv21 Jb01 Jf01 Jf21 Jf31 Ji01 Jv01 La01 Lf01 Lg01 Lq01 Ng01 Null Of11 Of21 Og11 Og21 Pf01 Pf02"
    " Pf03 Rb01 Rf01 Rf31 Rv01 Sv01 Sv11 Tb01 Tb02 Tf01 Tf11 Tf21 Tv01 Vb01 Vb02 Wa01 Wa11 Wf01 Xa01 Xf01 Xq01"
)

LOSSES = [
    ("Gv01", "mutation_left_out", "the change is not in the delivery"),
    ("Gv02", "mutation_left_out", "the change is not in the delivery"),
    ("Ag01", "person_left_out", "who is in no whole list is not in the delivery"),
    ("Ag31", "person_left_out", "who is in no whole list is not in the delivery"),
    ("Ha01", "person_left_out", "who is in no whole list is not in the delivery"),
    ("Ib01", "person_left_out", "who is in no whole list is not in the delivery"),
    ("Ng01", "removal_left_out", "a list that is in the delivery stays in it"),
    ("Wa11", "number_change_left_out", "does not lead to the other"),
    ("Tb02", "report_left_out", "is not in the delivery until a list says it"),
    ("Vb01", "report_left_out", "is not in the delivery until a list says it"),
    ("Null", "message_without_person", "nothing about a person is lost"),
    ("Sv11", "message_without_person", "nothing about a person is lost"),
    ("Lq01", "message_without_person", "nothing about a person is lost"),
    ("Zz99", "message_kind_unknown", "nobody can say what is lost"),
]


def _person(serial: int) -> PersonList:
    return {
        "01": [[{"01.10": a_number(serial), "01.20": bsn(serial), "02.40": "Zwéluw", "03.10": "20120505"}]],
        "07": [[{"70.10": "0"}]],
        "08": [[{"09.10": "0363", "10.10": "W", "85.10": "20120505", "86.10": "20120506"}]],
    }


def _in_bytes(kind: str) -> bytes:
    """A message of this kind, about a person where it is about one."""
    if kind in ("Null", "Sv11"):
        return f"00000000{kind}{'' if kind == 'Null' else '00000'}".encode()
    content = message(_person(9), "Sv01").partition(b"A20261120")[2]
    return f"00000000{kind}A20261120".encode() + content


def _in_json(kind: str) -> bytes:
    content = {"berichtType": kind} | ({} if kind == "Null" else {"plData": lo_json.person_list(_person(9))})
    return json.dumps({"berichtInhoud": content}).encode() + b"\n"


def test_every_kind_of_the_logisch_ontwerp_is_known() -> None:
    assert sorted((*LIST_TYPES, *OTHER_TYPES)) == sorted(KINDS.split())


def _check(made: Made, finding: str, said: str, set_aside: str) -> None:
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(2)}
    assert made.result.set_aside == {set_aside: 3}
    assert made.result.findings.lines(finding) == made.result.findings.lines(set_aside) == [2, 3, 4]
    assert sum(said in sentence and sentence.startswith("3 ×") for sentence in made.result.sentences()) == 1


@pytest.mark.parametrize(("kind", "finding", "said"), LOSSES, ids=[kind for kind, *_ in LOSSES])
@pytest.mark.parametrize("between", [b"", b"\r\n"], ids=["no line ends", "line ends"])
def test_a_message_in_bytes_that_is_no_list_says_what_is_lost(
    workshop: Workshop, kind: str, finding: str, said: str, between: bytes
) -> None:
    if kind == "Zz99":
        between = b"\n"  # without a line end nobody can tell where a message of an unknown kind begins
    content = between.join((message(_person(1)), *[_in_bytes(kind)] * 3, message(_person(2))))
    _check(workshop.deliver(("lg01", workshop.file("r.gba", content))), finding, said, "stretch_without_list")


@pytest.mark.parametrize(("kind", "finding", "said"), LOSSES, ids=[kind for kind, *_ in LOSSES])
def test_a_message_in_json_that_is_no_list_says_what_is_lost(
    workshop: Workshop, kind: str, finding: str, said: str
) -> None:
    content = lo_json.lines([_person(1)]) + _in_json(kind) * 3 + lo_json.lines([_person(2)])
    _check(workshop.deliver(("lo-json", workshop.file("r.jsonl", content))), finding, said, "record_of_other_type")


def test_a_list_whose_header_is_broken_is_no_unknown_kind(workshop: Workshop) -> None:
    content = message(_person(1)) + message(_person(9)).replace(b"Lg012026", b"Lg01 026") + message(_person(2))
    made = workshop.deliver(("lg01", workshop.file("r.gba", content)))
    assert made.result.set_aside == {"stretch_without_list": 1}
    assert made.result.findings.count("message_kind_unknown") == 0


def test_a_converted_list_before_another_message_is_told_as_that(workshop: Workshop) -> None:
    converted = message(_person(9)).decode("latin-1").encode()
    content = converted + _in_bytes("Gv01") + message(_person(2))
    made = workshop.deliver(("lg01", workshop.file("r.gba", content)))
    assert made.result.findings.lines("text_converted") == [1]
    assert made.result.findings.lines("mutation_left_out") == [2]
