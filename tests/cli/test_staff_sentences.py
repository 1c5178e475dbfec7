"""What commands of staff and stewards say when they fail, and when they do not: Dutch, or English on request."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.office import first_case
from tests.support.commands import command

pytestmark = pytest.mark.long

UNKNOWN = "S-2222-2222"
#: Every way in which these commands fail; CASE is a number on the list.
_FAILURES = {
    "explain": (
        (), ("a", "b"), ("--foo", "x"), ("x", "--state"), (UNKNOWN,), (UNKNOWN, "--state", "nowhere"),
        (UNKNOWN, "--state", "damaged"), ("CASE", "--identity", "missing.id"), ("CASE", "--identity", "open.id"),
        ("CASE", "--identity", "PIPE"),
    ),
    "dossier": (
        (), (UNKNOWN,), (UNKNOWN, "--state", "nowhere"), ("CASE", "--out", "PIPE"), ("CASE", "--out", "no/x.html"),
        ("CASE", "--out", "inbox"), ("CASE", "--identity", "missing.id"),
    ),
    "review who": (
        (), (UNKNOWN,), (UNKNOWN, "--state", "nowhere"), (UNKNOWN, "--state", "damaged"), ("CASE", "--state", "opened"),
    ),
    "review import": (
        (), ("missing.xlsx",), ("PIPE",), ("inbox",), ("noise.xlsx",), ("decided.xlsx", "--state", "nowhere"),
        ("decided.xlsx", "--state", "damaged"), ("decided.xlsx", "--state", "opened"),
    ),
    "review": (("frobnicate",),),
    "validate": (
        (), ("nowhere",), ("inbox",), ("PIPE",), ("spoiled",), ("earlier", "--report", "PIPE"),
        ("earlier", "--report", "no/x.html"), ("earlier", "--config", "missing.toml"),
        ("earlier", "--config", "noise.xlsx"), *(("earlier", "--config", f"wrong{number}.toml") for number in range(8)),
    ),
    "rules": (("Q-01",), ("a", "b")),
    "papers": (
        ("--config", "missing.toml"), ("--config", "wrong0.toml"), ("--state", "damaged"), ("--state", "opened"),
        ("--output", "PIPE"), ("--output", "PIPE/x"), ("a",),
    ),
    "evaluate": (
        ("--state", "nowhere"), ("--state", "damaged"), ("--report", "PIPE"), ("--report", "no/x.html"),
        ("--groups", "missing.csv"), ("--groups", "noise.xlsx"),
        ("--groups", "groups.csv", "--departures", "noise.xlsx"),
        ("--config", "missing.toml"), ("--config", "wrong0.toml"),
    ),
    "backtest": (
        (), ("nowhere",), ("PIPE",), ("spoiled",), ("earlier", "--months", "0"), ("earlier", "--months", "61"),
        ("earlier", "--months", "x"), ("earlier", "--report", "PIPE"), ("earlier", "--csv", "PIPE"),
        ("earlier", "--config", "missing.toml"), ("earlier", "--months", "1", "--report", "no/x.html"),
    ),
    "watch": (("--state", "nowhere"), ("--state", "damaged"), ("--state", "opened"), ("frobnicate",)),
    "watch ack": (
        (), ("W-123456",), ("W-123456", "--reason", "x", "--state", "nowhere"), ("W-123456", "--reason", "bekend"),
        ("W-1", "--reason", "bekend"), ("W-123456", "--reason", "111222333"),
        ("W-123456", "--reason", "x", "--state", "opened"),
    ),
    "run": (("earlier", "--reference-date", "2026-13-01"), ("earlier", "--reference-date", "morgen"),
            ("earlier", "--reference-date", "2099-01-01"), ("earlier", "--reference-date", "0001-01-01")),
    "purge": (("--before", "1-2-2026"),),
}  # fmt: skip
_WRONG = (
    'memory_limit = "1MB"', "lookback_months = 1", "qqqqqq = 1", "look_back_months = x", "look_back_months = 0",
    '[[sources]]\ncode = "x"', 'alerts.command = ["x"]', "weights.source = 1e300",
)  # fmt: skip
_CALLS = [(name, words) for name, all_of_it in _FAILURES.items() for words in all_of_it]
_ENGLISH = re.compile(
    r"\b(the|this|that|a|an|no|not|and|or|it|its|be|been|has|cannot|could|should|must|does|do|exists?|missing|invalid|"
    r"value|input|valid|check|checks|again|another|choose|read|written|file|folder|number|case|argument|option|command|"
    r"see|from|with|have|give|name|number|unknown|key|correct|remove|error|ordinary|such|match)\b"
)


@pytest.fixture(scope="module")
def place(office: Path) -> Path:
    """The office with things in it that no command can use."""
    os.mkfifo(office / "PIPE")
    (office / "inbox").mkdir(exist_ok=True)
    shutil.copytree(office / "earlier", office / "spoiled")
    next((office / "spoiled").glob("persons.*")).unlink()
    for name in ("damaged", "opened"):
        shutil.copytree(office / "state", office / name)
    with (office / "damaged/ledger.sqlite3").open("r+b") as ledger:
        ledger.seek(4096)
        ledger.write(b"\xff" * 4000)
    (office / "opened").chmod(0o777)
    (office / "open.id").write_text("x")
    (office / "open.id").chmod(0o644)
    (office / "noise.xlsx").write_bytes(bytes(range(256)))
    (office / "groups.csv").write_text("case_id,kind\n")
    for number, text in enumerate(_WRONG):
        (office / f"wrong{number}.toml").write_text(f"{text}\n")
    return office


@pytest.mark.parametrize(("name", "words"), _CALLS, ids=lambda part: part if isinstance(part, str) else " ".join(part))
def test_a_failure_is_one_dutch_sentence(name: str, words: tuple[str, ...], place: Path) -> None:
    asked = [first_case(place) if word == "CASE" else word for word in (*name.split(), *words)]
    done = command(*asked, cwd=place)
    assert done.returncode in (2, 3, 5), done.stderr
    (said,) = done.stderr.splitlines()
    assert _english(said) == [], said


@pytest.mark.parametrize("name", [name for name in _FAILURES if name not in ("run", "purge")])
def test_on_request_it_is_an_english_one(name: str, place: Path) -> None:
    """That each sentence has an English form is held by tests/unit/test_in_dutch.py."""
    asked = (*name.split(), *_FAILURES[name][0])
    done = command(*asked, cwd=place, BRP_SIGNALS_LANG="en")
    assert len(done.stderr.splitlines()) == 1
    assert _english(done.stderr) != []


def test_what_they_say_of_work_that_is_done_is_dutch(place: Path) -> None:
    case_id = first_case(place)
    for words in (
        ("dossier", case_id),
        ("validate", "earlier", "--report", "good.html"),
        ("evaluate",),
        ("papers",),
        ("backtest", "earlier", "--months", "1"),
        ("explain", case_id),
        ("review", "who", case_id),
        ("review", "import", "decided.xlsx"),
    ):
        done = command(*words, cwd=place)
        assert done.returncode == 0, done.stderr
        assert [(line, _english(line)) for line in done.stderr.splitlines() if _english(line)] == []


def _english(text: str) -> list[str]:
    """The English words in a text; names of files, keys and options are no words."""
    named = re.sub(r"brp-signals \w+|'[^']*'|--[a-z-]+|\S+[./_]\S*", "", text)
    return [word for word in re.split(r"[^a-zA-Z-]+", named) if _ENGLISH.fullmatch(word.lower())]
