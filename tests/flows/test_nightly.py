"""The flow itself, run against a real Prefect server of our own: order, second attempts, what is kept."""

import ast
import csv
import json
import logging
import sqlite3
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import pytest

from brp_signals.base.errors import DeliveryRefused, InternalFailure, RunLocked, UsageProblem
from brp_signals.pipeline import STEPS
from brp_signals.schedule import alerts, serving
from brp_signals.schedule.worker import OPEN_NIGHT, NightWorker, PassingFailure
from brp_signals.state.ledger import open_ledger
from brp_signals.upkeep.purging import Purged
from tests.support.deliveries import describe, write_delivery

from .conftest import LIMIT_MINUTES, ROOT, wait_for
from .nights import CANARY, ChangedNight
from .test_alerts import Desk
from .test_inbox import deliver, publish

pytestmark = pytest.mark.long

PERSON = "c0ffee" * 5 + "42"
FLOWS = ROOT / "flows"

#: What flows may use of our own package: what opens, runs and chooses a night, and what it tells in which words.
ENTRIES = {
    "brp_signals.schedule.alerts",
    "brp_signals.base.errors",
    "brp_signals.delivery.inbox",
    "brp_signals.schedule.lifeline",
    "brp_signals.base.logs",
    "brp_signals.publish.municipalities",
    "brp_signals.schedule.worker",
    "brp_signals.pipeline",
    "brp_signals.upkeep.purging",
    "brp_signals.schedule.serving",
    "brp_signals.base.streams",
}

RunNight = Callable[..., Any]


@pytest.fixture
def night(prefect_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunNight:
    """Run the flow with a night of the named kind; "real" and "unjudged" are the pipeline's own."""
    from flows import nightly as module
    from flows import steps

    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=":")
    for patient in (steps.delivery, steps.stage, steps.publish):
        monkeypatch.setattr(patient, "retry_delay_seconds", 0.0)

    def run(kind: str, **parameters: Any) -> Any:
        opener = OPEN_NIGHT if kind == "real" else f"tests.flows.nights:{kind}"
        monkeypatch.setattr(module, "NightWorker", partial(NightWorker, open_night=opener))
        if kind not in ("real", "unjudged"):  # its night leaves no ledger to purge
            monkeypatch.setattr(steps, "purge_now", lambda **_: Purged(date(2026, 11, 20), {"lists": 2}, True))
        paths = {
            "delivery": tmp_path / "delivery",
            "state": tmp_path / "state",
            "output": tmp_path / "output",
        }
        return module.nightly(**{**paths, **parameters})

    return run


def rows(prefect_home: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(prefect_home / "prefect.db") as database:
        return database.execute(query).fetchall()


def last_run(prefect_home: Path) -> tuple[str, str]:
    newest = "SELECT id, state_name FROM flow_run ORDER BY created DESC LIMIT 1"
    run_id, state = rows(prefect_home, newest)[0]
    return run_id, state


def test_every_step_is_a_task_of_its_name_in_the_order_of_the_pipeline(
    night: RunNight, prefect_home: Path, tmp_path: Path
) -> None:
    published = night("quiet")
    run_id, state = last_run(prefect_home)
    assert state == "Completed"
    tasks = f"SELECT name, state_name FROM task_run WHERE flow_run_id = '{run_id}' ORDER BY start_time"
    expected = [(step, "Completed") for step in (*STEPS, "lists", "purge")]
    wait_for(lambda: rows(prefect_home, tasks) == expected)  # the server records tasks a moment later
    assert rows(prefect_home, tasks) == expected
    assert (tmp_path / "state" / "steps.txt").read_text().split() == list(STEPS)
    assert published == {"output": str(tmp_path / "output"), "L-02": 3}


def test_what_was_purged_is_told_in_numbers(night: RunNight, lines: pytest.LogCaptureFixture) -> None:
    night("quiet")
    assert "purge: Removed what was over its term on 2026-11-20: lists 2." in lines.text


def test_a_purge_that_fails_leaves_the_night_published(
    night: RunNight,
    prefect_home: Path,
    tmp_path: Path,
    lines: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows import nightly as module
    from flows import steps

    def fail(**_: Any) -> None:
        raise ValueError(CANARY)

    night("quiet")
    monkeypatch.setattr(steps, "purge_now", fail)
    places: dict[str, Any] = {name: tmp_path / name for name in ("delivery", "state", "output")}
    assert module.nightly(**places)["output"] == str(tmp_path / "output")
    assert last_run(prefect_home)[1] == "Completed"
    (told,) = [record.getMessage() for record in lines.records if record.levelno == logging.ERROR]
    assert told.startswith("Night published, but not purged: The purge could not be run (ValueError)")
    assert not any(word in lines.text for word in CANARY.split())


def test_counts_are_kept_as_artifacts(night: RunNight, prefect_home: Path) -> None:
    night("quiet")
    run_id, _ = last_run(prefect_home)
    kept = rows(prefect_home, f"SELECT key, data FROM artifact WHERE flow_run_id = '{run_id}' AND key != ''")
    assert {key.removeprefix("nightly-") for key, _ in kept} == {"validate", "watch", "publish", "report", "lists"}
    assert any("L-02" in data for _, data in kept)


def test_where_report_and_lists_are_is_kept_and_the_sealed_ones_are_not(
    night: RunNight, prefect_home: Path, tmp_path: Path
) -> None:
    for folder in ("0363", "sealed/0363"):
        (tmp_path / "output" / folder).mkdir(parents=True)
        (tmp_path / "output" / folder / "signalen-0363-2026-11-20.xlsx").touch()
    night("quiet")
    run_id, _ = last_run(prefect_home)
    kept = dict(rows(prefect_home, f"SELECT key, data FROM artifact WHERE flow_run_id = '{run_id}' AND key != ''"))
    assert f"({(tmp_path / 'output/report.html').as_uri()})" in kept["nightly-report"]
    assert f"- 0363 (Amsterdam): `{tmp_path}/output/0363/signalen-0363-2026-11-20.xlsx`" in kept["nightly-lists"]
    assert "sealed" not in kept["nightly-lists"]


def events(prefect_home: Path, like: str) -> list[tuple[str, str, Any]]:
    """The events of this kind, oldest first: name, resource, payload; the server stores them a moment later."""
    query = f"SELECT event, resource_id, payload FROM events WHERE event LIKE '{like}' ORDER BY occurred"
    return [(event, resource, json.loads(payload)) for event, resource, payload in rows(prefect_home, query)]


def test_a_published_night_is_an_event_and_its_lists_are_an_asset(
    night: RunNight, prefect_home: Path, tmp_path: Path
) -> None:
    deliver(tmp_path / "inbox", "e1", "2026-11-20")
    counts = night("quiet", delivery=None, inbox=tmp_path / "inbox")
    published = ("brp-signals.night.published", "brp-signals.delivery.e1", counts)
    assert wait_for(lambda: published in events(prefect_home, "brp-signals.night.%"), seconds=30)
    assets = ("prefect.asset.materialization.succeeded", "brpsignals://lists", counts)
    assert wait_for(lambda: assets in events(prefect_home, "prefect.asset.%"), seconds=30)


def test_what_the_watch_finds_is_kept_and_told_once(night: RunNight, prefect_home: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    deliver(desk.inbox, "w1", "2026-11-20")
    for _ in range(2):
        night("changed", delivery=desk.inbox / "w1", config=desk.config)
    run_id, _ = last_run(prefect_home)
    ((page,),) = rows(
        prefect_home, f"SELECT data FROM artifact WHERE flow_run_id = '{run_id}' AND key = 'nightly-watch'"
    )
    new, standing = ChangedNight.alarms
    assert f"- **nieuw** `W-0000A1` {new['sentence_nl']}" in page
    assert f"- `W-0000A2` {standing['sentence_nl']}" in page
    payload = {name: new[name] for name in ("detector", "subject_kind", "subject", "consequence", "sentence_nl")}
    emitted = [("brp-signals.watch.alarm", "brp-signals.alarm.W-0000A1", payload)] * 2
    assert wait_for(lambda: events(prefect_home, "brp-signals.watch.%") == emitted, seconds=30)
    (told,) = desk.told()
    assert (told["kind"], told["delivery_id"]) == ("watch", "w1")
    assert f"W-0000A1: {new['sentence_nl']}" in told["sentence"]
    assert "W-0000A2" not in told["sentence"]


@pytest.mark.parametrize(("kind", "what"), [("refusing", "refused"), ("faulty", "failed")])
def test_a_night_without_lists_is_an_event_with_its_sentence(
    night: RunNight, prefect_home: Path, tmp_path: Path, kind: str, what: str
) -> None:
    deliver(tmp_path / "inbox", kind, "2026-11-20")
    with pytest.raises((DeliveryRefused, InternalFailure)) as problem:
        night(kind, delivery=None, inbox=tmp_path / "inbox")
    told = {"sentence": f"{problem.type.__name__}: {problem.value}"}
    failed = (f"brp-signals.night.{what}", f"brp-signals.delivery.{kind}", told)
    assert wait_for(lambda: failed in events(prefect_home, "brp-signals.night.%"), seconds=30)


def test_a_scheduler_that_takes_nothing_undoes_nothing(
    night: RunNight,
    prefect_home: Path,
    tmp_path: Path,
    lines: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.context import AssetContext

    from flows import kept

    def fail(*_: Any, **__: Any) -> NoReturn:
        raise ConnectionError(CANARY)

    for taken in ("create_table_artifact", "emit_event"):
        monkeypatch.setattr(kept, taken, fail)
    monkeypatch.setattr(AssetContext, "emit_events", lambda context, _: context.downstream_assets and fail())
    assert night("quiet")["output"] == str(tmp_path / "output")
    assert last_run(prefect_home)[1] == "Completed"
    told = [record.getMessage() for record in lines.records if record.levelno == logging.WARNING]
    assert told == [
        f"{what} could not be kept by the scheduler (ConnectionError)."
        for what in (
            "The counts of validate",
            "The counts of publish",
            "Where the lists are",
            "The event that this night is published",
        )
    ]


def test_a_run_is_called_after_its_delivery_and_date(night: RunNight, prefect_home: Path, tmp_path: Path) -> None:
    deliver(tmp_path / "inbox", "d1", "2026-11-20")
    night("quiet", delivery=None, inbox=tmp_path / "inbox")
    night("quiet", delivery=tmp_path / "inbox" / "d1", reference_date=date(2026, 11, 21))
    night("quiet")
    newest = rows(prefect_home, "SELECT name FROM flow_run ORDER BY created DESC LIMIT 3")
    assert newest == [("without a delivery",), ("d1 of 2026-11-21",), ("d1 of 2026-11-20",)]


def test_every_parameter_says_what_it_is() -> None:
    from flows.nightly import nightly

    properties = nightly.parameters.properties
    assert len(properties) == 7
    assert all(parameter.get("description") for parameter in properties.values())


def test_a_run_by_hand_carries_the_tags_of_a_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.context import TagsContext

    from flows import nightly as module

    monkeypatch.setattr(serving, "running_server", lambda *_, **__: nullcontext())
    monkeypatch.setattr(serving, "start_ahead", lambda: None)
    monkeypatch.setattr(serving, "_refuse_another_server", lambda: None)
    monkeypatch.setattr(module, "nightly", lambda **_: {"tags": TagsContext.get().current_tags})
    assert serving.run_once(tmp_path / "d1", state=tmp_path / "state") == {"tags": set(module.TAGS)}


def test_a_cancelled_night_is_told(tmp_path: Path) -> None:
    from prefect.client.schemas.objects import FlowRun
    from prefect.states import Cancelled

    from flows.nightly import nightly

    desk = Desk(tmp_path)
    run = FlowRun(flow_id=uuid4(), parameters={"state": str(desk.state), "config": str(desk.config)})
    (hook,) = nightly.on_cancellation_hooks
    hook(nightly, run, Cancelled(message="by hand"))
    (told,) = desk.told()
    assert told["kind"] == "night_cancelled"
    assert told["sentence"].startswith("A run of the night was cancelled; the lists are whole")


@pytest.mark.parametrize("kind", ["shaky", "wrapped_shaky"])
def test_what_time_can_mend_is_tried_again(
    night: RunNight, prefect_home: Path, lines: pytest.LogCaptureFixture, kind: str
) -> None:
    if kind == "wrapped_shaky":  # it never gets better
        with pytest.raises(PassingFailure, match="The disk is full"):
            night(kind)
        assert lines.text.count("This is tried again") == 2
        assert last_run(prefect_home)[1] == "Failed"
    else:
        night(kind)
        assert lines.text.count("This is tried again") == 1
        assert last_run(prefect_home)[1] == "Completed"


def test_a_refused_delivery_is_not_tried_again_and_told_in_one_sentence(
    night: RunNight, tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DeliveryRefused, match="another hash"):
        night("refusing")
    assert (tmp_path / "state" / "steps.txt").read_text().split() == ["delivery"]
    told = [record for record in lines.records if record.levelno == logging.ERROR]
    assert len(told) == 1
    assert "persons.csv has another hash than the manifest; send it again." in told[0].getMessage()


@pytest.mark.usefixtures("clock_of_the_query")
def test_the_time_limit_of_the_flow_ends_the_night(night: RunNight, prefect_home: Path, tmp_path: Path) -> None:
    late = f"took longer than {LIMIT_MINUTES} minutes and was stopped in step facts; nothing was published"
    with pytest.raises(InternalFailure, match=late):
        night("endless", time_limit_minutes=LIMIT_MINUTES)
    assert (tmp_path / "state" / "in_query.txt").exists()
    assert last_run(prefect_home)[1] == "Failed"


def test_the_second_try_has_nothing_to_do_when_the_lists_are_out(
    night: RunNight, prefect_home: Path, tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    delivery = deliver(tmp_path / "inbox", "d1", "2026-11-20")
    publish(tmp_path / "output", delivery, "d1")
    night("quiet", delivery=None, inbox=tmp_path / "inbox")
    assert not (tmp_path / "state" / "steps.txt").exists()
    assert "Delivery d1 is published already: nothing to do." in lines.text
    assert last_run(prefect_home)[1] == "Completed"
    deliver(tmp_path / "inbox", "d2", "2026-11-27")
    night("quiet", delivery=None, inbox=tmp_path / "inbox")
    assert (tmp_path / "state" / "steps.txt").read_text().split() == list(STEPS)


def test_an_empty_inbox_fails_the_night_with_a_sentence(
    night: RunNight, tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "inbox").mkdir()
    with pytest.raises(UsageProblem, match="holds no delivery"):
        night("quiet", delivery=None, inbox=tmp_path / "inbox")
    assert "holds no delivery" in lines.text


@pytest.mark.parametrize("kind", ["faulty", "shaky", "wrapped_shaky"])
def test_nothing_a_fault_has_read_reaches_the_database_or_the_log(
    night: RunNight, prefect_home: Path, lines: pytest.LogCaptureFixture, kind: str, capfd: Any
) -> None:
    if kind == "shaky":
        night(kind)
    else:
        with pytest.raises(InternalFailure):
            night(kind)
    kept = b"".join(file.read_bytes() for file in prefect_home.rglob("*") if file.is_file())
    assert b"Stale file handle" not in kept
    for word in CANARY.split():
        assert word.encode() not in kept
        assert word not in lines.text
        assert word not in "".join(capfd.readouterr())


@pytest.mark.parametrize("column", ["suspension_reason", "geslachtsnaam"])
def test_nothing_a_delivery_holds_reaches_the_database_or_the_log(
    night: RunNight,
    prefect_home: Path,
    tmp_path: Path,
    lines: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    column: str,
) -> None:
    """A name in a wrong cell is set aside, a name in a column of its own refuses the delivery: both unread."""
    person = {
        "person_id": PERSON,
        "birth_date": "20150304",
        "municipality_code": "0363",
        "is_confidential": "0",
        column: CANARY,
    }
    delivery = deliver_person(tmp_path / "delivery", person)
    if column == "suspension_reason":
        night("real", delivery=delivery)
        assert "quarantined 1" in lines.text
    else:
        with pytest.raises(DeliveryRefused):
            night("real", delivery=delivery)
    kept = b"".join(file.read_bytes() for file in prefect_home.rglob("*") if file.is_file())
    said = lines.text + "".join(capfd.readouterr())
    for word in (*CANARY.split(), PERSON):
        assert word.encode() not in kept
        assert word not in said


def test_the_same_delivery_twice_is_one_night(night: RunNight, tmp_path: Path) -> None:
    person = {"person_id": PERSON, "birth_date": "20150304", "municipality_code": "0363", "is_confidential": "0"}
    delivery = deliver_person(tmp_path / "delivery", person)
    for _ in range(2):
        night("unjudged", delivery=delivery)
    with open_ledger(tmp_path / "state") as ledger:
        assert [run.delivery_id for run in ledger.runs()] == [
            json.loads((delivery / "manifest.json").read_text())["delivery_id"]
        ]


def deliver_person(folder: Path, person: dict[str, str]) -> Path:
    """A delivery with this person, in whatever columns it has."""
    write_delivery(folder, {table: [] for table in ("persons", "residences", "enrolments")}, date(2026, 11, 20))
    persons = folder / "persons.csv"
    stranger = next(csv.DictReader(persons.read_text().splitlines()))
    columns = list(dict.fromkeys([*stranger, *person]))
    with persons.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows([stranger, person])
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"]["persons"]["files"] = [describe(persons, 2)]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_the_flow_tells_of_a_failed_night_and_of_an_old_delivery(
    night: RunNight, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "_today", lambda: date(2026, 11, 24))
    desk = Desk(tmp_path)
    parameters = {"inbox": desk.inbox, "config": desk.config, "delivery": None}
    with pytest.raises(UsageProblem):
        night("quiet", **parameters)
    deliver(desk.inbox, "d1", "2026-11-02")
    with pytest.raises(DeliveryRefused):
        night("refusing", **parameters)
    night("quiet", **parameters)
    assert [(told["kind"], told["delivery_id"]) for told in desk.told()] == [
        ("night_failed", None),
        ("no_delivery", "d1"),
        ("night_failed", "d1"),
    ]
    assert "persons.csv has another hash" in desk.told()[2]["sentence"]
    assert [entry["kind"] for entry in json.loads((desk.state / alerts.FILE).read_text())] == ["no_delivery"]


def test_runs_left_behind_by_a_power_cut_are_marked_as_crashed(prefect_home: Path) -> None:
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    from flows.nightly import nightly

    with get_client(sync_client=True) as client:
        left = client.create_flow_run(nightly, state=Running())
        serving._close_lost_runs(nightly.name)
        assert client.read_flow_run(left.id).state_name == "Crashed"


def test_the_database_of_prefect_is_closed_to_others(prefect_home: Path) -> None:
    assert prefect_home.stat().st_mode & 0o077 == 0
    for file in prefect_home.glob("prefect.db*"):
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_the_flows_are_thin() -> None:
    for file in sorted(FLOWS.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
                if modules[0].startswith("brp_signals") and modules[0] not in ENTRIES:
                    modules = [f"{node.module}.{name.name}" for name in node.names]
                assert node.level == 0
            else:
                continue
            for module in modules:
                root = module.partition(".")[0]
                allowed = root in ("prefect", "flows") or root in sys.stdlib_module_names or module in ENTRIES
                assert allowed, f"{file.name} line {node.lineno} imports {module}"


def test_the_flows_hold_no_sql_and_no_long_functions() -> None:
    for file in sorted(FLOWS.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "SELECT " not in node.value.upper().replace("\n", " "), file.name
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 40, node.name


@pytest.mark.parametrize("problem", [UsageProblem, DeliveryRefused, RunLocked, InternalFailure])
def test_running_the_flow_by_hand_gives_the_exit_codes_of_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], problem: Any
) -> None:
    from flows import __main__ as by_hand

    def fail(*_: Any, **__: Any) -> None:
        raise problem("One sentence.")

    monkeypatch.setattr(by_hand, "run_once", fail)
    monkeypatch.setattr(sys, "argv", ["flows", "delivery"])
    assert by_hand.main() == problem.exit_code
    assert capsys.readouterr().err == "One sentence.\n"
