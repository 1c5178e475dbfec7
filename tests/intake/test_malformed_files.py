"""Files that are wrong as files: accepted, refused with one sentence, or set aside row by row; never a lost row."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.intake.staged import TODAY, good, spoil, stage
from tests.support.deliveries import describe, write_manifest

Change = Callable[[bytes], bytes]
ID = b"0123456789abcdef0123456789abcdef"
STRANGER = ID + b",19500101,,,0363,,,0\n"


def after_line(number: int, extra: bytes) -> Change:
    """Put `extra` behind the physical line `number`."""

    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        return b"\n".join(lines[:number]) + b"\n" + extra + b"\n".join(lines[number:])

    return change


ACCEPTED: dict[str, tuple[Change, int]] = {
    "a byte order mark": (lambda content: b"\xef\xbb\xbf" + content, 10),
    "CRLF": (lambda content: content.replace(b"\n", b"\r\n"), 10),
    "mixed line ends": (lambda content: content.replace(b"\n", b"\r\n", 4), 10),
    "no line end at the end": (lambda content: content.rstrip(b"\n"), 10),
    "blank lines": (after_line(3, b"\n\n"), 10),
    "blank lines at the end": (lambda content: content + b"\n\n", 10),
    "quoted cells": (lambda content: content.replace(b"20140501", b'"20140501"'), 10),
    "every cell quoted": (
        lambda content: b"\n".join(
            b",".join(b'"' + cell + b'"' for cell in line.split(b",")) for line in content.strip().split(b"\n")
        ),
        10,
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_and_read_the_same(name: str, tmp_path: Path) -> None:
    change, n_rows = ACCEPTED[name]
    spoil(good(tmp_path / "delivery"), "persons.csv", change, n_rows)
    staged = stage(tmp_path / "delivery", tmp_path)
    assert staged.kept["persons"] == 10
    assert staged.quarantine == []
    assert staged.file("persons.csv")["rows_read"] == n_rows


REFUSED: dict[str, tuple[Change, str]] = {
    "empty": (lambda content: b"", "is empty"),
    "a header only": (lambda content: content.split(b"\n")[0] + b"\n", "no row"),
    "no header": (lambda content: content.split(b"\n", 1)[1], "is missing"),
    "Latin-1": (after_line(3, STRANGER.replace(b"0363", b"\xe9")), "line 4: not UTF-8"),
    "cut in the middle of a character": (lambda content: content + b"\xc3", "not UTF-8"),
    "UTF-16": (lambda content: content.decode().encode("utf-16"), "null byte|not UTF-8"),
    "a null byte": (after_line(5, STRANGER.replace(b"0363", b"03\x003")), "line 6: a null byte"),
    "an unclosed quote": (after_line(4, STRANGER.replace(b"0363", b'"0363')), "line 5: a quote is opened"),
    "a quote closed lines later": (
        lambda content: after_line(6, STRANGER.replace(b"0363", b'0363"'))(
            after_line(3, STRANGER.replace(b"0363", b'"0363'))(content)
        ),
        "holds 9 rows but manifest.json promises 12",
    ),
    "a column twice": (lambda content: content.replace(b"parent2_id", b"parent1_id"), "stands there twice|missing"),
    "a missing column": (lambda content: content.replace(b"birth_date", b"birthday"), "column birth_date is missing"),
    "a forbidden column": (
        lambda content: content.replace(b"\n", b",x\n").replace(b",x", b",nationality", 1),
        "line 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_one_sentence_that_holds_no_value(name: str, tmp_path: Path) -> None:
    change, sentence = REFUSED[name]
    spoil(good(tmp_path / "delivery"), "persons.csv", change)
    with pytest.raises(DeliveryRefused, match=sentence) as refusal:
        stage(tmp_path / "delivery", tmp_path)
    assert "persons.csv" in str(refusal.value)
    assert ID.decode() not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def row(**cells: str) -> bytes:
    """One row of persons with these cells."""
    good_cells = {
        "person_id": ID.decode(),
        "birth_date": "19500101",
        "suspension_reason": "",
        "suspension_date": "",
        "municipality_code": "0363",
        "parent1_id": "",
        "parent2_id": "",
        "is_confidential": "0",
    }
    return ",".join((good_cells | cells).values()).encode() + b"\n"


SET_ASIDE: dict[str, tuple[bytes, str, str]] = {
    "too few cells": (b"only,two\n", "", "cell_count"),
    "too many cells": (STRANGER.replace(b"0363", b"0363,0363"), "", "cell_count"),
    "an enormous cell": (row(municipality_code="9" * 70_000), "municipality_code", "cell_too_large"),
    "a malformed quote": (STRANGER.replace(b"0363", b'"03"63'), "", "quote_malformed"),
    "no id": (row(person_id=""), "person_id", "value_missing"),
    "an id that is none": (row(person_id="nobody"), "person_id", "id_malformed"),
    "an upper-case id": (row(person_id="A" * 32), "person_id", "id_malformed"),
    "an id of 32 other characters": (row(person_id="z" * 32), "person_id", "id_malformed"),
    "a BSN as id": (row(person_id="123456789"), "person_id", "id_not_pseudonymised"),
    "no birth date": (row(birth_date=""), "birth_date", "value_missing"),
    "30 February": (row(birth_date="20140230"), "birth_date", "date_impossible"),
    "month 13": (row(birth_date="20141301"), "birth_date", "date_impossible"),
    "a date with dashes": (row(birth_date="2014-5-1"), "birth_date", "date_malformed"),
    "a date as a power": (row(birth_date="2.0140e7"), "birth_date", "date_malformed"),
    "an unknown reason": (row(suspension_reason="X"), "suspension_reason", "code_unknown"),
    "a municipality of three digits": (row(municipality_code="363"), "municipality_code", "code_unknown"),
    "a parent that is none": (row(parent1_id="mother"), "parent1_id", "id_malformed"),
    "no secrecy given": (row(is_confidential=""), "is_confidential", "code_unknown"),
    "a cell with a comma in it": (STRANGER.replace(b"0363", b'"03,3"'), "municipality_code", "code_unknown"),
}


@pytest.mark.parametrize("name", SET_ASIDE)
def test_a_bad_row_is_set_aside_with_its_line_and_reason(name: str, tmp_path: Path) -> None:
    bad, column, reason = SET_ASIDE[name]
    # A row with a wrong number of cells and a blank line come before it, so that row numbers and lines differ.
    spoil(good(tmp_path / "delivery"), "persons.csv", after_line(3, b"x\n\n" + bad), 12)
    staged = stage(tmp_path / "delivery", tmp_path)
    assert staged.quarantine == [("persons.csv", 4, "", "cell_count"), ("persons.csv", 6, column, reason)]
    assert staged.kept["persons"] == 10
    assert staged.file("persons.csv")["quarantined"] == 2


def test_lines_are_right_in_a_plain_file_too(tmp_path: Path) -> None:
    bad = b"x\n" + row(birth_date="20140230") + b"x,y\nx\n" + row(is_confidential="7")
    spoil(good(tmp_path / "delivery"), "persons.csv", after_line(1, bad))
    staged = stage(tmp_path / "delivery", tmp_path)
    assert [line for _, line, _, _ in staged.quarantine] == [2, 3, 4, 5, 6]


OTHER_TABLES = {
    "residences.csv": {
        "seq": ("first", "number_malformed"),
        "address_function": ("X", "code_unknown"),
        "address_id": ("street 1", "id_malformed"),
        "departure_date": ("20260230", "date_impossible"),
        "is_destination_unknown": ("2", "code_unknown"),
        "declared_by": ("Q", "code_unknown"),
        "valid_from": ("2026", "date_malformed"),
        "recorded_on": ("20261301", "date_impossible"),
        "is_under_inquiry": ("", "code_unknown"),
        "is_incorrect": ("no", "code_unknown"),
    },
    "enrolments.csv": {
        "school_id": ("12ab00", "code_unknown"),
        "education_type": ("KLEUTER", "code_unknown"),
        "enrolled_on": ("2026-02-30", "date_impossible"),
        "withdrawn_on": ("soon", "date_malformed"),
        "source": ("rumour", "code_unknown"),
        "seen_on": ("", "value_missing"),
    },
}


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name, cells in OTHER_TABLES.items() for column in cells]
)
def test_every_column_is_judged(name: str, column: str, tmp_path: Path) -> None:
    value, reason = OTHER_TABLES[name][column]

    def change(content: bytes) -> bytes:
        lines = content.decode().split("\n")
        cells = lines[1].split(",")
        cells[lines[0].split(",").index(column)] = value
        return "\n".join([lines[0], ",".join(cells), *lines[2:]]).encode()

    spoil(good(tmp_path / "delivery"), name, change)
    assert stage(tmp_path / "delivery", tmp_path).quarantine == [(name, 2, column, reason)]


def test_extra_columns_are_ignored_and_counted(tmp_path: Path) -> None:
    spoil(
        good(tmp_path / "delivery"),
        "persons.csv",
        lambda content: content.replace(b"\n", b",1\n").replace(b",1", b",batch", 1),
    )
    staged = stage(tmp_path / "delivery", tmp_path)
    assert staged.file("persons.csv")["extra_columns"] == 1
    assert staged.kept["persons"] == 10


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    def backwards(content: bytes) -> bytes:
        return b"\n".join(b",".join(line.split(b",")[::-1]) for line in content.strip().split(b"\n")) + b"\n"

    spoil(good(tmp_path / "delivery"), "persons.csv", backwards)
    assert stage(tmp_path / "delivery", tmp_path).kept["persons"] == 10


def test_several_files_of_one_table(tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    header, *rows = (folder / "persons.csv").read_bytes().strip().split(b"\n")
    for number, part in enumerate((rows[:4], rows[4:])):
        (folder / f"persons-{number}.csv").write_bytes(b"\n".join([header, *part]) + b"\n")
    entries = {
        name: {"files": [describe(folder / f"{name}.csv", n)]} for name, n in (("residences", 20), ("enrolments", 10))
    }
    entries["persons"] = {"files": [describe(folder / f"persons-{number}.csv", n) for number, n in ((0, 4), (1, 6))]}
    write_manifest(folder, entries, TODAY)
    assert stage(folder, tmp_path).kept["persons"] == 10


MANIFESTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another schema": (lambda manifest: manifest.update(schema="brp-signals/delivery/9"), "schema"),
    "an id with a slash": (lambda manifest: manifest.update(delivery_id="../up"), "delivery_id"),
    "the id latest": (lambda manifest: manifest.update(delivery_id="latest"), "delivery_id"),
    "no scope": (lambda manifest: manifest.update(scope={}), "scope"),
    "a scope of names": (lambda manifest: manifest.update(scope={"municipalities": ["Utrecht"]}), "scope"),
    "no persons": (lambda manifest: manifest["tables"].pop("persons"), "persons is missing"),
    "another hash": (lambda manifest: persons(manifest).update(sha256="0" * 64), "another sha256"),
    "another number of rows": (lambda manifest: persons(manifest).update(rows=11), "promises 11"),
    "a file that is not there": (
        lambda manifest: persons(manifest).update(name="people.csv"),
        "is not in the delivery",
    ),
    "a way out of the folder": (lambda manifest: persons(manifest).update(name="../persons.csv"), "plain name"),
    "an unknown format": (lambda manifest: persons(manifest).update(format="xls"), "format"),
    "a file named twice": (lambda manifest: persons(manifest).update(name="residences.csv"), "named twice"),
}


def persons(manifest: dict[str, Any]) -> dict[str, Any]:
    return manifest["tables"]["persons"]["files"][0]


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_breaks_the_contract(name: str, tmp_path: Path) -> None:
    change, sentence = MANIFESTS[name]
    path = good(tmp_path / "delivery") / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))
    with pytest.raises(DeliveryRefused, match=sentence):
        stage(tmp_path / "delivery", tmp_path)


def test_a_manifest_that_is_no_json(tmp_path: Path) -> None:
    (good(tmp_path / "delivery") / "manifest.json").write_text("{")
    with pytest.raises(DeliveryRefused, match="manifest"):
        stage(tmp_path / "delivery", tmp_path)


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    (folder / "persons.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "persons.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(DeliveryRefused, match="not in the delivery"):
        stage(folder, tmp_path)
