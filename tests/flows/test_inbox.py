"""Which delivery the scheduled night takes, and when it has nothing to do."""

import hashlib
import json
from pathlib import Path

import pytest

from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.delivery.inbox import is_published, newest_delivery


def deliver(inbox: Path, folder: str, reference_date: str, delivery_id: str | None = None) -> Path:
    delivery = inbox / folder
    delivery.mkdir(parents=True)
    manifest = {"delivery_id": delivery_id or folder, "reference_date": reference_date}
    (delivery / "manifest.json").write_text(json.dumps(manifest))
    return delivery


def publish(output: Path, delivery: Path, delivery_id: str) -> Path:
    report = output / delivery_id / "run.json"
    report.parent.mkdir(parents=True)
    digest = hashlib.sha256((delivery / "manifest.json").read_bytes()).hexdigest()
    report.write_text(json.dumps({"hashes": {"manifest": digest}}))
    return report


def test_the_newest_reference_date_goes_first_whatever_the_folder_is_called(tmp_path: Path) -> None:
    deliver(tmp_path, "z", "2026-11-13")
    newest = deliver(tmp_path, "a", "2026-11-20")
    deliver(tmp_path, "m", "2026-10-30")
    assert newest_delivery(tmp_path) == newest


def test_of_two_on_one_date_the_last_id_goes_first(tmp_path: Path) -> None:
    second = deliver(tmp_path, "a", "2026-11-20", "2026-11-20-b")
    deliver(tmp_path, "b", "2026-11-20", "2026-11-20-a")
    assert newest_delivery(tmp_path) == second


def test_hidden_folders_and_folders_without_a_manifest_do_not_count_yet(tmp_path: Path) -> None:
    whole = deliver(tmp_path, "whole", "2026-11-13")
    deliver(tmp_path, ".coming", "2026-11-20")
    (tmp_path / "half").mkdir()
    (tmp_path / "note.txt").touch()
    assert newest_delivery(tmp_path) == whole


@pytest.mark.parametrize(
    "manifest",
    ["{", "[]", '{"delivery_id": "x"}', '{"delivery_id": "../x", "reference_date": "2026-11-20"}'],
)
def test_a_manifest_that_cannot_be_read_refuses_the_night(tmp_path: Path, manifest: str) -> None:
    deliver(tmp_path, "whole", "2026-11-13")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text(manifest)
    with pytest.raises(DeliveryRefused, match=r"broken/manifest\.json"):
        newest_delivery(tmp_path)


@pytest.mark.parametrize("inbox", ["", "missing"])
def test_an_inbox_without_deliveries_is_told(tmp_path: Path, inbox: str) -> None:
    with pytest.raises(UsageProblem, match="inbox"):
        newest_delivery(tmp_path / inbox)


def test_a_delivery_is_published_when_the_report_names_its_very_manifest(tmp_path: Path) -> None:
    delivery = deliver(tmp_path / "inbox", "folder", "2026-11-20", "d1")
    output = tmp_path / "output"
    assert not is_published(delivery, output)
    report = publish(output, delivery, "d1")
    assert is_published(delivery, output)
    (delivery / "manifest.json").write_text('{"delivery_id": "d1", "reference_date": "2026-11-20", "x": 1}')
    assert not is_published(delivery, output)
    report.write_text("[]")
    assert not is_published(delivery, output)
