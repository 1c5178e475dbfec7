"""Every register format, damaged at random: a plain sentence or a counted finding, never anything else.

Purely synthetic persons.
"""

import random
import re
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from brp_signals.errors import SignalsError
from brp_signals.gateway.sources import source_kind
from tests.gateway.rubric import Made, Workshop, rubric, who
from tests.gateway.test_round_trip import ALL, Writer
from tests.gateway.writing import haal_centraal, lo_json
from tests.gateway.writing.lg01 import lg01
from tests.gateway.writing.municipality import CANARY, PersonList, canary, municipality, planted

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
