"""The entry for the Algoritmeregister: every field of the standard, in three forms."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from brp_signals.base.errors import InternalFailure
from brp_signals.papers import register
from brp_signals.papers.facts import Facts, SourceFact


def test_every_field_has_a_value_or_a_mark(facts: Facts) -> None:
    entry = register.entry(facts)
    assert list(entry) == [field.key for field in register.fields()]
    empty = [field.key for field in register.fields() if not entry[field.key]]
    assert empty == [field.key for field in register.fields() if field.of_register]
    assert register.problems(entry) == []


def test_csv_and_workbook_have_one_cell_a_field(facts: Facts, tmp_path: Path) -> None:
    entry = register.entry(facts)
    keys, cells = csv.reader(io.StringIO(register.as_csv(entry).decode("utf-8-sig")))
    assert keys == list(entry)
    sheet = load_workbook(io.BytesIO(register.as_workbook(entry)))["1.0"]
    assert [(row[0], row[1] or "") for row in sheet.iter_rows(values_only=True)] == [
        (field.title, cell) for field, cell in zip(register.fields(), cells, strict=True)
    ]
    told = dict(zip(keys, cells, strict=True))
    assert told["category"] == "Onderwijs en wetenschap"
    assert told["lawful_basis_grouping"] == (
        "1: Wet basisregistratie personen, https://wetten.overheid.nl/BWBR0033715. "
        "2: Leerplichtwet 1969, https://wetten.overheid.nl/BWBR0002628"
    )
    assert told["organization"].startswith("[IN TE VULLEN: ")


def test_json_holds_the_values_and_no_mark(facts: Facts) -> None:
    entry = register.entry(facts)
    told = json.loads(register.as_json(entry))
    assert told["lang"], told["standard_version"] == ("nld", "1.0")
    assert {key for key in entry if key not in told} == {
        field.key for field in register.fields() if field.blank or field.of_register
    }
    assert "IN TE VULLEN" not in json.dumps(told)


def test_the_same_facts_give_the_same_bytes(facts: Facts) -> None:
    entry = register.entry(facts)
    assert register.as_workbook(entry) == register.as_workbook(register.entry(facts))


def test_what_the_register_refuses_is_named(facts: Facts) -> None:
    entry = {
        **register.entry(facts),
        "status": "Klaar",
        "begin_date": "januari 2027",
        "category": ("Kinderen",),
        "name": "",
        "lawful_basis_grouping": ({"title": "x" * 101, "link": ""},),
    }
    assert register.problems(entry) == [
        "Naam is empty",
        "Thema is none of its choices",
        "Status is none of its choices",
        "Begindatum is too long",
        "Verwijzingen wettelijke basis is too long",
    ]


def test_an_entry_that_is_too_long_is_refused_and_many_sources_are_not(facts: Facts) -> None:
    many = tuple(SourceFact(f"x{number}", "verlof", "Verordening " * 20, 9, "", "") for number in range(40))
    entry = register.entry(replace(facts, traces=many))
    assert str(entry["lawful_basis"]).endswith("staat in het register van verwerkingen.")
    with pytest.raises(InternalFailure, match="Technische werking is too long"):
        register.entry(replace(facts, rules=facts.rules * 5))
