"""What the scheduler keeps of a night for people and for automations: artifacts, assets, events.

The scheduler gets paths, dates, counts and the one sentence for people. When it cannot keep one of these, no step is
undone: the log gets a line.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from brp_signals.delivery.inbox import night_in_view
from brp_signals.publish.municipalities import named
from brp_signals.schedule.worker import Counts

#: The lists of the newest night, all of them: they are published together or not at all.
LISTS: Final = Asset(
    key="brpsignals://lists",
    properties=AssetProperties(
        name="Signal lists", description="Lists of every municipality, with the report of the night that made them."
    ),
)

Alarm = Mapping[str, Any]
"""An alarm of the watch, as `NightWorker.alarms` has it."""

_log = logging.getLogger("brp_signals.nightly")


def night_name(parameters: Mapping[str, Any]) -> str:
    """Return the name of a night in the scheduler and the log: `2026-11-20-0363 of 2026-11-20`.

    `parameters` are those of the nightly flow.
    """
    known = night_in_view(parameters)
    if known is None:
        return "without a delivery"
    reference_date, delivery_id = known
    return f"{delivery_id} of {parameters.get('reference_date') or reference_date.isoformat()}"


def keep_counts(step: str, title: str, counts: Counts) -> None:
    """Keep the counts of a step as a table."""
    with _harmless(f"The counts of {step}"):
        rows = [{"what": what, "count": str(count)} for what, count in counts.items()]
        create_table_artifact(rows, key=f"nightly-{step}", description=title)


def keep_alarms(counts: Counts, alarms: Sequence[Alarm]) -> None:
    """Keep what the watch found as a page: a line for each alarm that nobody acknowledged, new ones first."""
    with _harmless("What changed"):
        ordered = sorted(alarms, key=lambda alarm: not alarm["is_new"])
        lines = [
            f"- {'**nieuw** ' if alarm['is_new'] else ''}`{alarm['id']}` {alarm['sentence_nl']}" for alarm in ordered
        ]
        counted = ", ".join(f"{what}: {count}" for what, count in counts.items())
        create_markdown_artifact("\n".join([counted, "", *lines]), key="nightly-watch", description="What changed")


def keep_alarm_events(alarms: Sequence[Alarm], parameters: Mapping[str, Any]) -> None:
    """Emit `brp-signals.watch.alarm` for each new alarm of a night that is published.

    Its resource is the alarm; the delivery is related to it.
    """
    for alarm in alarms:
        if alarm["is_new"]:
            with _harmless(f"The event of alarm {alarm['id']}"):
                names = ("detector", "subject_kind", "subject", "consequence", "sentence_nl")
                emit_event(
                    "brp-signals.watch.alarm",
                    resource={"prefect.resource.id": f"brp-signals.alarm.{alarm['id']}"},
                    related=[{**_delivery(parameters), "prefect.resource.role": "delivery"}],
                    payload={name: alarm[name] for name in names},
                )


def keep_lists(counts: Counts) -> None:
    """Keep the places of report and lists: a link, a page with a line for each municipality, and the asset."""
    with _harmless("Where the lists are"):
        lists(Path(str(counts["output"])), counts)


@materialize(LISTS, by="brp-signals", task_run_name="lists", cache_policy=NO_CACHE)
def lists(output: Path, counts: Counts) -> None:
    """Say where report and lists of this night are; the sealed lists are never named."""
    create_link_artifact(
        (output / "report.html").absolute().as_uri(), "report.html", key="nightly-report", description="Report"
    )
    create_markdown_artifact(_page(output), key="nightly-lists", description="Lists of each municipality")
    add_asset_metadata(LISTS, dict(counts))


def _page(output: Path) -> str:
    """Write the lists in Markdown, a line for each municipality."""
    books = sorted(book for book in output.glob("*/*.xlsx") if book.parent.name != "sealed")
    lines = [f"- {named(book.parent.name)}: `{book}`, `{book.with_suffix('.html')}`" for book in books]
    return "\n".join([f"Lists and report are in `{output}`.", "", *lines])


def keep_event(what: str, parameters: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
    """Emit `brp-signals.night.published`, `refused` or `failed`, for automations to act on.

    Its resource is the delivery; `parameters` are those of the nightly flow.
    """
    with _harmless(f"The event that this night is {what}"):
        emit_event(f"brp-signals.night.{what}", resource=_delivery(parameters), payload=dict(payload))


def _delivery(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The delivery of a night, as a resource."""
    known = night_in_view(parameters)
    return {
        "prefect.resource.id": f"brp-signals.delivery.{known[1] if known else 'unknown'}",
        "prefect.resource.name": night_name(parameters),
    }


@contextmanager
def _harmless(what: str) -> Iterator[None]:
    """Log in one sentence that `what` could not be kept, and go on."""
    try:
        yield
    except Exception as fault:
        _log.warning("%s could not be kept by the scheduler (%s).", what, type(fault).__name__)
