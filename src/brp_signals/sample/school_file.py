"""The names of the sample's schools, in a file as DUO publishes it: all invented, at addresses that cannot exist."""

from collections.abc import Iterator
from typing import Final

from brp_signals.sample.schools import School, Schools

#: The columns that the import reads, as DUO's files of 2026 call them.
COLUMNS: Final = (
    "INSTELLINGSCODE",
    "VESTIGINGSCODE",
    "VESTIGINGSNAAM",
    "STRAATNAAM",
    "HUISNUMMER-TOEVOEGING",
    "POSTCODE",
    "PLAATSNAAM",
    "TELEFOONNUMMER",
)
#: What a school of each kind is called before its own name.
_KINDS: Final = {
    "PO": "Basisschool",
    "VO": "Scholengemeenschap",
    "MBO": "Vakschool",
    "SBO": "Speciale basisschool",
    "VSO": "Praktijkschool",
}
_NAMES: Final = ("De Vuurvlieg", "Het Zonnewiel", "De Wilgenhof", "Het Kompas", "De Veerpont", "Het Luchtkasteel")
_STREETS: Final = ("Lindelaan", "Molenpad", "Kadeweg", "Hofje", "Singel")


def school_rows(schools: Schools) -> Iterator[tuple[str, ...]]:
    """A row for each school that there is now: the one that merged into another is gone from DUO's file too."""
    for number, school in enumerate((*schools.open, schools.stale, schools.merged_into), start=1):
        yield (
            school.school_id[:4],
            school.school_id,
            _name(school, number),
            _STREETS[number % len(_STREETS)],
            str(number),
            "0000 AA",
            "VOORBEELDSTAD",
            f"000-{number:07d}",
        )


def _name(school: School, number: int) -> str:
    own = _NAMES[number % len(_NAMES)]
    return f"{_KINDS[school.education_type]} {own}" + (f" {number}" if number > len(_NAMES) else "")
