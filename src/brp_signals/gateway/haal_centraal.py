"""Reads persons of Haal Centraal / the BRP API (profile `haal-centraal`): an array, or an answer with `personen`.

The file is followed event by event and never held whole; of each person only the values at the named paths are
kept. Both shapes of the public sources are read: the register side (dates of eight digits, codes) and the answers of
the API version 2 (date objects, `verblijfplaats.type`, yes or no per field under inquiry).

There is no history, no day of recording and no declarant: a person has one residence, the present one, and those
cells stay empty and are counted. Parents and children are known by BSN only. Places in findings are numbers of
persons.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import ijson

from brp_signals.errors import DeliveryRefused
from brp_signals.forbidden import is_forbidden
from brp_signals.gateway.byte_files import BOM, open_bytes, refuse_empty
from brp_signals.gateway.canonical import Person
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
    person_of,
    reduced_country,
)

#: Where persons stand: in an array at the top, or in that of an answer.
_PERSON_PATHS: Final = ("[]", "personen[]")
_DATES: Final = (
    "geboorte.datum",
    "opschortingBijhouding.datum",
    "verblijfplaats.datumAanvangAdreshouding",
    "verblijfplaats.datumAanvangAdresBuitenland",
    "verblijfplaats.datumIngangGeldigheid",
    "verblijfplaats.datumVan",
    "verblijfplaats.inOnderzoek.datumIngangOnderzoek",
    "verblijfplaats.verblijfadres.inOnderzoek.datumIngangOnderzoek",
)
#: What a date object may consist of (Datum, JaarMaandDatum, JaarDatum, DatumOnbekend).
_DATE_PARTS: Final = ("datum", "jaar", "maand", "onbekend")
_COUNTRIES: Final = ("verblijfplaats.land.code", "verblijfplaats.verblijfadres.land.code")
_ADDRESS_LINES: Final = tuple(
    f"verblijfplaats{level}.regel{number}" for level in ("", ".verblijfadres") for number in (1, 2, 3)
)
_INQUIRY: Final = "verblijfplaats.inOnderzoek.aanduidingGegevensInOnderzoek"
_IS_NOT_AT_ADDRESS: Final = "verblijfplaats.indicatieVastgesteldVerblijftNietOpAdres"
_NAMED: Final = frozenset(
    (
        *("aNummer", "burgerservicenummer", "geheimhoudingPersoonsgegevens", "gemeenteVanInschrijving.code"),
        *("opschortingBijhouding.reden.code", "verblijfplaats.type", "verblijfplaats.functieAdres.code"),
        *("verblijfplaats.adresseerbaarObjectIdentificatie", _INQUIRY, _IS_NOT_AT_ADDRESS),
        *_COUNTRIES,
        *_ADDRESS_LINES,
        *_DATES,
        *(f"{date}.{part}" for date in _DATES for part in _DATE_PARTS),
        *("ouders[].burgerservicenummer", "ouders[].ouderAanduiding", "kinderen[].burgerservicenummer"),
    )
)
#: Members that are read, or hold what is read, and what each may be; null stands for absence.
_FORMS: Final = {
    **dict.fromkeys((name for name in _NAMED if "[]" not in name and name not in _DATES), "value"),
    **dict.fromkeys(_DATES, "value or object"),
    **dict.fromkeys(("geboorte", "opschortingBijhouding", "opschortingBijhouding.reden"), "object"),
    **dict.fromkeys(("verblijfplaats", "verblijfplaats.functieAdres", "verblijfplaats.land"), "object"),
    **dict.fromkeys(("gemeenteVanInschrijving", "ouders[]", "kinderen[]"), "object"),
    **dict.fromkeys(("verblijfplaats.verblijfadres", "verblijfplaats.inOnderzoek"), "object"),
    **dict.fromkeys(("ouders", "kinderen"), "array"),
}
#: Objects in which a member that is not known may hold what another version of the API says, and their members.
_MEMBERS: Final = {
    **dict.fromkeys(
        (
            "opschortingBijhouding.reden",
            "gemeenteVanInschrijving",
            "verblijfplaats.functieAdres",
            "verblijfplaats.land",
        ),
        frozenset(("code", "omschrijving")),
    ),
    **dict.fromkeys(_DATES, frozenset(("type", "langFormaat", *_DATE_PARTS))),
    "opschortingBijhouding": frozenset(("reden", "datum", "inOnderzoek")),
    "verblijfplaats": frozenset(
        (
            *("type", "verblijfadres", "functieAdres", "land", "inOnderzoek", "rni", "regel1", "regel2", "regel3"),
            *("adresseerbaarObjectIdentificatie", "nummeraanduidingIdentificatie", "aanduidingBijHuisnummer"),
            *("indicatieVastgesteldVerblijftNietOpAdres", "straat", "huisnummer", "huisletter", "huisnummertoevoeging"),
            *("postcode", "woonplaats", "naamOpenbareRuimte", "locatiebeschrijving", "datumAanvangAdreshouding"),
            *("datumAanvangAdresBuitenland", "datumIngangGeldigheid", "datumVan"),
        )
    ),
}
#: Members of a person in the version 1 of the API (HAL+JSON), which has other names for what is read.
_OF_VERSION_1: Final = ("_embedded", "_links")
_KINDS_OF_RESIDENCE: Final = ("Adres", "Locatie", "VerblijfplaatsBuitenland", "VerblijfplaatsOnbekend", "")
#: Fields under inquiry: in answers one yes per field, in whatever field of the residence.
_UNDER_INQUIRY = re.compile(r"verblijfplaats(\.verblijfadres)?\.inOnderzoek\.\w+", re.ASCII)
_RELATIVES: Final = ("ouders[]", "kinderen[]")
_ABROAD: Final = "VerblijfplaatsBuitenland"
_UNKNOWN: Final = "VerblijfplaatsOnbekend"
_UNKNOWN_COUNTRY: Final = "0000"
_SOMETHING: Final = "x"
#: Codes of 83.10 for what an answer says in words: the whole residence, and not at the address.
_WHOLE_RESIDENCE: Final = "080000"
_NOT_AT_ADDRESS: Final = "089999"
_YES: Final = "1"
#: The sources give the member only where there is secrecy: what is absent, null, false or empty is none.
_NO_SECRECY: Final = "0"
_UNKNOWN_DATE: Final = "00000000"
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_CHUNK: Final = 1 << 16
_LARGEST_PERSON: Final = 4 << 20
_DEEPEST: Final = 32
#: So many different names of unread values are told apart.
_MOST_NAMES: Final = 1000
#: So many persons of an unknown shape are no accident.
_MANY: Final = 20
#: A key as the sources write them; any other could look like a path.
_PLAIN_KEY = re.compile(r"\w+", re.ASCII)
_ODD_KEY: Final = "?"


class HaalCentraalReader:
    """The persons of one file; iterating twice reads the file twice."""

    kind: Final = "register"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file = path.name
        self.unread: tuple[str, ...] = ()
        self.lines_read = 0
        self.empty_lines = 0
        refuse_empty(path)

    def persons(self, findings: Findings) -> Iterator[Person]:
        """Every person of the file in its order, what is odd about them in `findings`.

        Raises DeliveryRefused for a file that is no such JSON to its end, since the rest cannot be found then.
        """
        findings.place_is("person", self.file)
        self.lines_read = 0
        unread: set[str] = set()
        strange: list[str] = []
        with open_bytes(self._path) as stream:
            walk = _Walk(self.file, stream)
            for picked in walk.persons():
                self.lines_read += 1
                unread |= picked.unread
                if picked.problem:
                    findings.broken(picked.problem, self.file, self.lines_read)
                    continue
                if picked.strange:
                    strange.append(picked.strange)
                    findings.add("shape_unknown", self.file, self.lines_read)
                    continue
                person = person_of(_stacks(self.file, self.lines_read, picked, findings), findings)
                for _ in person.residences:
                    findings.add("history_absent", self.file, self.lines_read)
                yield person
        self._refuse_another_shape(strange)
        for name in sorted(unread):
            kind = "forbidden_column_not_read" if is_forbidden(name) else "column_not_read"
            findings.add(kind, self.file, 0)

    def _refuse_another_shape(self, strange: list[str]) -> None:
        """A file of which most persons, or one in five and at least twenty, are strange is of another version."""
        n = len(strange)
        if 2 * n > self.lines_read or (n >= _MANY and 5 * n >= self.lines_read):
            raise DeliveryRefused(
                f"{self.file} has an unknown shape: of {n} of {self.lines_read} persons a member is not as in the"
                f" BRP API version 2 (first: {strange[0]}); ask for answers of version 2."
            )


@dataclass(slots=True)
class _Picked:
    """What was asked for of one person, by path; `problem` is the finding that sets the person aside."""

    cells: dict[str, str] = field(default_factory=dict)
    relatives: dict[str, list[dict[str, str]]] = field(default_factory=lambda: {path: [] for path in _RELATIVES})
    unread: set[str] = field(default_factory=set)
    problem: str = ""
    strange: str = ""
    """The first member that is in no shape that this reader knows: a name of its own, never of the file."""

    def meet(self, path: str, form: str) -> None:
        """Judge where a value, object or array stands, before it is read."""
        expected = _FORMS.get(path, form)
        parent, _, name = path.rpartition(".")
        if form not in expected:
            self.strange = self.strange or path
        elif name not in _MEMBERS.get(parent, (name,)):
            self.strange = self.strange or f"a member of {parent}"
        elif path in _OF_VERSION_1:
            self.strange = self.strange or path

    def take(self, path: str, value: Any) -> None:
        """Keep a value when its path is named; of a destination only whether it is known."""
        if path == "verblijfplaats.type" and _text(value) not in _KINDS_OF_RESIDENCE:
            self.strange = self.strange or path
        if path not in _NAMED:
            if _UNDER_INQUIRY.fullmatch(path) and value is True:
                self.cells[_INQUIRY] = self.cells.get(_INQUIRY) or _WHOLE_RESIDENCE
            elif len(self.unread) < _MOST_NAMES:
                self.unread.add(path.replace("[]", ""))
            return
        text = _text(value)
        if path in _ADDRESS_LINES:
            text = _SOMETHING if text else ""
        elif path in _COUNTRIES:
            text = reduced_country(text)
        start, _, name = path.partition("[].")
        if name:
            self.relatives[f"{start}[]"][-1][name] = text
        else:
            self.cells[path] = text


@dataclass(slots=True)
class _Level:
    """An object or array that is open, with the keys that an object has had so far."""

    path: str
    is_object: bool
    keys: set[str] = field(default_factory=set)


class _Walk:
    """Follows the events of one file."""

    def __init__(self, file: str, stream: BinaryIO) -> None:
        self._file = file
        self._bytes = _Bytes(file, stream)
        self._levels: list[_Level] = []
        self._key = ""
        self._person: _Picked | None = None
        self._number = 0
        self._depth = 0

    def persons(self) -> Iterator[_Picked]:
        """What was picked of each person."""
        is_list_found = False
        try:
            for event, value in ijson.basic_parse(self._bytes, use_float=True, multiple_values=True):
                path = self._path(event, value)
                is_list_found = is_list_found or (event == "start_array" and f"{path}[]" in _PERSON_PATHS)
                if (picked := self._follow(event, value, path)) is not None:
                    self._bytes.start_person()
                    yield picked
        except (ijson.JSONError, UnicodeDecodeError):
            raise DeliveryRefused(
                f"{self._file} is not JSON to its end: it breaks off or goes wrong after person {self._number};"
                " export the file again as UTF-8."
            ) from None
        if not is_list_found:
            raise DeliveryRefused(
                f"{self._file} holds no list of persons, at the top or under personen; check that it is the right file."
            )

    def _path(self, event: str, value: Any) -> str:
        """Where this event stands, within the person once inside one. Notes a key that stands twice."""
        if not self._levels:
            return ""
        level = self._levels[-1]
        if event == "map_key":
            if value in level.keys and self._person is not None:
                self._person.problem = "record_key_twice"
            level.keys.add(value)
            self._key = value if _PLAIN_KEY.fullmatch(value) else _ODD_KEY
        if not level.is_object:
            return f"{level.path}[]"
        return f"{level.path}.{self._key}" if level.path else self._key

    def _follow(self, event: str, value: Any, path: str) -> _Picked | None:
        """Go one event on; the person that ends here, if one does."""
        if event in ("start_map", "start_array"):
            self._open(event, path)
        elif event in ("end_map", "end_array"):
            return self._close()
        elif event != "map_key":
            if self._person is not None:
                if value is not None:
                    self._person.meet(path, "value")
                self._person.take(path, value)
            elif path in _PERSON_PATHS:
                self._number += 1
                return _Picked(problem="record_broken")
        return None

    def _open(self, event: str, path: str) -> None:
        if len(self._levels) >= _DEEPEST:
            number = self._number + (self._person is None)
            raise DeliveryRefused(
                f"{self._file}: person {number} is nested deeper than {_DEEPEST} levels, which no person is;"
                " check what was exported."
            )
        is_object = event == "start_map"
        if self._person is None and path in _PERSON_PATHS:
            self._person = _Picked(problem="" if is_object else "record_broken")
            self._number, self._depth, path = self._number + 1, len(self._levels), ""
        elif self._person is not None:
            self._person.meet(path, "object" if is_object else "array")
            if is_object and path in _RELATIVES:
                self._person.relatives[path].append({})
        self._levels.append(_Level(path, is_object))

    def _close(self) -> _Picked | None:
        self._levels.pop()
        if self._person is None or len(self._levels) > self._depth:
            return None
        picked, self._person = self._person, None
        return picked


class _Bytes:
    """The bytes of the file, without a byte order mark; one person may take only so many."""

    def __init__(self, file: str, stream: BinaryIO) -> None:
        self._file, self._stream = file, stream
        self._is_first = True
        self._of_person = 0

    def start_person(self) -> None:
        """Count from here on."""
        self._of_person = 0

    def read(self, most: int) -> bytes:
        """The next bytes, as the parser asks for them."""
        content = self._stream.read(min(most, _CHUNK))
        if self._is_first and most:
            content = content.removeprefix(BOM)
            self._is_first = False
        self._of_person += len(content)
        if self._of_person > _LARGEST_PERSON:
            raise DeliveryRefused(f"{self._file}: a person takes more than 4 MB; check what was exported.")
        return content


def _stacks(file: str, number: int, picked: _Picked, findings: Findings) -> Stacks:
    cells = picked.cells
    parent1, parent2 = _parents(file, number, picked, findings)
    return Stacks(
        file=file,
        line=number,
        person=PersonCells(
            birth_date=_date(cells, "geboorte.datum"),
            suspension_date=_date(cells, "opschortingBijhouding.datum"),
            suspension_reason=cells.get("opschortingBijhouding.reden.code", ""),
            secrecy=cells.get("geheimhoudingPersoonsgegevens") or _NO_SECRECY,
        ),
        numbers=[(number, NumberCells(cells.get("aNummer", ""), cells.get("burgerservicenummer", "")))],
        parents=(parent1, parent2),
        children=[
            (number, ChildCells("", child.get("burgerservicenummer", ""))) for child in picked.relatives["kinderen[]"]
        ],
        residences=[(number, _residence(cells), _departure(cells))],
        is_snapshot=True,
    )


def _parents(file: str, number: int, picked: _Picked, findings: Findings) -> tuple[ParentCells, ParentCells]:
    """The parents at the places that the source gives them; one without a place fills the first that is free."""
    places = {"1": ParentCells("", ""), "2": ParentCells("", "")}
    free = ["1", "2"]
    for parent in sorted(picked.relatives["ouders[]"], key=lambda one: one.get("ouderAanduiding", "") not in places):
        place = parent.get("ouderAanduiding", "")
        if place not in free:
            place = free[0] if free else ""
        if not place:
            findings.add("parents_unclear", file, number)
            continue
        free.remove(place)
        places[place] = ParentCells("", parent.get("burgerservicenummer", ""))
    return places["1"], places["2"]


def _residence(cells: dict[str, str]) -> ResidenceCells:
    place = "verblijfplaats."
    inquiry_from = f"{place}inOnderzoek.datumIngangOnderzoek"
    address_from = _date(cells, f"{place}datumAanvangAdreshouding")
    return ResidenceCells(
        municipality_code=cells.get("gemeenteVanInschrijving.code", ""),
        address_function=cells.get(f"{place}functieAdres.code", ""),
        address_from=address_from or ("" if _is_abroad(cells) else _date(cells, f"{place}datumVan")),
        address_number=cells.get(f"{place}adresseerbaarObjectIdentificatie", ""),
        declared_by="",
        inquiry=_NOT_AT_ADDRESS if cells.get(_IS_NOT_AT_ADDRESS) == _YES else cells.get(_INQUIRY, ""),
        inquiry_from=_date(cells, inquiry_from) or _date(cells, inquiry_from.replace(".", ".verblijfadres.", 1)),
        inquiry_until="",
        incorrect="",
        valid_from=_date(cells, f"{place}datumIngangGeldigheid"),
        recorded_on="",
    )


def _departure(cells: dict[str, str]) -> Group13:
    is_unknown = cells.get("verblijfplaats.type") == _UNKNOWN
    country = _UNKNOWN_COUNTRY if is_unknown else next(filter(None, (cells.get(path) for path in _COUNTRIES)), "")
    if not country and cells.get("verblijfplaats.type") == _ABROAD:
        country = _SOMETHING
    departure_date = _date(cells, "verblijfplaats.datumAanvangAdresBuitenland")
    if not departure_date and _is_abroad(cells):
        departure_date = _date(cells, "verblijfplaats.datumVan")
    return group_13(country, departure_date, any(cells.get(path) for path in _ADDRESS_LINES))


def _is_abroad(cells: dict[str, str]) -> bool:
    return cells.get("verblijfplaats.type") in (_ABROAD, _UNKNOWN)


def _date(cells: dict[str, str], path: str) -> str:
    """The eight digits of a date in any of its shapes; what is none of them stays as it is, to be judged."""
    text = cells.get(path, "") or cells.get(f"{path}.datum", "")
    if text:
        return _ISO_DATE.sub(r"\1\2\3", text) if _ISO_DATE.fullmatch(text) else text
    if cells.get(f"{path}.onbekend") == _YES:
        return _UNKNOWN_DATE
    year, month = cells.get(f"{path}.jaar", ""), cells.get(f"{path}.maand", "")
    return f"{year.zfill(4)}{month.zfill(2)}00" if year or month else ""


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    return _YES if value is True else str(value).strip()
