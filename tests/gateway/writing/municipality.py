"""A made-up municipality as lists of persons: purely synthetic, every kind of list that readers must understand.

A list is, per category, its entries (one, but one per child, nationality, document), each a stack of blocks, newest
first. A block maps `GG.EE` to text. `planted` fills every element that the gateway refuses.
"""

import random
from collections.abc import Callable, Mapping
from typing import Final

from brp_signals.gateway.formats.gbav import TAKEN_ELEMENTS
from tests.gateway.rubric import HEADER, a_number, bsn

Block = dict[str, str]
PersonList = dict[str, list[list[Block]]]

#: Starts every planted value; the accents make it longer in bytes than in letters.
CANARY: Final = "Kanarie"
HOME: Final = "0363"
#: Added to the serial of a person whose numbers changed, it gives the serial of the earlier ones.
EARLIER: Final = 30_000
REFUSED: Final = tuple(
    dict.fromkeys(name for name in HEADER if name and name not in TAKEN_ELEMENTS and not name.endswith("H"))
)
_REFUSED_CATEGORIES: Final = {name[:2] for name in REFUSED} - {name[:2] for name in TAKEN_ELEMENTS}


def municipality(families: int = 15, seed: int = 7) -> list[PersonList]:
    """Families with children, one special list after the other; the same seed gives the same municipality."""
    chance = random.Random(seed)
    lists: list[PersonList] = []
    serial = 100
    for number in range(families):
        mother, father, serial = serial, serial + 1, serial + 2
        children = list(range(serial, serial + 1 + number % 3))
        serial += len(children)
        lists += [_parent(mother, children, number, chance), _parent(father, children, number + 1, chance)]
        lists += [
            _KINDS[(number + place) % len(_KINDS)](_child(child, mother, father, chance), chance)
            for place, child in enumerate(children)
        ]
    return lists


def planted(lists: list[PersonList], value: Callable[[str], str]) -> list[PersonList]:
    """The same lists with `value(name)` in every refused element of every block, and categories refused whole."""
    return [
        {
            category: [
                [block | {name[3:]: value(name) for name in REFUSED if name[:2] == category} for block in entry]
                for entry in (person.get(category) or [[{}, {}]])
            ]
            for category in sorted(person.keys() | _REFUSED_CATEGORIES)
        }
        for person in lists
    ]


def canary(name: str) -> str:
    """What is planted in the element: recognisable, with accents of two bytes in Teletex."""
    return f"{CANARY}é{name}ö"


def _parent(serial: int, children: list[int], number: int, chance: random.Random) -> PersonList:
    person = _person(serial, f"{chance.randint(1975, 1988)}0{chance.randint(1, 9)}1{chance.randint(0, 9)}")
    entries = [[_numbers(child) | {"85.10": "20120505"}] for child in children]
    if number % 4 == 1:
        entries[0].append(_numbers(900 + serial) | {"85.10": "20110505"})
    if number % 4 == 2:
        entries.append([{"89.10": "L", "85.10": "20100101"} | _numbers(700 + serial)])
    if number % 4 == 3:
        entries.append([{"84.10": "O", "85.10": "20100101"} | _numbers(700 + serial)])
    person["09"] = entries
    person["08"] = [[_residence("20050101", from_on="20050101"), _residence("20011111", place="0518")]]
    return person


def _child(serial: int, mother: int, father: int, chance: random.Random) -> PersonList:
    born = f"{chance.randint(2009, 2019)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    person = _person(serial, born)
    person["02"] = [[_numbers(mother)]]
    person["03"] = [[_numbers(father), _numbers(father + 500)]]
    person["08"] = [[_residence(born, from_on=born)]]
    return person


def _person(serial: int, born: str) -> PersonList:
    return {
        "01": [[_numbers(serial) | {"03.10": born}]],
        "07": [[{"70.10": "0"}]],
    }


def _numbers(serial: int) -> Block:
    return {"01.10": a_number(serial), "01.20": bsn(serial)}


def _residence(valid_from: str, from_on: str = "", place: str = HOME, **changes: str) -> Block:
    block = {"09.10": place, "10.10": "W", "72.10": "I", "85.10": valid_from, "86.10": valid_from}
    if from_on:
        block |= {"10.30": from_on, "11.80": f"{place}01{int(from_on):010d}"}
    return block | {name.removeprefix("c").replace("_", "."): value for name, value in changes.items()}


def _departure(day: str, country: str, **changes: str) -> Block:
    block = _residence(day, place="1999", c13_10=country, c13_20=day, **changes)
    del block["10.10"]
    return block


def _leaves(person: PersonList, block: Block, suspension: str = "E") -> PersonList:
    person["07"][0][0] |= {"67.10": block["13.20"], "67.20": suspension}
    person["08"][0].insert(0, block)
    return person


def _stays(person: PersonList, chance: random.Random) -> PersonList:
    return person


def _leaves_for_the_unknown(person: PersonList, chance: random.Random) -> PersonList:
    return _leaves(person, _departure("20260302", "0000", c72_10="A", c86_10="20260504"))


def _leaves_for_a_known_place(person: PersonList, chance: random.Random) -> PersonList:
    lines = {"c13_30": "1 rue de l'Été", "c13_40": "Orléans"}
    return _leaves(person, _departure("20260110", "5002", c72_10="G", **lines))


def _leaves_with_an_address_and_no_country(person: PersonList, chance: random.Random) -> PersonList:
    return _leaves(person, _departure("20260110", "0000", c13_40="Orléans"))


def _leaves_on_a_partial_date(person: PersonList, chance: random.Random) -> PersonList:
    return _leaves(person, _departure("20251000", "6014", c85_10="20251000", c86_10="20251124"))


def _leaves_and_is_copied(person: PersonList, chance: random.Random) -> PersonList:
    person = _leaves(person, _departure("20251216", "5010", c72_10="G", c86_10="20251217"))
    person["08"][0].insert(0, _departure("20251216", "5010", c72_10="W", c84_10="O", c85_10="20260105"))
    person["08"][0].insert(0, _departure("20251216", "5010", c72_10="A", c85_10="20260105", c86_10="20260521"))
    return person


def _returns(person: PersonList, chance: random.Random) -> PersonList:
    person = _leaves(person, _departure("20240520", "5007"), suspension="")
    person["07"][0][0] = {"70.10": "0"}
    person["08"][0].insert(0, _residence("20250525", from_on="20250525", c72_10="I"))
    person["08"][0].insert(0, _residence("20251112", from_on="20251112", c72_10="T"))
    return person


def _is_confidential(person: PersonList, chance: random.Random) -> PersonList:
    person["07"][0][0]["70.10"] = str(chance.randint(1, 7))
    return _leaves_for_the_unknown(person, chance)


def _is_under_inquiry(person: PersonList, chance: random.Random) -> PersonList:
    person["08"][0][0] |= {"83.10": "089999", "83.20": "20260501"}
    return person


def _was_under_inquiry(person: PersonList, chance: random.Random) -> PersonList:
    person["08"][0][0] |= {"83.10": "080000", "83.20": "20250501", "83.30": "20250801"}
    person["08"][0].append({})
    return person


def _has_no_parents(person: PersonList, chance: random.Random) -> PersonList:
    del person["02"], person["03"]
    return person


def _has_no_bsn(person: PersonList, chance: random.Random) -> PersonList:
    del person["01"][0][0]["01.20"]
    return person


def _had_other_numbers(person: PersonList, chance: random.Random) -> PersonList:
    current = person["01"][0][0]
    (serial,) = serials([person])
    current["20.10"] = a_number(20_000 + serial)
    history = _numbers(EARLIER + serial) | {"03.10": current["03.10"]}
    person["01"][0] += [history, _numbers(40_000 + serial) | {"84.10": "O"}, {}]
    return person


def _has_odd_dates(person: PersonList, chance: random.Random) -> PersonList:
    person["01"][0][0]["03.10"] = "20120000"
    person["08"][0][0] |= {"10.30": "00000000", "86.10": "20120230"}
    return person


def _has_only_a_parents_a_number(person: PersonList, chance: random.Random) -> PersonList:
    del person["02"][0][0]["01.20"]
    return person


_KINDS: Final = (
    _stays,
    _leaves_for_the_unknown,
    _leaves_for_a_known_place,
    _leaves_with_an_address_and_no_country,
    _leaves_on_a_partial_date,
    _leaves_and_is_copied,
    _returns,
    _is_confidential,
    _is_under_inquiry,
    _was_under_inquiry,
    _has_no_parents,
    _has_no_bsn,
    _had_other_numbers,
    _has_odd_dates,
    _has_only_a_parents_a_number,
)


def serials(lists: list[PersonList]) -> list[int]:
    """The serial numbers behind the A-numbers of these lists, as `rubric.bsn` and `rubric.a_number` take them."""
    return [(int(person["01"][0][0]["01.10"]) - 9_000_000_000) // 13 for person in lists]


def present(person: Mapping[str, list[list[Block]]], category: str) -> Block:
    """The present block of a category, empty when there is none."""
    return person[category][0][0] if category in person else {}
