"""Log lines: one a record whatever it says, as text or as JSON with always the same keys."""

import json
import logging

import pytest

from brp_signals.base.logs import JsonLines, TextLines, is_json

HOSTILE = "in\x1bbox\r\nERROR Night\u2028x\x85y"


def record(sentence: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("brp_signals.nightly", logging.INFO, "file", 1, "%s", (sentence,), None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("lines", [JsonLines(), TextLines("%(levelname)s %(message)s")])
def test_nothing_makes_a_second_line(lines: logging.Formatter) -> None:
    line = lines.format(record(HOSTILE))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_the_keys_are_always_the_same() -> None:
    said = json.loads(JsonLines().format(record(HOSTILE)))
    assert list(said) == ["time", "level", "sentence", "step", "counts"]
    assert said["time"].endswith("+00:00")
    assert said | {"time": ""} == {"time": "", "level": "INFO", "sentence": HOSTILE, "step": None, "counts": None}
    done = json.loads(JsonLines().format(record("stage: rows 3", step="stage", counts={"rows": 3}, person="x")))
    assert done | {"time": ""} == {
        "time": "", "level": "INFO", "sentence": "stage: rows 3", "step": "stage", "counts": {"rows": 3},
    }  # fmt: skip


def test_a_traceback_stays_out() -> None:
    try:
        raise ValueError("Canarinho")
    except ValueError as problem:
        failed = record("failed", exc_info=(ValueError, problem, problem.__traceback__))
    assert "Canarinho" not in JsonLines().format(failed)


@pytest.mark.parametrize(("value", "expected"), [("json", True), ("text", False), (None, False)])
def test_json_on_request(monkeypatch: pytest.MonkeyPatch, value: str | None, expected: bool) -> None:
    monkeypatch.delenv("BRP_SIGNALS_LOG_FORMAT", raising=False)
    if value:
        monkeypatch.setenv("BRP_SIGNALS_LOG_FORMAT", value)
    assert is_json() == expected
