"""The watch through nights that are run again, taken back, cut off, refused, and asked about."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused
from brp_signals.state.ledger import FILE
from brp_signals.steps import watch
from tests.ledger.nights import case_of
from tests.spec.builders import key_of
from tests.support.commands import command
from tests.support.unjudged import UNJUDGED
from tests.watch.conftest import ORDINARY
from tests.watch.town import FIRST, N_PUPILS, ON_THE_LIST, SCHOOL, Town

pytestmark = pytest.mark.long

HALF = N_PUPILS // 2 + 2


def watched(town: Town) -> list[str]:
    """Everything that the ledger holds of the watch, as text."""
    with closing(sqlite3.connect(town.nights.state / FILE)) as ledger:
        return [line for line in ledger.iterdump() if line.startswith('INSERT INTO "watch_')]


def test_a_night_that_is_run_again_finds_the_same(town: Town) -> None:
    found = [town.night(ORDINARY, n_pupils=HALF)["watch"] for _ in range(2)]
    assert found[0] == found[1]
    assert found[0][0]["is_new"]
    town.acknowledge(found[0][0]["id"])
    town.night(ORDINARY, n_pupils=HALF)
    assert town.statuses()[ON_THE_LIST] == "ongoing", "what was said holds from the next night on"
    assert town.alarms() == []
    town.night(ORDINARY + 1, n_pupils=HALF)
    assert town.statuses()[ON_THE_LIST] == "resolved"


def test_a_night_that_is_taken_back_leaves_nothing_of_what_it_found(town: Town) -> None:
    before = watched(town)
    account = town.night(ORDINARY, n_pupils=HALF)
    (alarm,) = town.alarms()
    town.acknowledge(alarm["id"])
    pipeline.undo(account["run_id"], "Verkeerde lijst", state=town.nights.state, output=town.nights.output)
    assert watched(town) == before
    assert town.alarms(everything=True) == []
    town.night(ORDINARY, n_pupils=HALF)
    (again,) = town.alarms()
    assert (again["id"], again["acknowledged"]) == (alarm["id"], False)


def test_a_night_that_is_cut_off_before_its_end_leaves_nothing(town: Town) -> None:
    before = watched(town)
    town.night(ORDINARY, n_pupils=HALF)
    (alarm,) = town.alarms()
    after = watched(town)
    pipeline.undo(f"{FIRST + timedelta(ORDINARY)}-0363", "Proef", state=town.nights.state, output=town.nights.output)
    places: dict[str, Any] = {"state": town.nights.state, "output": town.nights.output, "config": town.nights.config}
    with pipeline.open_night(town.nights.delivery, threads=1, **places) as night:
        for step in pipeline.STEPS[:-1]:
            UNJUDGED[step](night.night) if step in UNJUDGED else night.run_step(step)
        assert [told["id"] for told in night.alarms if told["subject"] == SCHOOL] == [alarm["id"]]
    assert watched(town) == before
    town.nights.run()
    assert [line for line in watched(town) if "watch_told" not in line] == [
        line for line in after if "watch_told" not in line
    ]


def test_a_change_that_blocks_refuses_until_a_person_lets_it_pass(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = watch.load_checks()
    checks["list_size"]["meta"]["severity"] = "block"
    monkeypatch.setattr(watch, "load_checks", lambda: checks)
    monkeypatch.setattr(watch, "_judged", lambda *_: [])
    monkeypatch.setitem(UNJUDGED, "watch", watch.run)
    before = watched(town)
    with pytest.raises(DeliveryRefused, match=r"a change that must not pass \(list_size\); nothing was published"):
        town.night(ORDINARY, n_pupils=HALF)
    assert watched(town) == before
    account = town.nights.run(accept_drift="School is gesplitst.")
    assert account["accepted_drift"] == {"reason": "School is gesplitst.", "checks": ["list_size"]}
    assert town.statuses()[ON_THE_LIST] == "resolved"
    (alarm,) = town.alarms(everything=True)
    assert (alarm["acknowledged"], alarm["reason"]) == (True, "School is gesplitst.")
    town.night(ORDINARY + 1, n_pupils=HALF)
    assert town.alarms(everything=True) == []


def test_a_delivery_of_other_municipalities_ends_no_change(town: Town) -> None:
    town.night(ORDINARY, n_pupils=HALF)
    (alarm,) = town.alarms()
    town.night(ORDINARY, n_pupils=HALF, scope=("0599",))
    assert [each["id"] for each in town.alarms()] == [alarm["id"]]
    town.night(ORDINARY + 1, n_pupils=HALF)
    assert [(each["id"], each["is_new"]) for each in town.alarms()] == [(alarm["id"], False)]


def test_nothing_of_a_person_is_in_what_the_watch_keeps_or_tells(town: Town) -> None:
    town.night(ORDINARY, n_pupils=HALF, shift=62)
    done = command("watch", "--all", "--json", "--state", town.nights.state, cwd=town.nights.folder)
    told = json.loads(done.stdout)
    assert {alarm["subject"] for alarm in told["alarms"]} >= {SCHOOL, "verzuim"}
    published = town.nights.output / "latest"
    texts = ["\n".join(watched(town)), done.stdout, (published / "run.json").read_text()]
    persons = [key_of(case_of([], FIRST), f"child {number}") for number in range(N_PUPILS + 2)]
    assert persons[0] in (published / "signals.csv").read_text(), "the keys are those of the delivery"
    for text in texts:
        assert not [key for key in persons if key in text]


def test_by_command_a_change_is_listed_and_acknowledged(town: Town) -> None:
    """Run, watch and ack, as a person does."""
    where = ("--state", town.nights.state)
    places = (*where, "--output", town.nights.output, "--config", town.nights.config)
    folder: Path = town.nights.folder
    none = command("watch", *where, cwd=folder)
    assert (none.returncode, none.stdout, none.stderr) == (0, "", "Er staat geen melding.\n")
    town.deliver(ORDINARY, n_pupils=HALF)
    assert command("run", town.nights.delivery, *places, cwd=folder).returncode == 0
    (alarm,) = town.alarms()
    listed = command("watch", *where, cwd=folder).stdout.splitlines()
    (line,) = (line for line in listed if SCHOOL in line)
    assert line == f"{alarm['id']}  05-06-2026  houdt zaken vast  {alarm['sentence_nl']}"
    assert "aantal leerlingen op de lijst sinds 05-06-2026 32, gewoonlijk 61" in line
    done = command("watch", "ack", alarm["id"].lower(), "--reason", "School is gesplitst", *where, cwd=folder)
    assert done.returncode == 0
    assert done.stderr.startswith(f"Melding {alarm['id']} is gezien: vanaf deze verandering")
    assert not any(SCHOOL in line for line in command("watch", *where, cwd=folder).stdout.splitlines())
    everything = command("watch", "--all", *where, cwd=folder).stdout.splitlines()
    (line,) = (line for line in everything if SCHOOL in line)
    assert line.startswith(f"{alarm['id']}  05-06-2026  gezien  School {SCHOOL}")
    assert line.endswith("(School is gesplitst)")
    assert "blijven zoals ze waren" not in line
