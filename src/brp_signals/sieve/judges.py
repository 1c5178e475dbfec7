"""Per table: which rows are certainly well-formed, which hint at a departure, and which count alike.

A judge mirrors the checks of one scan in sql/stage, on the safe side: a row that it calls clean has no fault there. One
whose person is needed may have one, since SQL judges some ids to the letter then; but such rows SQL sees. Rows with
equal `group` (without groups: all) are alike in everything that the scan counts or lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from brp_signals.delivery.contract import EDUCATION_TYPES, ENROLMENT_SOURCES
from brp_signals.sieve.cells import Block, Flags, Numbers
from brp_signals.sieve.forms import (
    YEAR_BITS,
    code4,
    has_length_of_id,
    is_digit,
    is_empty,
    is_no_end,
    iso_dates,
    one_of,
    or_empty,
    register_dates,
    school_ids,
    which,
)
from brp_signals.sieve.keys import ids

#: The number of a date has so many bits.
_DATE_BITS: Final = np.uint64(YEAR_BITS + 12)
#: Of a person who is needed SQL sees the row, and judges this id to the letter.
_may_be_id: Final = or_empty(has_length_of_id)


@dataclass(frozen=True)
class Question:
    """What the judges must know of the run: years (first, last) that may hold a departure and a child's birth, and per
    declared trace source its code, kind and the first day (YYYY-MM-DD) that it may be kept."""

    departed: tuple[int, int]
    born: tuple[int, int]
    trace_sources: Sequence[tuple[str, str, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Judgement:
    """One value a row of a block. `key` is of the person; `newest` orders the rows of no group by a date that SQL wants
    the newest of (0: none); `may_be_wanted` is whether a clean row of a wanted person is of any use (None: all are)."""

    is_clean: Flags
    is_hint: Flags
    key: Numbers
    group: Numbers | None
    newest: Numbers | None = None
    may_be_wanted: Flags | None = None


Judge = Callable[[Block, Question], Judgement]


def persons(block: Block, question: Question) -> Judgement:
    """Hint: a child suspended for emigration within the years. Alike: same municipality, under secrecy or not, birth
    unknown or not, and `is_young` or not."""
    is_clean, key = block.tell("person_id", ids)
    born, born_on = block.tell("birth_date", register_dates)
    is_unknown = born & (born_on == 0)
    is_code, municipality = block.tell("municipality_code", code4)
    ended, ended_on = block.tell("suspension_date", register_dates)
    is_clean = is_clean & born & is_code
    is_clean &= block.tell("suspension_reason", or_empty(one_of("OEMRFW")))
    is_clean &= ended | block.tell("suspension_date", is_empty)
    is_clean &= block.tell("parent1_id", _may_be_id) & block.tell("parent2_id", _may_be_id)
    is_clean &= block.tell("is_confidential", one_of("01"))
    young = _is_within(born_on, question.born)
    may_be_child = is_unknown | young
    is_hint = may_be_child & block.tell("suspension_reason", one_of("E")) & _is_within(ended_on, question.departed)
    group = municipality
    for mark in (block.tell("is_confidential", one_of("1")), is_unknown, young):
        group = group << np.uint64(1) | mark
    return Judgement(is_clean, is_hint, key, group, may_be_wanted=may_be_child)


def is_young(group: Numbers) -> Flags:
    """Whether persons of this group were born in the years that a child may be born in."""
    young: Flags = group & np.uint64(1) == 1
    return young


def residences(block: Block, question: Question) -> Judgement:
    """Hint: a departure within the years. All clean rows are alike but for the newest recording."""
    is_clean, key = block.tell("person_id", ids)
    departed, departed_on = block.tell("departure_date", register_dates)
    recorded, recorded_on = block.tell("recorded_on", register_dates)
    is_code, _municipality = block.tell("municipality_code", code4)
    is_clean = is_clean & is_code & block.tell("seq", is_digit)
    is_clean &= block.tell("address_function", or_empty(one_of("WB"))) & block.tell("address_id", _may_be_id)
    is_clean &= departed | block.tell("departure_date", is_empty)
    is_clean &= recorded | block.tell("recorded_on", is_empty)
    for name in ("address_from", "valid_from", "inquiry_from"):
        if block.has(name):
            is_clean &= block.tell(name, register_dates)[0] | block.tell(name, is_empty)
    is_clean &= block.tell("is_destination_unknown", or_empty(one_of("01")))
    is_clean &= block.tell("declared_by", or_empty(one_of("IAGPKOMHBTW.")))
    is_clean &= block.tell("is_under_inquiry", one_of("01")) & block.tell("is_incorrect", one_of("01"))
    is_hint = departed & (_is_within(departed_on, question.departed) | (departed_on == 0))
    return Judgement(is_clean, is_hint, key, None, newest=recorded_on)


def enrolments(block: Block, _: Question) -> Judgement:
    """Alike: the same school delivery. What ends before it begins SQL counts."""
    is_clean, key = block.tell("person_id", ids)
    is_delivery, group = school_delivery(block)
    enrolled, enrolled_on = block.tell("enrolled_on", iso_dates)
    withdrawn, withdrawn_on = block.tell("withdrawn_on", iso_dates)
    is_clean = is_clean & is_delivery & enrolled
    is_clean &= block.tell("education_type", which(EDUCATION_TYPES)) > 0
    is_clean &= withdrawn | block.tell("withdrawn_on", is_empty) | block.tell("withdrawn_on", is_no_end)
    is_clean &= ~withdrawn | (withdrawn_on >= enrolled_on)
    return Judgement(is_clean, ~_all(block), key, group)


def school_delivery(block: Block) -> tuple[Flags, Numbers]:
    """Whether source, school and day seen are well-formed, and a number for these three."""
    source = block.tell("source", which(ENROLMENT_SOURCES))
    is_school, school = block.tell("school_id", school_ids)
    seen, seen_on = block.tell("seen_on", iso_dates)
    return is_school & seen & (source > 0), (source << np.uint64(26) | school) << _DATE_BITS | seen_on


def traces(block: Block, question: Question) -> Judgement:
    """Alike: the same declared source on the same day. A source that is not declared is not clean."""
    is_clean, key = block.tell("person_id", ids)
    event, event_on = block.tell("event_on", iso_dates)
    ended, _ended_on = block.tell("ended_on", iso_dates)
    codes = tuple(dict.fromkeys(code for code, _, _ in question.trace_sources))
    kinds = tuple(dict.fromkeys(kind for _, kind, _ in question.trace_sources))
    code, kind = block.tell("source_code", which(codes)), block.tell("kind", which(kinds))
    is_kept = ~_all(block)
    for name, of_kind, first_day in question.trace_sources:
        is_source = (code == 1 + codes.index(name)) & (kind == 1 + kinds.index(of_kind))
        is_kept |= is_source & (event_on >= _number(first_day))
    is_clean = (
        is_clean & event & is_kept & (ended | block.tell("ended_on", is_empty) | block.tell("ended_on", is_no_end))
    )
    group = (code << np.uint64(16) | kind) << _DATE_BITS | event_on
    return Judgement(is_clean, ~_all(block), key, group)


JUDGES: dict[str, Judge] = {
    "persons": persons,
    "residences": residences,
    "enrolments": enrolments,
    "traces": traces,
}


def _all(block: Block) -> Flags:
    return np.ones(block.n_rows, np.bool_)


def _is_within(date: Numbers, years: tuple[int, int]) -> Flags:
    first, last = years
    within: Flags = (date >= first << YEAR_BITS) & (date < (last + 1) << YEAR_BITS)
    return within


def _number(day: str) -> int:
    year, month, of_month = (int(part) for part in day.split("-"))
    return year << YEAR_BITS | month * 100 + of_month
