"""Per table: which rows are certainly well-formed, which hint at a departure, and which count alike.

A judge mirrors the checks of one scan in sql/stage, on the safe side: a row that it calls clean has no fault there
(an id that only matters when the row is kept is judged by its length, as there). Rows with equal `group` (without
groups: all) are alike in everything that the scan counts or lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from brp_signals.sieve import forms
from brp_signals.sieve.blocks import Block, Flags, Numbers
from brp_signals.sieve.keys import keys_of
from brp_signals.tables import EDUCATION_TYPES, ENROLMENT_SOURCES


@dataclass(frozen=True)
class Question:
    """What the judges must know of the run: years (first, last) that may hold a departure and a child's birth, and per
    declared trace source its code, kind and the first day (YYYY-MM-DD) that it may be kept."""

    departed: tuple[int, int]
    born: tuple[int, int]
    trace_sources: Sequence[tuple[str, str, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Judgement:
    """One value a row of a block. `key` is of the person; `newest` orders the rows by a date that SQL wants the newest
    of (0: none); `may_be_wanted` is whether a clean row of a wanted person is of any use."""

    is_clean: Flags
    is_hint: Flags
    key: Numbers
    group: Numbers | None
    newest: Numbers
    may_be_wanted: Flags


Judge = Callable[[Block, dict[str, int], Question], Judgement]


def persons(block: Block, column: dict[str, int], question: Question) -> Judgement:
    """Hint: a child suspended for emigration within the years. Alike: same municipality, birth unknown or not."""
    is_id = forms.is_id(block, column["person_id"])
    born, born_on = forms.register_dates(block, column["birth_date"])
    is_unknown = born & (born_on == 0)
    reason, suspended = column["suspension_reason"], column["suspension_date"]
    is_clean = is_id & born & forms.is_code4(block, column["municipality_code"])
    is_clean &= forms.is_empty(block, reason) | forms.is_one_of(block, reason, "OEMRFW")
    ended, ended_on = forms.register_dates(block, suspended)
    is_clean &= ended | forms.is_empty(block, suspended)
    is_clean &= _is_id_long_or_empty(block, column["parent1_id"]) & _is_id_long_or_empty(block, column["parent2_id"])
    is_clean &= forms.is_one_of(block, column["is_confidential"], "01")
    may_be_child = is_unknown | _is_within(born_on, question.born)
    is_hint = may_be_child & forms.is_one_of(block, reason, "E") & _is_within(ended_on, question.departed)
    group = forms.code4_number(block, column["municipality_code"]) << np.uint64(1) | is_unknown
    key = keys_of(block, column["person_id"], is_id)
    return Judgement(is_clean, is_hint, key, group, _none(block), may_be_child)


def residences(block: Block, column: dict[str, int], question: Question) -> Judgement:
    """Hint: a departure within the years. All clean rows are alike but for the newest recording."""
    is_id = forms.is_id(block, column["person_id"])
    departed, departed_on = forms.register_dates(block, column["departure_date"])
    recorded, recorded_on = forms.register_dates(block, column["recorded_on"])
    is_clean = is_id & forms.is_digit(block, column["seq"]) & forms.is_code4(block, column["municipality_code"])
    is_clean &= _is_one_of_or_empty(block, column["address_function"], "WB")
    is_clean &= _is_id_long_or_empty(block, column["address_id"])
    for name in ("address_from", "valid_from"):
        is_clean &= _is_date_or_empty(block, column[name])
    is_clean &= departed | forms.is_empty(block, column["departure_date"])
    is_clean &= recorded | forms.is_empty(block, column["recorded_on"])
    is_clean &= _is_one_of_or_empty(block, column["is_destination_unknown"], "01")
    is_clean &= _is_one_of_or_empty(block, column["declared_by"], "IAGPKOMHBTW.")
    is_clean &= forms.is_one_of(block, column["is_under_inquiry"], "01")
    is_clean &= forms.is_one_of(block, column["is_incorrect"], "01")
    if "inquiry_from" in column:
        is_clean &= _is_date_or_empty(block, column["inquiry_from"])
    is_hint = departed & (_is_within(departed_on, question.departed) | (departed_on == 0))
    key = keys_of(block, column["person_id"], is_id)
    return Judgement(is_clean, is_hint, key, None, recorded_on, _all(block))


def enrolments(block: Block, column: dict[str, int], _: Question) -> Judgement:
    """Alike: the same school delivery (source, school, day seen)."""
    is_id = forms.is_id(block, column["person_id"])
    source = forms.which(block, column["source"], ENROLMENT_SOURCES)
    is_school, school = forms.school_ids(block, column["school_id"])
    enrolled, _enrolled_on = forms.iso_dates(block, column["enrolled_on"])
    withdrawn, _withdrawn_on = forms.iso_dates(block, column["withdrawn_on"])
    seen, seen_on = forms.iso_dates(block, column["seen_on"])
    is_type = ~_all(block)
    for kind in EDUCATION_TYPES:
        is_type |= forms.is_word(block, column["education_type"], kind)
    is_clean = is_id & is_school & is_type & enrolled & seen & (source > 0)
    is_clean &= withdrawn | forms.is_empty(block, column["withdrawn_on"])
    group = (source << np.uint64(26) | school) << np.uint64(21) | seen_on
    key = keys_of(block, column["person_id"], is_id)
    return Judgement(is_clean, ~_all(block), key, group, _none(block), _all(block))


def traces(block: Block, column: dict[str, int], question: Question) -> Judgement:
    """Alike: the same declared source on the same day. A source that is not declared is not clean."""
    is_id = forms.is_id(block, column["person_id"])
    event, event_on = forms.iso_dates(block, column["event_on"])
    ended, _ended_on = forms.iso_dates(block, column["ended_on"])
    codes = tuple(dict.fromkeys(code for code, _, _ in question.trace_sources))
    kinds = tuple(dict.fromkeys(kind for _, kind, _ in question.trace_sources))
    code, kind = forms.which(block, column["source_code"], codes), forms.which(block, column["kind"], kinds)
    is_kept = ~_all(block)
    for name, of_kind, first_day in question.trace_sources:
        is_source = (code == 1 + codes.index(name)) & (kind == 1 + kinds.index(of_kind))
        is_kept |= is_source & (event_on >= _number(first_day))
    is_clean = is_id & event & is_kept & (ended | forms.is_empty(block, column["ended_on"]))
    group = (code << np.uint64(16) | kind) << np.uint64(21) | event_on
    key = keys_of(block, column["person_id"], is_id)
    return Judgement(is_clean, ~_all(block), key, group, _none(block), _all(block))


JUDGES: dict[str, Judge] = {
    "persons": persons,
    "residences": residences,
    "enrolments": enrolments,
    "traces": traces,
}


def _none(block: Block) -> Numbers:
    return np.zeros(block.n_rows, np.uint64)


def _all(block: Block) -> Flags:
    return np.ones(block.n_rows, np.bool_)


def _is_date_or_empty(block: Block, column: int) -> Flags:
    ok, _ = forms.register_dates(block, column)
    return ok | forms.is_empty(block, column)


def _is_id_long_or_empty(block: Block, column: int) -> Flags:
    lengths = block.lengths[column]
    fits: Flags = (lengths == 32) | (lengths == 0)
    return fits


def _is_one_of_or_empty(block: Block, column: int, letters: str) -> Flags:
    return forms.is_one_of(block, column, letters) | forms.is_empty(block, column)


def _is_within(date: Numbers, years: tuple[int, int]) -> Flags:
    first, last = years
    within: Flags = (date >= first << 9) & (date < (last + 1) << 9)
    return within


def _number(day: str) -> int:
    year, month, of_month = (int(part) for part in day.split("-"))
    return year << 9 | month << 5 | of_month
