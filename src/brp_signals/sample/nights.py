"""What a day brings to the town: the same people and departures as the night before, and a little news.

Families leave, of children who left some turn up again, and some cases end because the register or a school says so.
Nothing that was written down about a departure goes away. Every night draws from a stream of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from brp_signals.sample.departures import BASE_RATE, CATALOGUE, LOOK_BACK_MONTHS, Stage
from brp_signals.sample.everyday import (
    DAYS_A_YEAR,
    PUPIL_AGES,
    enrol,
    kind_of_school,
    live_a_day,
    open_enrolments,
    times,
)
from brp_signals.sample.households import trace
from brp_signals.sample.people import Enrolment, Household, Person, age, school_day
from brp_signals.sample.town import Town, Truth

_DAY = timedelta(days=1)
#: Children of a family that leave together, about.
_CHILDREN_A_FAMILY = 1.5
#: Who was away this long is back too late for rule B-03, so that coming back ends a case and opens none.
_LONG_AWAY = timedelta(days=280)
#: A departure is this old before one of its children turns up: beyond every period of grace.
_GRACE = timedelta(days=45)
#: How long a school takes to hear that a pupil left, and how many of the schools that forgot look it up on a list.
_SCHOOL_HEARS = timedelta(days=15)
_SCHOOL_LOOKS_IT_UP = 0.25
_FORGOTTEN = ("school-vergat-uitschrijving", "onbekend-en-school-vergat")
#: Stories of families that are simply gone: a child of theirs can turn up.
_GONE = ("gezin-vertrokken", "onbekend-vertrokken", "ambtshalve-bekende-bestemming", "kind-naar-andere-ouder")
_TURNS_UP_AGES = range(6, 17)


@dataclass(frozen=True, slots=True)
class News:
    """What one night told about a departure, and what should come of the case: as `Truth.expected`, `S-02` for a
    child that is registered again, `none` when no sign is left."""

    night: date
    person_id: str
    departed_on: str
    what_happened: str
    expected: str
    meaning_nl: str


def next_night(town: Town, factor: int, number: int) -> list[News]:
    """Let a day pass in the town and say what is new about departures.

    With a factor above 1 a family leaves every night, a child turns up every night, and on every night of an even
    `number` a case ends, as far as there is anybody; with 1 chance alone decides, as in the first delivery.
    """
    town.reference_date += _DAY
    town.schools.next_day()
    return Night(town, factor, number).pass_by()


class Night:
    """One day of the town, with its own stream of chance."""

    def __init__(self, town: Town, factor: int, number: int) -> None:
        self.town = town
        self.today = town.reference_date
        self.factor = factor
        self.number = number
        self.rng: Random = town.stream(f"night/{self.today}")
        self.person = {person.person_id: person for person in town.people}
        self.news: list[News] = []

    def pass_by(self) -> list[News]:
        """Everything that happens, the ends of cases before the new ones."""
        self._schools_hear()
        self._case_ends()
        self._child_turns_up()
        self._family_leaves()
        live_a_day(self.town, self.rng)
        return self.news

    # --- Chance ---

    def _wanted(self, expected: float, is_due: bool = True) -> int:
        """How often something happens tonight: at least once in a town where more children leave than in reality."""
        return max(times(self.rng, expected), int(is_due and self.factor > 1))

    # --- Departures, and what becomes of them ---

    def _departed(self, expected: tuple[str, ...]) -> Iterator[tuple[Truth, Person]]:
        """Children who are still away, with the truth of their last departure, if that is what is expected now."""
        for truth in self.town.truths:
            child = self.person[truth.person_id]
            is_last = child.residences[-1].departure_date == truth.departed_on
            if truth.expected in expected and is_last and child.suspension_reason == "E" and not child.is_confidential:
                yield truth, child

    def _tell(self, truth: Truth, what: str, expected: str, meaning_nl: str) -> None:
        truth.expected = expected
        self.news.append(News(self.today, truth.person_id, truth.departed_on, what, expected, meaning_nl))

    def _schools_hear(self) -> None:
        """A school that did not know yet takes a child off, before a second list would speak of it."""
        for _, child in self._departed(("none",)):
            for enrolment in child.enrolments:
                if enrolment.withdrawn_on is None and child.away[-1][0] <= self.today - _SCHOOL_HEARS:
                    enrolment.withdrawn_on = self.today

    def _case_ends(self) -> None:
        for truth, child in self._departed(("signal",)):
            if truth.what_really_happened in _FORGOTTEN and self._is_looked_up(child.enrolments[-1]):
                self._tell(truth, "alsnog-uitgeschreven", "none", "De school schreef het kind alsnog uit.")
        long_away = [child for _, child in self._departed(("signal",)) if child.away[-1][0] <= self.today - _LONG_AWAY]
        for _ in range(self._wanted(len(long_away) / DAYS_A_YEAR, self.number % 2 == 0)):
            if long_away:
                self._comes_back(long_away.pop(self.rng.randrange(len(long_away))))

    def _is_looked_up(self, enrolment: Enrolment) -> bool:
        """Whether a school that forgot a child takes it off the list that it hands in today."""
        if not self._hands_in_today(enrolment) or self.rng.random() >= _SCHOOL_LOOKS_IT_UP:
            return False
        enrolment.withdrawn_on = enrolment.known_on = self.today
        return True

    def _comes_back(self, child: Person) -> None:
        """The family of a child on a list registers again: who left with it."""
        parents, left, address = {child.parent1_id, child.parent2_id} - {""}, child.away[-1], self.town.new_id()
        for person in self.town.people:
            is_family = person.person_id in parents or parents & {person.parent1_id, person.parent2_id}
            if is_family and left[1] is None and person.away[-1:] == [left]:
                self._registers_again(person, address)

    def _registers_again(self, person: Person, address: str) -> None:
        told = [truth for truth, away in self._departed(("signal", "none")) if away is person]
        self.town.returns(self.rng, person, self.today - _DAY, address)
        if age(person.birth, self.today) in PUPIL_AGES and not open_enrolments(person):
            enrol(self.town, self.rng, person, self.today + _DAY)
        for truth in told:
            outcome = "none" if truth.expected == "none" else "S-02"
            self._tell(truth, "weer-ingeschreven", outcome, "Het gezin schreef zich weer in.")

    def _child_turns_up(self) -> None:
        """A child of whom there was no sign is seen again: the news that the lists are there for."""
        for _ in range(self._wanted(self.town.size * BASE_RATE * self.factor / 5000)):
            gone = [
                (truth, child)
                for truth, child in self._departed(("none",))
                if truth.what_really_happened in _GONE
                and age(child.birth, self.today) in _TURNS_UP_AGES
                and child.away[-1][0] <= self.today - _GRACE
                and not open_enrolments(child)
            ]
            if gone:
                self._is_seen(*self.rng.choice(gone))

    def _is_seen(self, truth: Truth, child: Person) -> None:
        kind = self.rng.choice(["absence_report", "school_result", "tmv_report", "new_enrolment"])
        if kind == "new_enrolment":
            lists = [school for school in self.town.schools.open if school.lists[-1] == self.today]
            fitting = [school for school in lists if school.education_type == kind_of_school(child, self.today)]
            if fitting:
                school = self.rng.choice(fitting)
                child.enrolments.append(Enrolment(school.school_id, school.education_type, self.today - 5 * _DAY))
                self._tell(truth, "weer-op-school", "signal", "Het kind staat weer op de lijst van een school.")
                return
            kind = "absence_report"
        child.traces.append(trace(kind, school_day(self.rng, self.today - 4 * _DAY, self.today - _DAY)))
        self._tell(truth, f"teken-{kind}", "signal", "Een bron noemt het kind weer.")

    def _family_leaves(self) -> None:
        """Families that lived here till now: most declare it, of some the office finds out."""
        nights = LOOK_BACK_MONTHS / 12 * DAYS_A_YEAR
        for _ in range(self._wanted(self.town.size * BASE_RATE * self.factor / nights / _CHILDREN_A_FAMILY)):
            is_unknown = self.rng.random() < 0.25
            left = self.today - self.rng.randrange(*((32, 58) if is_unknown else (0, 6))) * _DAY
            families = [household for household in self.town.families if self._can_leave(household, left)]
            if families:
                self._leaves(self.rng.choice(families), left, is_unknown)

    def _can_leave(self, household: Household, left: date) -> bool:
        ages = [age(child.birth, left) for child in household.children]
        is_silent = not any(seen.event_on > left for child in household.children for seen in child.traces)
        was_here = all(person.residences[-1].recorded_on < f"{left:%Y%m%d}" for person in household.members)
        is_plain = not any(person.is_confidential or person.suspension_reason for person in household.members)
        return any(5 <= years < 17 for years in ages) and max(ages) < 18 and is_silent and was_here and is_plain

    def _leaves(self, household: Household, left: date, is_unknown: bool) -> None:
        self.town.families.remove(household)
        stage = Stage(self.town, CATALOGUE["onbekend-vertrokken" if is_unknown else "gezin-vertrokken"])
        lag = (self.today - left).days
        stage.leave(household.members, left, lag=(lag, lag + 1), is_unknown=is_unknown, is_copied=False)
        for person in household.members:
            # Who has not deregistered yet counts as a resident, also on lists that are out already.
            person.away[-1] = (self.today, None)
        for child in household.children:
            for enrolment in child.enrolments:
                if enrolment.withdrawn_on is None:
                    enrolment.withdrawn_on = left + self.rng.randrange(1, 9) * _DAY
                    enrolment.known_on = self.today + _DAY
            stage.truth(child)
            self._tell(self.town.truths[-1], "vertrokken", "none", stage.story.meaning_nl)

    def _hands_in_today(self, enrolment: Enrolment) -> bool:
        schools = (*self.town.schools.open, self.town.schools.merged_into)
        return any(school.school_id == enrolment.school_id and school.lists[-1] == self.today for school in schools)
