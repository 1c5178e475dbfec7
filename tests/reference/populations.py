"""Small nasty deliveries: every date sits on or beside the bound that it is about.

`population(seed, n)` is a pure function of its arguments. Every child of it is a story of its own (its
family, its schools), so that one population tests many situations at once (invariant I-9).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from tests.reference import rows
from tests.reference.dates import days, months_after, register_date
from tests.reference.departures import departures, rows_as_of
from tests.reference.shapes import Decision, Delivery, Row, Settings, Source

REFERENCE_DATES = (
    date(2026, 6, 15),
    date(2026, 8, 20),
    date(2026, 11, 24),
    date(2027, 2, 28),
    date(2028, 2, 29),
    date(2026, 9, 30),
)

SETTINGS = Settings(
    sources=(
        Source("verzuim", "absence_report"),
        Source("toetsen", "school_result"),
        Source("leerplichtfile", "exemption", file="leerplicht.csv"),
        Source("leerplichtfile", "leave", file="leerplicht.csv"),
        Source("verlof", "leave", retention_days=200),
        Source("tmv", "tmv_report", retention_days=730),
        Source("zwembad", "municipal_provision", dpia_reference="DPIA-2026-014"),
        Source("sportpas", "municipal_provision"),
    ),
    enrolment_sources={"leerplicht": "leerplicht.csv"},
    municipality_successors={"0457": "0363"},
    scope=frozenset({"0363", "0518"}),
)
"""Every kind of source, two of them from one file, one without the assessment it needs."""

TRACES = (
    ("absence_report", "verzuim"),
    ("absence_report", "verzuim"),
    ("school_result", "toetsen"),
    ("exemption", "leerplichtfile"),
    ("leave", "leerplichtfile"),
    ("leave", "verlof"),
    ("tmv_report", "tmv"),
    ("municipal_provision", "zwembad"),
    ("municipal_provision", "sportpas"),
    ("absence_report", "onbekend"),
    ("leave", "verzuim"),
)
MUNICIPALITIES = ("0363",) * 6 + ("0518",) * 3 + ("0457", "0599", "1999", "0000")
EDUCATION_TYPES = ("PO", "SBO", "SO", "VSO", "VO", "MBO", "OTHER")
EDGES = (0, 1, 13, 14, 15, 29, 30, 31, 32, 44, 45, 60, 61, 62, 63, 90)
"""Days after V around every grace and every guard."""
RETURNS = (20, 30, 31, 32, 45, 61, 79, 100, 130, 183)


@dataclass
class _Story:
    """One child with its family and schools, while it is being written."""

    name: str
    rng: random.Random
    today: date
    delivery: Delivery
    left: date
    home: str

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def pick(self, options: Sequence[int]) -> int:
        return self.rng.choice(options)

    def near(self, day: date, spread: int = 1) -> date:
        return day + days(self.rng.randint(-spread, spread))


def population(seed: int, children: int, today: date = REFERENCE_DATES[0]) -> Delivery:
    """`children` stories in one delivery; ids and schools of another seed are others."""
    delivery = Delivery()
    for number in range(children):
        name = f"{seed}/{number}"
        rng = random.Random(name)
        story = _Story(name, rng, today, delivery, _departure_day(rng, today), rng.choice(MUNICIPALITIES))
        _write(story)
    random.Random(seed).shuffle(delivery.residences)
    return delivery


class Night:
    """The input of one run: a reference date, a population, and decisions about some of its children."""

    def __init__(self, seed: int, children: int, today: date) -> None:
        self.today = today
        self.delivery = population(seed, children, today)
        self.decisions = decisions(self.delivery, seed, today)
        self._words = f"Night({seed}, {children}, {today!r})"

    def __repr__(self) -> str:
        """Short enough for the report of a failing example, and enough to make it again."""
        return self._words


def nights(children: int) -> st.SearchStrategy[Night]:
    """Hypothesis: any population of so many children on any of the reference dates."""
    return st.builds(Night, st.integers(0, 2**32), st.just(children), st.sampled_from(REFERENCE_DATES))


def decisions(delivery: Delivery, seed: int, today: date) -> list[Decision]:
    """What staff may have decided before: about every fourth departure, sometimes just too long ago."""
    rng = random.Random(f"decisions/{seed}")
    found = []
    for person, history in sorted(residences_per_person(delivery).items()):
        for departure in departures(rows_as_of(history, today)):
            if departure.departed_on.is_unbounded or rng.random() > 1 / 4:
                continue
            decided_on = rng.choice(
                (
                    today - days(rng.randint(0, 90)),
                    months_after(today, -12),
                    months_after(today, -12) - days(1),
                    today + days(1),
                    date(today.year, 7, 31) if today.month > 7 else date(today.year - 1, 7, 31),
                    date(today.year, 8, 1) if today.month > 7 else date(today.year - 1, 8, 1),
                )
            )
            code = rng.choice(("X-VERKLAARD", "X-VERKLAARD", "X-GRENS", "X-NIET"))
            found.append(Decision(person, departure.departed_on.earliest, code, decided_on))
    return found


def residences_per_person(delivery: Delivery) -> dict[str, list[Row]]:
    """The residence rows of each person."""
    found: dict[str, list[Row]] = {}
    for row in delivery.residences:
        found.setdefault(row["person_id"], []).append(row)
    return found


def _departure_day(rng: random.Random, today: date) -> date:
    first_day = months_after(today, -24)
    return rng.choice(
        (
            today - days(rng.choice(EDGES)),
            today - days(rng.randint(14, 45)),
            today - days(rng.randint(60, 250)),
            today - days(rng.randint(60, 250)),
            today - days(rng.randint(60, 700)),
            date(
                today.year if today.month > 6 else today.year - 1,
                rng.choice((6, 6, 7, 8, 9)),
                rng.randint(1, 28),
            ),
            first_day + days(rng.choice((-1, 0, 0, 1, 30))),
            today + days(rng.choice((0, 1))),
        )
    )


def _write(story: _Story) -> None:
    story.delivery.persons.append(_child_row(story))
    if story.chance(0.02):  # the same person twice: K-05
        story.delivery.persons.append(_child_row(story))
    if story.chance(0.02):  # residences without a persons row
        story.delivery.persons.pop()
    returned = _history(story)
    _parents(story)
    _schools(story, returned)
    for _ in range(story.pick((0, 0, 1, 1, 2, 3))):
        _trace(story, returned)
    if story.chance(0.15):
        _months_on_lists(story)
    if story.chance(0.2):
        _missing_on_a_later_list(story)
    if story.chance(0.12):
        _traces_of_many_months(story)


# The child. ---------------------------------------------------------------------------------------------


def _birth_text(story: _Story) -> str:
    rng, today = story.rng, story.today
    born = months_after(story.left, -12 * rng.randint(4, 17)) - days(rng.randint(0, 364))
    if story.chance(0.15):  # 18 years old about the reference date, the departure or a sign
        near = rng.choice((today, story.left, story.left + days(rng.choice(EDGES))))
        born = months_after(story.near(near), -12 * 18)
    elif story.chance(0.15):  # five years old about the departure
        born = months_after(story.left + days(rng.randint(-60, 30)), -12 * 5)
    elif story.chance(0.03):
        born = date(rng.choice((2008, 2012, 2016, 2020)), 2, 29)
    text = rows.register_text(born)
    if story.chance(0.08):
        return text[:6] + "00"
    if story.chance(0.05):
        return text[:4] + "0000"
    return "00000000" if story.chance(0.02) else text


def _child_row(story: _Story) -> Row:
    reason = story.rng.choices(("E", "", "O", "M", "R", "F", "W"), (80, 10, 2, 2, 2, 2, 2))[0]
    since = story.rng.choice(("", rows.register_text(story.left), rows.register_text(story.left)))
    if story.chance(0.05):
        since = rows.register_text(story.today + days(story.pick((0, 1))))
    return rows.person(
        story.name,
        _birth_text(story),
        suspension_reason=reason,
        suspension_date=since if reason else "",
        municipality_code="1999",
        is_confidential="1" if story.chance(0.06) else "0",
        parent1_id=rows.pseudonym(f"{story.name} mother") if story.chance(0.8) else "",
        parent2_id=rows.pseudonym(f"{story.name} father") if story.chance(0.6) else "",
    )


def _blur(story: _Story, day: date, share: float = 0.12) -> str:
    """The day as register text, now and then incomplete."""
    text = rows.register_text(day)
    if not story.chance(share):
        return text
    return story.rng.choice((text[:6] + "00", text[:6] + "00", text[:4] + "0000", "00000000"))


def _history(story: _Story) -> date | None:
    """The residence rows of the child; gives the day of return, if the child returned."""
    rng, name = story.rng, story.name
    newest_first: list[Row] = []
    if story.chance(0.1):  # a row that is only there to be ignored
        newest_first.append(rows.address(name, 0, story.near(story.today, 40), is_incorrect="1"))
    returned = None
    if story.chance(0.3):
        returned = _return_day(story)
        if story.chance(0.1):  # a move after the return
            newest_first.append(_home(story, returned + days(20)))
        newest_first.append(_home(story, returned))
    newest_first += _departure_rows(story, story.left)
    if story.chance(0.12):  # copied once more, while living here again
        newest_first.insert(0, dict(newest_first[-1]))
    before = story.left - days(rng.randint(40, 900))
    newest_first.append(_home(story, before))
    if story.chance(0.15):  # the municipality before, or the register of non-residents
        newest_first.append(rows.address(name, 0, before - days(300), municipality_code="0518"))
    if story.chance(0.15):  # an earlier departure, with or without the return that should follow
        earlier = before - days(rng.choice((0, 20, 31, 100, 200)))
        newest_first += _departure_rows(story, earlier)
        if story.chance(0.1):
            del newest_first[-2:-1]
        newest_first.append(_home(story, earlier - days(500)))
    if story.chance(0.03):  # nothing is known of where the child lived
        newest_first = newest_first[:1]
    if story.chance(0.08):
        newest_first[0]["is_under_inquiry"] = "1"
        since = story.today - days(rng.choice((0, 100, 181, 182, 183, 200)))
        newest_first[0]["inquiry_from"] = rng.choice(("", "00000000", rows.register_text(since)))
    gap = story.chance(0.1)
    for seq, row in enumerate(newest_first):
        row["seq"] = str(seq * 2 if gap else seq)
    story.delivery.residences += newest_first
    return returned


def _return_day(story: _Story) -> date:
    eight_months = months_after(story.left, 8)
    day = story.rng.choice(
        (
            story.left + days(story.pick(RETURNS)),
            story.left + days(story.pick(RETURNS)),
            eight_months + days(story.pick((-1, 0, 1))),
            story.today + days(story.pick((-31, -30, -1, 0, 1))),
        )
    )
    return max(day, story.left)


def _home(story: _Story, since: date) -> Row:
    since_text = _blur(story, since, 0.08)
    function = "B" if story.chance(0.1) else "W"
    row = rows.address(story.name, 0, since_text, municipality_code=story.home, address_function=function)
    row["recorded_on"] = rows.register_text(since + days(story.pick((0, 2, 5))))
    if story.chance(0.05):
        row["address_from"] = ""
    if story.chance(0.02):
        row["address_from"] = row["valid_from"] = ""
    return row


def _departure_rows(story: _Story, left: date) -> list[Row]:
    """The departure, newest row first: sometimes with copies, corrections and rows that were wrong."""
    rng, name = story.rng, story.name
    lag = rng.choice((-6, 0, 2, 2, 2, 10, 59, 60, 61, 77, 120))
    recorded = left + days(lag)
    code = story.home if story.chance(0.1) else "1999"
    base = rows.departure(
        name,
        0,
        _blur(story, left, 0.18),
        _blur(story, recorded, 0.08),
        municipality_code=code,
        is_destination_unknown=rng.choice(("0", "0", "1", "1", "")),
        declared_by=rng.choice(("A", "I", "O", "")),
    )
    if story.chance(0.04):
        base["recorded_on"] = ""
    found = [base]
    if story.chance(0.2):  # an administrative copy, recorded later
        later = rows.register_text(recorded + days(story.pick((0, 7, 70))))
        copy = base | {"recorded_on": later, "is_destination_unknown": rng.choice(("0", "1"))}
        found.insert(0, copy)
    if story.chance(0.12):  # the date is corrected, or known better
        other = left + days(story.pick((-31, -3, 0, 3)))
        text = rng.choice((rows.register_text(other), rows.register_text(other)[:6] + "00"))
        found.insert(story.pick((0, len(found))), base | {"departure_date": text})
    if story.chance(0.1):
        wrong = rows.register_text(left - days(story.pick((5, 50))))
        found.insert(0, base | {"departure_date": wrong, "is_incorrect": "1"})
    if story.chance(0.05):
        found[0]["is_incorrect"] = "1"
    return found


# The parents. -------------------------------------------------------------------------------------------


def _parents(story: _Story) -> None:
    for role in ("mother", "father"):
        name = f"{story.name} {role}"
        if story.chance(0.12):  # known by number only
            continue
        confidential = "1" if story.chance(0.05) else "0"
        row = rows.person(name, date(1984, 4, 5), is_confidential=confidential)
        history = _parent_history(story, name)
        if history and history[0]["departure_date"]:
            row["suspension_reason"] = "E"
        if story.chance(0.05):
            row["suspension_reason"] = story.rng.choice(("O", "E"))
        story.delivery.persons.append(row)
        for seq, residence in enumerate(history):
            residence["seq"] = str(seq)
        story.delivery.residences += history


def _parent_history(story: _Story, name: str) -> list[Row]:
    rng, left, today = story.rng, story.left, story.today
    old_home = rows.address(name, 0, left - days(rng.choice((0, 1, 2000, 2000))))
    if story.chance(0.08):
        return []
    if story.chance(0.4):  # stayed, perhaps after an earlier stay abroad
        if story.chance(0.3):
            back = left - days(rng.choice((-1, 0, 1, 30, 200)))
            gone = back - days(rng.choice((0, 1, 31, 32, 150)))
            abroad = rows.departure(name, 0, _blur(story, gone))
            return [rows.address(name, 0, _blur(story, back)), abroad, old_home]
        if story.chance(0.2):
            return [rows.address(name, 0, left - days(3000), municipality_code="1999")]
        return [old_home]
    gone = left + days(rng.choice((-32, -31, -1, 0, 0, 0, 18, 31, 32)))
    abroad = rows.departure(name, 0, _blur(story, gone))
    if story.chance(0.5):
        return [abroad, old_home]
    back = rng.choice((gone + days(20), gone + days(63), today - days(30), today - days(29), today - days(31)))
    return [rows.address(name, 0, _blur(story, max(back, gone))), abroad, old_home]


# School and traces. -------------------------------------------------------------------------------------


def _school_id(story: _Story, number: int) -> str:
    digest = rows.pseudonym(f"{story.name} school {number}")
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    first, second = (letters[int(digest[place : place + 2], 16) % len(letters)] for place in (0, 2))
    return f"{int(digest[4:8], 16) % 100:02d}{first}{second}{int(digest[8:12], 16) % 100:02d}"


def _education(story: _Story, start: date) -> str:
    birth = story.delivery.persons[-1]["birth_date"] if story.delivery.persons else ""
    born = next(
        (row["birth_date"] for row in story.delivery.persons if row["person_id"] == rows.pseudonym(story.name)),
        birth,
    )
    if story.chance(0.1):
        return story.rng.choice(EDUCATION_TYPES)
    interval = register_date(born)
    age = (start - interval.earliest).days // 365 if interval and not interval.is_unbounded else 10
    return "PO" if age < 13 else "VO"


def _schools(story: _Story, returned: date | None) -> None:
    """One to three schools, each with some enrolments as some of its lists held them."""
    for number in range(story.pick((0, 1, 1, 1, 2, 3))):
        source = story.rng.choice(("school", "school", "school", "leerplicht", "duo"))
        school_id = _school_id(story, number)
        lists = _list_days(story)
        for start, end in _attendance(story, returned):
            _enrolment_rows(story, school_id, source, start, end, lists)
            if story.chance(0.15):  # the same stay in another list
                other = story.rng.choice(("school", "leerplicht", "duo"))
                _enrolment_rows(story, school_id, other, story.near(start, 2), end, lists)
        if story.chance(0.08):
            _classmates(story, school_id, source, lists)
    if story.chance(0.08):
        _started_around_the_grace(story)


def _started_around_the_grace(story: _Story) -> None:
    """A start where L-01 and L-02 meet, on lists where a pupil may or may not have come."""
    start = story.left + days(story.rng.randint(22, story.pick((33, 63))))
    first = max(start, story.left + days(30)) + days(story.pick((-1, 0, 1, 5)))
    second = start + days(story.pick((12, 13, 14, 15)))
    lists = [day for day in (first, second) if day <= story.today]
    if lists:
        _enrolment_rows(story, _school_id(story, 9), "school", start, None, lists)


def _list_days(story: _Story) -> list[date]:
    """Days of two to four lists around V + 30 and around today."""
    rng, left, today = story.rng, story.left, story.today
    options = [left + days(rng.choice(EDGES) + rng.choice((0, 14, 28))) for _ in range(3)]
    options += [today - days(rng.choice((0, 1, 20, 40, 44, 45, 46, 74, 75, 76))) for _ in range(2)]
    options += [left - days(20)]
    chosen = {day for day in rng.sample(options, rng.randint(2, 4)) if day <= today}
    if story.chance(0.04):
        chosen.add(today + days(1))
    return sorted(chosen) or [today]


def _attendance(story: _Story, returned: date | None) -> list[tuple[date, date | None]]:
    """Stays at one school: [enrolled, withdrawn)."""
    rng, left = story.rng, story.left
    long_ago = left - days(rng.randint(100, 800))
    ends = (None, None, None, left, left - days(1), left + days(rng.choice(EDGES)))
    start = rng.choice((long_ago, long_ago, left + days(rng.choice(EDGES)), left + days(rng.randint(30, 120))))
    end = rng.choice(ends)
    found = [(start, end if end is None or end >= start or story.chance(0.2) else None)]
    if story.chance(0.3):  # a next enrolment: a new key, or a real new start
        last = found[0][1] or left
        again = last + days(rng.choice((0, 1, 30, 61, 62, 63, 90)))
        found.append((again, rng.choice((None, None, again + days(rng.choice((0, 13, 14, 15, 60)))))))
    if returned is not None and story.chance(0.7):
        gap = rng.choice((0, 0, 1, 29, 30, 31, 32))
        found = [(long_ago, max(long_ago, returned - days(gap) - days(rng.choice((0, 60, 62, 100)))))]
        if story.chance(0.7):
            found.append((returned - days(rng.choice((0, 0, 5))), None))
        if story.chance(0.5):
            found[0] = (long_ago, left)
    return found


def _enrolment_rows(
    story: _Story, school_id: str, source: str, start: date, end: date | None, lists: list[date]
) -> None:
    if story.chance(0.02):  # toddlers are not enrolled
        start = months_after(start, -12 * 12)
    kind = _education(story, start)
    seen_days = [day for day in lists if day >= start - days(10)] or lists[-1:]
    if story.chance(0.15):
        seen_days = seen_days[:-1] or seen_days
    for seen in seen_days:
        known_end = end if end is not None and (end <= seen + days(5) or story.chance(0.2)) else None
        story.delivery.enrolments.append(
            rows.enrolment(story.name, start, seen, known_end, school_id=school_id, source=source, education_type=kind)
        )


def _months_on_lists(story: _Story) -> None:
    """One enrolment on the list of so many months after the departure, around the numbers that make it strong."""
    start = story.left + days(story.rng.choice((-400, -400, 29, 30, 31, 40)))
    first = story.left + days(story.pick((29, 30, 31, 45)))
    lists = [months_after(first, number) for number in range(story.pick((3, 4, 6, 7, 8)))]
    if seen := [day for day in lists if start <= day <= story.today]:
        _enrolment_rows(story, _school_id(story, 8), "school", start, None, seen)


def _missing_on_a_later_list(story: _Story) -> None:
    """The list of a school that the child stood on, and a later one with another pupil alone."""
    mine = [row for row in story.delivery.enrolments if row["person_id"] == rows.pseudonym(story.name)]
    held = {(row["school_id"], row["source"]) for row in mine}
    if not held or story.chance(0.4):
        start = story.left + days(story.rng.choice((-300, 15, 29, 30, 31, 33)))
        seen = min(max(start + days(story.pick((0, 13, 14, 20))), story.left - days(10)), story.today)
        mine.append(rows.enrolment(story.name, start, seen, school_id=_school_id(story, 7), education_type="OTHER"))
        story.delivery.enrolments.append(mine[-1])
        held = {(mine[-1]["school_id"], "school")} if story.chance(0.6) else held | {(mine[-1]["school_id"], "school")}
    for school_id, source in sorted(held):
        later = story.today - days(story.pick((0, 1, 20, 46)))
        other = f"{story.name} {school_id} alone"
        story.delivery.enrolments.append(
            rows.enrolment(other, story.left - days(700), later, school_id=school_id, source=source)
        )
        if source == min(name for school, name in held if school == school_id):
            born = months_after(story.left, -12 * 9)
            story.delivery.persons.append(rows.person(other, born))
            story.delivery.residences.append(rows.address(other, 0, born))


def _traces_of_many_months(story: _Story) -> None:
    """Reports or results in one month or several, the last about half a year after the departure."""
    kind, source = story.rng.choice((("absence_report", "verzuim"), ("school_result", "toetsen")))
    last = story.left + days(story.pick((60, 179, 180, 181, 200)))
    for before in (0, story.pick((1, 27, 31, 60))):
        event = last - days(before)
        if event <= story.today:
            story.delivery.traces.append(rows.trace(story.name, kind, event, source))


def _classmates(story: _Story, school_id: str, source: str, lists: list[date]) -> None:
    """Other pupils, so that the newer list is just or just not much smaller than the one before."""
    older, newer = story.rng.choice(((24, 19), (25, 19), (24, 20), (19, 14), (29, 23), (30, 23)))
    for seen, pupils in zip(lists[-2:], (older, newer), strict=False):
        for number in range(pupils):
            name = f"{story.name} {school_id} classmate {number}"
            row = rows.enrolment(name, story.left - days(700), seen, school_id=school_id, source=source)
            story.delivery.enrolments.append(row)
    for number in range(max(older, newer)):
        name = f"{story.name} {school_id} classmate {number}"
        born = months_after(story.left, -12 * 9)
        story.delivery.persons.append(rows.person(name, born))
        story.delivery.residences.append(rows.address(name, 0, born))


def _trace(story: _Story, returned: date | None) -> None:
    rng = story.rng
    kind, source = rng.choice(TRACES)
    anchors = [story.left, story.left, story.left]
    anchors += [returned - days(30)] if returned else []
    event = rng.choice(anchors) + days(rng.choice(EDGES))
    if story.chance(0.2):
        event = story.today - days(rng.choice((-1, 0, 1, 20, 199, 200, 201, 365, 366)))
    if returned and story.chance(0.2):
        event = story.near(returned)
    story.delivery.traces.append(rows.trace(story.name, kind, event, source))
