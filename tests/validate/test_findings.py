"""The steward finds every row that a check speaks of, and reads about it in Dutch."""

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from brp_signals.base.errors import DeliveryRefused
from brp_signals.base.warehouse import resource
from brp_signals.cli import nights as commands
from brp_signals.publish.report import write_report
from brp_signals.steps.validate import load_checks
from tests.ledger.nights import Nights, child
from tests.publish.golden.rendered import html_text

TODAY = date(2026, 6, 15)
CHECKS = load_checks(resource("expectations"))


def found(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not rows or list(rows[0]) == ["file", "line", "column", "check"]
    return [(row["file"], row["column"], row["check"]) for row in rows]


def test_a_row_that_only_warns_is_found_and_no_value_with_it(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child(recorded="2026-02-20"), child(trace="absence_report 2023-01-09")])
    account = nights.run(is_judged=True)
    path = nights.output / "latest/findings.csv"
    assert {("residences.csv", "recorded_on", "K-03"), ("traces.csv", "event_on", "K-09")} <= set(found(path))
    failed = {check["reason_code"] for check in account["checks"] if check["outcome"] == "failed"}
    assert {"K-03", "K-09"} <= failed
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"[0-9a-f]{32}|2026-02-20|2023-01-09", text)
    line = next(row.split(",")[1] for row in text.splitlines() if row.endswith("K-09"))
    delivered = (nights.delivery / "traces.csv").read_text(encoding="utf-8").splitlines()
    assert "2023-01-09" in delivered[int(line) - 1]


def test_a_row_of_a_person_who_is_not_delivered_is_found(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child()])
    traces = nights.delivery / "traces.csv"
    stranger = "f" * 32
    lines = traces.read_text(encoding="utf-8").splitlines()
    (person,) = {line.split(",")[0] for line in lines[1:]}
    rewrite(nights.delivery, "traces.csv", [*lines, lines[-1].replace(person, stranger)])
    nights.run(is_judged=True)
    path = nights.output / "latest/findings.csv"
    assert ("traces.csv", "person_id", "orphan") in found(path)
    assert f"traces.csv,{len(lines) + 1},person_id,orphan" in path.read_text(encoding="utf-8")
    assert stranger not in path.read_text(encoding="utf-8")


def rewrite(delivery: Path, name: str, lines: list[str]) -> None:
    """Put other rows into a file of a delivery, with its hash and number of rows in the manifest."""
    import hashlib
    import json

    (delivery / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    manifest = json.loads((delivery / "manifest.json").read_text(encoding="utf-8"))
    for table in manifest["tables"].values():
        for file in table["files"]:
            if file["name"] == name:
                file["rows"] = len(lines) - 1
                file["sha256"] = hashlib.sha256((delivery / name).read_bytes()).hexdigest()
    (delivery / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_refused_delivery_has_a_dutch_report_and_its_rows(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child()])
    persons = nights.delivery / "persons.csv"
    lines = persons.read_text(encoding="utf-8").splitlines()
    bad = [re.sub(r"^[^,]+", "900000077", lines[1])]
    rewrite(nights.delivery, "persons.csv", [*lines, *bad])
    with pytest.raises(DeliveryRefused):
        commands.validate(nights.delivery, report=tmp_path / "report.html", config=nights.config)
    text = html_text((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "is geweigerd; welke controles haar tegenhouden staat hieronder. Er is niets gepubliceerd." in text
    assert not re.search(r"\b(refused|delivery|the|nothing|share)\b", text.partition("## Waarmee")[0])
    assert ("persons.csv", "person_id", "id_not_pseudonymised") in found(tmp_path / "findings.csv")
    assert "900000077" not in (tmp_path / "findings.csv").read_text(encoding="utf-8")


def test_a_delivery_that_cannot_be_read_is_told_in_dutch(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child()])
    (nights.delivery / "manifest.json").unlink()
    with pytest.raises(DeliveryRefused, match="holds no manifest"):
        commands.validate(nights.delivery, report=tmp_path / "report.html", config=nights.config)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "In delivery staat geen manifest.json; zonder kan een levering niet worden gelezen" in text
    assert not (tmp_path / "findings.csv").exists()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.check)
def test_a_limit_is_told_in_one_notation(check: Any) -> None:
    assert re.fullmatch(r"≤ \d+(\.\d+)? %" if check.is_share else r"≤ \d+", check.limit)
    told = check.limit.removeprefix("≤ ").replace(".", ",")
    assert not check.is_share or told in check.meaning_nl
    assert not re.search(r"\b(helft|vijfde|1 op de)\b", check.meaning_nl)


def test_k_11_stands_under_burgerzaken_and_codes_are_in_words(tmp_path: Path) -> None:
    checks = [
        {
            "suite": check.suite,
            "check": check.check,
            "table": "residences",
            "reason_code": check.reason_code,
            "severity": check.severity,
            "meaning_nl": check.meaning_nl,
            "owner": check.owner,
            "outcome": "failed",
            "observed": 0.0213 if check.is_share else 1,
            "is_share": check.is_share,
            "limit": check.limit,
        }
        for check in CHECKS
    ]
    write_report(tmp_path / "report.html", {"checks": checks, "quarantine": {}, "rules": {"B-05": {"evidence": 1}}})
    text = html_text((tmp_path / "report.html").read_text(encoding="utf-8"))
    steward, _, registrars = text.partition("Voldoet niet, voor burgerzaken")
    assert "Voldoet niet, voor de gegevensbeheerder" in steward
    assert "K-11" not in steward
    assert registrars.count("Een adresonderzoek loopt langer dan 182 dagen. K-11") == 1
    assert "| 2,13 % | ≤ 2 % |" in text
    assert "Onbekend vertrokken, maar er is een teken (B-05) | 1" in text
    assert "data steward" not in text
    for line in text.splitlines():
        if line.startswith("voldoet niet |"):
            code = line.rpartition(" | ")[2]
            told = f"give {code} a Dutch sentence in REASON_CODES of publish/steward_words.py"
            assert re.search(r"\. \S+$", code), told
