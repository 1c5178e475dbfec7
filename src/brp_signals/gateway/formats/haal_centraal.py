"""Reads what Haal Centraal / the BRP API knows of persons and of the history of their residence (`haal-centraal`).

Both shapes of the public sources are read: the register side (dates of eight digits, codes) and the answers of the API
version 2 (date objects, `verblijfplaats.type`, yes or no per field under inquiry). `verblijfplaatsen` is the answer of
`/verblijfplaatshistorie`: its stays are the residences of the person that holds it, newest first. That answer names
nobody, so whoever asked for it adds the number that was asked for, or the whole person.

There is no day of recording and no declarant: those cells stay empty and are counted, and without `verblijfplaatsen` a
person has one residence, the present one. Parents and children are known by BSN only. Places in findings are numbers of
persons.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from brp_signals.base.errors import DeliveryRefused
from brp_signals.delivery.forbidden import is_forbidden
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.byte_files import open_bytes, refuse_empty
from brp_signals.gateway.formats.haal_centraal_shape import (
    ADDRESS_LINES,
    COUNTRIES,
    INQUIRY,
    IS_NOT_AT_ADDRESS,
    KIND,
    NO,
    NOT_AT_ADDRESS,
    REASON,
    SECRECY,
    SINCE,
    SOMETHING,
    STAYS,
    YES,
    Cells,
    Picked,
)
from brp_signals.gateway.formats.haal_centraal_walk import Walk
from brp_signals.gateway.formats.records import Person
from brp_signals.gateway.formats.register_person import (
    ChildCells,
    Group13,
    NumberCells,
    ParentCells,
    PersonCells,
    ResidenceCells,
    Stacks,
    emigration,
    group_13,
    person_of,
)

_ABROAD: Final = "VerblijfplaatsBuitenland"
_UNKNOWN: Final = "VerblijfplaatsOnbekend"
_UNKNOWN_COUNTRY: Final = "0000"
_UNKNOWN_DATE: Final = "00000000"
_UNTIL: Final = "verblijfplaats.datumTot"
_NOT_THERE_SINCE: Final = "verblijfplaats.verblijftNietOpAdresVanaf"
#: This many persons of an unknown shape are no accident.
_MANY: Final = 20


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
            for picked in Walk(self.file, stream).persons():
                self.lines_read += 1
                unread |= picked.unread
                if picked.problem:
                    findings.broken(picked.problem, self.file, self.lines_read)
                    continue
                if picked.strange:
                    strange.append(picked.strange)
                    findings.add("shape_unknown", self.file, self.lines_read)
                    continue
                self._refuse_nobody(picked)
                person = person_of(_stacks(self.file, self.lines_read, picked, findings), findings)
                for _ in person.residences:
                    lacks = "history_absent" if picked.stays is None else "recording_absent"
                    findings.add(lacks, self.file, self.lines_read)
                if person.residences and not picked.is_placed:
                    findings.add("residence_absent", self.file, self.lines_read)
                yield person
        self._refuse_another_shape(strange)
        for name in sorted(unread):
            kind = "forbidden_column_not_read" if is_forbidden(name) else "column_not_read"
            findings.add(kind, self.file, 0)

    def _refuse_nobody(self, picked: Picked) -> None:
        """Refuse a history without a person: it cannot be set aside, so whoever made the file must mend all of it."""
        if picked.stays is not None and not any(picked.cells.get(name) for name in ("aNummer", "burgerservicenummer")):
            raise DeliveryRefused(
                f"{self.file}, person {self.lines_read}: the answer of /verblijfplaatshistorie does not tell whom it is"
                f" about; put the burgerservicenummer of the question beside {STAYS} (docs/gateway.md)."
            )

    def _refuse_another_shape(self, strange: list[str]) -> None:
        """Refuse a file in which most persons, or one in five and at least twenty, are strange: it is of another
        version.
        """
        n = len(strange)
        if 2 * n > self.lines_read or (n >= _MANY and 5 * n >= self.lines_read):
            raise DeliveryRefused(
                f"{self.file} has an unknown shape: of {n} of {self.lines_read} persons a member is not as in the"
                f" BRP API version 2 (first: {strange[0]}); ask for answers of version 2."
            )


def _stacks(file: str, number: int, picked: Picked, findings: Findings) -> Stacks:
    cells = picked.cells
    parent1, parent2 = _parents(file, number, picked, findings)
    return Stacks(
        file=file,
        line=number,
        person=PersonCells(
            birth_date=_date(cells, "geboorte.datum"),
            suspension_date=_date(cells, "opschortingBijhouding.datum"),
            suspension_reason=cells.get(REASON, ""),
            # The sources give the member only where there is secrecy; a member that says nothing protects.
            secrecy=cells.get(SECRECY, NO),
        ),
        numbers=[(number, NumberCells(cells.get("aNummer", ""), cells.get("burgerservicenummer", "")))],
        parents=(parent1, parent2),
        children=[
            (number, ChildCells("", child.get("burgerservicenummer", ""))) for child in picked.relatives["kinderen[]"]
        ],
        residences=[(number, *_stay(picked, stay)) for stay in _residences(picked)],
        is_snapshot=picked.stays is None,
    )


def _residences(picked: Picked) -> list[Cells]:
    """The cells of each residence, the present one first.

    A history whose newest stay is over does not reach today: the present is what the person itself says, if anything.
    """
    history = picked.stays or []
    return history if history and not _date(history[0], _UNTIL) else [picked.cells, *history]


def _stay(picked: Picked, cells: Cells) -> tuple[ResidenceCells, Group13]:
    """A residence and its departure; an emigration whose place was not delivered has its day by the suspension."""
    residence, departure = _residence(cells), _departure(cells)
    if cells is not picked.cells or not picked.is_emigrated or picked.has_place:
        return residence, departure
    since = _date(cells, "opschortingBijhouding.datum")
    if picked.stays is not None:
        residence = residence._replace(
            valid_from=since
        )  # a history follows below it, and every block of a history has such a date
    return residence, emigration(since)


def _parents(file: str, number: int, picked: Picked, findings: Findings) -> tuple[ParentCells, ParentCells]:
    """The parents at the places that the source gives them; one without a place fills the first that is free."""
    places = {"1": ParentCells("", ""), "2": ParentCells("", "")}
    free = ["1", "2"]
    for parent in sorted(picked.relatives["ouders[]"], key=lambda one: one.get("ouderAanduiding", "") not in places):
        place = parent.get("ouderAanduiding", "")
        if place and place not in places:
            findings.add("code_outside_domain", file, number)
        if place not in free:
            place = free[0] if free else ""
        if not place:
            findings.add("parents_unclear", file, number)
            continue
        free.remove(place)
        places[place] = ParentCells("", parent.get("burgerservicenummer", ""))
    return places["1"], places["2"]


def _residence(cells: Cells) -> ResidenceCells:
    place = "verblijfplaats."
    inquiry_from = f"{place}inOnderzoek.datumIngangOnderzoek"
    address_from = _date(cells, f"{place}datumAanvangAdreshouding")
    not_there_since = _date(cells, _NOT_THERE_SINCE)
    is_not_there = cells.get(IS_NOT_AT_ADDRESS) == YES or not_there_since
    return ResidenceCells(
        municipality_code=cells.get("gemeenteVanInschrijving.code", ""),
        address_function=cells.get(f"{place}functieAdres.code", ""),
        address_from=address_from or ("" if _is_abroad(cells) else _date(cells, f"{place}datumVan")),
        address_number=cells.get(f"{place}adresseerbaarObjectIdentificatie", ""),
        declared_by="",
        inquiry=NOT_AT_ADDRESS if is_not_there else cells.get(INQUIRY, ""),
        inquiry_from=_date(cells, inquiry_from)
        or _date(cells, inquiry_from.replace(".", ".verblijfadres.", 1))
        or not_there_since,
        inquiry_until=_date(cells, _UNTIL),
        incorrect="",
        # LO 2025.Q1 drops datumIngangGeldigheid: since then a residence is valid from the day that it began.
        valid_from=next(filter(None, (_date(cells, since) for since in SINCE)), ""),
        recorded_on="",
    )


def _departure(cells: Cells) -> Group13:
    is_unknown = cells.get(KIND) == _UNKNOWN
    country = _UNKNOWN_COUNTRY if is_unknown else next(filter(None, (cells.get(path) for path in COUNTRIES)), "")
    if not country and cells.get(KIND) == _ABROAD:
        country = SOMETHING
    departure_date = _date(cells, "verblijfplaats.datumAanvangAdresBuitenland")
    if not departure_date and _is_abroad(cells):
        departure_date = _date(cells, "verblijfplaats.datumVan")
    return group_13(country, departure_date, any(cells.get(path) for path in ADDRESS_LINES))


def _is_abroad(cells: Cells) -> bool:
    return cells.get(KIND) in (_ABROAD, _UNKNOWN)


def _date(cells: Cells, path: str) -> str:
    """A date in any of its shapes, in one text; which day it is, is judged with all other registers."""
    text = cells.get(path, "") or cells.get(f"{path}.datum", "")
    if text:
        return text
    if cells.get(f"{path}.onbekend") == YES:
        return _UNKNOWN_DATE
    year, month = cells.get(f"{path}.jaar", ""), cells.get(f"{path}.maand", "")
    return f"{year.zfill(4)}{month.zfill(2)}00" if year or month else ""
