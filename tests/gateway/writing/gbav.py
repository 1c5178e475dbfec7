"""Writes lists of persons as the rubric CSV: the stacks of all categories side by side, markers between."""

from tests.gateway.rubric import rubric
from tests.gateway.writing.municipality import PersonList

_REPEATED = ("04", "05", "09", "12")


def gbav(lists: list[PersonList]) -> bytes:
    """The extract of these lists."""
    return rubric([_lines(person) for person in lists])


def _lines(person: PersonList) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = []
    for category, entries in person.items():
        position = 0
        for entry in entries:
            for depth, block in enumerate(entry):
                while len(lines) <= position:
                    lines.append({})
                lines[position] |= {f"{category}.{element}": text for element, text in block.items()}
                if position and depth:
                    lines[position - 1][f"{category}.H"] = str(int(category) + 50)
                elif position and category in _REPEATED:
                    lines[position - 1][f"{category}.H"] = category
                position += 1
    return lines
