"""The entry for the Algoritmeregister in its publication standard 1.0: one cell a field, as CSV, XLSX and JSON.

CSV and XLSX have the form in which the register itself gives entries out: a row under the names of the fields, and a
sheet with a line for each field.
"""

import csv
import io
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from brp_signals.base.errors import InternalFailure
from brp_signals.papers.facts import Facts
from brp_signals.papers.rendering import IS_BLANK, blank
from brp_signals.publish.wording import upper_first

VERSION: Final = "1.0"
#: The risks for families among the guardrails: the others are about the making of the software.
_RISKS: Final = ("G-1", "G-4", "G-6", "G-9", "G-10", "G-13", "G-15", "G-17")
#: So many letters of grounds the register takes.
_MOST_GROUNDS: Final = 2500
#: A value is text, several choices, or lines of several named parts.
Value = str | tuple[str, ...] | tuple[dict[str, str], ...]
Entry = Mapping[str, Value]


class Field(NamedTuple):
    """One field of the standard; `blank` is what the municipality fills in, empty where the entry has a value."""

    key: str
    title: str
    most: int = 0
    required: bool = False
    choices: tuple[str, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    blank: str = ""
    of_register: bool = False


@cache
def fields() -> tuple[Field, ...]:
    """Every field of the standard, in its order."""
    rows = tomllib.loads(Path(__file__).with_name("register_fields.toml").read_text(encoding="utf-8"))["fields"]
    return tuple(
        Field(
            **{
                **row,
                "choices": tuple(row.get("choices", ())),
                "parts": tuple((name, most) for name, most in row.get("parts", ())),
            }
        )
        for row in rows
    )


def entry(facts: Facts) -> Entry:
    """Fill in what the system knows, and mark what the municipality fills in.

    Raises InternalFailure when a field would be longer than the register takes.
    """
    known = _known(facts)
    filled: dict[str, Value] = {}
    for field in fields():
        filled[field.key] = blank(field.blank) if field.blank else known.get(field.key, "")
    for problem in problems(filled):
        raise InternalFailure(f"The entry for the Algoritmeregister: {problem}; shorten or mend papers/register.py.")
    return filled


def problems(filled: Entry) -> list[str]:
    """Say what the register would refuse, blanks apart: a value that is too long, or no choice of its field."""
    return [
        f"{field.title} {wrong}"
        for field in fields()
        if not is_blank(filled[field.key]) and (wrong := _wrong(field, filled[field.key]))
    ]


def is_blank(value: Value) -> bool:
    """Whether the municipality fills this in."""
    return isinstance(value, str) and bool(IS_BLANK.fullmatch(value))


def _wrong(field: Field, value: Value) -> str:
    if field.parts:
        named = [(part, line.get(part, "")) for line in value if isinstance(line, dict) for part, _ in field.parts]
        longest = dict(field.parts)
        return "is too long" if any(longest[part] and len(text) > longest[part] for part, text in named) else ""
    if field.choices:
        chosen = (value,) if isinstance(value, str) else value
        return "" if set(map(str, chosen)) <= set(field.choices) else "is none of its choices"
    if field.required and not value:
        return "is empty"
    return "is too long" if field.most and len(str(value)) > field.most else ""


def as_json(filled: Entry) -> str:
    """Write the fields that have a value, under the names of the standard."""
    told = {key: value for key, value in filled.items() if value and not is_blank(value)}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_csv(filled: Entry) -> bytes:
    """Write one row under the names of the fields."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([list(filled), [cell(value) for value in filled.values()]])
    return stream.getvalue().encode("utf-8-sig")


def as_workbook(filled: Entry) -> bytes:
    """Write a line for each field: its title and its value, as text."""
    from datetime import datetime

    from xlsxwriter import Workbook

    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(1980, 1, 1)})  # noqa: DTZ001 -- the same entry gives the same bytes
    wrapped, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True})
    sheet = book.add_worksheet(VERSION)
    sheet.set_column(0, 0, 30, bold)
    sheet.set_column(1, 1, 110, wrapped)
    for row, field in enumerate(fields()):
        sheet.write_string(row, 0, field.title)
        sheet.write_string(row, 1, cell(filled[field.key]))
    book.close()
    return stream.getvalue()


def cell(value: Value) -> str:
    """Write a value in one cell: choices behind each other, lines of parts with a number."""
    if isinstance(value, str):
        return value
    lines = [", ".join(part.values()) if isinstance(part, dict) else part for part in value]
    is_lines = any(isinstance(part, dict) for part in value)
    return ". ".join(f"{no}: {line}" for no, line in enumerate(lines, 1)) if is_lines else ", ".join(lines)


def _known(facts: Facts) -> dict[str, Value]:
    return {
        "name": "Signaleren dat een uitgeschreven kind misschien nog hier is (brp-signals)",
        "description_short": "Dit algoritme vergelijkt elke nacht uitschrijvingen van leerplichtige kinderen met "
        "schoollijsten en andere opgegeven bronnen. Het maakt een lijst van signalen. Een signaal is een vraag: een "
        "medewerker kijkt, vraagt na en beslist.",
        "category": ("Onderwijs en wetenschap",),
        "goal": "Het doel is om kinderen die uit beeld raakten weer in beeld te krijgen en de basisregistratie "
        "personen (BRP) juist te houden. Soms is een kind als vertrokken uitgeschreven, maar gaat het hier nog naar "
        "school. De gemeente kan een gezin daarom een vraag stellen en zo nodig de inschrijving herstellen.",
        "proportionality": "Een teken is geen bewijs. Bij elk signaal staan gewone verklaringen en wat het weerlegt. "
        "Het voordeel is dat de gemeente kinderen ziet die anders in geen systeem meer voorkomen. Het nadeel is dat "
        "een gezin een vraag kan krijgen terwijl alles klopt. Daarom tellen alleen regels die zijn uitgelegd, is wat "
        "te zwak is op geen lijst te zien, en is van elke bron de grondslag en de bewaartermijn vastgelegd.",
        "human_intervention": "De software beslist niets en verstuurt niets. Een medewerker leest het signaal, kijkt "
        "in de eigen systemen, vraagt na en kiest een besluit met een reden. Er is nooit een besluit vooraf ingevuld.",
        "risks": _sentences("Wat de software nooit mag doen, is in waarborgen vastgelegd.", _guardrails(facts)),
        "lawful_basis": _grounds(facts),
        "lawful_basis_grouping": (
            {"title": "Wet basisregistratie personen", "link": "https://wetten.overheid.nl/BWBR0033715"},
            {"title": "Leerplichtwet 1969", "link": "https://wetten.overheid.nl/BWBR0002628"},
        ),
        "source_data": _data(facts),
        "methods_and_models": _method(facts),
        "lang": "nld",
        "standard_version": VERSION,
        "source_id": "brp-signals",
        "tags": "BRP, basisregistratie personen, leerplicht, uitschrijving, vertrek, kinderen, burgerzaken, signalen",
    }


def _sentences(opening: str, texts: list[str]) -> str:
    return " ".join([opening, *texts])


def _grounds(facts: Facts) -> str:
    """The tasks in the law, and the ground of each source where all of them fit."""
    opening = (
        "De gemeente houdt de BRP bij (Wet BRP, artikelen 2.22 en 2.26) en ziet toe op de leerplicht (Leerplichtwet "
        "1969, artikelen 16 en 19). De verwerking steunt op de AVG, artikel 6, eerste lid, onder e."
    )
    sources = (*facts.lists, *facts.traces)
    each = [f"{upper_first(source.kind)} ({source.code}): {source.legal_basis}." for source in sources]
    whole = _sentences(f"{opening} Per bron geldt de volgende grondslag.", each)
    elsewhere = f"{opening} De grondslag van elke bron staat in het register van verwerkingen."
    return whole if len(whole) <= _MOST_GROUNDS else elsewhere


def _guardrails(facts: Facts) -> list[str]:
    return [f"{each.code}: {each.text}" for each in facts.guardrails if each.code in _RISKS]


def _data(facts: Facts) -> str:
    kinds = (source.kind for source in (*facts.lists, *facts.traces) if not source.off)
    sources = "; ".join(dict.fromkeys(kinds))
    meanings = "; ".join(dict.fromkeys(each.meaning for each in facts.data))
    return (
        f"Gegevens komen uit de BRP en uit deze bronnen: {sources}. Alle nummers van personen en adressen zijn "
        f"vervangen door pseudoniemen. Gebruikt worden: {meanings}. Namen, nationaliteit, geboorteland, land van "
        "bestemming en vrije tekst worden niet gelezen."
    )


def _method(facts: Facts) -> str:
    rules = "; ".join(f"{each.rule.code} {each.rule.title_nl} ({each.off or each.kind})" for each in facts.rules)
    origin = (
        "De punten zijn geleerd uit besluiten van de gemeente."
        if facts.has_learned_weights
        else "De punten staan in de configuratie en zijn aannames, totdat besluiten laten zien hoe vaak het klopt."
    )
    return (
        "Het algoritme bestaat uit vaste regels in SQL die door mensen zijn geschreven. Het leert niet uit zichzelf. "
        "Dezelfde levering geeft dezelfde lijst. Wat de regels vinden, heeft punten voor of tegen; de som bepaalt de "
        f"volgorde. {origin} Wie het kind is, het huishouden, de plaats en de school wegen niet mee. De regels zijn: "
        f"{rules}."
    )
