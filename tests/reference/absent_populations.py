"""Children who may be on no school list, every date on or beside the bound that it is about.

`absent_population(seed, n)` is a pure function of its arguments; every child has schools of its own.
"""

import random
from dataclasses import replace
from datetime import date
from typing import Any

from tests.reference import rows
from tests.reference.dates import days, months_after
from tests.reference.shapes import AbsenceSettings, Decision, Delivery, Settings

OUTCOMES = ("X-VERKLAARD", "X-SCHOOL-ELDERS", "X-INSTELLING", "X-GEEN-SCHOOL")


def absent_population(seed: int, children: int, today: date) -> Delivery:
    """Residents of about compulsory age, most of them withdrawn from a school or never on one."""
    delivery = Delivery()
    for number in range(children):
        _write(delivery, f"absent {seed}/{number}", number, today)
    random.Random(seed).shuffle(delivery.enrolments)
    return delivery


def absent_decisions(delivery: Delivery, seed: int, today: date) -> list[Decision]:
    """What people may have decided about some of them, now and then just too long ago."""
    rng = random.Random(f"decided {seed}")
    first_of_august = date(today.year if today.month > 7 else today.year - 1, 8, 1)
    options = (today - days(20), months_after(today, -12), months_after(today, -12) - days(1), first_of_august)
    return [
        Decision(row["person_id"], None, rng.choice(OUTCOMES), rng.choice((*options, first_of_august - days(1))))
        for row in delivery.persons
        if rng.random() < 0.2
    ]


def with_schools(settings: Settings, delivery: Delivery, today: date) -> Settings:
    """Every school that has a fresh list, declared."""
    fresh = today - days(20)
    schools = {row["school_id"] for row in delivery.enrolments if fresh.isoformat() <= row["seen_on"]}
    sizes = {school: sum(row["school_id"] == school for row in delivery.enrolments) for school in schools}
    small = tuple(sorted(school for school in schools if sizes[school] < 20))
    return replace(settings, absence=AbsenceSettings(small))


def _write(delivery: Delivery, name: str, number: int, today: date) -> None:
    rng = random.Random(name)
    child = rows.person(name, _birth(rng, today), is_confidential="1" if rng.random() < 0.1 else "0")
    if rng.random() < 0.08:
        since = rng.choice(
            ("", rows.register_text(today), rows.register_text(today + days(1)), today.strftime("%Y%m00"))
        )
        child |= {"suspension_reason": rng.choice("OEF"), "suspension_date": since}
    delivery.persons.append(child)
    if rng.random() < 0.03:
        delivery.persons.append(child)
    delivery.residences += _addresses(rng, name, today)
    school = f"{number % 90 + 10}{chr(65 + number // 90)}{rng.choice('QXYZ')}0"
    for place in range(rng.choice((0, 1, 1, 1, 2))):
        _enrol(rng, delivery, name, f"{school}{place}", today)
    if rng.random() < 0.2:
        ended = rng.choice((None, None, today + days(rng.randint(-1, 1))))
        delivery.traces.append(
            rows.trace(name, "exemption", today - days(rng.choice((-1, 0, 200))), "leerplichtfile", ended)
        )


def _birth(rng: random.Random, today: date) -> str:
    born = months_after(today, -12 * rng.randint(5, 17)) - days(rng.randint(0, 364))
    if rng.random() < 0.2:
        born = months_after(today, -12 * rng.choice((5, 16, 18))) + days(rng.choice((-45, -1, 0, 1)))
    text = rows.register_text(born)
    return rng.choice((text,) * 8 + (text[:6] + "00", text[:4] + "0000", "00000000"))


def _addresses(rng: random.Random, name: str, today: date) -> list[dict[str, str]]:
    """Newest first."""
    arrived = today - days(rng.choice((0, 89, 90, 91, 400, 400, 3000, 3000, 3000, 3000)))
    text = rows.register_text(arrived)
    since = rng.choice((text,) * 6 + (text[:6] + "00", "00000000", ""))
    home = rng.choice(("0363",) * 16 + ("0518", "0457", "0599", "1999"))
    found = [
        rows.address(name, 0, since, municipality_code=home, recorded_on=text, valid_from=rng.choice((text, since)))
    ]
    if rng.random() < 0.3:  # a move within the country, perhaps from a municipality that is not in scope
        moved = today - days(rng.choice((0, 89, 90, 400)))
        found[0]["municipality_code"] = rng.choice((home, "0518", "0457", "0599"))
        found.insert(0, rows.address(name, 0, max(moved, arrived), municipality_code=home))
    if rng.random() < 0.3:
        found += [rows.departure(name, 0, arrived - days(300)), rows.address(name, 0, arrived - days(900))]
    if rng.random() < 0.1:
        began = rows.register_text(today - days(rng.choice((0, 182, 183))))
        found[0] |= {"is_under_inquiry": "1", "inquiry_from": rng.choice(("", began))}
    if rng.random() < 0.05:
        found.insert(0, rows.address(name, 0, today, municipality_code="0599", is_incorrect="1"))
    for seq, row in enumerate(found):
        row |= {"seq": str(seq), "declared_by": rng.choice(("", *"IAGPKOMHBTW."))}
        if row["departure_date"]:
            row["is_destination_unknown"] = rng.choice("01")
        else:
            row["address_function"] = rng.choice("WWB")
    return found


def _enrol(rng: random.Random, delivery: Delivery, name: str, school: str, today: date) -> None:
    """One enrolment as one or two lists held it, with some pupils beside it so that a list can shrink."""
    enrolled = today - days(rng.choice((100, 400, 800, 800, -1, 3)))
    withdrawn = today - days(rng.choice((-1, 0, 29, 30, 31, 60, 90, 90, 100, 200, 200)))
    source = rng.choice(("school", "duo", "leerplicht"))
    kind = rng.choice(("PO", "SBO", "SO", "VSO", "VO", "MBO", "OTHER", "OTHER"))
    newest = today - days(rng.choice((0, 5, 5, 5, 5, 5, 44, 45, 46, 75, 76)))
    shared: dict[str, Any] = {"school_id": school, "source": source, "education_type": kind}
    is_open = rng.random() < 0.1
    if rng.random() < 0.4:
        delivery.enrolments.append(rows.enrolment(name, enrolled, newest - days(30), **shared))
    last = rows.enrolment(name, enrolled, newest, None if is_open else withdrawn, **shared)
    delivery.enrolments.append(last)
    if rng.random() < 0.1:  # a second row of the newest list that says otherwise
        delivery.enrolments.append(last | {"withdrawn_on": rng.choice(("", (withdrawn - days(7)).isoformat()))})
    if rng.random() < 0.15:
        for pupil in range(25):
            other = f"{school} pupil {pupil}"
            delivery.enrolments.append(rows.enrolment(other, enrolled, newest - days(30), **shared))
            if pupil < rng.choice((18, 20, 25)):
                delivery.enrolments.append(rows.enrolment(other, enrolled, newest, **shared))
