"""Rows that the rules never see: sources nobody declared, traces kept too long, K-04 and K-05."""

from collections import Counter
from datetime import date

from tests.reference.dates import Interval, birthday, days, iso_date, register_date
from tests.reference.shapes import Delivery, Row, Settings

#: K-04: lowest and highest age at which a pupil may start, per type of education.
AGE_BANDS = {"PO": (3, 14), "SBO": (3, 14), "SO": (3, 21), "VSO": (3, 21), "VO": (3, 21), "MBO": (14, None)}


def keep_usable_rows(
    delivery: Delivery, reference_date: date, settings: Settings
) -> tuple[Delivery, Counter[tuple[str, str]]]:
    """The rows that may be used, and the number of the others per table and reason."""
    refused: Counter[tuple[str, str]] = Counter()
    persons = _persons_that_appear_once(delivery.persons, refused)
    births = {row["person_id"]: register_date(row["birth_date"]) for row in persons}
    kept = Delivery(persons=persons, residences=list(delivery.residences))
    for row in delivery.enrolments:
        if is_impossible_enrolment(row, births.get(row["person_id"]), reference_date):
            refused["enrolments", "K-04"] += 1
        else:
            kept.enrolments.append(row)
    for row in delivery.traces:
        reason = trace_refusal(row, reference_date, settings)
        if reason:
            refused["traces", reason] += 1
        else:
            kept.traces.append(row)
    return kept, refused


def _persons_that_appear_once(persons: list[Row], refused: Counter[tuple[str, str]]) -> list[Row]:
    """K-05: of a person on two rows both go, since nobody can say which is right."""
    times = Counter(row["person_id"] for row in persons)
    once = [row for row in persons if times[row["person_id"]] == 1]
    if len(once) < len(persons):
        refused["persons", "K-05"] = len(persons) - len(once)
    return once


def is_impossible_enrolment(row: Row, born: Interval | None, reference_date: date) -> bool:
    """K-04: withdrawn before enrolled, seen after today, or certainly at an age that does not fit."""
    enrolled, withdrawn = iso_date(row["enrolled_on"]), iso_date(row["withdrawn_on"])
    seen = iso_date(row["seen_on"])
    assert enrolled is not None and seen is not None
    if withdrawn is not None and withdrawn < enrolled:
        return True
    if seen > reference_date:
        return True
    if born is None or born.is_unbounded:
        return False
    if enrolled < birthday(born.earliest, 3).earliest:
        return True
    youngest, oldest = AGE_BANDS.get(row["education_type"], (None, None))
    if youngest is not None and enrolled < birthday(born.earliest, youngest).earliest:
        return True
    return oldest is not None and enrolled >= birthday(born.latest, oldest + 1).latest


def trace_refusal(row: Row, reference_date: date, settings: Settings) -> str:
    """Why a trace may not be used; empty when it may."""
    for source in settings.sources:
        if (source.code, source.kind) != (row["source_code"], row["kind"]):
            continue
        if source.kind == "municipal_provision" and not source.dpia_reference:
            return "source_not_declared"
        event_on = iso_date(row["event_on"])
        assert event_on is not None
        return "retention_over" if event_on < reference_date - days(source.retention_days) else ""
    return "source_not_declared"
