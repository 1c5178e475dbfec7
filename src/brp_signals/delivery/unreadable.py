"""When a whole column of a source is unusable: one definition for the gateway and for a run (docs/gateway.md).

A few bad cells never stop a small municipality. But where many cells of one column cannot be read, something is wrong
with how the source was made, and a delivery without them would look as if nothing was there.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

#: A column of which more than this part of the filled cells cannot be read is refused,
MOST_UNREADABLE_PCT: Final = 20
#: if these are at least so many, or all the rows of one school (in traces: of one source).
FEWEST_UNREADABLE: Final = 20

#: What can be wrong with a column: its cells cannot be read, or they say something that is impossible in a school list
#: (K-04).
CANNOT_BE_READ: Final = "cannot be read"
LIES_AHEAD: Final = "lies after the reference date"
ENDS_FIRST: Final = "lies before enrolled_on"


class UnreadableColumn(NamedTuple):
    """A column that cannot be read, or that says the impossible, with the first line where it does; without a column
    the rows as a whole. It holds no value of a cell.
    """

    file: str
    column: str
    n_unreadable: int
    n_filled: int
    line: int
    unit: str = "line"
    problem: str = CANNOT_BE_READ

    def sentence_part(self) -> str:
        """The part of a sentence about this column."""
        what = f"column {self.column} {self.problem} in" if self.column else "nothing can be read of"
        place = f"{self.file}, {self.unit} {self.line}"
        return f"{what} {self.n_unreadable} of {self.n_filled} rows (first: {place})"


class LostSchool(NamedTuple):
    """A school of which no row of a file could be used; a BRIN number is public."""

    file: str
    school_id: str
    n_rows: int
    line: int

    def sentence(self) -> str:
        """The sentence about this school."""
        place = f"{self.file}, line {self.line}"
        return f"School {self.school_id}: none of its {self.n_rows} rows can be used (first: {place})"


def impossible_part(enrolled_on: str, withdrawn_on: str, seen_on: str, reference_date: str) -> tuple[str, str] | None:
    """Return the column of a readable row of a school list that is impossible for any pupil (K-04), and what is wrong
    with it, or None. Dates are ISO texts; an end may be empty.
    """
    if withdrawn_on and withdrawn_on < enrolled_on:
        return "withdrawn_on", ENDS_FIRST
    if seen_on > reference_date:
        return "seen_on", LIES_AHEAD
    return None


def is_mass_failure(n_unreadable: int, n_filled: int, *, is_whole_school: bool) -> bool:
    """Whether a column has so many unreadable cells among its filled ones that its source is refused.

    Empty cells do not count: a value that is missing on purpose is not unreadable.
    """
    are_enough = n_unreadable >= FEWEST_UNREADABLE or (is_whole_school and n_unreadable > 0)
    return are_enough and 100 * n_unreadable > MOST_UNREADABLE_PCT * n_filled


def refusal(file: str, columns: Iterable[UnreadableColumn], advice: str) -> str:
    """The sentence that refuses a file for these columns."""
    return f"{file} is refused: {'; '.join(column.sentence_part() for column in columns)}; {advice}."
