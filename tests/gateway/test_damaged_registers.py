"""Every register format, damaged at random: a plain sentence or a counted finding, never anything else.

Purely synthetic persons.
"""

import random
import re
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from brp_signals.base.errors import SignalsError
from brp_signals.gateway.formats.open_source import source_kind
from tests.gateway.rubric import Made, Workshop, a_number, bsn, rubric, who
from tests.gateway.test_round_trip import ALL, WITH_HISTORY, Writer
from tests.gateway.writing import haal_centraal, lo_json
from tests.gateway.writing.lg01 import lg01
from tests.gateway.writing.municipality import CANARY, PersonList, canary, municipality, planted

pytestmark = pytest.mark.long

_A_NUMBER_OR_BSN = re.compile(r"(?<![0-9a-f])9[0-9]{8,9}(?![0-9a-f])")


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _cut_out(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randrange(1, 400) :]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(8):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _with_rubbish(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(300) + content[at:]


def _doubled(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:]


@pytest.fixture(scope="module")
def lists() -> list[PersonList]:
    """A few families."""
    return planted(municipality(3), canary)


@pytest.mark.parametrize("damage", [_cut, _cut_out, _flipped, _with_rubbish, _doubled])
@pytest.mark.parametrize("form", ALL.values(), ids=ALL)
def test_damage_ends_in_a_sentence_or_a_finding(
    workshop: Workshop,
    lists: list[PersonList],
    form: tuple[str, str, Writer],
    damage: Callable[[bytes, random.Random], bytes],
) -> None:
    profile, name, write = form
    content = write(lists)
    chance = random.Random(5)
    for _ in range(6):
        try:
            made = workshop.deliver((profile, workshop.file(name, damage(content, chance))))
        except SignalsError as problem:
            message = str(problem)
            assert problem.exit_code == 3
            assert "\n" not in message and message.endswith(".")
            shown = message + "".join(traceback.format_exception(problem))
        else:
            _check_account(made, profile)
            shown = "\n".join([*made.result.sentences(), str(made.result.as_dict())])
            assert not any(CANARY in content.decode() for content in made.bytes().values())
        assert CANARY not in shown
        assert not _A_NUMBER_OR_BSN.search(shown)


def _check_account(made: Made, profile: str) -> None:
    """Nothing is lost silently: what was read is empty, kept or set aside. A line of the rubric is no person."""
    register = made.result.sources[0]
    if profile != "gbav":
        assert register.lines == register.empty + register.kept + sum(made.result.set_aside.values())


@pytest.mark.parametrize("form", ALL.values(), ids=ALL)
def test_a_missing_file_or_a_folder_is_wrong_use(workshop: Workshop, form: tuple[str, str, Writer]) -> None:
    for path in (workshop.folder / "nothing", workshop.folder):
        with pytest.raises(SignalsError, match=r"does not exist|cannot be opened") as problem:
            workshop.deliver((form[0], path))
        assert problem.value.exit_code == 2


def test_the_same_person_in_two_formats_counts_once(workshop: Workshop, lists: list[PersonList]) -> None:
    def source(name: str, profile: str, content: bytes) -> tuple[str, Path]:
        return profile, workshop.file(name, content)

    made = workshop.deliver(
        source("a.jsonl", "lo-json", lo_json.lines(lists[:4])),
        source("b.gba", "lg01", lg01(lists[2:])),
        source("c.json", "haal-centraal", haal_centraal.register_side(lists[:3])),
        source("d.csv", "gbav", rubric([[who(5000)]])),
    )
    assert len(made.rows("persons")) == len(lists) + 1
    assert made.result.set_aside == {"person_twice": 2 + 3}
    assert [source_kind(account.profile) for account in made.result.sources] == ["register"] * 4 + ["enrolments"]
    sentences = list(made.result.sentences())
    assert sum(" persons kept" in sentence for sentence in sentences) == 4
    assert max(int(row["seq"]) for row in made.rows("residences")) > 0


def _resident(serial: int) -> PersonList:
    return {
        "01": [[{"01.10": a_number(serial), "01.20": bsn(serial), "03.10": "20120505"}]],
        "07": [[{"70.10": "0"}]],
        "08": [[{"09.10": "0363", "10.10": "W", "10.30": "20120505", "85.10": "20120505"}]],
    }


#: An element, what stands in it, and the finding that comes of it.
_ODD = [
    ("01.01.20", str(int(bsn(1)) + 1), "bsn_malformed"),
    ("01.01.20", "000000000", "bsn_malformed"),
    ("01.01.10", "123", "a_number_malformed"),
    ("01.03.10", "20120230", "date_impossible"),
    ("01.03.10", "20121300", "date_impossible"),
    ("01.03.10", "2012", "date_malformed"),
    ("01.03.10", "", "birth_date_absent"),
    ("08.10.30", "20120230", "date_impossible"),
    ("08.09.10", "Zwaluw", "code_outside_domain"),
    ("08.11.80", "363010000000001", "address_number_malformed"),
    ("07.67.20", "X", "code_outside_domain"),
]


@pytest.mark.parametrize("form", ALL.values(), ids=ALL)
def test_an_odd_value_is_the_same_finding_in_every_format(workshop: Workshop, form: tuple[str, str, Writer]) -> None:
    profile, name, write = form
    persons = [_resident(0)]
    for serial, (element, text, _) in enumerate(_ODD, start=1):
        persons.append(_resident(serial))
        persons[-1][element[:2]][0][0][element[3:]] = text
    made = workshop.deliver((profile, workshop.file(name, write(persons))))
    expected = Counter(finding for _, _, finding in _ODD)
    assert {finding: made.result.findings.count(finding) for finding in expected} == expected
    assert len(made.rows("persons")) == len(persons)
    said = "\n".join(made.result.sentences())
    assert not [text for _, text, _ in _ODD if len(text) > 4 and text in said]


@pytest.mark.parametrize("form", ALL.values(), ids=ALL)
def test_dates_that_are_wholly_unknown_pass_on(workshop: Workshop, form: tuple[str, str, Writer]) -> None:
    profile, name, write = form
    person = _resident(1)
    person["01"][0][0]["03.10"] = person["08"][0][0]["10.30"] = "00000000"
    made = workshop.deliver((profile, workshop.file(name, write([person]))))
    assert made.person(made.bsn_id(1))["birth_date"] == "00000000"
    assert made.residences(made.bsn_id(1))[0]["address_from"] == "00000000"
    assert not {"date_malformed", "date_impossible", "birth_date_absent"} & made.result.findings.counts().keys()


@pytest.mark.parametrize("form", ALL.values(), ids=ALL)
def test_the_same_person_twice_is_set_aside_once(workshop: Workshop, form: tuple[str, str, Writer]) -> None:
    profile, name, write = form
    made = workshop.deliver((profile, workshop.file(name, write([_resident(1), _resident(2), _resident(1)]))))
    assert len(made.rows("persons")) == 2
    assert made.result.set_aside == {"person_twice": 1}


@pytest.mark.parametrize("form", WITH_HISTORY.values(), ids=WITH_HISTORY)
def test_position_and_not_the_date_says_what_is_present(workshop: Workshop, form: tuple[str, str, Writer]) -> None:
    profile, name, write = form
    person = _resident(1)
    person["08"][0] += [{"09.10": "0518", "10.10": "W", "85.10": "20150101", "84.10": "O"}]
    made = workshop.deliver((profile, workshop.file(name, write([person]))))
    rows = [(row["municipality_code"], row["is_incorrect"]) for row in made.residences(made.bsn_id(1))]
    assert rows == [("0363", "0"), ("0518", "1")]
