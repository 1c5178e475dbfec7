"""What messages of the register (Logisch Ontwerp BRP) share, whether in bytes (`lg01`) or in JSON (`lo-json`).

A message carries one person's list: per category the entries (one, but one per child in category 09), each a
stack of blocks, the present one first and history newest first. Only messages that carry the whole list are
read: Lg01 and La01 (synchronisation), Sv01 (selection) and Rb01 (from the municipality to the RNI). A mutation (Gv01)
holds only what changed and is no list.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from brp_signals.forbidden import is_forbidden
from brp_signals.gateway import person_lists
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.person_lists import (
    ChildCells,
    Group13,
    NumberCells,
    ParentCells,
    PersonCells,
    ResidenceCells,
    Stacks,
    group_13,
    reduced_country,
)

#: The named elements of one block, `CC.GG.EE` to text, destination reduced by `taken_text`.
Block = dict[str, str]
#: Per category its entries, each a stack of blocks.
Categories = Mapping[str, Sequence[Sequence[Block]]]

LIST_TYPES: Final = ("Lg01", "La01", "Sv01", "Rb01")
#: They hold only what changed.
MUTATION_TYPES: Final = ("Gv01", "Gv02")
#: Per category the elements that are asked for.
NAMED: Final = {
    category: frozenset(name for name in person_lists.TAKEN if name[:2] == category)
    for category in sorted({name[:2] for name in person_lists.TAKEN})
}
#: The one category of these that may have several entries.
_REPEATED: Final = "09"
_SOMETHING: Final = "x"


def taken_text(name: str, text: str) -> str:
    """What is kept of an element's text: all of it, but of a destination only whether it is known."""
    text = text.strip()
    if name in person_lists.ADDRESS_LINES:
        return _SOMETHING if text else ""
    return reduced_country(text) if name == person_lists.COUNTRY else text


def is_well_formed(categories: Categories) -> bool:
    """Whether no category but the children's has more than one entry."""
    return all(len(entries) <= 1 for category, entries in categories.items() if category != _REPEATED)


def stacks_of(file: str, number: int, categories: Categories) -> Stacks:
    """The stacks of the message with this number."""
    parent1, parent2 = _present("02", categories), _present("03", categories)
    person = {**_present("01", categories), **_present("07", categories)}
    return Stacks(
        file=file,
        line=number,
        person=PersonCells(*_cells(person, person_lists.PERSON)),
        numbers=[(number, NumberCells(*_cells(block, person_lists.NUMBERS))) for block in _stack("01", categories)],
        parents=(
            ParentCells(*_cells(parent1, person_lists.PARENT1)),
            ParentCells(*_cells(parent2, person_lists.PARENT2)),
        ),
        children=[
            (number, ChildCells(*_cells(entry[0], person_lists.CHILD))) for entry in categories.get(_REPEATED, ())
        ],
        residences=[
            (number, ResidenceCells(*_cells(block, person_lists.RESIDENCE)), _departure(block))
            for block in _stack("08", categories)
        ],
    )


def note_unread(names: set[str], file: str, findings: Findings) -> None:
    """Count what stood in the messages and was not read: elements, and categories as a whole (`CC.00.00`)."""
    for name in sorted(names):
        kind = "forbidden_column_not_read" if is_forbidden(name) else "column_not_read"
        findings.add(kind, file, 0)


def _stack(category: str, categories: Categories) -> Sequence[Block]:
    """The blocks of a category that has one entry; without it one empty block."""
    entries = categories.get(category)
    return entries[0] if entries else [{}]


def _present(category: str, categories: Categories) -> Block:
    return _stack(category, categories)[0]


def _cells(block: Block, names: Sequence[str]) -> list[str]:
    return [block.get(name, "") for name in names]


def _departure(block: Block) -> Group13:
    country, departure_date, *address_lines = _cells(block, person_lists.GROUP_13)
    return group_13(country, departure_date, any(address_lines))
