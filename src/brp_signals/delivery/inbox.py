"""The folder in which deliveries arrive: which one is the newest, and whether its lists are out already."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from brp_signals.base import dates
from brp_signals.base.errors import DeliveryRefused, SignalsError, UsageProblem

_MANIFEST = "manifest.json"
_DELIVERY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def newest_delivery(inbox: Path) -> Path:
    """Return the delivery with the newest reference date; of two with the same date, the one with the id that sorts
    last.

    A folder without a manifest is still being copied and does not count yet, a hidden one never does. A manifest that
    cannot be read refuses the night: passing over it could mean working with old data for weeks without anyone seeing
    it. A delivery with a reference date after tomorrow is passed over: a single typing error would otherwise keep every
    later delivery from its turn (`deliveries_ahead` names it for an alert).
    """
    if not inbox.is_dir():
        raise UsageProblem(f"The inbox {inbox} is not a folder; make it, or name another one with --inbox.")
    visible = [each for each in inbox.iterdir() if not each.name.startswith(".")]
    if any(not each.name.isprintable() for each in visible):
        raise DeliveryRefused(
            f"The inbox {inbox} holds a name with a character that cannot be shown; rename that folder or take it out."
        )
    folders = [each for each in visible if (each / _MANIFEST).is_file()]
    if not folders:
        raise UsageProblem(f"The inbox {inbox} holds no delivery: put a folder with a {_MANIFEST} in it.")
    folders = [each for each in folders if not dates.lies_ahead(date_and_id(each)[0])]
    if not folders:
        raise DeliveryRefused(
            f"The inbox {inbox} holds no delivery but of days later than tomorrow; have them made again."
        )
    return max(folders, key=lambda folder: (*date_and_id(folder), folder.name))


def deliveries_ahead(inbox: Path) -> list[str]:
    """The names of deliveries that `newest_delivery` passes over for their reference date, in order."""
    folders = [each for each in inbox.iterdir() if not each.name.startswith(".") and (each / _MANIFEST).is_file()]
    return sorted(each.name for each in folders if dates.lies_ahead(date_and_id(each)[0]))


def is_published(delivery: Path, output: Path) -> bool:
    """Whether the output already holds the lists of exactly this delivery."""
    _, delivery_id = date_and_id(delivery)
    report = output / delivery_id / "run.json"
    if not report.is_file():
        return False
    try:
        hashes = json.loads(report.read_bytes())["hashes"]
        return bool(hashes["manifest"] == hashlib.sha256((delivery / _MANIFEST).read_bytes()).hexdigest())
    except (ValueError, KeyError, TypeError):
        return False  # no run.json of ours: running again is always right


def date_and_id(delivery: Path) -> tuple[date, str]:
    """The reference date and the delivery_id in a delivery's manifest; raises DeliveryRefused without them."""
    try:
        manifest = json.loads((delivery / _MANIFEST).read_text(encoding="utf-8-sig"))
        reference_date = date.fromisoformat(manifest["reference_date"])
        delivery_id = str(manifest["delivery_id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unreadable(delivery) from None
    if not _DELIVERY_ID.fullmatch(delivery_id):
        raise _unreadable(delivery)
    return reference_date, delivery_id


def night_in_view(parameters: Mapping[str, Any]) -> tuple[date, str] | None:
    """The reference date and delivery_id of the delivery that a night takes; None when that cannot be said.

    `parameters` are those of the nightly flow.
    """
    chosen, inbox = parameters.get("delivery"), parameters.get("inbox")
    try:
        return date_and_id(Path(chosen) if chosen else newest_delivery(Path(inbox or "inbox")))
    except (SignalsError, OSError):
        return None


def _unreadable(delivery: Path) -> DeliveryRefused:
    return DeliveryRefused(
        f"{delivery.name}/{_MANIFEST} in the inbox does not say its delivery_id and reference_date; "
        "have it sent again, or take the folder out of the inbox."
    )
