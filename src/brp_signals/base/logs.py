"""Log lines on stderr: text for people, or one JSON object a line when `BRP_SIGNALS_LOG_FORMAT=json`.

An environment variable, because a night runs in processes that the scheduler starts: they inherit it.
"""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from typing import Any, Final

VARIABLE: Final = "BRP_SIGNALS_LOG_FORMAT"

#: Characters that would start a new line or control a terminal.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def listen() -> None:
    """Send our own lines to stderr; Prefect keeps the root logger to itself."""
    ours = logging.getLogger("brp_signals")
    if not ours.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(
            JsonLines() if is_json() else TextLines("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
        )
        ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False


def is_json() -> bool:
    """Whether log lines are asked for as JSON."""
    return os.environ.get(VARIABLE) == "json"


def step_done(logger: logging.Logger, step: str, counts: dict[str, Any]) -> None:
    """Log that a step is done, with its counts."""
    told = ", ".join(f"{what} {count}" for what, count in counts.items()) or "nothing to count"
    logger.info("%s: %s", step, told, extra={"step": step, "counts": counts})


class TextLines(logging.Formatter):
    """One line a record, whatever a file name in it holds."""

    def format(self, record: logging.LogRecord) -> str:
        return _CONTROL.sub(" ", super().format(record))


class JsonLines(logging.Formatter):
    """One object a record, with always the same five keys; `step` and `counts` are null but for a step that is done."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "sentence": record.getMessage(),
            "step": getattr(record, "step", None),
            "counts": getattr(record, "counts", None),
        }
        return json.dumps(line, default=str)
