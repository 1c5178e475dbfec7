"""The residents: singles, couples and families, how they came to live here, and the ordinary life of their
children. Everything the lists look at happens among them too: absence, leave, exemptions, school moves."""

from datetime import date, timedelta
from random import Random

from brp_signals.sample.people import (
    Household,
    Person,
    Residence,
    Trace,
    age,
    day_between,
    register_date,
    school_day,
    years_before,
)
from brp_signals.sample.schools import attend, change_school
from brp_signals.sample.town import NON_RESIDENTS, Town

#: The codes of the trace sources; the configuration beside the delivery declares them.
SOURCE_OF = {
    "absence_report": "verzuim",
    "school_result": "toetsen",
    "exemption": "vrijstelling",
    "leave": "verlof",
    "tmv_report": "terugmelding",
    "municipal_provision": "zwemlessen",
}
#: How many days each of these sources keeps what it holds.
RETENTION_DAYS = dict.fromkeys(SOURCE_OF, 365) | {"exemption": 730}


def trace(kind: str, event_on: date, ended_on: date | None = None) -> Trace:
    """A trace from the source that holds its kind."""
    return Trace(kind, SOURCE_OF[kind], event_on, ended_on)


def populate(town: Town, people: int) -> None:
    """Fill the town with residents until it counts `people` persons."""
    rng = town.stream("residents")
    while (room := people - len(town.people)) > 0:
        kind = rng.choices(["single", "couple", "family"], [40, 28, 32])[0]
        if kind == "family" and room >= 6:
            _resident_family(town, rng)
        elif kind == "couple" and room >= 2:
            _couple(town, rng)
        else:
            _single(town, rng)


def family(town: Town, rng: Random, births: list[date], here_by: date, parents: int | None = None) -> Household:
    """A family with children born on the given days that lives in town by `here_by` at the latest."""
    count = parents if parents is not None else rng.choices([1, 2], [20, 80])[0]
    adults = [_adult(town, rng, years_before(min(births), rng.uniform(22, 37))) for _ in range(count)]
    children = [town.add(birth) for birth in sorted(births)]
    for child in children:
        child.parent1_id = adults[0].person_id
        child.parent2_id = adults[1].person_id if count > 1 else ""
    household = Household(adults, children, town.new_id())
    _settle(town, rng, household, here_by)
    return household


def _resident_family(town: Town, rng: Random) -> None:
    today = town.reference_date
    births = [day_between(rng, years_before(today, 23), today - timedelta(days=20))]
    for _ in range(rng.choices([0, 1, 2, 3], [38, 42, 15, 5])[0]):
        following = births[-1] + timedelta(days=rng.randrange(500, 1700))
        if following < today - timedelta(days=20):
            births.append(following)
    household = family(town, rng, births, today - timedelta(days=15))
    town.families.append(household)
    for child in household.children:
        if rng.random() < 0.004:
            child.birth_date = register_date(child.birth, rng.choice(["month", "year"]))
        child.is_confidential = rng.random() < 0.004
        if age(child.birth, today) < 19:
            _school_life(town, rng, child)
    for person in household.members:
        _administration(town, rng, person)


def _couple(town: Town, rng: Random) -> None:
    birth = years_before(town.reference_date, rng.uniform(24, 88))
    pair = [_adult(town, rng, birth + timedelta(days=rng.randrange(-2000, 2000))) for _ in range(2)]
    _settle(town, rng, Household(pair, [], town.new_id()), town.reference_date - timedelta(days=15))
    for person in pair:
        _administration(town, rng, person)


def _single(town: Town, rng: Random) -> None:
    today = town.reference_date
    person = _adult(town, rng, years_before(today, rng.uniform(19, 96)))
    fate = rng.random()
    if fate < 0.006:
        _non_resident(town, person)
        return
    _settle(town, rng, Household([person], [], town.new_id()), today - timedelta(days=400))
    if fate < 0.03:
        _departed_adult(town, rng, person)
    elif fate < 0.05:
        person.suspension_reason = "O"
        person.suspension_date = register_date(day_between(rng, years_before(today, 3), today))
    elif fate < 0.053:
        person.suspension_reason = rng.choice("MFW")
        person.suspension_date = register_date(day_between(rng, years_before(today, 3), today))
    elif fate < 0.07:
        person.residences[-1].address_function = "B"
    _administration(town, rng, person)


def _adult(town: Town, rng: Random, birth: date) -> Person:
    known = rng.choices(["day", "month", "year"], [985, 5, 10])[0]
    person = town.add(birth, known)
    person.is_confidential = rng.random() < 0.004
    return person


def _settle(town: Town, rng: Random, household: Household, here_by: date) -> None:
    """Give the members their address and, when they came later than they were born, an earlier one."""
    eldest = min(person.birth for person in household.members)
    since = max(years_before(here_by, rng.uniform(0.05, 18)), years_before(eldest, -17.5))
    since = min(since, here_by)
    before, earlier = town.new_id(), max(years_before(since, rng.uniform(1, 9)), eldest)
    origin = town.elsewhere(rng) if rng.random() < 0.25 else town.municipality
    for person in household.members:
        declared_by = "G" if person in household.children else "I"
        if person.birth >= since:
            town.lives(rng, person, household.address_id, person.birth, declared_by="I")
            continue
        start = max(earlier, person.birth)
        known = "nothing" if start < date(1985, 1, 1) else rng.choices(["day", "month", "year"], [97, 1, 2])[0]
        town.lives(rng, person, before, start, municipality=origin, known=known, declared_by=declared_by)
        town.lives(rng, person, household.address_id, since, declared_by=declared_by)


def _administration(town: Town, rng: Random, person: Person) -> None:
    """What offices do to a file without anybody moving: copies, corrections, inquiries."""
    newest, today = person.residences[-1], town.reference_date
    fate = rng.random()
    if newest.departure_date or fate > 0.11:
        return
    since = date(int(newest.recorded_on[:4]), int(newest.recorded_on[4:6]), int(newest.recorded_on[6:]))
    later = day_between(rng, since, today)
    if fate < 0.08:
        copy = Residence(newest.municipality_code, newest.address_function, newest.address_id, newest.address_from)
        copy.declared_by = rng.choices(["T", "W"], [4, 1])[0]
        copy.valid_from = copy.recorded_on = register_date(later)
        person.residences.append(copy)
    elif fate < 0.095:
        wrong = Residence(newest.municipality_code, "W", town.new_id(), register_date(later), declared_by="I")
        wrong.valid_from = wrong.recorded_on = register_date(later)
        wrong.is_incorrect = "1"
        person.residences.insert(-1, wrong)
    else:
        newest.is_under_inquiry = "1"
        if fate < 0.105:
            newest.inquiry_from = register_date(day_between(rng, max(since, years_before(today, 1)), today))


def _departed_adult(town: Town, rng: Random, person: Person) -> None:
    on = day_between(rng, years_before(town.reference_date, 4), town.reference_date - timedelta(days=90))
    is_unknown = rng.random() < 0.45
    lag = rng.randrange(30, 75) if is_unknown else rng.randrange(6)
    declared_by = "A" if is_unknown else "I"
    town.leaves(person, on, on + timedelta(days=lag), declared_by=declared_by, is_unknown=is_unknown)
    if rng.random() < 0.3:
        back = on + timedelta(days=rng.randrange(60, 700))
        if back < town.reference_date:
            town.returns(rng, person, back, town.new_id())


def _non_resident(town: Town, person: Person) -> None:
    """Somebody who was put in the register of non-residents without ever living here."""
    person.municipality_code, person.suspension_reason = NON_RESIDENTS, "R"
    since = register_date(town.reference_date - timedelta(days=500))
    person.suspension_date = since
    person.residences.append(Residence(NON_RESIDENTS, declared_by="A", valid_from=since, recorded_on=since))


def _school_life(town: Town, rng: Random, child: Person) -> None:
    today, years = town.reference_date, age(child.birth, town.reference_date)
    if years < 4 or rng.random() < 0.01:
        return
    attend(town.schools, rng, child)
    if child.enrolments and rng.random() < 0.02:
        change_school(town.schools, rng, child)
    first, last = today - timedelta(days=355), today - timedelta(days=3)
    if years >= 12 and rng.random() < 0.06:
        child.traces.append(trace("absence_report", school_day(rng, first, last)))
    if 7 <= years <= 15 and rng.random() < 0.30:
        child.traces.append(trace("school_result", school_day(rng, first, last)))
    if years >= 5 and rng.random() < 0.06:
        start = day_between(rng, first, last)
        child.traces.append(trace("leave", start, start + timedelta(days=rng.randrange(2, 12))))
    if years >= 5 and rng.random() < 0.012:
        start = date(last.year if last.month >= 8 else last.year - 1, 8, 1)
        child.traces.append(trace("exemption", start, start.replace(year=start.year + 1) - timedelta(days=1)))
    if rng.random() < 0.008:
        child.traces.append(trace("tmv_report", day_between(rng, first, last)))
    if 5 <= years <= 10 and rng.random() < 0.10:
        child.traces.append(trace("municipal_provision", school_day(rng, first, last)))
