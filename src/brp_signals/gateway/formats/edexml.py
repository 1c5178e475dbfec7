"""Reads EDEXML 2.0 and 2.1, the exchange format of primary education, by its public schema.

A file is one school's snapshot on its `peildatum`. The parser hands over the text of the elements named in this
module and of no other: for names, countries, ethnicity, weights and teachers no text is ever asked for, and no
attribute is looked at.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from brp_signals.base.bounded_xml import BoundedXml
from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.base.private_files import open_ordinary
from brp_signals.gateway.findings import Findings
from brp_signals.gateway.formats.cells import UNUSABLE, DateReader, number_of, plain, space_of
from brp_signals.gateway.formats.profiled_list import NO_NUMBER, problem_of_enrolment
from brp_signals.gateway.formats.records import Enrolment, ListedNumber
from brp_signals.gateway.profiles.profile import Profile
from brp_signals.gateway.readability import WHOLE_ROW

_CHUNK: Final = 1 << 16
_LONGEST_TEXT: Final = 256
_WHOLE_SCHOOL: Final = "00"

_SCHOOL: Final = ("EDEX", "school")
_PUPIL: Final = ("EDEX", "leerlingen", "leerling")
#: The elements that are read, and what kind of number one of them is.
_SCHOOL_ELEMENTS: Final = ("brincode", "dependancecode", "peildatum", "xsdversie")
_NUMBERS: Final = {"bsn": "bsn", "sofinummer": "bsn", "onderwijsnummer": "education_number"}
_DATES: Final = ("instroomdatum", "uitstroomdatum")
_MEANING: Final = {
    **{"brincode": "brin", "dependancecode": "location", "peildatum": "seen_on", "xsdversie": "version"},
    **_NUMBERS,
    **{"instroomdatum": "enrolled_on", "uitstroomdatum": "withdrawn_on"},
}
_READ: Final = {(*_SCHOOL, name) for name in _SCHOOL_ELEMENTS} | {(*_PUPIL, name) for name in (*_NUMBERS, *_DATES)}
#: The elements of a pupil that the schema knows and this tool does not read.
UNREAD_ELEMENTS: Final[tuple[str, ...]] = (
    *("achternaam", "voorvoegsel", "voornamen", "voorletters-1", "roepnaam", "geboortedatum", "geslacht"),
    *("start_ondw_jgr3", "jaargroep", "groep", "samengestelde_groepen", "vestiging", "gebruikersnaam", "emailadres"),
    *("fotourl", "etniciteit", "land", "land_vader", "land_moeder", "bsn_ondwnr-4", "rijksregisternummer"),
    *("gewicht_nieuw", "gewicht", "postcodenl", "postnummerbe", "postcodeoverig", "toevoegingen", "mutatiedatum"),
)
_UNREAD_PARTS: Final[tuple[str, ...]] = ("vestigingen", "groepen", "leerkrachten")
_OUTSIDE_SCHEMA: Final = "element outside the schema"
#: A version of the schema, and those whose elements this reader knows: 2.0 and 2.1, however exactly they are written.
_VERSION = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})*", re.ASCII)
_KNOWN_VERSION = re.compile(r"0*2(?:\.0*[01]0*(?:\.[0-9]+)*)?", re.ASCII)


class EdexmlReader:
    """The enrolments of one EDEXML file. The file is read twice: first to see that it is whole, then for its pupils."""

    kind: Final[Literal["enrolments"]] = "enrolments"

    def __init__(self, profile: Profile, path: Path) -> None:
        self.profile = profile
        self.legal_basis = ""
        self._path = path
        self.file = path.name
        self._constants = profile.constants.by_field()
        # No xs:date consists of zeros, and a pupil who has not left lacks the element, so zeros are a fault.
        self.dates = DateReader(profile.dates.patterns, are_zeros_no_end=False)
        self.lines_read = 0
        self.empty_lines = 0
        survey = _Parse(self.file)
        for _ in self._pupils(survey):
            self.lines_read += 1
        if not survey.is_edexml:
            raise DeliveryRefused(f"{self.file} is no EDEXML: it does not begin with EDEX; check what was exported.")
        if not self.lines_read:
            raise DeliveryRefused(f"{self.file} holds no pupil; export the file again.")
        version = survey.school.get("xsdversie", "")
        if _VERSION.fullmatch(version) and not _KNOWN_VERSION.fullmatch(version):
            raise DeliveryRefused(
                f"{self.file} is of a version of EDEXML that this tool does not know (xsdversie; it knows 2.0 and 2.1);"
                " export it in one of these."
            )
        self.unread: tuple[str, ...] = tuple(
            name for name in (*_UNREAD_PARTS, *UNREAD_ELEMENTS, _OUTSIDE_SCHEMA) if name in survey.met
        )
        self.read_as = [(name, _MEANING[name]) for name in survey.read]
        """Every element that is read, with what it is read for."""
        self._school_id = self._checked_school_id(survey.school)
        self._seen_on = self._checked_seen_on(survey.school)

    def rows(self, findings: Findings) -> Iterator[Enrolment]:
        """Every pupil with a number and a date of entry; whether the dates make sense is for the delivery checks."""
        self.lines_read = 0
        self.dates.counts.clear()
        for line, pupil in self._pupils(_Parse(self.file)):
            self.lines_read += 1
            if pupil is None:
                findings.broken("cells_wrong", self.file, line)
                continue
            row = self._enrolment(line, _number(pupil), pupil, findings)
            problem = problem_of_enrolment(row)
            self._judge(pupil, row, problem, findings)
            if not problem:
                yield row

    def _judge(self, pupil: dict[str, str], row: Enrolment, problem: str, findings: Findings) -> None:
        """Count which elements of a pupil could be read, and what keeps it out of the delivery, if anything does."""
        told, school = findings.readability, self._school_id
        told.cell(self.file, WHOLE_ROW, row.line, is_readable=True)
        told.row(self.file, row.line, school, is_kept=not problem)
        if numbers := [name for name in _NUMBERS if pupil.get(name)]:
            has_number = row.number is not NO_NUMBER
            told.cell(self.file, numbers[0], row.line, is_readable=has_number, party=school)
        for name in _DATES:
            if pupil.get(name):
                is_readable = getattr(row, _MEANING[name]) != UNUSABLE
                told.cell(self.file, name, row.line, is_readable=is_readable, party=school)
        if problem:
            findings.add(problem, self.file, row.line)

    def _enrolment(self, line: int, number: ListedNumber, pupil: dict[str, str], findings: Findings) -> Enrolment:
        def note(kind: str) -> None:
            findings.add(kind, self.file, line)

        return Enrolment(
            line,
            number,
            self._school_id,
            self._constants["education_type"],
            self.dates.text(pupil.get("instroomdatum", ""), note=note),
            self.dates.text(
                pupil.get("uitstroomdatum", ""),
                plus_one=self.profile.dates.withdrawn == "inclusive",
                is_end=True,
                note=note,
            ),
            self._constants["source"],
            self._seen_on,
        )

    def _checked_school_id(self, school: dict[str, str]) -> str:
        if brin := school.get("brincode"):
            location = school.get("dependancecode") or self._constants.get("location", _WHOLE_SCHOOL)
            return brin.upper() + location.zfill(len(_WHOLE_SCHOOL))
        if school_id := self._constants.get("school_id"):
            return school_id
        raise DeliveryRefused(
            f"{self.file} holds no brincode before its pupils; give school_id in a profile on top of edexml."
        )

    def _checked_seen_on(self, school: dict[str, str]) -> str:
        seen_on = self.dates.text(school.get("peildatum", "") or self._constants.get("seen_on", ""))
        if seen_on in ("", UNUSABLE):
            raise DeliveryRefused(
                f"{self.file} holds no valid peildatum before its pupils; give seen_on in a profile on top of edexml."
            )
        return seen_on

    def _pupils(self, parse: "_Parse") -> Iterator[tuple[int, dict[str, str] | None]]:
        try:
            stream = open_ordinary(self._path)
        except FileNotFoundError:
            raise UsageProblem(f"The source file {self._path} does not exist; check the path.") from None
        except OSError as problem:
            raise UsageProblem(
                f"The source file {self._path} cannot be opened ({problem.strerror}); check path and rights."
            ) from None
        with stream:
            while chunk := stream.read(_CHUNK):
                yield from parse.feed(chunk)
        yield from parse.feed(b"")


class _Parse:
    """One pass of the parser over a file."""

    def __init__(self, file: str) -> None:
        self._path: list[str] = []
        self._prefix = ""
        self._pupil: dict[str, str] | None = {}
        self._pupil_line = 0
        self._text = ""
        self._done: list[tuple[int, dict[str, str] | None]] = []
        self.is_edexml = False
        self.school: dict[str, str] = {}
        self.met: set[str] = set()
        """Names of elements that were met and not read: those of the schema, and one for all others."""
        self.read: list[str] = []
        """Names of the elements that were read."""
        self._xml = BoundedXml(file, self._start, self._end)

    def feed(self, chunk: bytes) -> Iterator[tuple[int, dict[str, str] | None]]:
        """The pupils that end in this piece of the file, None for one with an oversized element; b"" ends the file."""
        self._xml.feed(chunk)
        done, self._done = self._done, []
        return iter(done)

    def _start(self, name: str, _attributes: object) -> None:
        if not self._path:
            self._prefix = name[: name.find(":") + 1]
        name = name.removeprefix(self._prefix)
        self._path.append(name)
        path = tuple(self._path)
        self.is_edexml = self.is_edexml or path == ("EDEX",)
        if path == _PUPIL:
            self._pupil, self._pupil_line = {}, self._xml.line
        elif path in _READ:
            self._text = ""
            self._xml.ask_for_text(self._characters)
        elif path[:-1] == _PUPIL[:1] and name in _UNREAD_PARTS:
            self.met.add(name)
        elif path[:-1] == _PUPIL:
            self.met.add(name if name in UNREAD_ELEMENTS else _OUTSIDE_SCHEMA)
        elif len(path) > len(_PUPIL):
            # An element inside one that is read has no text of its own here.
            self._xml.ask_for_text(None)

    def _characters(self, text: str) -> None:
        if len(self._text) <= _LONGEST_TEXT:
            self._text += text

    def _end(self, _name: str) -> None:
        path = tuple(self._path)
        self._path.pop()
        if path == _PUPIL:
            self._done.append((self._pupil_line, self._pupil))
        elif path in _READ:
            self._xml.ask_for_text(None)
            self._keep(path[:-1] == _PUPIL, path[-1])

    def _keep(self, is_of_pupil: bool, name: str) -> None:
        if name not in self.read:
            self.read.append(name)
        if not is_of_pupil:
            self.school.setdefault(name, plain(self._text)[:_LONGEST_TEXT])
        elif len(self._text) > _LONGEST_TEXT or (self._pupil is not None and name in self._pupil):
            self._pupil = None
        elif self._pupil is not None:
            self._pupil[name] = plain(self._text)


def _number(pupil: dict[str, str]) -> ListedNumber:
    for element, kind in _NUMBERS.items():
        text, _ = number_of(pupil.get(element, ""))
        if space := space_of(text, kind):
            return ListedNumber(space, text)
    return NO_NUMBER
