"""What messages of the register (Logisch Ontwerp BRP) share, whether in bytes (`lg01`) or in JSON (`lo-json`).

A message carries one person's list: per category the entries (one, but one per child in category 09), each a stack of
blocks, the present one first and history newest first. Only messages that carry the whole list are read: Lg01 and La01
(synchronisation), Sv01 (selection) and Rb01 (from the municipality to the RNI). For every other kind of the Logisch
Ontwerp, this module says what leaving it out costs.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from brp_signals.delivery.forbidden import is_forbidden
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats import register_person
from brp_signals.gateway.formats.register_person import (
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
#: The finding that says what is lost with a message of another kind.
_LEFT_OUT: Final = {
    "mutation_left_out": "Gv01 Gv02",
    "person_left_out": "Ag01 Ag11 Ag21 Ag31 Ha01 Xa01 Ib01 Jb01",
    "removal_left_out": "Ng01",
    "number_change_left_out": "Wa01 Wa11",
    "report_left_out": "Tb01 Tb02 Og11 Og21 Vb01 Vb02",
    "message_without_person": "Af01 Af11 Ap01 Av01 Cb01 Ct01 Cw01 Dt01 Dw01 Hf01 Hq01 If01 If21 If31 If41 Ii01 Iv01"
    " Iv11 Iv21 Jf01 Jf21 Jf31 Ji01 Jv01 Lf01 Lq01 Null Of11 Of21 Pf01 Pf02 Pf03 Rf01 Rf31 Rv01 Sv11 Tf01 Tf11 Tf21"
    " Tv01 Wf01 Xf01 Xq01",
}
_LOSSES: Final = {kind: finding for finding, kinds in _LEFT_OUT.items() for kind in kinds.split()}
OTHER_TYPES: Final = tuple(_LOSSES)
#: Per category the elements that are asked for.
NAMED: Final = {
    category: frozenset(name for name in register_person.TAKEN if name[:2] == category)
    for category in sorted({name[:2] for name in register_person.TAKEN})
}
#: The one category of these that may have several entries.
_REPEATED: Final = "09"
_SOMETHING: Final = "x"


def taken_text(name: str, text: str) -> str:
    """Return what is kept of an element's text: all of it, except that of a destination only whether it is known."""
    text = text.strip()
    if name in register_person.ADDRESS_LINES:
        return _SOMETHING if text else ""
    return reduced_country(text) if name == register_person.COUNTRY else text


def loss_of(kind: str) -> str:
    """The finding that says what is lost when a message of this kind, which carries no whole list, is left out."""
    return _LOSSES.get(kind, "message_kind_unknown")


def is_well_formed(categories: Categories) -> bool:
    """Whether no category but the children's has more than one entry."""
    return all(len(entries) <= 1 for category, entries in categories.items() if category != _REPEATED)


def stacks_of(file: str, number: int, categories: Categories) -> Stacks:
    """The stacks of the message with this number."""
    parent1, parent2 = _present_block("02", categories), _present_block("03", categories)
    person = {**_present_block("01", categories), **_present_block("07", categories)}
    return Stacks(
        file=file,
        line=number,
        person=PersonCells(*_cells(person, register_person.PERSON)),
        numbers=[(number, NumberCells(*_cells(block, register_person.NUMBERS))) for block in _stack("01", categories)],
        parents=(
            ParentCells(*_cells(parent1, register_person.PARENT1)),
            ParentCells(*_cells(parent2, register_person.PARENT2)),
        ),
        children=[
            (number, ChildCells(*_cells(entry[0], register_person.CHILD))) for entry in categories.get(_REPEATED, ())
        ],
        residences=[
            (number, ResidenceCells(*_cells(block, register_person.RESIDENCE)), _departure(block))
            for block in _stack("08", categories)
        ],
    )


def note_unread(names: set[str], file: str, findings: Findings) -> None:
    """Count what was in the messages and was not read: elements, and categories as a whole (`CC.00.00`)."""
    for name in sorted(names):
        kind = "forbidden_column_not_read" if is_forbidden(name) else "column_not_read"
        findings.add(kind, file, 0)


def _stack(category: str, categories: Categories) -> Sequence[Block]:
    """The blocks of a category that has one entry; without it one empty block."""
    entries = categories.get(category)
    return entries[0] if entries else [{}]


def _present_block(category: str, categories: Categories) -> Block:
    return _stack(category, categories)[0]


def _cells(block: Block, names: Sequence[str]) -> list[str]:
    return [block.get(name, "") for name in names]


def _departure(block: Block) -> Group13:
    country, departure_date, *address_lines = _cells(block, register_person.GROUP_13)
    return group_13(country, departure_date, any(address_lines))
