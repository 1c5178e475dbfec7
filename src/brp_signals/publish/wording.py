"""The Dutch words that staff read, said once: workbook, page and report use the same labels.

Words are chosen with care: a list holds signals, never findings. Allowed are "signaal", "mogelijk" and "navragen";
a test refuses words that accuse and any name of a population group.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from brp_signals.base.dates import Interval, dutch
from brp_signals.base.outcomes import ONLY_CLOSED
from brp_signals.base.rule_files import AGAINST, Rule
from brp_signals.base.statuses import WEAK
from brp_signals.publish.choices import LABELS
from brp_signals.publish.follow_ups import FIRST_LOOK_DAYS, LOOK
from brp_signals.publish.list_content import (
    Absence,
    AnyList,
    Case,
    Drawn,
    Listed,
    MunicipalList,
    Piece,
    Sign,
)
from brp_signals.publish.municipalities import named

NOT_A_FINDING: Final = "Dit is een signaal, geen vaststelling. Vaak is er een gewone verklaring."
NO_SIGNALS: Final = "Geen signalen op deze datum"
OVERDUE: Final = "Termijn voorbij"
_MOST_OVERDUE_SHOWN: Final = 10
#: The part of a list for children who came back: name of their sheet, and what is asked.
BACK: Final = "Weer terug"
BACK_QUESTION: Final = "het kind is terug; de vraag is hoe het met school ging"
#: The schools that a list speaks of: name of their sheet, and heading.
SCHOOLS: Final = "Scholen"
NOTHING_KNOWN: Final = "Niets bekend."
ABSENCE_LIST: Final = "Leerplicht: geen school bekend"
NO_EARLIER_RUN: Final = "geen eerdere run"
#: The label of departures drawn by chance: name of their sheet, and what each row is called.
SAMPLE: Final = "Steekproef"
NO_SAMPLE: Final = "Geen steekproef op deze datum"
SAMPLE_WHY: Final = "Steekproef: door toeval gekozen uit de vertrekken zonder teken."
SAMPLE_WHY_WEAK: Final = (
    "Steekproef: door toeval gekozen uit de vertrekken met een teken dat te zwak is om ernaar te vragen."
)
SAMPLE_STEP: Final = "Kijken of het vertrek klopt, zoals bij een signaal, en een besluit kiezen."
SAMPLE_LINES: Final = (
    "Deze kinderen zijn door toeval gekozen: uit de vertrekken waarvan geen teken bekend is, en uit de vertrekken met "
    "een teken dat te zwak is om ernaar te vragen. Binnen de gemeente had elk vertrek van dezelfde soort evenveel "
    "kans. Het zijn geen signalen.",
    "Alleen zo blijkt wat de lijst mist. Daarvoor telt elk besluit evenveel: ook als alles klopt, en ook als er iets "
    "niet klopt.",
    "Kijk in uw eigen systemen en vul besluit, reden, datum en bij Door uw naam of functie in, net als op het blad "
    "Signalen; vraag niet naar de reden van het vertrek.",
    "Eén keer per maand komen er een paar bij. Een kind wordt niet twee keer gekozen. Zonder besluit vervalt een regel "
    "na 182 dagen; zij telt dan als niet bekeken.",
)
SEALED: Final = "Verzegelde lijst: alleen voor de aangewezen medewerkers"

STATUSES: Final = {
    "new": "nieuw",
    "ongoing": "loopt door",
    "changed": "gewijzigd",
    "suppressed": "niet getoond",
    "weak": "te zwak om te vragen",
    "resolved": "opgelost",
    "lapsed": "vervallen",
    "closed": "afgesloten",
}

LEVELS: Final = {
    "A": "Niveau A: eerst bekijken",
    "B": "Niveau B: daarna bekijken",
    "": "Weer terug: hoe ging het met school?",
}

#: What a level means, for people who see it for the first time.
LEVEL_MEANINGS: Final = {
    "A": "wat ervoor spreekt weegt zwaarder dan wat ertegen spreekt",
    "B": "er spreekt iets voor, maar een gewone verklaring is waarschijnlijker",
    "": "het kind staat weer ingeschreven; de vraag is of het tussendoor naar school ging",
}

SUPPRESSORS: Final = {
    "S-01": "Eerder vastgesteld: woont over de grens, gaat hier naar school",
    "S-02": "Kind is weer ingeschreven",
    "S-03": "Adresonderzoek loopt",
    "S-04": "Eerder verklaard",
    "S-05": "Persoonslijst om andere reden opgeschort",
    "S-06": "Geheimhouding: staat alleen op de verzegelde lijst",
    "S-07": "18 jaar of ouder",
    "S-08": "Schoollijst is verouderd",
    "S-09": "Te kort geleden",
    "S-10": "Vrijstelling geldt",
    "S-11": "Eerder vastgesteld: gaat naar een school in het buitenland",
    "S-12": "Woont pas hier",
    "S-13": "Eerder vastgesteld: krijgt onderwijs in een instelling",
    "S-14": "Nieuwe school is bekend",
}

#: Why a case changed, came back or left the list, by the codes of sql/cases/outcomes.sql.
#: Under this name a list counts the cases that are on it no more, for whatever reason.
LEFT: Final = "left"

CHANGE_REASONS: Final = {
    "seen_before": "eerder bekeken; er is een nieuwer teken, of het besluit geldt niet meer",
    "back": "was opgelost, maar er is weer een teken",
    "date_corrected": "de vertrekdatum is gecorrigeerd",
    "sign_added": "nieuw teken",
    "sign_gone": "er is geen teken meer",
    "circumstance_changed": "er is iets anders bekend over een teken",
    "level_changed": "ander niveau",
    "suppressor_lifted": "wordt weer getoond",
    "too_weak": "wat ervoor spreekt is te zwak om ernaar te vragen",
    "stronger": "er spreekt nu meer voor",
    "rule_changed": "de regel is gewijzigd",
    "registered_again": "kind is weer ingeschreven",
    "departure_withdrawn": "het vertrek staat niet meer in het register",
    "out_of_view": "het vertrek is niet meer in beeld",
    "not_decided": "geen besluit binnen de termijn",
    "left_look_back": "het vertrek ligt vóór de terugkijkperiode",
    "enrolled_again": "kind staat weer op een school",
    "no_resident": "kind staat niet meer ingeschreven",
    "no_duty_left": "geen leerplicht of kwalificatieplicht meer",
    "moved_away": "kind woont in een andere gemeente",
}

RULE_KINDS: Final = {
    "active": "actief teken: iemand zag of verwachtte het kind",
    "passive": "passief teken: een gegeven dat is blijven staan",
    "circumstance": "omstandigheid bij een actief teken; telt zelf niet als teken",
    "alone": "een andere vraag, op een eigen deel van de lijst",
    "context": "alleen context: maakt nooit zelf een signaal en weegt niet mee",
    "against": "spreekt ertegen: maakt een signaal minder waarschijnlijk",
    "absence": "vraag voor leerplicht, op een eigen lijst",
}

SOURCES: Final = {"brp": "BRP", "duo": "DUO", "school": "schoollijst", "leerplicht": "leerplicht"}


#: A caution about whoever is past leerplicht: start qualifications are not delivered.
MAYBE_QUALIFIED: Final = "Mogelijk al een startkwalificatie."


def municipality_title(code: str) -> str:
    """The line by which a list says whose it is; an import finds the code by the words before it."""
    return f"Signalen gemeente {named(code)}"


_DESTINATIONS: Final = {True: "onbekend", False: "opgegeven", None: "niet leesbaar"}
#: A caution: without a readable destination B-05 is not judged, and who reads the list must know.
DESTINATION_UNREADABLE: Final = (
    "Niet leesbaar in de aanlevering of de bestemming onbekend is: B-05 is niet beoordeeld, vraag dit na bij"
    " burgerzaken."
)


def why_drawn(stratum: str) -> str:
    """Why a departure is in the control sample, by the stratum that it was drawn from."""
    return SAMPLE_WHY_WEAK if stratum == WEAK else SAMPLE_WHY


def destination(case: Case | Drawn) -> str:
    """What the register says of the destination; only whether it is known, never which."""
    known = _DESTINATIONS[case.is_destination_unknown]
    return f"{known}, ambtshalve" if case.is_ex_officio else known


def departure(case: Case | Drawn) -> str:
    """The departure date, or the days between which it lies."""
    if case.departed_on == case.departed_latest_on:
        return dutch(case.departed_on)
    return f"tussen {dutch(case.departed_on)} en {dutch(case.departed_latest_on)}"


def vague_departure(case: Case | Drawn) -> str:
    """An incomplete departure date as short as it can be: `03-2026, dag onbekend`."""
    return short_day(Interval(case.departed_on, case.departed_latest_on))


def short_day(day: Interval) -> str:
    """A day, or as short as it can be what is known of it."""
    first, last = day.earliest, day.latest
    if day.is_complete:
        return dutch(first)
    if day.is_unbounded:
        return "onbekend"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%m}-{first.year:04d}, dag onbekend"
    return f"in {first.year:04d}" if first.year == last.year else f"tussen {dutch(first)} en {dutch(last)}"


def recorded(case: Case) -> str:
    """The day the departure was recorded, if known."""
    return dutch(case.recorded_on) if case.recorded_on else "onbekend"


def number_of(number: int | str, one: str, many: str) -> str:
    """`1 signaal`, `2 signalen`; `many` goes with a number that is only told as `<5`."""
    return f"{number} {one if number == 1 else many}"


#: From how many points on a piece of evidence is called so; ten points make a chance some three times as likely.
_STRENGTHS: Final = ((Decimal(15), "sterk"), (Decimal(7), "redelijk sterk"), (Decimal(0), "zwak"))


def strengths() -> str:
    """From how many points on each word is used: `sterk` from 15."""
    return ", ".join(f"*{word}* from {least} points" for least, word in _STRENGTHS)


def strength(piece: Piece) -> str:
    """How much a piece of evidence weighs, in a word."""
    return next(word for least, word in _STRENGTHS if abs(piece.points) >= least)


def speaks(case: Case, *, against: bool) -> tuple[str, ...]:
    """What speaks for a case, or against it, each with how strongly, the heaviest first."""
    return tuple(
        f"{piece.text_nl} ({strength(piece)})" for piece in case.pieces if piece.points and piece.is_against == against
    )


def place(case: Case | Absence) -> str:
    """Why a case stands where it stands: what speaks for and against it, or the order of leerplicht."""
    if isinstance(case, Absence):
        return "leerplicht vóór kwalificatieplicht, daarna van wie het langst geen school bekend is"
    sides = (("Ervoor", speaks(case, against=False)), ("Ertegen", speaks(case, against=True)))
    told = [f"{side}: {'; '.join(lower_first(text) for text in texts)}" for side, texts in sides if texts]
    return ". ".join(told) or ("niets dat weegt" if case.level else BACK_QUESTION)


def level(case: Case) -> str:
    """The level of a case as people read it: `niveau A`, `weer terug`, or that it is too weak to have one."""
    return STATUSES["weak"] if case.status == "weak" else level_name(case.level)


def level_name(code: str) -> str:
    """`niveau A`; who came back has none."""
    return f"niveau {code}" if code else lower_first(BACK)


def is_back(case: Case) -> bool:
    """Whether the child came back, so that another question is asked and nothing is weighed."""
    return not case.level


def beside(sign: Sign) -> str:
    """What a sign is when it is none that a case rests on."""
    return " (spreekt ertegen)" if sign.is_against else " (alleen context)" if sign.is_context else ""


def unknowns(case: Case) -> tuple[str, ...]:
    """What nobody knows of a case, so that a list says no more than it can."""
    return (*case.notes_nl, "Waar het kind nu is: dat weet u pas als u het vraagt.")


def sum_of_points(case: Case) -> list[str]:
    """The whole sum behind the place of a case, a line for each part, for whoever wants to check it."""
    if case.score is None or case.chance_pct is None:
        return [f"Geen: {BACK_QUESTION}."] if is_back(case) else []
    base = case.score - sum((piece.points for piece in case.pieces), Decimal())
    parts = [("Uitgangspunt", base), *((f"{piece.text_nl} ({piece.code})", piece.points) for piece in case.pieces)]
    told = [f"- {label}: {_decimal(points)}" for label, points in parts]
    return [*told, f"Samen {_decimal(case.score)}: een kans van ongeveer {case.chance_pct} %."]


def _decimal(points: Decimal) -> str:
    """Points with their sign, in Dutch: `+5`, `−4,25`."""
    return f"{points:+.2f}".removesuffix("0").removesuffix(".0").replace("-", "−").replace(".", ",")


def not_proving(rule: Rule) -> str:
    """What the ordinary explanations of a rule are called: of evidence against, what it does not prove."""
    return "Wat het niet bewijst" if rule.level == AGAINST else "Gewone verklaringen"


def source(name: str) -> str:
    """A source of signs as staff know it."""
    return SOURCES.get(name, name)


def lower_first(text: str) -> str:
    """The text with a small first letter, to go on in a sentence."""
    return text[:1].lower() + text[1:]


def leading_signs(case: Listed) -> list[Sign]:
    """One sign per rule that makes the level; first the one whose sentence opens the reason of the case."""
    making = [sign for sign in case.signs if not sign.is_context]
    first = {sign.rule_code: sign for sign in reversed(making)}
    by_rule = [first[code] for code in dict.fromkeys(sign.rule_code for sign in making)]
    lead = {sign.rule_code for sign in making if sign.sentence_nl and case.reason_nl.startswith(sign.sentence_nl)}
    return sorted(by_rule, key=lambda sign: sign.rule_code not in lead)


def rules_used(content: AnyList, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that some case of the list speaks of, by code."""
    codes = {code for case in content.cases for code in case.rule_codes}
    codes |= {code for case in content.cases for sign in case.signs for code in sign.rule_codes}
    return sorted((rule for rule in rules if rule.code in codes), key=lambda rule: rule.code)


def level_counts(content: MunicipalList) -> list[tuple[str, int]]:
    """How many signals each level has; A and B are always there."""
    found = [case.level for case in content.cases]
    return [(level, found.count(level)) for level in dict.fromkeys(("A", "B", *sorted(set(found))))]


def duty(case: Absence) -> str:
    """Which of the two duties a child is under."""
    return "leerplicht" if case.is_leerplicht else "kwalificatieplicht"


def withdrawn(case: Absence) -> str:
    """When a child was withdrawn from the last school that is known."""
    return dutch(case.withdrawn_on) if case.withdrawn_on else "stond op geen schoollijst"


def left_list(case_id: str) -> str:
    """That a case is on the list no more, whatever the reason: a reason for some would tell who came under secrecy."""
    return f"{case_id}: niet meer op deze lijst."


def silence(source: str, since_on: date) -> str:
    """Since when a source, or (without a name) the register, delivers nothing about the child of a case."""
    if not source:
        return (
            f"De registergegevens van dit kind ontbreken in de levering of zijn apart gezet, sinds {dutch(since_on)}; "
            "dit signaal blijft zoals het was."
        )
    return (
        f"De bron {SOURCES.get(source, source)} levert sinds {dutch(since_on)} niets over dit kind; dit signaal blijft "
        "zoals het was."
    )


def held(kind: str, subject: str, from_on: date) -> str:
    """Since when what a school or source delivers is so unlike what is usual that nothing is concluded from it."""
    what = f"De lijst van school {subject}" if kind == "school" else f"De bron {source(subject)}"
    return (
        f"{what} is sinds {dutch(from_on)} opvallend anders dan gewoonlijk en wordt niet gebruikt; dit signaal blijft "
        "zoals het was."
    )


def changes(content: AnyList) -> str:
    """What changed since the last list, in numbers; before a second run there is nothing to compare with."""
    if content.changes is None:
        return f"Wat is veranderd sinds de vorige keer: {NO_EARLIER_RUN}."
    words = {**STATUSES, LEFT: "niet meer op deze lijst"}
    numbers = ", ".join(f"{number} {words[status]}" for status, number in content.changes.counts)
    return f"Wat is veranderd sinds de vorige keer ({dutch(content.changes.since)}): {numbers}."


def change_lines(content: AnyList) -> tuple[str, ...]:
    """The cases that left the list since last time; those of an ordinary list in the same words for all."""
    return content.changes.lines_nl if content.changes else ()


def decision(code: str, decided_on: date, reason_code: str = "", day_no: int = 1) -> str:
    """A decision with its day, as everybody may read it: `Vertrek klopt (15-06-2026)`.

    With a reason it goes on: `, reden: school had nog niet uitgeschreven`; not where it reads `Afgesloten`. A further
    decision of one day says which it is, so that two that read the same stay two: `Afgesloten (…, 2e besluit)`.
    """
    reason = "" if code in ONLY_CLOSED else reason_code
    return _decision(outcome_label(code), f"{dutch(decided_on)}{f', {day_no}e besluit' if day_no > 1 else ''}", reason)


def own_decision(code: str, decided_on: date, reason_code: str = "") -> str:
    """The same for the person who decided: whatever the outcome is."""
    return _decision(chosen_label(code), dutch(decided_on), reason_code)


def _decision(label: str, day_nl: str, reason_code: str) -> str:
    told = f"{label} ({day_nl})"
    return f"{told}, reden: {lower_first(chosen_label(reason_code))}" if reason_code else told


def decision_in_force(code: str | None, decided_on: date | None, day_no: int) -> str:
    """The same of the decision that holds now; empty when there is none."""
    return decision(code, decided_on, day_no=day_no) if code and decided_on else ""


def overdue_lines(content: AnyList) -> list[str]:
    """What is over its term: how many wait for a first look, then the other cases one by one, the oldest first."""
    unseen = [case for case in content.overdue if case.follow_up_nl == LOOK]
    others = [case for case in content.overdue if case.follow_up_nl != LOOK]
    lines = [_waiting_line(unseen, content.reference_date)] if unseen else []
    for case in others[:_MOST_OVERDUE_SHOWN]:
        if case.due_on:
            lines.append(f"{case.case_id}: uiterlijk {dutch(case.due_on)}. {case.follow_up_nl}")
    if (more := len(others) - _MOST_OVERDUE_SHOWN) > 0:
        lines.append(f"En nog {more}; sorteer het blad Signalen op de kolom Uiterlijk.")
    return lines


def _waiting_line(cases: Sequence[Listed], today: date) -> str:
    """`3 signalen wachten langer dan 14 dagen op een besluit, waarvan 1 langer dan 28 dagen.`"""
    are = number_of(len(cases), "signaal wacht", "signalen wachten")
    again = timedelta(days=FIRST_LOOK_DAYS)
    long = sum(case.due_on is not None and case.due_on + again < today for case in cases)
    rest = f", waarvan {long} langer dan {2 * FIRST_LOOK_DAYS} dagen" if long else ""
    return f"{are} langer dan {FIRST_LOOK_DAYS} dagen op een besluit{rest}."


def decision_label(code: str) -> str:
    """What people decided, to go on in a sentence; empty where others read no more than that the case was closed."""
    return "" if code in ONLY_CLOSED else f"besluit: {lower_first(outcome_label(code))}"


def outcome_label(code: str) -> str:
    """What people decided, as everybody may read it: lists, pages, dossier and `explain` use this one."""
    return upper_first(STATUSES["closed"]) if code in ONLY_CLOSED else chosen_label(code)


def chosen_label(code: str) -> str:
    """An outcome or a reason as people chose it: for the person who decided, and to count by."""
    return LABELS.get(code, code)


def why_changed(status: str, reasons: Iterable[str], suppressor_code: str) -> str:
    """Why a case came to a status: `nieuw teken; ander niveau`; empty when there is nothing to tell."""
    told = [CHANGE_REASONS.get(code) or decision_label(code) for code in reasons]
    if status == "suppressed":
        told.append(lower_first(SUPPRESSORS.get(suppressor_code, "")))
    return "; ".join(filter(None, told))


def upper_first(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def joined(texts: Sequence[str]) -> str:
    """Short lines under each other in one cell."""
    return "\n".join(f"• {text}" for text in texts)
