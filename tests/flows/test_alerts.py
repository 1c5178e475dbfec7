"""Alerts: what the user's command is told, how often, and that nothing it does breaks a night."""

import json
import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from brp_signals.schedule import alerts
from brp_signals.schedule.alerts import night_cancelled, night_failed, night_went_well, when_changed, when_overdue

from .test_inbox import deliver

HOSTILE = '"; touch $(pwd)/hostile\n'


class Desk:
    """An inbox, a state folder, and a command that keeps what it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.inbox, self.state = folder, folder / "inbox", folder / "state"
        self.inbox.mkdir()
        self.config = folder / "brp-signals.toml"
        self.command("cat >> told.jsonl")

    @property
    def parameters(self) -> dict[str, Any]:
        """As the flow has them."""
        return {"delivery": None, "inbox": str(self.inbox), "state": str(self.state), "config": str(self.config)}

    def command(self, script: str) -> None:
        """Make this the command."""
        program = self.folder / "tell"
        program.write_text(f"#!/bin/sh\ncd {self.folder}\n{script}\n")
        program.chmod(0o700)
        self.config.write_text(f'[alerts]\ncommand = ["{program}", "a b"]\n')

    def told(self) -> list[dict[str, str]]:
        """What the command was told so far."""
        kept = self.folder / "told.jsonl"
        return [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The day on which every night of this file is."""
    monkeypatch.setattr(alerts, "_today", lambda: date(2026, 11, 24))
    yield


def test_a_failure_is_told_as_one_object(desk: Desk) -> None:
    deliver(desk.inbox, "d1", "2026-11-20")
    night_failed(desk.parameters, HOSTILE)
    (told,) = desk.told()
    assert datetime.fromisoformat(told.pop("time")).tzinfo is not None
    assert told == {"kind": "night_failed", "sentence": HOSTILE, "delivery_id": "d1"}
    assert not (desk.folder / "hostile").exists()
    assert (desk.state / alerts.FILE).stat().st_mode & 0o777 == 0o600


def test_each_change_is_told_once_and_those_of_one_night_together(desk: Desk) -> None:
    alarms = [{"id": f"W-00000{number}", "is_new": True, "sentence_nl": f"Zin {number}."} for number in range(3)]
    standing = {"id": "W-000009", "is_new": False, "sentence_nl": "Oud."}
    where = {"state": desk.state, "config": desk.config}
    when_changed([standing], desk.parameters, **where)
    assert desk.told() == []
    for found in (alarms[:2], [*alarms, standing], alarms):
        when_changed(found, desk.parameters, **where)
        night_went_well(desk.state)
    first, second = desk.told()
    assert (first["kind"], first["sentence"].count("W-")) == ("watch", 2)
    assert first["sentence"].endswith("W-000000: Zin 0. W-000001: Zin 1.")
    assert second["sentence"].startswith("The watch found 1 new change in what")
    assert second["sentence"].endswith("ack which are as they should be. W-000002: Zin 2.")


def test_the_same_failure_is_told_once_until_a_night_goes_well(desk: Desk) -> None:
    for _ in range(3):
        night_failed(desk.parameters, "The disk is full.")
    night_failed(desk.parameters, "The share is away.")
    assert len(desk.told()) == 2
    night_went_well(desk.state)
    night_failed(desk.parameters, "The disk is full.")
    assert [told["sentence"] for told in desk.told()] == [
        "The disk is full.", "The share is away.", "The disk is full.",
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "times"), [(6, 1), (7, 2), (-1, 2)])
def test_it_comes_again_after_a_week_and_a_clock_set_back_silences_nothing(desk: Desk, days: int, times: int) -> None:
    night_failed(desk.parameters, "The disk is full.")
    kept = json.loads((desk.state / alerts.FILE).read_text())
    kept[0]["told_at"] = (datetime.fromisoformat(kept[0]["told_at"]) - timedelta(days)).isoformat()
    (desk.state / alerts.FILE).write_text(json.dumps(kept))
    night_failed(desk.parameters, "The disk is full.")
    assert len(desk.told()) == times


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(("day", "is_told"), [("2026-11-21", False), ("2026-11-20", True)])
def test_no_delivery_for_days(desk: Desk, day: str, is_told: bool) -> None:
    delivery = deliver(desk.inbox, "d1", day)
    for _ in range(2):
        when_overdue(delivery, state=desk.state, config=desk.config)
        night_went_well(desk.state)
    assert [told["kind"] for told in desk.told()] == ["no_delivery"] * is_told
    assert all("No delivery has come since d1 of 2026-11-20" in told["sentence"] for told in desk.told())


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 3", "ended with code 3"),
        ("kill -9 $$", "ended with code -9"),
        ("sleep 60", "took longer than 0.2 seconds"),
        (None, "could not be started (No such file or directory)"),
    ],
)
def test_a_command_that_fails_is_one_sentence_and_is_tried_again(
    desk: Desk, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, script: str | None, reason: str
) -> None:
    monkeypatch.setattr(alerts, "TIMEOUT_SECONDS", 0.2 if script == "sleep 60" else 30)
    desk.command(script or "")
    if script is None:
        (desk.folder / "tell").unlink()
    night_failed(desk.parameters, "The disk is full.")
    (said,) = {record.getMessage() for record in lines.records if record.levelno == logging.ERROR}
    assert said.startswith(f"Alert not delivered: the command tell {reason}")
    desk.command("cat >> told.jsonl")
    night_failed(desk.parameters, "The disk is full.")
    assert len(desk.told()) == 1


def test_a_command_that_reads_nothing_will_do(desk: Desk, lines: pytest.LogCaptureFixture) -> None:
    desk.command("exec true")
    night_failed(desk.parameters, "x" * 1_000_000)
    assert not [record for record in lines.records if record.levelno == logging.ERROR]


@pytest.mark.parametrize("content", ["{", "[]", '[{"kind": 1}]', "[1]", '[{"kind": "night_failed", "told_at": "x"}]'])
def test_a_memory_that_cannot_be_read_tells_once_more(desk: Desk, content: str) -> None:
    desk.state.mkdir()
    (desk.state / alerts.FILE).write_text(content)
    night_failed(desk.parameters, "The disk is full.")
    night_failed(desk.parameters, "The disk is full.")
    assert len(desk.told()) == 1


def test_without_a_command_nothing_is_told_nor_kept(desk: Desk) -> None:
    desk.config.write_text("")
    night_failed(desk.parameters, "The disk is full.")
    assert not (desk.state / alerts.FILE).exists()


def test_a_configuration_that_is_wrong_is_one_sentence(desk: Desk, lines: pytest.LogCaptureFixture) -> None:
    desk.config.write_text("alert = 1")
    night_failed(desk.parameters, "The disk is full.")
    assert "Alert not delivered: brp-signals.toml, line 1, alert: unknown key" in lines.text


def test_a_cancelled_run_is_told_with_its_reason_and_again_after_a_night_that_went_well(desk: Desk) -> None:
    for _ in range(2):
        night_cancelled(desk.parameters, "Deployment concurrency limit reached.")
    night_cancelled(desk.parameters, "Flow run was cancelled by the user.")
    night_went_well(desk.state)
    night_cancelled(desk.parameters, "Deployment concurrency limit reached.")
    busy, by_hand, again = desk.told()
    assert busy["kind"] == by_hand["kind"] == "night_cancelled"
    assert "did not begin, because another one was still busy" in busy["sentence"]
    assert "was cancelled; the lists are whole" in by_hand["sentence"]
    assert again["sentence"] == busy["sentence"]
