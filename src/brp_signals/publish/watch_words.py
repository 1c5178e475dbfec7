"""The Dutch sentences of the watch: what changed, at which school or source, since when, and what to ask."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.publish import wording
from brp_signals.publish.municipalities import named
from brp_signals.publish.steward_words import REASON_CODES, TABLES
from brp_signals.watch.points import SHARES

Row = Mapping[str, Any]

CONSEQUENCES: Final = {
    "warn": "waarschuwt",
    "hold": "houdt zaken vast",
    "block": "houdt de levering tegen",
}
#: What each measure counts, as a heading; and, after "gewoonlijk", in which unit.
MEASURES: Final = {
    "pupils": "aantal leerlingen op de lijst",
    "ended": "aandeel uitgeschreven leerlingen",
    "newcomers": "aandeel leerlingen dat in de maand ervoor begon",
    "in_august": "aandeel leerlingen dat in augustus begon",
    "type_po": "aandeel leerlingen in het basisonderwijs",
    "type_vo": "aandeel leerlingen in het voortgezet onderwijs",
    "type_mbo": "aandeel studenten in het mbo",
    "departed": "vertrokken kinderen die nog op de lijst staan",
    "sum_of_days": "inhoud van de lijst",
    "list_day": "dag van de lijst",
    "late_day": "laatste dagen",
    "late_age": "dagen sinds de laatste gebeurtenissen",
    "list_age": "gemiddelde ouderdom van de lijsten in dagen",
    "newest_day": "laatste dag",
    "silent": "levering",
    "overdue": "ouderdom van de lijst",
    "renumbered": "nummer van de school",
    "rows": "aantal regels",
    "newest_age": "dagen sinds de nieuwste gebeurtenis",
    "mean_age": "gemiddelde ouderdom in dagen",
    "ahead": "regels met een datum na de peildatum",
    "recent": "aantal van de laatste vier weken",
    "weekend": "aandeel in het weekend",
    "kept": "aandeel van de regels van oudere maanden dat er vier weken geleden ook was",
    "uneven_rows": "aantal regels",
    "with_end": "aandeel met een einddatum",
    "busiest_weekday": "aandeel op de drukste dag van de week",
    "first_of_month": "aandeel op de eerste van de maand",
    "busiest_day": "aantal op de drukste dag",
    "residents": "aantal personen",
    "unknown_births": "aandeel onbekende geboortedatums",
    "incomplete_births": "aandeel onvolledige geboortedatums",
    "emigrated": "aandeel met opschorting wegens emigratie",
    "suspended_otherwise": "aandeel met een andere opschorting",
    "departures": "aantal vertrekken binnen de terugkijkperiode",
    "stopped": "vertrekken",
    "recording_lag": "dagen tussen vertrek en verwerking",
    "same_day": "aandeel vertrekken dat op de dag zelf is verwerkt",
    "new_late": "aandeel nieuwe vertrekken dat pas na twee weken is verwerkt",
    "incomplete": "aandeel onvolledige vertrekdatums",
    "ex_officio": "aandeel ambtshalve vertrekken",
    "unknown_destination": "aandeel vertrekken met onbekende bestemming",
    "new_ex_officio": "aandeel ambtshalve onder de nieuwe vertrekken",
    "new_unknown_destination": "aandeel met onbekende bestemming onder de nieuwe vertrekken",
    "orphans": "rijen van niemand in personen",
    "duplicates": "personen die vaker voorkomen",
    "under_inquiry": "aandeel adressen in onderzoek",
    "incorrect": "aandeel rijen die als onjuist zijn gemarkeerd",
    "parents_known": "aandeel vertrokken kinderen met een bekende ouder",
    "both_parents": "aandeel vertrokken kinderen met twee bekende ouders",
    "births_by_default": "aandeel vertrokken kinderen met 1 januari als geboortedag",
    "left_with_parent": "aandeel kinderen dat op dezelfde dag vertrok als een ouder die ook vertrok",
    "lived_with_parent": "aandeel vertrokken kinderen dat op een adres van een ouder woonde",
    "secrecy": "personen met geheimhouding",
    "share": "aandeel",
    "kinds": "aandeel",
}
#: What a person asks, by the check that failed.
_ASK: Final = {
    "list_size": "Vraag de school of de lijst volledig is.",
    "list_contents": "Vraag de school of dit klopt.",
    "list_frozen": "Vraag de school of de lijst wel opnieuw is gemaakt.",
    "list_order": "Vraag de school om de nieuwste lijst.",
    "list_silent": "Vraag de school om een nieuwe lijst.",
    "list_renumbered": "Vraag of het dezelfde school is.",
    "source_size": "Vraag de leverancier of alles geleverd is.",
    "source_dates": "Vraag de leverancier of de datums kloppen.",
    "source_silent": "Vraag de bron om een nieuwe levering.",
    "register_size": "Vraag de leverancier of de levering volledig is.",
    "register_contents": "Vraag de leverancier of codes of kolommen zijn veranderd.",
    "register_dates": "Vraag burgerzaken of de verwerking achterloopt.",
    "departures": "Vraag burgerzaken wat er is gebeurd.",
    "faults": "Kijk in findings.csv welke rijen het zijn.",
    "secrecy": "Vraag de leverancier direct of de geheimhouding volledig is geleverd.",
}
_HELD: Final = "Zaken die hierop rusten, blijven zoals ze waren."
#: Of many subjects so many are named.
_MOST_NAMED: Final = 10


def sentence(row: Row) -> str:
    """The sentence of one alarm of an account's `watch`."""
    parts = [f"{_subject(row)}: {_change(row)}."]
    if row["consequence"] == "hold" and not row["acknowledged"]:
        parts.append(_HELD)
    parts.append(_ASK[row["check"]])
    return " ".join(parts)


def subject_name(kind: str, subject: str, source: str) -> str:
    """What a subject is called."""
    if kind == "school":
        return f"School {subject} (bron {wording.source(source)})"
    if kind == "source":
        return f"{'Schoollijsten van' if source == 'lists' else 'Bron'} {wording.source(subject)}"
    if kind == "municipality":
        return f"Gemeente {named(subject)}"
    if kind == "code" and "." in subject:
        return f"Kolom {subject}, code {source}"
    if kind == "code":
        reason = REASON_CODES.get(subject, subject).rstrip(".")
        return f"{TABLES.get(source, source).capitalize()}, {subject} ({reason[0].lower()}{reason[1:]})"
    return TABLES.get(subject, subject).capitalize()


def _subject(row: Row) -> str:
    subjects: Sequence[str] = row["subjects"]
    if len(subjects) == 1:
        return subject_name(row["subject_kind"], row["subject"], row["source"])
    more = f" en nog {len(subjects) - _MOST_NAMED}" if len(subjects) > _MOST_NAMED else ""
    return f"{TABLES[row['subject']].capitalize()} ({', '.join(subjects[:_MOST_NAMED])}{more})"


def _change(row: Row) -> str:
    since = f"sinds {dutch(date.fromisoformat(row['first_on']))} "
    match row["measure"], row["detector"]:
        case "silent", _:
            return f"{since}komt er geen bruikbare regel meer"
        case "stopped", _:
            return f"{since}is er veel langer dan ooit geen vertrek verwerkt"
        case "renumbered", _:
            return f"{since}stil, en school {row['other']} is nieuw met ongeveer evenveel leerlingen"
        case "overdue", _:
            return f"{since}komt er geen nieuwe lijst, terwijl die er anders vaker is"
        case "list_day", _:
            return f"de lijst van {dutch(date.fromisoformat(row['list_on']))} is ouder dan een lijst die eerder kwam"
        case _, "back":
            return f"{since}gaan de datums minder ver dan op een eerdere nacht"
        case _, "frozen":
            return f"{since}is elke nieuwe lijst tot op de dag gelijk aan de vorige"
        case _, "repeated":
            return f"de lijst van {dutch(date.fromisoformat(row['list_on']))} is gelijk aan een veel oudere lijst"
        case "secrecy", _:
            return f"{since}zijn er opvallend minder personen met geheimhouding"
        case "busiest_day", _ if row["unit"] == "share":
            return f"aandeel van de drukste dag {since}{_numbers(row)}"
        case measure, _:
            return f"{MEASURES[measure]} {since}{_numbers(row)}"


def _numbers(row: Row) -> str:
    if row["value"] is None and row["expected"] is None:
        return "heel anders dan gewoonlijk"
    return f"{_number(row, row['value'])}, gewoonlijk {_number(row, row['expected'])}"


def _number(row: Row, number: float | None) -> str:
    if number is None:
        return "niet te noemen (te weinig personen)" if row["unit"] in SHARES else "minder dan 5"
    if row["unit"] in SHARES:
        return f"{100 * number:.1f} %".replace(".", ",")
    return f"{number:.0f}" if abs(number) >= 10 or number == int(number) else f"{number:.1f}".replace(".", ",")
