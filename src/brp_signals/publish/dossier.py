"""The dossier of one case as one page: facts with their sources, what was not looked at, rights, decisions, history.

It answers a request of access (AVG, article 15) and is written for the family as much as for the clerk. It holds no
name and no number of a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from brp_signals.base.dates import add_months, case_date, dutch
from brp_signals.base.outcomes import ONLY_CLOSED
from brp_signals.base.rule_files import Rule
from brp_signals.publish import wording
from brp_signals.publish.explanations import Recalled
from brp_signals.publish.list_content import Absence, Case, schools_of
from brp_signals.publish.municipalities import named
from brp_signals.publish.one_sign import gathered
from brp_signals.publish.rendering import render
from brp_signals.publish.timeline import sign_labels, timeline
from brp_signals.state.ledger import Decision, Entry, Held, HeldSign

PRIVATE: Final = "Vertrouwelijk: dit gaat over één kind. Geef het alleen aan wie er recht op heeft."
#: What whoever hands the dossier over must weigh first; it says nothing of this case, so that it harms nobody if it is
#: sent along after all.
WEIGH_FIRST: Final = (
    "Weeg eerst of inzage geheel of gedeeltelijk moet worden beperkt (AVG, artikel 23; Uitvoeringswet AVG, artikel 41)."
)
COVER_TITLE: Final = "Voorblad voor de behandelaar: niet meesturen"
COVER: Final = (
    WEIGH_FIRST,
    "Wie vraagt om inzage, en mag die persoon namens dit kind vragen? Stel de identiteit en het gezag vast.",
    "Kan inzage het kind, een ouder of iemand anders schaden, of een onderzoek dat nog loopt? Let op geheimhouding van "
    "een adres en op gegevens die van de ene ouder naar de andere gaan.",
    "Vraag bij twijfel de functionaris gegevensbescherming. Leg vast wat u hebt gewogen.",
    "Haal dit blad eraf voordat u het dossier geeft.",
)
NO_SIGN_LEFT: Final = (
    "In de laatste nacht hoorde er geen teken meer bij dit signaal. Hieronder staat alles wat er nog van is bewaard."
)
NO_DECISION: Final = "Er is nog geen besluit genomen."

_NEVER_LOOKED_AT: Final = (
    "Of het kind hier echt woont of op school komt. Een teken zegt alleen dat er iets is vastgelegd.",
    "Namen, BSN en A-nummer. De software rekent met een kenmerk waaruit niemand een naam kan aflezen.",
    "Nationaliteit, geboorteplaats en geboorteland, ook die van de ouders, en levensovertuiging.",
    "Opmerkingen, notities en andere vrije tekst.",
    "Bronnen die de gemeente niet vooraf heeft opgegeven.",
)
_ALWAYS_ALLOWED: Final = (
    "Daarvoor mag zij deze gegevens gebruiken: een taak van algemeen belang (AVG, artikel 6, eerste lid, onder e).",
    "De software neemt geen besluit. Een medewerker kijkt, vraagt na en beslist (AVG, artikel 22).",
)


@dataclass(frozen=True)
class Words:
    """What a dossier says of one kind of case: what was not looked at, on what ground, and what its day is called."""

    not_looked_at: tuple[str, ...]
    legal_basis: tuple[str, ...]
    day: str


OF_DEPARTURES: Final = Words(
    (
        *_NEVER_LOOKED_AT,
        "Het land en het adres van bestemming. Alleen of de bestemming bekend is.",
        "De reden van het vertrek, en de reden van een vrijstelling of van verlof.",
        "Broers, zussen, buren en wie er nog meer op een adres woont. Van de ouders alleen of zij zelf staan "
        "ingeschreven.",
    ),
    (
        "De gemeente houdt de basisregistratie personen bij en zorgt dat die klopt (Wet BRP, artikelen 2.22 en 2.26).",
        "De gemeente ziet toe op de leerplicht (Leerplichtwet 1969, artikelen 16 en 19).",
        *_ALWAYS_ALLOWED,
    ),
    "Vertrekdatum in het register",
)
OF_ABSENCES: Final = Words(
    (
        *_NEVER_LOOKED_AT,
        "Scholen die geen lijst leveren, scholen in het buitenland en onderwijs in een instelling.",
        "Of het kind een diploma heeft dat als startkwalificatie telt.",
        "De reden van de uitschrijving, en de reden van een vrijstelling.",
        "Ouders, broers, zussen, buren en wie er nog meer op een adres woont.",
    ),
    (
        "Een kind dat hier is ingeschreven en leerplichtig of kwalificatieplichtig is, hoort op een school te staan, "
        "tenzij het is vrijgesteld (Leerplichtwet 1969, artikelen 2, 3, 4a en 5).",
        "De gemeente ziet daarop toe en vergelijkt het register met de schoollijsten (Leerplichtwet 1969, artikelen "
        "16 en 19). De leerplichtambtenaar zoekt uit wat er is en hoort de ouders (artikel 22).",
        *_ALWAYS_ALLOWED,
    ),
    "Uitgeschreven van school, of begin van de plicht",
)

RIGHTS: Final = (
    (
        "Inzage (AVG, artikel 15)",
        "U mag weten welke gegevens de gemeente van u of van uw kind gebruikt, en een kopie krijgen. Dit dossier is "
        "die kopie voor dit signaal. U krijgt antwoord binnen een maand.",
    ),
    (
        "Correctie (AVG, artikel 16)",
        "Klopt iets niet? Laat het herstellen waar het staat: bij burgerzaken voor de BRP (Wet BRP, artikel 2.58), bij "
        "de school voor de schoollijst, bij leerplicht voor verzuim, vrijstelling en verlof. De volgende nacht "
        "rekent de software met de herstelde gegevens.",
    ),
    (
        "Bezwaar en beperking (AVG, artikelen 18 en 21)",
        "U mag bezwaar maken tegen dit gebruik. U mag ook vragen om het stil te leggen terwijl de gemeente iets "
        "nagaat.",
    ),
    (
        "Klacht (AVG, artikel 77)",
        "Vraag het eerst aan de functionaris gegevensbescherming van de gemeente. U kunt ook een klacht indienen bij "
        "de Autoriteit Persoonsgegevens.",
    ),
    (
        "Wie dit ziet",
        "Medewerkers van burgerzaken en leerplicht van deze gemeente die eraan werken. Niemand buiten de gemeente "
        "krijgt het van de software.",
    ),
    (
        "Hoe lang het blijft",
        "De terugkijkperiode en enkele maanden daarna, en ten minste een jaar na het laatste besluit. Daarna wordt het "
        "gewist. De termijn staat in het verwerkingsregister van de gemeente.",
    ),
)

WHO_IT_IS: Final = (
    "In dit dossier staat geen naam. Wie mag weten om wie het gaat, zoekt het nummer van het signaal op in de lijst "
    "waar brp-signals reveal de A-nummers bij heeft gezet. Dat kan alleen in de afgeschermde omgeving van de gemeente, "
    "met een reden. Elk gebruik wordt vastgelegd."
)


@dataclass(frozen=True)
class Dossier:
    """Everything that is known about one case: the last run's account, if it has one, and what the ledger holds."""

    case_id: str
    recalled: Recalled | None
    entries: Sequence[Entry]
    decisions: Sequence[Decision]
    held: Held


def dossier_bytes(dossier: Dossier, rules: Sequence[Rule]) -> bytes:
    """The dossier as a self-contained HTML file; the same dossier gives the same bytes."""
    by_code = {rule.code: rule for rule in rules}
    recalled = dossier.recalled
    codes = {sign.rule_code for sign in dossier.held.signs}
    if recalled:
        codes |= {code for sign in recalled.case.signs for code in sign.rule_codes} | set(recalled.case.rule_codes)
    of_kind = OF_ABSENCES if _is_absence(dossier) else OF_DEPARTURES
    html = render(
        "dossier.html",
        words=wording,
        cover_title=COVER_TITLE,
        cover=COVER,
        private=PRIVATE,
        standing=NO_SIGN_LEFT if dossier.entries else wording.SAMPLE_WHY,
        drawn_on=dutch(dossier.held.drawn_on) if dossier.held.drawn_on else "",
        why_drawn=wording.lower_first(wording.why_drawn(dossier.held.stratum)),
        no_decision=NO_DECISION,
        of_kind=of_kind,
        rights=RIGHTS,
        who_it_is=WHO_IT_IS,
        id=dossier.case_id,
        case=_shown(recalled) if recalled else None,
        rules=[by_code[code] for code in sorted(codes & by_code.keys())],
        bases=_bases(dossier),
        held=_held(dossier.held, by_code),
        decisions=[_decision(decision) for decision in dossier.decisions],
        history=[_entry(entry) for entry in dossier.entries],
    )
    return html.encode()


def _is_absence(dossier: Dossier) -> bool:
    """Whether it is about a child on no school list, of which only the day is written as `YYYY-MM-DD`."""
    return any("-" in day for day, _ in dossier.held.dates)


def _shown(recalled: Recalled) -> dict[str, Any]:
    """The case of the last run as the template shows it."""
    case, today = recalled.case, recalled.reference_date
    first_day = add_months(today, -recalled.look_back_months)
    return {
        "id": case.case_id,
        "municipality": named(case.municipality_code),
        "reference_date": dutch(today),
        "delivery": recalled.delivery_id,
        **(_of_absence(case, today) if isinstance(case, Absence) else _of_departure(case, today, first_day)),
        "reason": case.reason_nl,
        "notes": case.notes_nl,
        "next_step": case.next_step_nl,
        "organisation": case.organisation_nl,
        "due_on": dutch(case.due_on) if case.due_on else "",
        "signs": [
            {
                "label": label,
                "event_on": dutch(sign.event_on),
                "source": wording.source(sign.source),
                "sentence": sign.text_nl,
                "title": sign.name_nl,
                "is_context": sign.is_context,
                "beside": wording.beside(sign),
            }
            for sign, label in zip(case.signs, sign_labels(case), strict=True)
        ],
    }


def _of_absence(case: Absence, today: date) -> dict[str, Any]:
    """What the template shows of a child on no school list alone."""
    return {
        "facts": _facts_of_absence(case),
        "looked_at": (
            f"schoollijsten die tot en met {dutch(today)} zijn geleverd, en de inschrijving in de BRP op die dag"
        ),
        "place": wording.place(case),
        "unknown": (),
        "timeline": None,
    }


def _of_departure(case: Case, today: date, first_day: date) -> dict[str, Any]:
    """What the template shows of a departure alone."""
    return {
        "facts": _facts_of_departure(case),
        "looked_at": f"vertrekken van {dutch(first_day)} tot en met {dutch(today)}",
        "speaks_for": wording.speaks(case, against=False),
        "speaks_against": wording.speaks(case, against=True),
        "unknown": wording.unknowns(case),
        "timeline": timeline(case, today, first_day),
    }


def _facts_of_absence(case: Absence) -> tuple[tuple[str, str, str], ...]:
    """What is known of a child on no school list: what, value, source."""
    register, computed = wording.source("brp"), "berekend door de software"
    return (
        ("Ingeschreven in gemeente", named(case.municipality_code), register),
        ("Uitgeschreven van school", wording.withdrawn(case), "schoollijsten"),
        ("Geen school bekend sinds", dutch(case.since_on), computed),
        *_schools(case),
        (
            "Plicht",
            f"{wording.duty(case)}, tot {dutch(case.duty_until)}",
            f"berekend uit de geboortedatum ({register})",
        ),
        ("Status", wording.STATUSES[case.status], computed),
    )


def _schools(case: Case | Absence) -> list[tuple[str, str, str]]:
    """The schools that a case speaks of and that are known by name, as further facts."""
    return [
        (f"School {school.school_id}", ", ".join(filter(None, (school.name, school.address_nl))), school.source_nl)
        for school in schools_of([case])
    ]


def _facts_of_departure(case: Case) -> tuple[tuple[str, str, str], ...]:
    """What is known of the departure: what, value, source."""
    register = wording.source("brp")
    level = "geen" if case.status == "weak" else case.level or f"geen ({wording.LEVEL_MEANINGS['']})"
    if level in wording.LEVEL_MEANINGS:
        level = f"{level} ({wording.LEVEL_MEANINGS[level]})"
    duty = f"van {dutch(case.duty_from)} tot {dutch(case.duty_until)}"
    return (
        ("Vertrek", wording.departure(case), register),
        ("Verwerkt in het register op", wording.recorded(case), register),
        ("Bestemming", wording.destination(case), register),
        ("Leer- of kwalificatieplicht", duty, f"berekend uit de geboortedatum ({register})"),
        ("Eerste teken", dutch(case.first_sign_on), "zie Tekens"),
        ("Laatste teken", dutch(case.last_sign_on), "zie Tekens"),
        *_schools(case),
        ("Niveau", level, "berekend door de software"),
        ("Status", wording.STATUSES[case.status], "berekend door de software"),
    )


def _bases(dossier: Dossier) -> list[tuple[str, str]]:
    """Each source that the signs come from, with the ground on which the municipality uses it."""
    known: Mapping[str, str] = dossier.recalled.legal_bases if dossier.recalled else {}
    used = {sign.source for sign in dossier.held.signs}
    if dossier.recalled:
        used |= {sign.source for sign in dossier.recalled.case.signs}
    return [(wording.source(name), known[name]) for name in sorted(used & known.keys())]


def _held(held: Held, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """What the ledger holds of the case beside its history."""
    return {
        "dates": [(_delivered(day), dutch(since)) for day, since in held.dates],
        "signs": [
            row
            for sign, circumstances in gathered(held.signs, rules)
            for row in (
                _held_sign(sign, rules[sign.rule_code].title_nl if sign.rule_code in rules else sign.rule_code),
                *(
                    _held_sign(each, f"Bij dit teken: {rules[each.rule_code].circumstance_nl}")
                    for each in circumstances
                ),
            )
        ],
    }


def _held_sign(sign: HeldSign, title: str) -> dict[str, str]:
    return {
        "event_on": dutch(sign.event_on),
        "source": wording.source(sign.source),
        "title": title,
        "first_seen_on": dutch(sign.first_seen_on),
        "gone_on": dutch(sign.gone_on) if sign.gone_on else "",
    }


def _delivered(text: str) -> str:
    """The date of a case for people; unknown parts make it a period."""
    interval = case_date(text)
    if interval is None or interval.is_unbounded:
        return "onbekend"
    if interval.is_complete:
        return dutch(interval.earliest)
    return f"tussen {dutch(interval.earliest)} en {dutch(interval.latest)}"


def _decision(decision: Decision) -> dict[str, str]:
    is_only_closed = decision.outcome_code in ONLY_CLOSED
    return {
        "decided_on": dutch(decision.decided_on),
        "outcome": wording.outcome_label(decision.outcome_code),
        "reason": "" if is_only_closed else wording.chosen_label(decision.reason_code),
    }


def _entry(entry: Entry) -> dict[str, str]:
    return {
        "day": dutch(entry.reference_date),
        "status": wording.STATUSES[entry.status],
        "level": "" if entry.status == "weak" else entry.level,
        "why": wording.why_changed(entry.status, entry.reasons, entry.suppressor_code),
    }
