"""A profile: a small TOML file that says how a supplier's list is written and what its columns mean.

It names the columns that are read, and nothing else of a file is. What a profile may name is bounded in here:
a column of the forbidden list cannot become a field, whatever the file says (docs/gateway.md).
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from brp_signals.base.config import LARGEST_FILE, SourceCode, toml_content, validation_sentence
from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_small
from brp_signals.delivery.contract import EDUCATION_TYPES, ENROLMENT_SOURCES, TRACE_KINDS
from brp_signals.delivery.forbidden import forbidden_meaning

_FOLDER: Final = Path(__file__).parent

#: The fields of a row of each kind of list, apart from its number: the required ones, and the others.
_NEEDED: Final = {
    "enrolments": ("school_id", "education_type", "enrolled_on", "source", "seen_on"),
    "traces": ("kind", "source_code", "event_on"),
    "links": (),
}
_POSSIBLE: Final = {
    "enrolments": (*_NEEDED["enrolments"], "brin", "location", "withdrawn_on"),
    "traces": (*_NEEDED["traces"], "ended_on"),
    "links": (),
}
#: What an EDEXML file says itself.
_IN_EDEXML: Final = ("school_id", "enrolled_on", "seen_on")

#: The forbidden meaning of a number's column: only [number] may name such a column.
NUMBER_MEANING: Final = "a person's number"


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _one_of(values: tuple[str, ...]) -> AfterValidator:
    def checked(value: str) -> str:
        if value not in values:
            raise ValueError(f"this is none of {', '.join(values)}")
        return value

    return AfterValidator(checked)


Text = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[tuple[Text, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
"""Column names that a supplier uses for the same thing, in one version or another of its export."""
EducationType = Annotated[str, _one_of(EDUCATION_TYPES)]
TraceKind = Annotated[str, _one_of(TRACE_KINDS)]
Pattern = Literal["dd-mm-yyyy", "dd/mm/yyyy", "yyyy-mm-dd", "yyyymmdd", "excel-serial"]
FieldName = Literal[
    "school_id", "brin", "location", "education_type", "enrolled_on", "withdrawn_on", "seen_on",
    "kind", "source_code", "event_on", "ended_on",
]  # fmt: skip


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileSection(_Section):
    """How the file is written. Encoding, separator and quote are about CSV, the sheet about XLSX."""

    type: Literal["csv", "xlsx", "edexml"]
    encoding: Literal["utf-8", "utf-8-sig", "windows-1252", "utf-16"] = "utf-8"
    separator: Annotated[str, Field(pattern=r"^[;,|\t]$")] = ";"
    quote: Annotated[str, Field(pattern=r"^[\"']?$")] = '"'
    sheet: str = ""
    """Name of the sheet; without one the first sheet is read."""
    header_row: Annotated[int, Field(ge=1, le=100)] = 1
    footer_rows: Annotated[int, Field(ge=0, le=100)] = 0
    """The number of filled rows at the end that hold totals or remarks."""


class NumberSection(_Section):
    """The columns of the number, by what they hold; the first valid number of a row counts, in this order."""

    bsn: Names | None = None
    education_number: Names | None = None
    mixed: Names | None = None
    """A BSN or an education number; the 11-check decides which."""

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The accepted column names by kind, in their order."""
        given = {"bsn": self.bsn, "education_number": self.education_number, "mixed": self.mixed}
        return {kind: names for kind, names in given.items() if names}


class ColumnSection(_Section):
    """The columns of every field of a row, by the names that the file may give them."""

    school_id: Names | None = None
    brin: Names | None = None
    location: Names | None = None
    education_type: Names | None = None
    enrolled_on: Names | None = None
    withdrawn_on: Names | None = None
    seen_on: Names | None = None
    kind: Names | None = None
    source_code: Names | None = None
    event_on: Names | None = None
    ended_on: Names | None = None
    optional: tuple[FieldName, ...] = ()
    """Fields whose column may be absent from a file; any other refuses the file that lacks it."""

    def by_field(self) -> dict[str, tuple[str, ...]]:
        """The accepted column names of every field that has any."""
        return {
            name: names for name in type(self).model_fields if name != "optional" and (names := getattr(self, name))
        }


class DateSection(_Section):
    """How dates are written."""

    patterns: Annotated[tuple[Pattern, ...], Field(min_length=1)] = ("yyyy-mm-dd", "yyyymmdd")
    withdrawn: Literal["exclusive", "inclusive"] = "exclusive"
    """Whether the date of withdrawal is the first day without the enrolment, or the last day with it."""


class CodeSection(_Section):
    """What the supplier's codes mean, whatever their case; a code that is not here sets its row aside."""

    education_type: dict[Text, EducationType] = Field(default_factory=dict)
    kind: dict[Text, TraceKind] = Field(default_factory=dict)
    source_code: dict[Text, SourceCode] = Field(default_factory=dict)

    def by_field(self) -> dict[str, dict[str, str]]:
        """The map of every field that has one, keys in lower case."""
        maps = {"education_type": self.education_type, "kind": self.kind, "source_code": self.source_code}
        return {field: {k.casefold(): v for k, v in codes.items()} for field, codes in maps.items() if codes}


class ConstantSection(_Section):
    """Values that hold for every row of the file and are not in the file itself."""

    school_id: Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}[0-9]{2}$")] | None = None
    location: Annotated[str, Field(pattern=r"^[0-9]{2}$")] | None = None
    education_type: EducationType | None = None
    source: Annotated[str, _one_of(ENROLMENT_SOURCES)] | None = None
    seen_on: date | None = None
    kind: TraceKind | None = None
    source_code: SourceCode | None = None

    def by_field(self) -> dict[str, str]:
        """Every constant as the text that a cell would hold."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: str(value) for name, value in given.items() if value is not None}


class Profile(_Section):
    """One supplier's list."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    version: Text
    supplier: Text
    kind: Literal["enrolments", "traces", "links"]
    legal_basis: Annotated[str, Field(min_length=3)] | None = None
    """Of traces only: why the municipality may use them here."""
    file: FileSection
    number: NumberSection = NumberSection()
    columns: ColumnSection = ColumnSection()
    dates: DateSection = DateSection()
    codes: CodeSection = CodeSection()
    constants: ConstantSection = ConstantSection()
    keep: dict[Text, Names] = Field(default_factory=dict)
    """By column: the values of the rows that count, as a status or J/N; other rows are set aside and counted."""

    @model_validator(mode="after")
    def _is_consistent(self) -> "Profile":
        if problems := [*self._problems_of_kind(), *self._problems_of_columns()]:
            raise ValueError(problems[0])
        return self

    def _problems_of_kind(self) -> list[str]:
        given = {*self.columns.by_field(), *self.constants.by_field(), *self.codes.by_field()}
        problems = [f"{name} has no place in a list of {self.kind}" for name in given - {*_POSSIBLE[self.kind]}]
        if (self.legal_basis is None) == (self.kind == "traces"):
            problems.append("a list of traces, and no other, needs its legal_basis")
        if self.file.type == "edexml":
            problems += self._problems_of_edexml()
        elif not self.number.columns():
            problems.append("[number] must name the column of the number")
        if self.kind == "links" and set(self.number.columns()) != {"bsn", "education_number"}:
            problems.append("a list of links needs number.bsn and number.education_number, and no other")
        return sorted(problems)

    def _problems_of_edexml(self) -> list[str]:
        if self.kind != "enrolments":
            return ["an edexml file is a list of enrolments"]
        if self.columns.by_field() or self.number.columns() or self.codes.by_field() or self.keep:
            return ["an edexml file has elements of its own: [number], [columns], [codes] and [keep] must go"]
        return []

    def _problems_of_columns(self) -> list[str]:
        fields = self.columns.by_field()
        names = [*(name for accepted in fields.values() for name in accepted), *self.keep]
        refused = [name for name in names if forbidden_meaning(name)]
        numbers = [name for accepted in self.number.columns().values() for name in accepted]
        refused += [name for name in numbers if forbidden_meaning(name) not in (None, NUMBER_MEANING)]
        problems = [f"column {name} means {forbidden_meaning(name)}, which no profile may read" for name in refused]
        for field in self.constants.by_field():
            if field in fields and field not in self.columns.optional:
                problems.append(f"{field} is both a column and a constant; name it in columns.optional too")
        return problems

    def open_fields(self) -> tuple[str, ...]:
        """Fields that a row needs and that this profile does not name a column for; a profile on top of it must."""
        given = {*self.columns.by_field()} - {*self.columns.optional} | {*self.constants.by_field()}
        if self.file.type == "edexml":
            given |= {*_IN_EDEXML}
        if {"brin", "location"} <= given:
            given.add("school_id")
        return tuple(name for name in _NEEDED[self.kind] if name not in given)


def built_in_profiles() -> tuple[str, ...]:
    """The names of the profiles that come with the package."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_profile(name: str) -> Profile:
    """The built-in profile of this name, or the one in the TOML file at this path.

    Raises UsageProblem with one sentence (file, line, key, what to do).
    """
    path = Path(name) if name.endswith(".toml") else _FOLDER / f"{name}.toml"
    text = _read(path)
    try:
        return Profile.model_validate(_with_base(path, text))
    except ValidationError as problem:
        raise UsageProblem(validation_sentence(path.name, text, problem.errors()[0], Profile)) from None


def _read(path: Path) -> str:
    try:
        return read_small(path, LARGEST_FILE).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageProblem(f"The profile {path} cannot be read as UTF-8 text; check the path.") from None


def _with_base(path: Path, text: str) -> dict[str, Any]:
    """Return what the TOML says, merged over the profile that it names as its base."""
    own = toml_content(path.name, text)
    base = own.pop("base", None)
    if base is None:
        return own
    if base not in built_in_profiles():
        known = ", ".join(built_in_profiles())
        raise UsageProblem(f"{path.name}, base: there is no built-in profile of this name; they are {known}.")
    base_path = _FOLDER / f"{base}.toml"
    return _laid_over(_with_base(base_path, _read(base_path)), own)


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both_tables = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = _laid_over(below[key], value) if both_tables else value
    return merged
