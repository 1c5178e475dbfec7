"""Files and manifests that look right at first sight: what breaks the contract is refused, never our own failure."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars
import pytest

from brp_signals import pipeline
from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.base.warehouse import resource
from brp_signals.steps import validate
from tests.intake.staged import TODAY, good, spoil, stage
from tests.intake.test_malformed_files import STRANGER, after_line, row
from tests.reference.rows import trace
from tests.reference.shapes import Settings, Source
from tests.support.deliveries import describe, write_delivery
from tests.support.engine import configuration

pytestmark = pytest.mark.long


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("n_line_ends", [3, -1], ids=["some", "all"])
def test_a_lone_carriage_return_ends_a_line_too(n_line_ends: int, tmp_path: Path) -> None:
    bad = after_line(5, row(birth_date="20140230"))
    spoil(
        good(tmp_path / "delivery"), "persons.csv", lambda content: bad(content).replace(b"\n", b"\r", n_line_ends), 11
    )
    staged = stage(tmp_path / "delivery", tmp_path)
    assert staged.quarantine == [("persons.csv", 6, "birth_date", "date_impossible")]
    assert staged.kept["persons"] == 10


def test_lines_are_physical_where_an_extra_cell_runs_over_several(tmp_path: Path) -> None:
    """Three quoted cells with a comma and a line break in a column nobody reads, then a bad row."""

    def change(content: bytes) -> bytes:
        lines = after_line(4, row(birth_date="20140230"))(content).strip().split(b"\n")
        return b"\n".join([lines[0] + b",batch", *(line + b',"a,\nb"' for line in lines[1:])]) + b"\n"

    spoil(good(tmp_path / "delivery"), "persons.csv", change, 11)
    staged = stage(tmp_path / "delivery", tmp_path)
    assert staged.quarantine == [("persons.csv", 8, "birth_date", "date_impossible")]
    assert (staged.file("persons.csv")["extra_columns"], staged.kept["persons"]) == (1, 10)


def test_large_cells_below_the_limit_are_judged_like_any_other(tmp_path: Path) -> None:
    """Together they make a line longer than the database's reader takes."""
    n_columns = len((good(tmp_path / "delivery") / "residences.csv").read_bytes().split(b"\n")[0].split(b","))
    spoil(tmp_path / "delivery", "residences.csv", after_line(3, b",".join([b"9" * 65_000] * n_columns) + b"\n"))
    staged = stage(tmp_path / "delivery", tmp_path)
    assert staged.quarantine == [("residences.csv", 4, "person_id", "id_malformed")]


@pytest.mark.parametrize("line", [b"   \n", b"# a remark\n", STRANGER.strip() + b",,x\n", b",\n"])
def test_a_line_that_is_no_row_is_set_aside(line: bytes, tmp_path: Path) -> None:
    spoil(good(tmp_path / "delivery"), "persons.csv", after_line(3, line))
    assert stage(tmp_path / "delivery", tmp_path).quarantine == [("persons.csv", 4, "", "cell_count")]


@pytest.mark.parametrize("blank", [b"", b"\n"], ids=["plain", "rewritten"])
def test_empty_cells_behind_the_last_column_are_no_cells(blank: bytes, tmp_path: Path) -> None:
    """A spreadsheet leaves them; nothing stands in them, so nothing is lost or shifted."""
    spoil(good(tmp_path / "delivery"), "persons.csv", after_line(3, blank + STRANGER.strip() + b",,\n"))
    staged = stage(tmp_path / "delivery", tmp_path)
    assert staged.quarantine == []
    assert staged.file("persons.csv")["not_needed"] == 1


@pytest.mark.parametrize("text", ["NULL", "\\", "'", "nan", " "])
def test_no_text_is_read_as_nothing(text: str, tmp_path: Path) -> None:
    spoil(good(tmp_path / "delivery"), "persons.csv", after_line(3, row(suspension_reason=text)))
    quarantine = stage(tmp_path / "delivery", tmp_path).quarantine
    assert quarantine == [("persons.csv", 4, "suspension_reason", "code_unknown")]


@pytest.mark.parametrize(
    "name", ["per*.csv", "p?rsons.csv", "persons[1].csv", "{persons}.csv", "x" * 300, "a\x00b.csv", "", ".", ".hidden"]
)
def test_a_file_name_that_is_a_pattern_or_no_name(name: str, tmp_path: Path) -> None:
    """A pattern would make the database read other files than the ones whose hash was checked."""
    folder = good(tmp_path / "delivery")
    change_manifest(folder, lambda manifest: manifest["tables"]["persons"]["files"][0].update(name=name))
    with pytest.raises(DeliveryRefused, match="must be a plain name"):
        stage(folder, tmp_path)


@pytest.mark.parametrize("name", ["it's.csv", "a b.csv", "é.csv", "persons.csv.gz", "=1+1.zst"])
def test_other_names_are_plain(name: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    (folder / "persons.csv").rename(folder / name)
    change_manifest(folder, lambda manifest: manifest["tables"]["persons"]["files"][0].update(name=name))
    assert stage(folder, tmp_path).kept["persons"] == 10


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "20 November"])
def test_a_reference_date_outside_the_calendar(day: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    change_manifest(folder, lambda manifest: manifest.update(reference_date=day))
    with pytest.raises(DeliveryRefused, match="reference_date"):
        stage(folder, tmp_path)


def test_a_requested_date_outside_the_calendar_is_wrong_use(tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    with (
        pipeline.open_night(
            folder, reference_date=TODAY.replace(year=1), state=tmp_path / "state", output=tmp_path / "output"
        ) as night,
        pytest.raises(UsageProblem, match="--reference-date"),
    ):
        night.run_step("delivery")


def test_a_manifest_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = good(tmp_path / "delivery") / "manifest.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert stage(tmp_path / "delivery", tmp_path).kept["persons"] == 10


def parquet_persons(folder: Path, change: Callable[[polars.DataFrame], polars.DataFrame]) -> Path:
    """Deliver persons as Parquet, changed."""
    frame = change(polars.read_csv(folder / "persons.csv", infer_schema=False).fill_null(""))
    path = folder / "persons.parquet"
    frame.write_parquet(path, compression="uncompressed")
    describe_persons(folder, frame.height)
    return path


def describe_persons(folder: Path, n_rows: int) -> None:
    entry = describe(folder / "persons.parquet", n_rows)
    change_manifest(folder, lambda manifest: manifest["tables"]["persons"].update(files=[entry]))


def test_a_parquet_file_that_is_damaged_inside_is_not_our_failure(tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    path = parquet_persons(folder, lambda frame: frame)
    content = bytearray(path.read_bytes())
    content[4:400] = b"\xff" * 396
    path.write_bytes(content)
    describe_persons(folder, 10)
    with pytest.raises(DeliveryRefused, match=r"persons\.parquet is damaged inside"):
        stage(folder, tmp_path)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("Person_ID", "stands there twice"),
        ("file_row_number", "may not be named"),
        ("nationality", "forbidden list"),
    ],
)
def test_a_parquet_column_that_may_not_be_there(column: str, sentence: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    parquet_persons(folder, lambda frame: frame.select(polars.lit("x").alias(column), polars.all()))
    with pytest.raises(DeliveryRefused, match=sentence):
        stage(folder, tmp_path)


NESTED = {
    "a struct": polars.struct(polars.lit("x").alias("nationality")),
    "a struct in a struct": polars.struct(polars.struct(polars.lit("x").alias("voornaam")).alias("b")),
    "a list of structs": polars.concat_list(polars.struct(polars.lit("x").alias("geboorteland"))),
    "a list of lists": polars.concat_list(polars.concat_list(polars.struct(polars.lit("x").alias("BSN")))),
    "a name in two parts": polars.struct(polars.lit("x").alias("land")),
}


@pytest.mark.parametrize("name", NESTED)
def test_a_forbidden_column_inside_a_parquet_column(name: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    parquet_persons(folder, lambda frame: frame.with_columns(NESTED[name].alias("geboorte")))
    with pytest.raises(DeliveryRefused, match="inside this one is on the forbidden list"):
        stage(folder, tmp_path)


def test_a_harmless_column_inside_a_parquet_column_is_ignored(tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    parquet_persons(
        folder, lambda frame: frame.with_columns(polars.struct(polars.lit("x").alias("deel")).alias("meer"))
    )
    assert stage(folder, tmp_path).quarantine == []


TRACES = {
    "none": ({}, []),
    "an undeclared source": ({"source_code": "gossip"}, [("source_code", "source_not_declared")]),
    "an undeclared kind of a declared source": ({"kind": "leave"}, [("source_code", "source_not_declared")]),
    "a provision without its assessment": (
        {"kind": "municipal_provision", "source_code": "sports"},
        [("source_code", "source_not_declared")],
    ),
    "the last day that may be kept": ({"event_on": "2026-05-16"}, []),
    "a day past it": ({"event_on": "2026-05-15"}, [("event_on", "retention_over")]),
    "an unknown kind": ({"kind": "rumour"}, [("kind", "code_unknown")]),
    "a code that is none": ({"source_code": "a b"}, [("source_code", "code_unknown")]),
    "no date": ({"event_on": ""}, [("event_on", "value_missing")]),
    "no such date": ({"event_on": "2026-02-30"}, [("event_on", "date_impossible")]),
    "an end that is no date": ({"ended_on": "20260501"}, [("ended_on", "date_impossible")]),
    "an end in words": ({"ended_on": "spring"}, [("ended_on", "date_malformed")]),
    "an id that is none": ({"person_id": "x"}, [("person_id", "id_malformed")]),
}


@pytest.mark.parametrize("name", TRACES)
def test_traces_are_judged_by_column_source_and_retention(name: str, tmp_path: Path) -> None:
    changes, expected = TRACES[name]
    usual = trace("child 0", "absence_report", TODAY, source_code="absence")
    write_delivery(
        tmp_path / "delivery",
        {"persons": [], "residences": [], "enrolments": [], "traces": [usual, {**usual, **changes}]},
        TODAY,
    )
    sources = (
        Source("absence", "absence_report", 30),
        Source("sports", "municipal_provision", 30),
    )
    (tmp_path / "c.toml").write_text(configuration(Settings(sources=sources)), encoding="utf-8")
    with pipeline.open_night(
        tmp_path / "delivery", state=tmp_path / "state", output=tmp_path / "output", config=tmp_path / "c.toml"
    ) as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        found = night.night.warehouse.query("SELECT line, column_name, reason_code FROM stage_quarantine", "quarantine")
    assert [tuple(item.values()) for item in found] == [(3, *item) for item in expected]


@pytest.mark.parametrize("name", ["residences.csv", "enrolments.csv"])
def test_an_id_that_is_none_is_set_aside_even_where_persons_holds_it_too(name: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "delivery")
    spoil(folder, "persons.csv", after_line(1, row(person_id="nobody")))

    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        return b"\n".join([*lines[:2], b"nobody" + lines[2][32:], *lines[3:]])

    spoil(folder, name, change)
    expected = [("persons.csv", 2, "person_id", "id_malformed"), (name, 3, "person_id", "id_malformed")]
    assert sorted(stage(folder, tmp_path).quarantine) == sorted(expected)


BSN = "123456789"


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("persons.csv", column) for column in ("person_id", "parent1_id", "parent2_id")),
        *(("residences.csv", column) for column in ("person_id", "address_id")),
        ("enrolments.csv", "person_id"),
    ],
)
def test_an_id_that_looks_like_a_bsn_refuses_the_delivery_without_naming_it(
    name: str, column: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(content: bytes) -> bytes:
        lines = content.decode().split("\n")
        cells = lines[2].split(",")
        cells[lines[0].split(",").index(column)] = BSN
        return "\n".join([*lines[:2], ",".join(cells), *lines[3:]]).encode()

    spoil(good(tmp_path / "delivery"), name, change)
    # The verdicts of Great Expectations itself are tested in tests/validate; here its seconds are saved.
    monkeypatch.setattr(validate, "_judge", own_verdicts)
    with (
        pipeline.open_night(tmp_path / "delivery", state=tmp_path / "state", output=tmp_path / "output") as night,
        pytest.raises(DeliveryRefused, match="not pseudonymised") as refusal,
    ):
        for step in ("delivery", "recall", "stage", "validate"):
            night.run_step(step)
    assert BSN not in str(refusal.value)
    assert BSN not in json.dumps(night.night.account, default=str)
    assert "nothing was published" in str(refusal.value)


def own_verdicts(night: Any, checks: tuple[validate.Check, ...]) -> dict[str, bool]:
    """What each check should say by its own count."""
    found = {}
    for check in checks:
        if check.is_register_check:
            statement = f"SELECT {check.kwargs['column']} <= {check.kwargs['max_value']} AS ok FROM {check.table}"
        else:
            sql = (resource("sql") / check.kwargs["unexpected_rows_query"]).read_text(encoding="utf-8")
            statement = f"SELECT count(*) = 0 AS ok FROM ({sql})"
        found[check.check] = night.warehouse.query(statement, check.check, **night.parameters)[0]["ok"]
    return found


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_folder_whose_name_looks_like_a_column(kind: str, tmp_path: Path) -> None:
    """The database would take `name=value` in a path for a column of every row."""
    folder = good(tmp_path / "birth_date=20140101" / "delivery")
    if kind == "parquet":
        parquet_persons(folder, lambda frame: frame)
    staged = stage(folder, tmp_path / "birth_date=20140101")
    assert staged.kept["persons"] == 10
