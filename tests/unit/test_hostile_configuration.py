"""Every key of the configuration against values that could break an engine: refused by name, or fit to run with."""

import math
import tomllib
import types
import typing
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from brp_signals.base.config import Configuration, Thresholds, default_points, load_configuration
from brp_signals.base.errors import UsageProblem
from brp_signals.base.rule_files import load_rules
from brp_signals.base.warehouse import resource
from tests.support.commands import command

pytestmark = pytest.mark.long

#: Values as TOML writes them, of every kind for every key.
_VALUES = (
    *("0", "-0", "-0.0", "-1", "1", "7", "3661", "1e300", "-1e300", "1e-300", "0.1", "nan", "inf"),
    *("-inf", "true", "false"),
    *("9223372036854775808", "1" * 5000, "0.1234567890123456789", '""', '" "', '"x"', '"0"', '"1e300"', '"NaN"'),
    *('"0MB"', '"-1GB"', '"1e300GB"', '"0.0001MB"', '"999999999GB"', '"1GB "', '"١GB"', '"1gb"'),
    *('"a\\u0000b"', '"a\\nb"', '"\\u202e"', "\"it's\"", '"%s"' % ("x" * 100_000), '"\\uFEFF"', '"L-99"', '"S-01"'),
    *("2026-02-28", "0001-01-01", "9999-12-31", "2026-08-17T25:00:00", "2026-08-17T10:00:00", "10:00:00"),
    *("[]", "[1]", '["x", "x"]', "[1, 2, 3]", "[2, 1]", "[1e300, 1e300]", "[nan, nan]", "[[]]", "[" * 5000, "{}"),
    *('{"x" = 1}', '{"" = ""}', '["L-01", "L-01"]', '["L-06"]', '["L-٠١"]', '[""]', '["/bin/true\\u0000"]'),
    *('{"0001" = "0001"}', '{"0001" = "0002", "0002" = "0001"}', '{"0001" = "0002", "0002" = "0003"}'),
    *('{"0001" = "1999"}', '{"0001" = "0000"}', '{"0001" = "١٢٣٤"}', '{"2026-08" = 2027-08-17}'),
    *('{"0000-01" = 2026-01-01}', '{"2026-08" = 9999-12-31}', '{"٢٠٢٦-08" = 2026-08-17}'),
)  # fmt: skip
RULES = load_rules(resource("sql") / "rules")
_SOURCE = {"code": '"verzuim"', "kind": '"absence_report"', "legal_basis": '"Leerplichtwet"', "retention_days": "365"}
#: What the tables of other systems must have.
_CONNECTED = {
    "desk.oidc": {
        "issuer": '"https://aanmelden.example"',
        "client_id": '"desk"',
        "client_secret_file": '"secret"',
        "return_address": '"https://desk.example/aanmelden/terug"',
        "roles": '{"Burgerzaken" = "clerk"}',
        "municipalities": '["0363"]',
    },
    "brp_api": {
        "address": '"https://brp.example"',
        "token_file": '"token"',
        "headers": '{"x-doelbinding" = "signalen"}',
    },
}
_LAWFUL = '[enrolment_sources.duo]\nlegal_basis = "Leerplichtwet"\n'


def _keys(model: type[BaseModel], place: str = "") -> Iterator[str]:
    """Every key of the configuration by its path, tables included."""
    for name, field in model.model_fields.items():
        key = f"{place}{field.alias or name}"
        yield key
        for part in _models(field.annotation):
            yield from _keys(part, f"{key}.")


def _models(annotation: typing.Any) -> list[type[BaseModel]]:
    """The tables that a key may hold."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [found for part in typing.get_args(annotation) for found in _models(part)]


def _written(key: str, value: str) -> str:
    """A configuration with this value for this key, and what the table around it must have."""
    table, _, name = key.rpartition(".")
    if table == "sources":
        return "[[sources]]\n" + "".join(f"{each} = {told}\n" for each, told in (_SOURCE | {name: value}).items())
    if table in _CONNECTED:
        return f"[{table}]\n" + "".join(
            f"{each} = {told}\n" for each, told in (_CONNECTED[table] | {name: value}).items()
        )
    if table == "enrolment_sources.duo" and name != "legal_basis":
        return f'{_LAWFUL}"{name}" = {value}\n'
    return f'[{table}]\n"{name}" = {value}\n' if table else f"{name} = {value}\n"


KEYS = [key for key in _keys(Configuration) if not key.startswith(("enrolment_sources.school.", "enrolment_sources.l"))]


def test_there_are_keys() -> None:
    assert {"memory_limit", "sources.code", "grace_days.L-01", "evaluation.minutes_per_look", "alerts.command"} < {
        *KEYS
    }


@pytest.mark.parametrize("key", KEYS)
def test_a_value_is_refused_by_name_or_fit_to_run_with(key: str, tmp_path: Path) -> None:
    path = tmp_path / "brp-signals.toml"
    for value in _VALUES:
        path.write_text(_written(key, value), encoding="utf-8")
        try:
            found = load_configuration(path)
        except UsageProblem as problem:
            _assert_names(key, str(problem), path)
        else:
            _assert_fit(found, value)


def _assert_names(key: str, sentence: str, path: Path) -> None:
    assert sentence.startswith("brp-signals.toml"), sentence[:200]
    assert "\n" not in sentence and len(sentence) < 1000
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return  # no TOML: its line is named
    assert key.rpartition(".")[2] in sentence, sentence


PIECES = default_points()[1]
#: What a configuration may set below nothing.
POINTS = ("base", "weights", "pieces", *PIECES)
#: What a configuration switches on and off; anywhere else yes or no stands for no number.
SWITCHES = ("blind",)


def _assert_fit(found: Configuration, value: str) -> None:
    """Nothing is left that overflows a number of the database, no text steers a terminal, no amount is endless."""
    for name, plain in _plain(found.model_dump()):
        assert isinstance(plain, bool) == (name in SWITCHES), (name, value)
        if isinstance(plain, int | float | Decimal):
            low, high = (-100, 100) if name in POINTS else (0, 10**9)
            assert math.isfinite(plain) and low <= plain <= high, (name, value)
        elif isinstance(plain, str):
            assert plain.isprintable() and len(plain) <= 4096, (name, value)
        elif isinstance(plain, date):
            assert 1999 <= plain.year <= 2100, (name, value)
    assert int(found.memory_share(0.1)[:-1]) >= 32_000_000
    assert all(new not in found.municipality_successors for new in found.municipality_successors.values())


def _plain(part: typing.Any, name: str = "") -> Iterator[tuple[str, typing.Any]]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield name, key
            yield from _plain(value, str(key))
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _plain(value, name)
    elif part is not None:
        yield name, part


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('memory_limit = "0MB"', "memory_limit"),
        ('memory_limit = "1e300GB"', "memory_limit"),
        *((f'memory_limit = "{few}"', "memory_limit") for few in ("1MB", "100MB", "300MB", "0.3GB", "349.9MB")),
        *((f"weights.base = {points}", "weights.base") for points in ("1e300", "nan", "-100.01", "1.005", "true")),
        *((f'weights.pieces = {{"L-03" = {points}}}', "weights.pieces") for points in ("-0.01", "100.01", "inf")),
        *((f'weights.pieces = {{"C-01" = {points}}}', "weights.pieces") for points in ("0.01", "-100.01")),
        ('weights.pieces = {"L-07" = 1}', "weights.pieces"),
        ('weights.pieces = {"L-05" = 10, "L-06" = 10, "L-01" = 19.99, "L-02" = 90}', "weights.pieces"),
        (
            'weights.pieces = {"L-06" = 30, "L-01" = 30, "L-05" = 0, "L-02" = 20, "L-02:newest-list" = 9.99}',
            "weights.pieces",
        ),
        ('weights.pieces = {"L-01" = 30, "L-02" = 20, "L-02:newest-list" = 9.99}', "weights.pieces"),
        (f"weights.pieces = {{{', '.join(f'{chr(34)}{piece}{chr(34)} = 0' for piece in PIECES)}}}", "weights"),
        *((f"levels = {{a = {a}, b = {b}}}", "levels") for a, b in (("0.1", "0.2"), ("1", "0.1"), ("0.5", "0"))),
        ("look_back_months = true", "look_back_months"),
        ('disabled_rules = ["L-01", "L-99"]', "disabled_rules"),
        (f"disabled_rules = {[rule.code for rule in RULES]}", "disabled_rules"),
        (f"disabled_rules = {[rule.code for rule in RULES if rule.level != 'context']}", "disabled_rules"),
        ('municipality_successors = {"0001" = "0002", "0002" = "0001"}', "municipality_successors"),
        ('municipality_successors = {"0001" = "0001"}', "municipality_successors"),
        ("evaluation.euros_per_hour = [1, inf]", "evaluation.euros_per_hour"),
        ('alerts.command = ["/bin/true\\u0000"]', "alerts.command"),
        *((f'alerts.command = ["{word}"]', "alerts.command") for word in ("true", "./tell", "~/tell", "-")),
        ('calendars.first_school_days = {"2026-08" = 9999-01-01}', "calendars.first_school_days"),
        ('calendars.first_school_days = {"1000-08" = 1000-08-17}', "calendars.first_school_days"),
        ('calendars.first_school_days = {"2999-08" = 2999-08-17}', "calendars.first_school_days"),
        *(
            (f"thresholds.{key} = {value}", f"thresholds.{key}")
            for key in Thresholds.model_fields
            for value in (0, 10**6)
        ),
        ("thresholds.lapse_days = 13", "thresholds.lapse_days"),
        ("grace_days.L-03 = 1000000", "grace_days.L-03"),
        ("thresholds.stale_days = -1", "thresholds.stale_days"),
        ("control_sample.share = 1.5", "control_sample.share"),
        ("nonsense = 1", "nonsense"),
    ],
)
def test_what_broke_an_engine_is_refused(text: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "brp-signals.toml"
    path.write_text(f"# first\n{text}\n", encoding="utf-8")
    with pytest.raises(UsageProblem) as refusal:
        load_configuration(path)
    assert f"line 2, {key}" in str(refusal.value)


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "brp-signals.toml").write_bytes(b"\xef\xbb\xbflook_back_months = 12\n")
    assert load_configuration(tmp_path / "brp-signals.toml").look_back_months == 12


def test_the_least_memory_is_fit_to_run_with(tmp_path: Path) -> None:
    (tmp_path / "brp-signals.toml").write_text('memory_limit = "350MB"\n')
    assert load_configuration(tmp_path / "brp-signals.toml").memory_share(1) == "350000000B"


@pytest.mark.parametrize("words", [("run", "delivery"), ("serve",)])
@pytest.mark.parametrize("kind", ["missing", "not executable", "folder"])
def test_a_program_for_alerts_that_cannot_be_run_is_refused_before_anything(
    words: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    program = tmp_path / "tell"
    if kind == "folder":
        program.mkdir()
    elif kind == "not executable":
        program.write_text("#!/bin/sh\n")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "brp-signals.toml").write_text(f'# first\nalerts.command = ["{program}"]\n')
    done = command(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert "brp-signals.toml, line 2, alerts.command: there is no program" in done.stderr
    assert not (tmp_path / "state").exists()
    load_configuration(tmp_path / "brp-signals.toml")  # the other commands do without it
