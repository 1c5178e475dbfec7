"""The shape of the answers of Haal Centraal / the BRP API: which values of a person are kept, and what has no known
shape.

Paths start at the person; `[]` means an element of an array. Of each person only the values at the named paths are
kept. A stay of `verblijfplaatsen` (the history) has the members of `verblijfplaats` and some of its own; its values are
kept under the paths of `verblijfplaats`, in cells of its own. A member that is unknown where another version of the API
may say something, or a code that is not said, makes a person strange.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from brp_signals.gateway.formats.register_person import reduced_country

#: The cells of one person or of one stay, by path.
Cells = dict[str, str]

NO: Final = "0"
YES: Final = "1"
SOMETHING: Final = "x"
#: Codes of 83.10 for what an answer says in words: the whole residence, and not at the address.
_WHOLE_RESIDENCE: Final = "080000"
NOT_AT_ADDRESS: Final = "089999"

PERSONS: Final = "personen"
STAYS: Final = "verblijfplaatsen"
REASON: Final = "opschortingBijhouding.reden.code"
_EMIGRATED: Final = "E"
_STAY: Final = "verblijfplaatsen[]"
_PLACE: Final = "verblijfplaats"
_MUNICIPALITY: Final = "gemeenteVanInschrijving"
SECRECY: Final = "geheimhoudingPersoonsgegevens"
#: Members by which a top-level object is recognised as a person.
NUMBERS: Final = ("aNummer", "burgerservicenummer")

#: Members with the day since which a residence holds; the first that is present counts.
SINCE: Final = (
    "verblijfplaats.datumIngangGeldigheid",
    "verblijfplaats.datumAanvangAdreshouding",
    "verblijfplaats.datumAanvangAdresBuitenland",
    "verblijfplaats.datumVan",
)
_DATES: Final = (
    *("geboorte.datum", "opschortingBijhouding.datum", *SINCE),
    *("verblijfplaats.datumTot", "verblijfplaats.verblijftNietOpAdresVanaf"),
    "verblijfplaats.inOnderzoek.datumIngangOnderzoek",
    "verblijfplaats.verblijfadres.inOnderzoek.datumIngangOnderzoek",
)
#: What a date object may consist of (Datum, JaarMaandDatum, JaarDatum, DatumOnbekend).
_DATE_PARTS: Final = ("datum", "jaar", "maand", "onbekend")
COUNTRIES: Final = ("verblijfplaats.land.code", "verblijfplaats.verblijfadres.land.code")
ADDRESS_LINES: Final = tuple(
    f"verblijfplaats{level}.regel{number}" for level in ("", ".verblijfadres") for number in (1, 2, 3)
)
INQUIRY: Final = "verblijfplaats.inOnderzoek.aanduidingGegevensInOnderzoek"
IS_NOT_AT_ADDRESS: Final = "verblijfplaats.indicatieVastgesteldVerblijftNietOpAdres"
KIND: Final = "verblijfplaats.type"
_KINDS_OF_RESIDENCE: Final = ("Adres", "Locatie", "VerblijfplaatsBuitenland", "VerblijfplaatsOnbekend", "")
#: Objects that say a code; without it, a description alone says nothing that this program could judge.
_CODED: Final = (
    *("opschortingBijhouding.reden", _MUNICIPALITY, "verblijfplaats.functieAdres", "verblijfplaats.land"),
    "verblijfplaats.verblijfadres.land",
)
_NAMED: Final = frozenset(
    (
        *(*NUMBERS, SECRECY, KIND, "verblijfplaats.adresseerbaarObjectIdentificatie", INQUIRY, IS_NOT_AT_ADDRESS),
        *(f"{path}.code" for path in _CODED),
        *ADDRESS_LINES,
        *_DATES,
        *(f"{date}.{part}" for date in _DATES for part in _DATE_PARTS),
        *("ouders[].burgerservicenummer", "ouders[].ouderAanduiding", "kinderen[].burgerservicenummer"),
    )
)
#: Members that are read, or that hold members that are read, and the type of each; null means absent.
_FORMS: Final = {
    **dict.fromkeys((name for name in _NAMED if "[]" not in name and name not in _DATES), "value"),
    **dict.fromkeys(_DATES, "value or object"),
    **dict.fromkeys((*_CODED, "geboorte", "opschortingBijhouding", _PLACE, "ouders[]", "kinderen[]", _STAY), "object"),
    **dict.fromkeys(("verblijfplaats.verblijfadres", "verblijfplaats.inOnderzoek"), "object"),
    **dict.fromkeys(("ouders", "kinderen", STAYS), "array"),
}
_OF_PLACE: Final = frozenset(
    (
        *("type", "verblijfadres", "functieAdres", "inOnderzoek", "rni", "datumVan"),
        *("adresseerbaarObjectIdentificatie", "nummeraanduidingIdentificatie"),
    )
)
#: Objects in which a member that is not known may hold what another version of the API says, and their members.
_MEMBERS: Final = {
    **dict.fromkeys(_CODED, frozenset(("code", "omschrijving"))),
    **dict.fromkeys(_DATES, frozenset(("type", "langFormaat", *_DATE_PARTS))),
    "opschortingBijhouding": frozenset(("reden", "datum", "inOnderzoek")),
    _PLACE: _OF_PLACE.union(
        (
            *("land", "regel1", "regel2", "regel3", "aanduidingBijHuisnummer", "locatiebeschrijving", "postcode"),
            *("straat", "huisnummer", "huisletter", "huisnummertoevoeging", "woonplaats", "naamOpenbareRuimte"),
            *("indicatieVastgesteldVerblijftNietOpAdres", "datumIngangGeldigheid", "datumAanvangAdreshouding"),
            "datumAanvangAdresBuitenland",
        )
    ),
    _STAY: _OF_PLACE.union(("datumTot", _MUNICIPALITY, "verblijftNietOpAdresVanaf", "adressering")),
}
#: Members of a person in the version 1 of the API (HAL+JSON), which has other names for what is read.
_OF_VERSION_1: Final = ("_embedded", "_links")
#: Fields under inquiry: in answers one yes per field, in whatever field of the residence.
_UNDER_INQUIRY = re.compile(r"verblijfplaats(\.verblijfadres)?\.inOnderzoek\.\w+", re.ASCII)
RELATIVES: Final = ("ouders[]", "kinderen[]")
#: The number of different names of unread values that are told apart.
_MOST_NAMES: Final = 1000


@dataclass(slots=True)
class Picked:
    """The requested values of one person, by path; `problem` is the finding that sets the person aside."""

    cells: Cells = field(default_factory=dict)
    relatives: dict[str, list[Cells]] = field(default_factory=lambda: {path: [] for path in RELATIVES})
    stays: list[Cells] | None = None
    """The history, newest first; None without one."""
    unread: set[str] = field(default_factory=set)
    problem: str = ""
    strange: str = ""
    """The first member without a known shape, under a name of this reader, never one of the file."""

    @property
    def is_emigrated(self) -> bool:
        """Whether the person is suspended as emigrated."""
        return self.cells.get(REASON) == _EMIGRATED

    @property
    def is_placed(self) -> bool:
        """Whether any value says where the person lives, or that it left."""
        return self.has_place or self.is_emigrated or bool(self.stays)

    @property
    def has_place(self) -> bool:
        """Whether the file says anything of the present residence, even in a member that is not read."""
        said = (*(path for path, text in self.cells.items() if text), *self.unread)
        return any(path.startswith(f"{_PLACE}.") for path in said)

    def open(self, path: str, form: str) -> None:
        """Note that an object or array begins."""
        self._judge(path, form)
        if path in RELATIVES and form == "object":
            self.relatives[path].append({})
        elif path == STAYS:
            self.stays = []
        elif path == _STAY and self.stays is not None:
            self.stays.append({})

    def close(self, path: str) -> None:
        """Note that an object or array ends: an object with a code must hold the code, and one with a date must hold
        its kind.
        """
        path, cells = self._place_of(path)
        if path in _CODED and not cells.get(f"{path}.code"):
            self._be_strange(f"{path}.code")
        elif path == "opschortingBijhouding" and not cells.get(REASON) and _has_date(cells, f"{path}.datum"):
            self._be_strange(REASON)
        elif path == _PLACE and not cells.get(KIND) and (cells is not self.cells or _has_date(cells, SINCE[-1])):
            self._be_strange(KIND)

    def take(self, path: str, value: Any) -> None:
        """Keep a value when its path is named; of a destination only whether it is known."""
        if value is not None:
            self._judge(path, "value")
        path, cells = self._place_of(path)
        text = SOMETHING if path in ADDRESS_LINES and _text(value) else _text(value)
        if path == KIND and text not in _KINDS_OF_RESIDENCE:
            self._be_strange(KIND)
        if path == SECRECY and value is False:
            text = NO
        if path not in _NAMED:
            if _UNDER_INQUIRY.fullmatch(path) and value is True:
                cells[INQUIRY] = cells.get(INQUIRY) or _WHOLE_RESIDENCE
            elif len(self.unread) < _MOST_NAMES:
                self.unread.add(path.replace("[]", ""))
            return
        start, _, name = path.partition("[].")
        if name:
            self.relatives[f"{start}[]"][-1][name] = text
        else:
            cells[path] = reduced_country(text) if path in COUNTRIES else text

    def _judge(self, path: str, form: str) -> None:
        """Whether a value, object or array is allowed at this path."""
        parent, _, name = path.rpartition(".")
        members = _MEMBERS.get(parent) or _MEMBERS.get(self._place_of(parent)[0])
        if form not in _FORMS.get(path, _FORMS.get(self._place_of(path)[0], form)):
            self._be_strange(path)
        elif members and name not in members:
            self._be_strange(f"a member of {parent}")
        elif path in _OF_VERSION_1:
            self._be_strange(path)

    def _place_of(self, path: str) -> tuple[str, Cells]:
        """A path with the cells that it belongs to; that of a stay under the name that it has in a person."""
        if not path.startswith(_STAY) or not self.stays:
            return path, self.cells
        of_stay = path.removeprefix(_STAY)
        is_municipality = of_stay.startswith(f".{_MUNICIPALITY}")
        return of_stay[1:] if is_municipality else f"{_PLACE}{of_stay}", self.stays[-1]

    def _be_strange(self, member: str) -> None:
        self.strange = self.strange or member


def _has_date(cells: Cells, path: str) -> bool:
    return any(cells.get(name) for name in (path, *(f"{path}.{part}" for part in _DATE_PARTS)))


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    return YES if value is True else str(value).strip()
