"""Departures on paper: the child was here all along or came back, and left a sign of it."""

from datetime import timedelta

from brp_signals.sample.departures import Stage, story
from brp_signals.sample.people import Enrolment, register_date, years_before


@story(
    "gewoon-hier-op-school",
    weight=2,
    was_here="ja",
    expected="signal",
    signs="still_enrolled absence_report school_result",
    meaning="Het gezin meldde vertrek maar bleef; het kind ging gewoon naar school en maakte een toets.",
)
def _never_left(stage: Stage) -> None:
    event, left = stage.event_then_departure(35)
    child = stage.pupil_who_left(left, siblings=None)
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
    event, left = stage.event_then_departure(32, most=300)
    child = stage.pupil_who_left(left - timedelta(days=30), is_unknown=True, siblings=None)
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
    event, left = stage.event_then_departure(95)
    child = stage.pupil_who_left(left, is_unknown=True)
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
    child = stage.pupil_who_left(left, is_unknown=stage.rng.random() < 0.5, is_ex_officio=True, lag=(66, 100))
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
    event, left = stage.event_then_departure(40)
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
    event, left = stage.event_then_departure(20)
    child = stage.pupil_who_left(left)
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
    event, left = stage.event_then_departure(60)
    child = stage.pupil_who_left(left)
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
    event, left = stage.event_then_departure(15, most=120)
    left -= timedelta(days=190)
    child = stage.pupil_who_left(left, is_copied=False)
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
