"""The inputs of the cases folder that concern readers of the register: what each must give."""

import os
import secrets
from datetime import date
from pathlib import Path

import polars
import pytest

from brp_signals.errors import DeliveryRefused
from brp_signals.gateway import PseudonymiseResult, pseudonymise
from tests.real.conftest import VARIABLE
from tests.support.commands import command

pytestmark = pytest.mark.real


def _deliver(folder: Path, case: str, *sources: tuple[str, str]) -> PseudonymiseResult:
    given = [(profile, _case(case) / file) for profile, file in sources]
    return pseudonymise(given, _key(folder), folder / "d", date(2026, 6, 15), scope=["0363"], file_format="csv")


def _case(case: str) -> Path:
    return (Path(os.environ[VARIABLE]).parent / "cases/gateway" / case).resolve()


def _key(folder: Path) -> Path:
    key_file = folder / "key"
    key_file.touch(mode=0o600)
    key_file.write_text(secrets.token_hex(32), encoding="ascii")
    return key_file


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
    given = [word for source in sources for word in ("--source", source.replace("=", f"={_case(case)}/"))]
    told = ("--out", "d", "--reference-date", "2026-06-15", "--scope", "0363", "--format", "csv")
    made = command("pseudonymise", *given, "--key-file", _key(tmp_path), *told, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert command("run", "d", cwd=tmp_path).returncode == 0
    lists = tmp_path / "output" / "latest"
    found = [
        polars.read_csv(place / "signals.csv", infer_schema=False)["rule_codes"].to_list()
        for place in (lists, lists / "sealed")
    ]
    assert found == [ordinary, sealed]


def test_05_an_older_shape_leaves_no_delivery_to_run(tmp_path: Path) -> None:
    place = _case("05-older-api-shape")
    sources = ("--source", f"haal-centraal={place}/v1.json", "--source", f"school-csv={place}/school.csv")
    made = command("pseudonymise", *sources, "--key-file", _key(tmp_path), "--out", "d", cwd=tmp_path)
    assert made.returncode == 3 and "v1.json has an unknown shape" in made.stderr
    assert command("run", "d", cwd=tmp_path).returncode != 0
    assert not (tmp_path / "d").exists() and not (tmp_path / "output" / "latest").exists()


def test_06_explain_says_that_the_destination_is_unreadable(tmp_path: Path) -> None:
    made = _deliver(tmp_path, "06-country-loses-zeros", ("gbav", "register-13-0.csv"), ("school-csv", "school.csv"))
    assert command("run", made.out, cwd=tmp_path).returncode == 0
    (case_id,) = polars.read_csv(tmp_path / "output/latest/signals.csv")["case_id"]
    assert "(bestemming niet leesbaar" in command("explain", case_id, cwd=tmp_path).stdout
