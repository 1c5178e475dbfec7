"""Departures with signs. In some of them the child was here all along; in others the sign has an ordinary
explanation. A list that cannot tell them apart is right: telling them apart is the work of people."""

from datetime import date, timedelta
from typing import Unpack

from brp_signals.sample.departures import How, Stage, story
from brp_signals.sample.people import Enrolment, Person, register_date, years_before


def _event_then_departure(stage: Stage, grace: int, least: int = 8, most: int = 320) -> tuple[date, date]:
    """A school day in the last months, and a departure at least `grace` days before it."""
    event = stage.school_day(stage.today - timedelta(days=most), stage.today - timedelta(days=least))
    return event, event - stage.some_days(grace, grace + 160)


def _pupil_who_left(stage: Stage, left: date, *, siblings: int | None = 0, **how: Unpack[How]) -> Person:
    """A pupil of a family that left together on a day."""
    household, child = stage.family(stage.pupil_birth(), left, siblings=siblings)
    stage.leave_together(household, child, left, **how)
    return child


# --- The child was here -------------------------------------------------------------------------------


@story(
    "gewoon-hier-op-school",
    weight=2,
    was_here="ja",
    expected="signal",
    signs="still_enrolled absence_report school_result",
    meaning="Het gezin meldde vertrek maar bleef; het kind ging gewoon naar school en maakte een toets.",
)
def _never_left(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 35)
    child = _pupil_who_left(stage, left, siblings=None)
    stage.stayed_on_list(child)
    stage.sign(child, "school_result", event)
    stage.sign(child, "absence_report", stage.school_day(left + timedelta(days=20), stage.today - timedelta(days=4)))
    stage.truth(child)


@story(
    "terug-niet-ingeschreven",
    weight=1,
    was_here="ja",
    expected="signal",
    signs="new_enrolment",
    meaning="Het gezin is terug en het kind zit weer op school; de herinschrijving in de BRP is vergeten.",
)
def _back_unregistered(stage: Stage) -> None:
    school = stage.town.schools.pick(stage.rng, "PO")
    enrolled = school.last_two[1] - stage.some_days(20, 200)
    left = enrolled - stage.some_days(60, 240)
    household, child = stage.family(stage.primary_birth(), left, siblings=0)
    stage.leave_together(household, child, left)
    stage.attended(child, left, withdrawn_on=left)
    child.enrolments.append(Enrolment(school.school_id, "PO", enrolled))
    stage.truth(child)


@story(
    "onbekend-maar-hier",
    weight=1,
    was_here="ja",
    expected="signal",
    signs="school_result",
    meaning="Ambtshalve onbekend vertrokken; het gezin woont bij familie in de stad.",
)
def _unknown_but_here(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 32, most=300)
    child = _pupil_who_left(stage, left - timedelta(days=30), is_unknown=True, siblings=None)
    stage.attended(child, left, withdrawn_on=left + timedelta(days=20))
    stage.sign(child, "school_result", event)
    stage.truth(child)


@story(
    "terugmelding-terecht",
    weight=0.7,
    was_here="ja",
    expected="signal",
    signs="tmv_report",
    meaning="Een instelling meldde terug dat het gezin op een ander adres woont; dat klopte.",
)
def _report_was_right(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 95)
    child = _pupil_who_left(stage, left, is_unknown=True)
    stage.attended(child, left, withdrawn_on=left + timedelta(days=10))
    stage.sign(child, "tmv_report", event)
    stage.truth(child)


@story(
    "hier-tijdens-verwerking",
    weight=0.7,
    was_here="ja",
    expected="signal",
    signs="absence_report",
    meaning="De uitschrijving bleef maanden liggen en het kind zat nog op school; toen vertrok het gezin.",
)
def _here_while_recording(stage: Stage) -> None:
    event = stage.school_day(stage.today - timedelta(days=330), stage.today - timedelta(days=110))
    left = event - stage.some_days(16, 35)
    child = _pupil_who_left(stage, left, is_unknown=stage.rng.random() < 0.5, is_ex_officio=True, lag=(66, 100))
    stage.attended(child, left, withdrawn_on=left + timedelta(days=60))
    stage.sign(child, "absence_report", event)
    stage.truth(child)


@story(
    "zwemles",
    weight=0.5,
    was_here="ja",
    expected="signal",
    signs="municipal_provision",
    meaning="Het kind volgde de zwemlessen van de gemeente; het gezin was na enkele weken al terug.",
)
def _swimming(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 40)
    household, child = stage.family(stage.birth(8), left, siblings=0)
    stage.leave_together(household, child, left)
    stage.attended(child, left, withdrawn_on=left)
    stage.sign(child, "municipal_provision", event)
    stage.truth(child)


@story(
    "ouder-terug-kind-vergeten",
    weight=0.7,
    was_here="ja",
    expected="signal",
    signs="new_enrolment",
    meaning="De ouder schreef zichzelf weer in en vergat het kind, dat hier alweer naar school gaat.",
)
def _parent_back(stage: Stage) -> None:
    school = stage.town.schools.pick(stage.rng, "PO")
    back = school.last_two[1] - stage.some_days(35, 150)
    left = back - stage.some_days(90, 330)
    household, child = stage.family(stage.birth(9), left, siblings=0)
    stage.leave_together(household, child, left)
    stage.attended(child, left, withdrawn_on=left)
    stage.back(household.parents[:1], back)
    child.enrolments.append(Enrolment(school.school_id, "PO", back + timedelta(days=4)))
    stage.truth(child)


@story(
    "tweede-vertrek-op-papier",
    weight=0.5,
    was_here="ja",
    expected="signal",
    signs="absence_report",
    meaning="Het eerste vertrek was echt, het tweede niet: het kind bleef hier op school.",
)
def _second_on_paper(stage: Stage) -> None:
    first = stage.ago(600, 690)
    event = stage.school_day(stage.today - timedelta(days=150), stage.today - timedelta(days=8))
    household, child = stage.family(stage.primary_birth(), first, siblings=0)
    stage.stayed_on_list(child)
    stage.leave_together(household, child, first)
    first_text = register_date(first)
    stage.back(household.members, first + stage.some_days(60, 180))
    stage.leave_together(household, child, event - stage.some_days(20, 120))
    stage.sign(child, "absence_report", event)
    stage.truth(child, departed_on=first_text, expected="none")
    stage.truth(child)


@story(
    "kind-op-papier-weg",
    weight=0.7,
    was_here="ja",
    expected="signal",
    signs="still_enrolled leave",
    meaning="Alleen het kind is uitgeschreven; het woont nog bij de ouder en kreeg eens verlof.",
)
def _child_on_paper_gone(stage: Stage) -> None:
    school = stage.town.schools.pick(stage.rng, "PO")
    left = stage.before_both_lists(school)
    _, child = stage.family(stage.primary_birth(), left, siblings=0)
    stage.stayed_on_list(child, school)
    stage.leave([child], left)
    asked = stage.school_day(
        max(left + timedelta(days=31), years_before(stage.today, 0.9)), stage.today - timedelta(days=3)
    )
    stage.sign(child, "leave", asked, asked + timedelta(days=5))
    stage.truth(child)


@story(
    "geheim-en-hier",
    weight=0.4,
    was_here="ja",
    expected="sealed",
    signs="absence_report still_enrolled",
    meaning="Kind met geheimhouding dat op een onbekend adres hier woont en naar school gaat.",
)
def _confidential_here(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 20)
    child = _pupil_who_left(stage, left)
    child.is_confidential = True
    stage.stayed_on_list(child)
    stage.sign(child, "absence_report", event)
    stage.truth(child)


@story(
    "onderzoek-al-geopend",
    weight=0.5,
    was_here="ja",
    expected="S-03",
    signs="absence_report",
    meaning="Burgerzaken was er al mee bezig: het adresonderzoek loopt.",
)
def _inquiry_open(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 60)
    child = _pupil_who_left(stage, left)
    stage.attended(child, left, withdrawn_on=None)
    newest = child.residences[-1]
    newest.is_under_inquiry, newest.inquiry_from = "1", register_date(max(left, stage.ago(3, 150)))
    stage.sign(child, "absence_report", event)
    stage.truth(child)


@story(
    "onderzoek-blijft-liggen",
    weight=0.3,
    was_here="ja",
    expected="signal",
    signs="absence_report",
    meaning="Het adresonderzoek staat al langer dan een half jaar open en niemand kijkt ernaar.",
)
def _inquiry_forgotten(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 15, most=120)
    left -= timedelta(days=190)
    child = _pupil_who_left(stage, left, is_copied=False)
    stage.attended(child, left, withdrawn_on=None)
    newest = child.residences[-1]
    newest.is_under_inquiry, newest.inquiry_from = "1", register_date(stage.ago(190, 260))
    stage.sign(child, "absence_report", event)
    stage.truth(child)


@story(
    "weer-ingeschreven",
    weight=0.7,
    was_here="ja",
    expected="S-02",
    signs="absence_report",
    meaning="Het kind was vóór de herinschrijving al op school; het gezin heeft zich inmiddels gemeld.",
)
def _registered_again(stage: Stage) -> None:
    back = stage.ago(20, 150)
    left = back - stage.some_days(270, 340)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.stayed_on_list(child).enrolled_on = back - timedelta(days=3)
    stage.leave_together(household, child, left)
    stage.back(household.members, back)
    stage.sign(child, "absence_report", stage.school_day(back - timedelta(days=100), back - timedelta(days=5)))
    stage.truth(child)


@story(
    "inmiddels-achttien",
    weight=0.5,
    was_here="ja",
    expected="S-07",
    signs="absence_report",
    meaning="Het kind verzuimde vlak voor de achttiende verjaardag en valt nu buiten de plicht.",
)
def _eighteen_now(stage: Stage) -> None:
    eighteenth = stage.ago(5, 70)
    birth = years_before(eighteenth, 18)
    left = eighteenth - stage.some_days(160, 300)
    _, child = stage.family(birth, left, siblings=0)
    stage.attended(child, left, withdrawn_on=None)
    stage.leave([child], left)
    stage.sign(child, "absence_report", stage.school_day(left + timedelta(days=20), eighteenth - timedelta(days=10)))
    stage.truth(child)


# --- The sign has an ordinary explanation -------------------------------------------------------------


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
    event, left = _event_then_departure(stage, 14)
    left = max(left, event - timedelta(days=45))
    child = _pupil_who_left(stage, left, siblings=None)
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
    event, left = _event_then_departure(stage, 31)
    child = _pupil_who_left(stage, left, siblings=None)
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
    event, left = _event_then_departure(stage, 32)
    child = _pupil_who_left(stage, left)
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
    child = _pupil_who_left(stage, left)
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
    event, left = _event_then_departure(stage, 31)
    child = _pupil_who_left(stage, left)
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
    child = _pupil_who_left(stage, left)
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
    event, left = _event_then_departure(stage, 35)
    child = _pupil_who_left(stage, left, siblings=None)
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
    event, left = _event_then_departure(stage, 14)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    household.parents[0].is_confidential = True
    stage.leave([child], left)
    stage.attended(child, left, withdrawn_on=left + timedelta(days=12))
    stage.sign(child, "absence_report", event)
    stage.truth(child)


@story(
    "alleen-maand-bekend-met-teken",
    weight=0.4,
    was_here="ja",
    expected="signal",
    signs="absence_report",
    meaning="Van het vertrek is alleen de maand bekend, maar het verzuim ligt ruim na die maand.",
)
def _vague_but_clear(stage: Stage) -> None:
    event, left = _event_then_departure(stage, 50)
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
