"""Departures with a sign that has an ordinary explanation: the child is gone.

A list that cannot tell them from those of `stories_with_signs_here` is right: telling them apart is the work of people.
"""

from datetime import date, timedelta

from brp_signals.sample.departures import Stage, story
from brp_signals.sample.people import Enrolment, Person


@story(
    "school-vergat-uitschrijving",
    weight=2.5,
    expected="signal",
    signs="still_enrolled",
    meaning="Het kind is weg; de school wacht op bericht van de nieuwe school en schreef nog niet uit.",
)
def _school_forgot(stage: Stage) -> None:
    stage.truth(_left_open_at_primary(stage))


@story(
    "onbekend-en-school-vergat",
    weight=0.7,
    expected="signal",
    signs="still_enrolled",
    meaning="Onbekend vertrokken en werkelijk weg; alleen de schoollijst loopt achter.",
)
def _unknown_school_forgot(stage: Stage) -> None:
    stage.truth(_left_open_at_primary(stage, is_unknown=True))


@story(
    "inschrijving-omgenummerd",
    weight=0.5,
    expected="signal",
    signs="still_enrolled",
    meaning="De school gaf de openstaande inschrijving een nieuwe begindatum; het kind is weg.",
)
def _rekeyed(stage: Stage) -> None:
    school = stage.town.schools.pick(stage.rng, "PO")
    starts = stage.town.schools.merged_on
    left = min(starts - stage.some_days(20, 200), stage.before_both_lists(school))
    household, child = stage.family(stage.birth(stage.rng.choice([8, 9])), left, siblings=0)
    stage.leave_together(household, child, left)
    old = stage.stayed_on_list(child, school)
    old.withdrawn_on = starts - timedelta(days=1)
    child.enrolments.append(Enrolment(school.school_id, "PO", starts))
    stage.truth(child)


@story(
    "fusie-na-vertrek",
    weight=0.7,
    expected="signal",
    signs="new_enrolment",
    meaning="De school fuseerde en zette ook het vertrokken kind over naar het nieuwe schoolnummer.",
)
def _merged_away(stage: Stage) -> None:
    schools = stage.town.schools
    left = schools.merged_on - stage.some_days(40, 200)
    household, child = stage.family(stage.birth(stage.rng.choice([8, 9])), left, siblings=0)
    stage.leave_together(household, child, left)
    old = stage.stayed_on_list(child, schools.merged_from)
    old.withdrawn_on = schools.merged_on - timedelta(days=1)
    child.enrolments.append(Enrolment(schools.merged_into.school_id, "PO", schools.merged_on))
    stage.truth(child)


@story(
    "vooraf-aangemeld",
    weight=0.8,
    expected="signal",
    signs="new_enrolment",
    meaning="Vóór het vertrek aangemeld voor de brugklas en niet gekomen; de school verwerkte dat nog niet.",
)
def _enrolled_beforehand(stage: Stage) -> None:
    starts = stage.town.schools.merged_on
    left = starts - stage.some_days(45, 150)
    birth = date(starts.year - 13, 10, 5) + stage.some_days(0, 340)
    household, child = stage.family(birth, left, siblings=0)
    stage.leave_together(household, child, left)
    stage.attended(child, left, withdrawn_on=left)
    school = stage.town.schools.pick(stage.rng, "VO")
    child.enrolments.append(Enrolment(school.school_id, "VO", starts))
    stage.truth(child)


@story(
    "verzuim-laat-gemeld",
    weight=1.2,
    expected="signal",
    signs="absence_report",
    meaning="De school wist niet van het vertrek en meldde daarom verzuim; het kind was al weg.",
)
def _absence_of_the_absent(stage: Stage) -> None:
    event, left = stage.event_then_departure(14)
    left = max(left, event - timedelta(days=45))
    child = stage.pupil_who_left(left, siblings=None)
    stage.attended(child, left, withdrawn_on=event + timedelta(days=3))
    stage.sign(child, "absence_report", event)
    stage.truth(child)


@story(
    "toets-op-invoerdatum",
    weight=0.8,
    expected="signal",
    signs="school_result",
    meaning="De datum is de dag van invoeren; de toets zelf was vóór het vertrek.",
)
def _result_entered_late(stage: Stage) -> None:
    event, left = stage.event_then_departure(31)
    child = stage.pupil_who_left(left, siblings=None)
    stage.attended(child, left, withdrawn_on=left + timedelta(days=5))
    stage.sign(child, "school_result", event)
    stage.truth(child)


@story(
    "terugmelding-over-het-vertrek",
    weight=0.6,
    expected="signal",
    signs="tmv_report",
    meaning="De terugmelding ging over het vertrek zelf: de melder werkte met oude gegevens.",
)
def _report_about_departure(stage: Stage) -> None:
    event, left = stage.event_then_departure(32)
    child = stage.pupil_who_left(left)
    stage.attended(child, left, withdrawn_on=left)
    stage.sign(child, "tmv_report", event)
    stage.truth(child)


@story(
    "vrijstelling-liep-door",
    weight=1,
    expected="signal",
    signs="exemption",
    meaning="De jaarlijkse vrijstelling werd automatisch verlengd; het kind is weg.",
)
def _exemption_went_on(stage: Stage) -> None:
    starts = date(stage.today.year if stage.today.month >= 9 else stage.today.year - 1, 8, 1)
    left = starts - stage.some_days(30, 200)
    child = stage.pupil_who_left(left)
    stage.sign(child, "exemption", starts, starts.replace(year=starts.year + 1) - timedelta(days=1))
    stage.truth(child)


@story(
    "verlof-vooruit-gevraagd",
    weight=0.7,
    expected="signal",
    signs="leave",
    meaning="Het verlof was maanden eerder gevraagd en stond nog in het systeem; het kind is weg.",
)
def _leave_asked_before(stage: Stage) -> None:
    event, left = stage.event_then_departure(31)
    child = stage.pupil_who_left(left)
    stage.attended(child, left, withdrawn_on=left)
    stage.sign(child, "leave", event, event + timedelta(days=7))
    stage.truth(child)


@story(
    "een-bestand-twee-tekens",
    weight=0.4,
    expected="signal",
    signs="still_enrolled exemption",
    meaning="Inschrijving en vrijstelling staan in één leerplichtbestand dat niet is bijgewerkt.",
)
def _one_file_two_signs(stage: Stage) -> None:
    lists = stage.town.schools.leerplicht_lists
    left = lists[-2] - stage.some_days(32, 200)
    child = stage.pupil_who_left(left)
    stage.stayed_on_list(child).source = "leerplicht"
    starts = lists[-2] - timedelta(days=10)
    stage.sign(child, "exemption", starts, starts + timedelta(days=300))
    stage.truth(child)


@story(
    "grensleerling",
    weight=2,
    expected="signal",
    signs="still_enrolled school_result",
    meaning="Het gezin verhuisde net over de grens; het kind gaat hier naar school en dat mag.",
)
def _border_pupil(stage: Stage) -> None:
    event, left = stage.event_then_departure(35)
    child = stage.pupil_who_left(left, siblings=None)
    stage.stayed_on_list(child)
    stage.sign(child, "school_result", event)
    stage.truth(child)


@story(
    "eerder-terug-schoolgat",
    weight=1.2,
    expected="signal",
    signs="school_gap",
    meaning="Het gezin kwam na enkele maanden terug; het kind ging in het buitenland naar school.",
)
def _back_early(stage: Stage) -> None:
    # A departure in September or later keeps the gap out of the summer, which does not count.
    year = stage.today.year if stage.today > date(stage.today.year, 12, 20) else stage.today.year - 1
    left = date(year, 9, 5) + stage.some_days(0, 20)
    back = left + stage.some_days(55, 80)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left)
    stage.back(household.members, back)
    stage.stayed_on_list(child).enrolled_on = back + timedelta(days=2)
    stage.truth(child)


@story(
    "verouderde-schoollijst",
    weight=0.6,
    expected="S-08",
    signs="still_enrolled",
    meaning="De school levert al maanden geen lijst; het kind is weg en zou er allang af zijn.",
)
def _stale_list(stage: Stage) -> None:
    stage.truth(_left_open_at_primary(stage, is_stale=True))


@story(
    "ouder-met-geheimhouding",
    weight=0.4,
    expected="signal",
    signs="absence_report",
    meaning="Een ouder heeft geheimhouding, het kind niet; het verzuim werd te laat gemeld, het kind is weg.",
)
def _confidential_parent(stage: Stage) -> None:
    event, left = stage.event_then_departure(14)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    household.parents[0].is_confidential = True
    stage.leave([child], left)
    stage.attended(child, left, withdrawn_on=left + timedelta(days=12))
    stage.sign(child, "absence_report", event)
    stage.truth(child)


# The child was here; it stands last because the order of the catalogue is part of the sample's chance.
@story(
    "alleen-maand-bekend-met-teken",
    weight=0.4,
    was_here="ja",
    expected="signal",
    signs="absence_report",
    meaning="Van het vertrek is alleen de maand bekend, maar het verzuim ligt ruim na die maand.",
)
def _vague_but_clear(stage: Stage) -> None:
    event, left = stage.event_then_departure(50)
    household, child = stage.family(stage.pupil_birth(), left.replace(day=1), siblings=0)
    stage.leave_together(household, child, left, known="month")
    stage.attended(child, left, withdrawn_on=left + timedelta(days=20))
    stage.sign(child, "absence_report", event)
    stage.truth(child)


def _left_open_at_primary(stage: Stage, *, is_unknown: bool = False, is_stale: bool = False) -> Person:
    """A child that is gone while its primary school still has it on both last lists."""
    schools = stage.town.schools
    school = schools.stale if is_stale else schools.pick(stage.rng, "PO")
    left = stage.before_both_lists(school)
    household, child = stage.family(stage.primary_birth(), left)
    stage.stayed_on_list(child, school)
    stage.leave_together(household, child, left, is_unknown=is_unknown)
    return child
