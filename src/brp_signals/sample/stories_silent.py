"""Departures that leave no sign: most of them. Half of what a rule must do is keep silent about these."""

from datetime import date, timedelta

from brp_signals.sample.departures import Stage, story
from brp_signals.sample.people import Enrolment, Residence, age, register_date
from brp_signals.sample.schools import career, phase_on


@story(
    "gezin-vertrokken",
    weight=40,
    meaning="Het gezin deed aangifte en vertrok; de school schreef het kind op tijd uit.",
)
def _family_left(stage: Stage) -> None:
    left = stage.departure_day(10)
    household, child = stage.family(stage.birth(stage.rng.uniform(5.3, 17), left, 0.5), left)
    stage.attended(child, left, withdrawn_on=left + stage.some_days(0, 8))
    stage.leave_together(household, child, left)
    stage.truth(child)


@story("kleuter-vertrokken", weight=8, meaning="Het gezin vertrok; het kind was nog niet leerplichtig.")
def _toddler_left(stage: Stage) -> None:
    left = stage.departure_day(10)
    household, child = stage.family(stage.birth(stage.rng.uniform(0.5, 3.4), left, 0.4), left, siblings=0)
    stage.leave_together(household, child, left)
    stage.truth(child)


@story(
    "onbekend-vertrokken",
    weight=13,
    meaning="Na adresonderzoek ambtshalve uitgeschreven; het gezin was werkelijk weg.",
)
def _left_unknown(stage: Stage) -> None:
    left = stage.departure_day()
    household, child = stage.family(stage.birth(stage.rng.uniform(5.3, 16), left, 0.5), left)
    stage.attended(child, left, withdrawn_on=left + stage.some_days(5, 25))
    stage.leave_together(household, child, left, is_unknown=True)
    stage.truth(child)


@story(
    "ambtshalve-bekende-bestemming",
    weight=2,
    meaning="Ambtshalve uitgeschreven; de nieuwe verblijfplaats bleek uit het onderzoek.",
)
def _ex_officio_known(stage: Stage) -> None:
    left = stage.departure_day()
    household, child = stage.family(stage.birth(stage.rng.uniform(6, 15), left, 0.5), left)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left, is_ex_officio=True)
    stage.truth(child)


@story(
    "kind-naar-andere-ouder",
    weight=6,
    meaning="Het kind ging in het buitenland bij de andere ouder wonen; de ouder hier bleef ingeschreven.",
)
def _child_alone(stage: Stage) -> None:
    left = stage.departure_day(20)
    _, child = stage.family(stage.birth(stage.rng.uniform(6, 16), left, 0.5), left, siblings=0, parents=1)
    stage.attended(child, left, withdrawn_on=left + stage.some_days(0, 6))
    stage.leave([child], left)
    stage.truth(child)


@story("traag-verwerkt", weight=4, meaning="Het gezin was weg; de gemeente verwerkte het vertrek pas na maanden.")
def _slowly_recorded(stage: Stage) -> None:
    left = stage.departure_day(210)
    household, child = stage.family(stage.birth(stage.rng.uniform(6, 15), left, 0.5), left)
    stage.attended(child, left, withdrawn_on=left + stage.some_days(0, 20))
    stage.leave_together(household, child, left, lag=(62, 190), is_unknown=True)
    stage.truth(child)


@story(
    "school-net-op-tijd",
    weight=6,
    meaning="De school schreef drie weken na het vertrek uit: gewone vertraging.",
)
def _school_a_bit_late(stage: Stage) -> None:
    left = stage.departure_day(60)
    household, child = stage.family(stage.pupil_birth(), left)
    stage.attended(child, left, withdrawn_on=left + stage.some_days(15, 28))
    stage.leave_together(household, child, left)
    stage.truth(child)


@story(
    "terug-na-lang-verblijf",
    weight=5,
    meaning="Het gezin woonde bijna een jaar of langer elders en kwam terug.",
)
def _back_after_long(stage: Stage) -> None:
    left = stage.ago(440, 690)
    back = left + stage.some_days(255, 420)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left)
    stage.back(household.members, back)
    stage.stayed_on_list(child).enrolled_on = back + timedelta(days=3)
    stage.truth(child)


@story(
    "terug-zonder-schoolgat",
    weight=3,
    meaning="Binnen enkele maanden terug; het kind bleef al die tijd ingeschreven op school.",
)
def _back_soon_in_school(stage: Stage) -> None:
    left = stage.ago(200, 600)
    household, child = stage.family(stage.primary_birth(), left, siblings=0)
    stage.stayed_on_list(child)
    stage.leave_together(household, child, left)
    stage.back(household.members, left + stage.some_days(50, 150))
    stage.truth(child)


@story(
    "terug-na-de-zomer",
    weight=2,
    meaning="Vertrokken bij het begin van de zomer en voor het nieuwe schooljaar terug.",
)
def _back_after_summer(stage: Stage) -> None:
    year = stage.today.year if stage.today > date(stage.today.year, 9, 15) else stage.today.year - 1
    left = date(year, 6, 20) + stage.some_days(0, 9)
    back = date(year, 8, 20) + stage.some_days(0, 8)
    household, child = stage.family(stage.birth(9), left, siblings=0)
    enrolment = stage.attended(child, left, withdrawn_on=left + timedelta(days=1))
    stage.leave_together(household, child, left)
    stage.back(household.members, back)
    if enrolment:
        child.enrolments.append(Enrolment(enrolment.school_id, "PO", back + timedelta(days=1)))
    stage.truth(child)


@story(
    "tweemaal-vertrokken",
    weight=2,
    meaning="Een ouder werkt wisselend in het buitenland; het gezin ging twee keer mee.",
)
def _left_twice(stage: Stage) -> None:
    first, second = stage.ago(560, 690), stage.ago(60, 200)
    household, child = stage.family(stage.primary_birth(), first, siblings=0)
    stage.attended(child, second, withdrawn_on=second)
    stage.leave_together(household, child, first)
    first_text = register_date(first)
    stage.back(household.members, first + stage.some_days(60, 200))
    stage.leave_together(household, child, second)
    stage.truth(child, departed_on=first_text)
    stage.truth(child)


@story(
    "vertrekdatum-onvolledig",
    weight=2,
    meaning="Van het vertrek is alleen de maand bekend; het gezin is weg.",
)
def _vague_departure(stage: Stage) -> None:
    left = stage.ago(90, 640)
    household, child = stage.family(stage.birth(stage.rng.uniform(6, 15), left, 0.5), left.replace(day=1), siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left, known="month")
    stage.truth(child)


@story(
    "vertrekjaar-bekend",
    weight=0.5,
    expected="not_judged",
    meaning="Van het vertrek is alleen het jaar bekend, en dat is nog niet om: er valt niets over te zeggen.",
)
def _very_vague_departure(stage: Stage) -> None:
    new_year = date(stage.today.year, 1, 1)
    household, child = stage.family(stage.pupil_birth(), new_year, siblings=0)
    stage.attended(child, new_year, withdrawn_on=new_year)
    stage.leave_together(household, child, new_year, known="year", is_copied=False)
    stage.truth(child)


@story(
    "te-vroeg-opgenomen",
    weight=0.5,
    meaning="Het vertrek stond ruim een week vóór de vertrekdatum al in de BRP.",
)
def _recorded_too_early(stage: Stage) -> None:
    left = stage.departure_day(30)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left, lag=(-12, -7), is_copied=False)
    stage.truth(child)


@story(
    "geboortedatum-onvolledig",
    weight=2,
    meaning="Van het kind is alleen het geboortejaar bekend; het gezin is weg.",
)
def _vague_birth(stage: Stage) -> None:
    left = stage.departure_day(30)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    child.birth_date = register_date(child.birth, stage.rng.choice(["month", "year"]))
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left)
    stage.truth(child)


@story(
    "twijfel-beschermt",
    weight=1,
    signs="absence_report",
    meaning="Van het vertrek is alleen de maand bekend; het verzuim kan ervoor of kort erna liggen.",
)
def _doubt_protects(stage: Stage) -> None:
    report = stage.school_day(stage.today - timedelta(days=300), stage.today - timedelta(days=60))
    left = report.replace(day=1) - timedelta(days=1) if report.day < 14 else report
    household, child = stage.family(stage.pupil_birth(), left.replace(day=1), siblings=0)
    stage.attended(child, left, withdrawn_on=left + timedelta(days=10))
    stage.sign(child, "absence_report", report)
    stage.leave_together(household, child, left, known="month")
    stage.truth(child)


@story(
    "net-vertrokken",
    weight=3,
    signs="absence_report still_enrolled",
    meaning="Pas vertrokken; school en verzuim lopen nog achter. Te vroeg om iets te zeggen.",
)
def _just_left(stage: Stage) -> None:
    left = stage.ago(7, 12)
    household, child = stage.family(stage.pupil_birth(), left)
    stage.stayed_on_list(child)
    stage.sign(child, "absence_report", stage.school_day(left + timedelta(days=1), left + timedelta(days=6)))
    stage.leave_together(household, child, left, lag=(0, 4))
    stage.truth(child)


@story(
    "niet-verschenen",
    weight=1,
    signs="new_enrolment",
    meaning="Vooraf aangemeld op een nieuwe school, niet verschenen en binnen twee weken weer uitgeschreven.",
)
def _no_show(stage: Stage) -> None:
    starts = stage.town.schools.merged_on
    left = starts - stage.some_days(45, 150)
    household, child = stage.family(_last_year_of_primary(stage, starts), left, siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left)
    school = stage.town.schools.pick(stage.rng, "VO")
    child.enrolments.append(Enrolment(school.school_id, "VO", starts, starts + timedelta(days=10)))
    stage.truth(child)


@story(
    "teken-voor-het-vertrek",
    weight=5,
    signs="absence_report school_result leave",
    meaning="Verzuim, toets en verlof lagen voor of vlak na het vertrek en zeggen niets over de tijd erna.",
)
def _signs_before(stage: Stage) -> None:
    left = stage.ago(100, 300)
    household, child = stage.family(stage.pupil_birth(), left)
    stage.attended(child, left, withdrawn_on=left + timedelta(days=4))
    stage.sign(child, "absence_report", stage.school_day(left - timedelta(days=30), left + timedelta(days=12)))
    stage.sign(child, "school_result", stage.school_day(left - timedelta(days=40), left - timedelta(days=1)))
    stage.sign(child, "leave", left + timedelta(days=7), left + timedelta(days=14))
    stage.leave_together(household, child, left)
    stage.truth(child)


@story("geheim-en-weg", weight=0.5, meaning="Kind met geheimhouding dat werkelijk vertrok; nergens een teken.")
def _confidential_left(stage: Stage) -> None:
    left = stage.departure_day(40)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    child.is_confidential = True
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left)
    stage.truth(child)


@story(
    "vertrek-was-vergissing",
    weight=0.5,
    was_here="ja",
    expected="not_judged",
    meaning="Het vertrek stond bij het verkeerde kind en is onjuist verklaard; het kind woont hier gewoon.",
)
def _not_a_departure(stage: Stage) -> None:
    left = stage.ago(90, 500)
    _, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.stayed_on_list(child)
    wrong = Residence("1999", departure_date=register_date(left), is_destination_unknown="0", declared_by="I")
    wrong.valid_from = wrong.recorded_on = register_date(left)
    wrong.is_incorrect = "1"
    child.residences.insert(-1, wrong)
    stage.truth(child)


@story(
    "afgevoerd-na-vertrek",
    weight=0.5,
    expected="not_judged",
    signs="absence_report",
    meaning="De persoonslijst is na het vertrek als fout afgevoerd; het verzuim hoort bij een ander kind.",
)
def _wiped(stage: Stage) -> None:
    left = stage.ago(120, 280)
    _, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.sign(child, "absence_report", stage.school_day(left + timedelta(days=20), left + timedelta(days=90)))
    stage.leave([child], left)
    child.suspension_reason = "F"
    stage.truth(child)


@story(
    "overleden-na-vertrek",
    weight=0.3,
    expected="not_judged",
    meaning="Het kind overleed na het vertrek.",
)
def _died(stage: Stage) -> None:
    left = stage.ago(200, 500)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left)
    child.suspension_reason = "O"
    stage.truth(child)


@story(
    "vertrek-uit-andere-gemeente",
    weight=0.5,
    expected="not_judged",
    meaning="Eerst naar een andere gemeente verhuisd en daar uitgeschreven: geen zaak van deze gemeente.",
)
def _left_elsewhere(stage: Stage) -> None:
    left = stage.departure_day(60)
    moved = left - stage.some_days(60, 200)
    household, child = stage.family(stage.pupil_birth(), moved, siblings=0)
    address, place = stage.town.new_id(), stage.town.elsewhere(stage.rng)
    for person in household.members:
        stage.town.lives(stage.rng, person, address, moved, municipality=place)
    stage.attended(child, moved, withdrawn_on=moved)
    stage.leave_together(household, child, left, municipality="1999")
    stage.truth(child)


@story(
    "gemeente-onbekend",
    weight=0.5,
    expected="not_judged",
    meaning="Oud dossier zonder adres in Nederland: niet te zeggen welke gemeente uitschreef.",
)
def _municipality_unknown(stage: Stage) -> None:
    left = stage.departure_day(60)
    _, child = stage.family(stage.pupil_birth(), left, siblings=0)
    child.residences.clear()
    stage.leave([child], left, municipality="1999", is_copied=False)
    stage.truth(child)


@story(
    "opschorting-ontbreekt",
    weight=0.5,
    meaning="Vertrokken, maar de opschorting van de bijhouding is vergeten.",
)
def _suspension_missing(stage: Stage) -> None:
    left = stage.departure_day(60)
    household, child = stage.family(stage.pupil_birth(), left, siblings=0)
    stage.attended(child, left, withdrawn_on=left)
    stage.leave_together(household, child, left)
    child.suspension_reason = child.suspension_date = ""
    stage.truth(child)


@story("bijna-volwassen-vertrokken", weight=3, meaning="Zeventien jaar en alleen vertrokken voor studie of werk.")
def _almost_adult(stage: Stage) -> None:
    left = stage.departure_day(60)
    _, child = stage.family(stage.birth(17.05, left, 0.8), left, siblings=0)
    phase = phase_on(career(stage.rng, child.birth), left)
    if phase:
        stage.attended(child, left, withdrawn_on=left)
    stage.leave([child], left)
    stage.truth(child)


def _last_year_of_primary(stage: Stage, starts: date) -> date:
    """A birth date with which a child goes to secondary school on `starts`."""
    birth = date(starts.year - 13, 10, 5) + stage.some_days(0, 340)
    return birth if age(birth, starts) >= 11 else birth - timedelta(days=60)
