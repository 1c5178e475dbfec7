"""Our fields are those of the Algoritmeregister's own file, and what we fill in fits them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from brp_signals.papers import register
from brp_signals.papers.facts import gather
from tests.real.conftest import VARIABLE

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def standard() -> dict[str, dict[str, Any]]:
    """The fields as the register publishes them."""
    path = Path(os.environ[VARIABLE]) / "api/algoritmeregister-1.0.json"
    fields: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["properties"]
    return fields


def test_our_fields_are_those_of_the_register(standard: dict[str, dict[str, Any]]) -> None:
    assert [field.key for field in register.fields()] == list(standard)
    for field in register.fields():
        theirs = standard[field.key]
        parts = tuple((name, part.get("max_length", 0)) for name, part in theirs.get("items", {}).items())
        wanted = (
            theirs["title"],
            theirs.get("max_length", 0),
            theirs["required"] is True,
            tuple(theirs.get("permitted_values", ())),
            parts,
        )
        assert (field.title, field.most, field.required, field.choices, field.parts) == wanted, field.key


def test_the_entry_is_valid_where_it_is_filled_in(standard: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    told = json.loads(register.as_json(register.entry(gather(tmp_path / "no-state"))))
    for key, value in told.items():
        theirs = standard[key]
        assert isinstance(value, list if theirs["type"] == "array" else str), key
        assert len(value) <= theirs.get("max_length", len(value)), key
        chosen = value if isinstance(value, list) else [value]
        if permitted := theirs.get("permitted_values"):
            assert set(chosen) <= set(permitted), key
        for part in theirs.get("items", {}):
            assert all(0 < len(line[part]) <= theirs["items"][part].get("max_length", 1000) for line in value), key


def test_with_the_blanks_filled_in_by_the_examples_it_is_complete(
    standard: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    entry = register.entry(gather(tmp_path / "no-state"))
    examples = {key: field.get("example", "") for key, field in standard.items()}
    filled = {key: examples[key] if register.is_blank(value) else value for key, value in entry.items()}
    assert register.problems(filled) == []
    assert [key for key, field in standard.items() if field["required"] is True and not filled[key]] == []
