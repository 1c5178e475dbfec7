"""Children on no school list of whom one row cannot be read, each of another kind."""

from dataclasses import replace

from tests.ledger.nights import case_of
from tests.reference.shapes import Delivery
from tests.spec.builders import delivery_of, key_of
from tests.spec.notation import NONE, REFERENCE_DATE, Case

GONE = "2020-08-17..2026-04-30 at A seen 2026-06-03"
ENDED = "exemption 2025-08-01..2026-01-31"
#: Table, column and a text that cannot be read there; each befalls a child of its own.
DAMAGE = [
    ("persons", "birth_date", "20140231"),
    ("persons", "suspension_date", "20260631"),
    ("persons", "municipality_code", "36"),
    ("persons", "parent1_id", "1" * 31),
    ("persons", "parent1_id", "x" * 32),
    ("persons", "parent2_id", "x" * 32),
    ("persons", "is_confidential", ""),
    ("persons", "is_confidential", "2"),
    ("residences", "seq", "first"),
    ("residences", "seq", ""),
    ("residences", "municipality_code", "363"),
    ("residences", "address_function", "Q"),
    ("residences", "address_id", "1" * 31),
    ("residences", "address_id", "x" * 32),
    ("residences", "address_from", "20190231"),
    ("residences", "departure_date", "2026"),
    ("residences", "is_destination_unknown", "2"),
    ("residences", "declared_by", "?"),
    ("residences", "valid_from", "20190231"),
    ("residences", "recorded_on", "2019"),
    ("residences", "is_under_inquiry", ""),
    ("residences", "is_incorrect", "no"),
    ("residences", "inquiry_from", "2019-01-01"),
    ("enrolments", "school_id", "12AB"),
    ("enrolments", "education_type", "HBO"),
    ("enrolments", "enrolled_on", "20200817"),
    ("enrolments", "withdrawn_on", "2026-02-30"),
    ("enrolments", "source", "parents"),
    ("enrolments", "seen_on", ""),
    ("traces", "event_on", "2025-02-30"),
    ("traces", "event_on", "2016-02-30"),
    ("traces", "event_on", ""),
    ("traces", "ended_on", "2026-01-32"),
]
WHOLE, NEVER, NOBODY, LATER = "whole", "never on a list", "under no pseudonym", "suspended tomorrow, nobody knows why"
ON_LEAVE = "on leave, nobody knows when"
OTHERS = (NEVER, NOBODY, LATER, ON_LEAVE)
_EVIDENCE = {WHOLE: "R-01 2026-04-30", NEVER: "R-02 2019-06-10", ON_LEAVE: "R-01 2026-04-30"}


def situation() -> Case:
    """Children alike in everything, withdrawn from a school that delivers: one that is whole, one for each kind of
    damage; and some whose damage is more than one cell, beside one that no list ever held.
    """
    names = [WHOLE, *(" ".join(each) for each in DAMAGE), *OTHERS]
    children = [
        {"child": name, "left": NONE, "enrolled": GONE, "trace": ENDED, "→ evidence": _EVIDENCE.get(name, "")}
        for name in names
    ]
    children[names.index(NEVER)]["enrolled"] = ""
    settings = {"absence": {"declared_schools": ["A"]}}
    return replace(case_of(children, REFERENCE_DATE), spec="unreadable", settings=settings)


def damaged(case: Case) -> Delivery:
    """The delivery of the situation."""
    delivery = delivery_of(case)
    for place, (table, column, text) in enumerate(DAMAGE, start=1):
        rows = getattr(delivery, table)
        row = rows[place] | {column: text}
        if table == "persons":
            rows[place] = row
        else:  # beside a row that would show the child by itself
            rows.append(row)
    for rows in vars(delivery).values():
        for row in rows:
            if row["person_id"] == key_of(case, NOBODY):
                row["person_id"] = "x" * 32
    for row in delivery.persons:
        if row["person_id"] == key_of(case, LATER):
            row |= {"suspension_reason": "Q", "suspension_date": "20260616"}
    on_leave = {"person_id": key_of(case, ON_LEAVE), "kind": "leave", "source_code": "verlof", "event_on": "soon"}
    delivery.traces.append(delivery.traces[0] | on_leave)
    # Of a row without a pseudonym nobody can say whose it is; it may hide nobody either.
    delivery.persons.append(delivery.persons[0] | {"person_id": ""})
    return delivery
