"""Nothing dated later than tomorrow is taken: not by a delivery, an option, a source, or the inbox (I-16)."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from brp_signals.base import dates
from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.delivery.inbox import deliveries_ahead, newest_delivery
from brp_signals.gateway.dated_sources import Source, delivery_date
from brp_signals.schedule import alerts
from tests.intake.staged import good, stage
from tests.intake.test_hostile_files import change_manifest

TODAY = date(2026, 6, 15)
AHEAD = ("2026-06-17", "2027-06-15", "2062-06-15", "2199-12-31")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: TODAY)


@pytest.mark.parametrize("day", AHEAD)
def test_a_delivery_of_a_later_day_is_refused(day: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    change_manifest(folder, lambda manifest: manifest.update(reference_date=day))
    with pytest.raises(DeliveryRefused, match="later than tomorrow"):
        stage(folder, tmp_path)


@pytest.mark.parametrize("day", ["2026-06-15", "2026-06-16"])
def test_today_and_tomorrow_are_taken(day: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    change_manifest(folder, lambda manifest: manifest.update(reference_date=day))
    stage(folder, tmp_path)


@pytest.mark.parametrize("day", AHEAD)
def test_a_source_or_an_option_of_a_later_day_is_wrong_use(day: str) -> None:
    later = date.fromisoformat(day)
    for sources, requested in (
        ([Source("gbav", Path("a.csv"), later)], None),
        ([Source("gbav", Path("a.csv"))], later),
    ):
        with pytest.raises(UsageProblem, match="later than tomorrow"):
            delivery_date(sources, requested, TODAY)


def deliver(inbox: Path, name: str, day: date) -> Path:
    folder = inbox / name
    folder.mkdir(parents=True)
    manifest = {"delivery_id": name, "reference_date": day.isoformat()}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_the_inbox_passes_over_a_slip_and_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = tmp_path / "inbox"
    good_one = deliver(inbox, "good", TODAY)
    deliver(inbox, "slip", date(2062, 6, 15))
    told: list[alerts.Alert] = []
    monkeypatch.setattr(alerts, "_tell", lambda alert, *_: told.append(alert))
    assert newest_delivery(inbox) == good_one
    assert deliveries_ahead(inbox) == ["slip"]
    alerts.when_ahead(inbox, state=tmp_path / "state", config=None)
    assert [(alert.kind, alert.delivery_id) for alert in told] == [("delivery_ahead", "slip")]


def test_an_inbox_of_slips_alone_is_refused(tmp_path: Path) -> None:
    deliver(tmp_path, "slip", TODAY + timedelta(2))
    with pytest.raises(DeliveryRefused, match="later than tomorrow"):
        newest_delivery(tmp_path)
