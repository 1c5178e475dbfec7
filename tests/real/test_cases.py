"""The inputs of the cases folder: what each must give, in the gateway and on to the signals of a run."""

import json
import os
import secrets
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import polars
import pytest

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway import PseudonymiseResult, pseudonymise
from tests.real.conftest import VARIABLE
from tests.support.commands import command

pytestmark = pytest.mark.real


#: Per case its sources, how many signals of a new enrolment it gives, and the day of that.
_CASES = [
    ("03-placeholder-end-dates", "gbav=register-1000.csv a.toml=A.csv b.toml=B.csv", 3, "2026-04-10"),
    ("04-serial-numbers-of-1904", "gbav=register.csv som.toml=s1904-serial.xlsx", 1, "2026-04-10"),
    ("04-serial-numbers-of-1904", "gbav=register.csv som.toml=s1904-date.xlsx", 1, "2026-04-10"),
    ("04-serial-numbers-of-1904", "gbav=register.csv som.toml=s1900-serial.xlsx", 1, "2026-04-10"),
    ("07-hidden-first-sheet", "gbav=register.csv som.toml=hidden.xlsx", 1, "2026-04-10"),
    ("08-date-cell-with-time", "gbav=register.csv som.toml=b0.xlsx", 1, "2026-02-01"),
    ("08-date-cell-with-time", "gbav=register.csv som.toml=b1.xlsx", 1, "2026-02-01"),
    ("10-register-dates-in-other-notation", "gbav=register-iso.csv p.toml=school-1000.csv", 3, "2026-04-10"),
]


def _key_file(folder: Path) -> Path:
    key_file = folder / "key"
    key_file.touch(mode=0o600)
    key_file.write_text(secrets.token_hex(32), encoding="ascii")
    return key_file


def _place(case: str) -> Path:
    return (Path(os.environ[VARIABLE]).parent / "cases/gateway" / case).resolve()


def _deliver(folder: Path, case: str, *sources: tuple[str, str]) -> PseudonymiseResult:
    given = [(profile, _place(case) / file) for profile, file in sources]
    return pseudonymise(given, _key_file(folder), folder / "d", date(2026, 6, 15), scope=["0363"], file_format="csv")


def _pseudonymised(folder: Path, case: str, sources: str) -> CompletedProcess[str]:
    """The command of the README, in the folder of the case."""
    given = [word for source in sources.split() for word in ("--source", source)]
    return command(
        *("pseudonymise", "--key-file", _key_file(folder), "--out", folder / "d", "--format", "csv"),
        *("--reference-date", "2026-06-15", "--scope", "0363", *given),
        cwd=_place(case),
    )


@pytest.mark.parametrize(("case", "sources", "n_signals", "first_sign_on"), _CASES)
def test_a_case_comes_to_its_signals(
    tmp_path: Path, case: str, sources: str, n_signals: int, first_sign_on: str
) -> None:
    made = _pseudonymised(tmp_path, case, sources)
    assert made.returncode == 0, made.stderr
    ran = command("run", "d", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    account = json.loads((tmp_path / "output/latest/run.json").read_bytes())
    assert account["quarantine"] == {}
    signals = polars.read_csv(tmp_path / "output/latest/0363/signals.csv", infer_schema=False)
    assert len(signals) == account["cases"]["listed"] == n_signals
    assert set(signals["first_sign_on"]) == {first_sign_on}
    assert all(rule in found for found in signals["rule_codes"] for rule in ("L-02", "B-05"))


def test_09_dates_of_one_digit_are_read(tmp_path: Path) -> None:
    made = _pseudonymised(tmp_path, "09-dates-of-dutch-excel", "gbav=register.csv p.toml=dmyyyy.csv")
    assert made.returncode == 0, made.stderr
    assert command("run", "d", cwd=tmp_path).returncode == 0
    enrolled = polars.read_csv(tmp_path / "d/enrolments.csv", infer_schema=False)["enrolled_on"]
    assert sorted(enrolled) == ["2025-08-01", "2025-11-15"]


def test_13_nothing_left_gives_its_reasons(tmp_path: Path) -> None:
    made = _pseudonymised(tmp_path, "13-no-reason-when-nothing-is-left", "gbav=register.csv p.toml=slash.csv")
    assert made.returncode == 3 and "1 × row with a missing or malformed date" in made.stderr
    assert "slash.csv, line 2" in made.stderr


def _rows(result: PseudonymiseResult, table: str) -> polars.DataFrame:
    return polars.read_csv(result.out / f"{table}.csv", infer_schema=False)


def test_05_an_older_shape_of_the_api_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match=r"^v1\.json has an unknown shape: of 3 of 3 persons"):
        _deliver(tmp_path, "05-older-api-shape", ("haal-centraal", "v1.json"), ("school-csv", "school.csv"))


def test_06_a_country_that_lost_its_zeros_is_not_known(tmp_path: Path) -> None:
    made = _deliver(tmp_path, "06-country-loses-zeros", ("gbav", "register-13-0.csv"), ("school-csv", "school.csv"))
    assert made.findings.lines("code_outside_domain") == [2]
    assert _rows(made, "residences").filter(polars.col("seq") == "0")["is_destination_unknown"].to_list() == [None]


def test_11_empty_secrecy_is_confidential(tmp_path: Path) -> None:
    made = _deliver(tmp_path, "11-empty-secrecy", ("gbav", "secrecy-blank.csv"), ("school-csv", "school.csv"))
    assert made.findings.lines("secrecy_absent") == [2]
    assert _rows(made, "persons")["is_confidential"].to_list() == ["1"]


def test_12_a_date_with_a_zone_is_that_day(tmp_path: Path) -> None:
    made = _deliver(tmp_path, "12-edexml-date-with-zone", ("gbav", "register.csv"), ("edexml", "tz.xml"))
    assert _rows(made, "enrolments")["enrolled_on"].to_list() == ["2026-04-10"]


@pytest.mark.parametrize(("file", "converted"), [("utf8.gba", 1), ("teletex.gba", 0)])
def test_14_a_converted_file_is_told_to_be_converted(tmp_path: Path, file: str, converted: int) -> None:
    made = _deliver(tmp_path, "14-lg01-made-utf8", ("lg01", file), ("school-csv", "school.csv"))
    assert made.findings.count("text_converted") == made.set_aside.get("record_broken", 0) == converted
    assert any("conversion of the file" in said for said in made.sentences()) == bool(converted)


@pytest.mark.parametrize(
    ("case", "sources", "ordinary", "sealed"),
    [
        ("06-country-loses-zeros", ("gbav=register-13-0.csv", "school-csv=school.csv"), ["L-02"], []),
        ("11-empty-secrecy", ("gbav=secrecy-blank.csv", "school-csv=school.csv"), [], ["B-05|L-02"]),
        ("12-edexml-date-with-zone", ("gbav=register.csv", "edexml=tz.xml"), ["B-05|L-02"], []),
        ("14-lg01-made-utf8", ("lg01=utf8.gba", "school-csv=school.csv"), [], []),
        ("14-lg01-made-utf8", ("lg01=teletex.gba", "school-csv=school.csv"), ["B-05|L-02"], []),
    ],
)
def test_the_whole_way_gives_the_right_signals(
    tmp_path: Path, case: str, sources: tuple[str, ...], ordinary: list[str], sealed: list[str]
) -> None:
    given = [word for source in sources for word in ("--source", source.replace("=", f"={_place(case)}/"))]
    told = ("--out", "d", "--reference-date", "2026-06-15", "--scope", "0363", "--format", "csv")
    made = command("pseudonymise", *given, "--key-file", _key_file(tmp_path), *told, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert command("run", "d", cwd=tmp_path).returncode == 0
    lists = tmp_path / "output" / "latest"
    found = [
        polars.read_csv(place / "signals.csv", infer_schema=False)["rule_codes"].to_list()
        for place in (lists, lists / "sealed")
    ]
    assert found == [ordinary, sealed]


def test_05_an_older_shape_leaves_no_delivery_to_run(tmp_path: Path) -> None:
    place = _place("05-older-api-shape")
    sources = ("--source", f"haal-centraal={place}/v1.json", "--source", f"school-csv={place}/school.csv")
    made = command("pseudonymise", *sources, "--key-file", _key_file(tmp_path), "--out", "d", cwd=tmp_path)
    assert made.returncode == 3 and "v1.json has an unknown shape" in made.stderr
    assert command("run", "d", cwd=tmp_path).returncode != 0
    assert not (tmp_path / "d").exists() and not (tmp_path / "output" / "latest").exists()


def test_06_explain_says_that_the_destination_is_unreadable(tmp_path: Path) -> None:
    made = _deliver(tmp_path, "06-country-loses-zeros", ("gbav", "register-13-0.csv"), ("school-csv", "school.csv"))
    assert command("run", made.out, cwd=tmp_path).returncode == 0
    (case_id,) = polars.read_csv(tmp_path / "output/latest/signals.csv")["case_id"]
    assert "(bestemming niet leesbaar" in command("explain", case_id, cwd=tmp_path).stdout
