"""The Dutch words of what a data steward is told: of checks, of rows that were set aside, of schools and sources."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.publish import wording

SEVERITIES: Final = {
    "block": "houdt de levering tegen",
    "quarantine": "zet de rij apart",
    "warn": "waarschuwt",
}
#: Who must look at a check that does not hold.
OWNERS: Final = {"data steward": "de gegevensbeheerder", "burgerzaken": "burgerzaken"}
OUTCOMES: Final = {
    "passed": "voldoet",
    "failed": "voldoet niet",
    "not_evaluated": "niet te beoordelen",
}
TABLES: Final = {
    "persons": "personen",
    "residences": "verblijfplaatsen",
    "enrolments": "inschrijvingen op school",
    "traces": "sporen",
}
#: Why a row was set aside. A code that is not here is shown as it is.
REASON_CODES: Final = {
    "cell_count": "De rij heeft te veel of te weinig cellen.",
    "cell_too_large": "Een cel is groter dan 64 kB.",
    "quote_malformed": "Een aanhalingsteken staat verkeerd, zodat de rij niet te lezen is.",
    "id_malformed": "Het kenmerk van een persoon of adres heeft niet de vorm van een pseudoniem.",
    "id_not_pseudonymised": "Het kenmerk lijkt op een BSN of A-nummer.",
    "date_malformed": "Een datum heeft niet de afgesproken vorm.",
    "date_impossible": "Een datum bestaat niet, zoals 30 februari.",
    "number_malformed": "Een volgnummer is geen getal.",
    "code_unknown": "Een code komt niet voor in de afgesproken lijst.",
    "value_missing": "Een verplicht gegeven ontbreekt.",
    "source_not_declared": "De gemeente heeft deze bron van sporen niet opgegeven.",
    "retention_over": "Het spoor is ouder dan de bewaartermijn van zijn bron.",
    "orphan": "De rij hoort bij niemand in het bestand personen.",
    "quarantined": "De rij is onleesbaar.",
    "unreadable_column": "Een kolom is in haar geheel niet te lezen.",
    "stale": "De levering is te oud.",
    "silent": "Een bron die eerder leverde, heeft nu geen bruikbare rij; dat zegt niets over een kind.",
    "drift": "De levering is veel kleiner dan de vorige.",
    "K-01": "De geboortedatum is onbekend of ligt na het vertrek.",
    "K-02": "De vertrekdatum is te onvolledig.",
    "K-03": "Het vertrek is lang vóór de datum of na de peildatum verwerkt.",
    "K-04": "De inschrijving op school kan niet bestaan: volgorde van datums, leeftijd of schoolsoort.",
    "K-05": "De persoon komt vaker voor; welke rij klopt is niet te weten.",
    "K-06": "De gemeente vóór het vertrek is onbekend.",
    "K-07": "Opschorting en vertrek horen niet bij elkaar.",
    "K-08": "Het vertrek staat alleen op rijen die als onjuist zijn gemarkeerd.",
    "K-09": "Het spoor ligt buiten de terugkijkperiode of na de peildatum.",
    "K-10": "De schoollijst is verouderd of veel kleiner dan de vorige.",
    "K-11": "Een adresonderzoek loopt langer dan 182 dagen.",
    "K-12": "Te veel meldingen van één bron op één dag; mogelijk een invoerdatum.",
}

#: Of a region or the country there may be thousands of schools; so many are named.
_MOST_NAMED: Final = 20


def silent_source(source: str, since_on: date) -> str:
    """Since when a whole source delivers nothing that can be used."""
    return (
        f"De bron {wording.source(source)} leverde eerder wel, maar sinds {dutch(since_on)} geen bruikbare rij meer; "
        "haar signalen blijven zoals ze waren. Vraag de bron om een nieuwe levering."
    )


def about_schools(account: Mapping[str, Any]) -> list[str]:
    """What the steward asks of which schools: no row of theirs could be used, they or their source fell silent, or the
    newest list says too little."""
    lost = [_lost_school(school) for school in account.get("schools_lost", ())]
    return [*lost, *_silent_lists(account), *_weak_lists(account)]


def _silent_lists(account: Mapping[str, Any]) -> list[str]:
    lists = account.get("silent_lists", ())
    schools = [{**row, "seen_on": row["since_on"]} for row in lists if row["school_id"]]
    told = [silent_source(row["source"], row["since_on"]) for row in lists if not row["school_id"]]
    if schools:
        told.append(
            f"Schoollijst ontbreekt: {_schools(schools)} leverde eerder wel, maar nu geen bruikbare rij; signalen "
            "blijven zoals ze waren. Vraag de school om een nieuwe lijst."
        )
    return told


def _weak_lists(account: Mapping[str, Any]) -> list[str]:
    lists = account.get("weak_lists", ())
    parts = {
        "verouderd": [row for row in lists if row["is_stale"]],
        "veel kleiner dan de vorige": [row for row in lists if not row["is_stale"]],
    }
    return [
        f"Schoollijst {what} (K-10): {_schools(rows)}. Vraag de school om een nieuwe lijst."
        for what, rows in parts.items()
        if rows
    ]


def _schools(rows: Sequence[Mapping[str, Any]]) -> str:
    named = [
        f"{row['school_id']} (bron {wording.source(row['source'])}, {dutch(row['seen_on'])})"
        for row in rows[:_MOST_NAMED]
    ]
    return ", ".join(named) + (f" en nog {len(rows) - _MOST_NAMED}" if len(rows) > _MOST_NAMED else "")


def _lost_school(school: Mapping[str, Any]) -> str:
    where = f"de eerste staat in {school['file']} op regel {school['line']}" if "file" in school else "zei de gateway"
    return (
        f"School {school['school_id']}: geen van haar regels ({school['n_rows']}) is bruikbaar, {where}. "
        "Vraag om een nieuwe levering van deze school."
    )
