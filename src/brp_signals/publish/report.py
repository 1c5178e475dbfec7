"""report.html: what came in, what was judged and what came out, for data stewards; no person in it."""

from pathlib import Path
from typing import Any

from brp_signals.dates import dutch, parse_iso_date
from brp_signals.publish import wording
from brp_signals.publish.templating import render

Account = dict[str, Any]


def write_report(path: Path, account: Account) -> None:
    """Write the report of a run, or of a validation, from its account (run.json); absent parts are left out."""
    text = render(
        "report.html.j2",
        delivery_id=account.get("delivery_id", "onbekend"),
        reference_date=_day(account.get("reference_date")),
        verdict=verdict(account),
        alarms=account.get("alarms", []),
        checks=sorted((_check(check) for check in account.get("checks", [])), key=lambda check: not check["is_failed"]),
        files=[
            {**file, "table": wording.TABLES.get(table, table)}
            for table, entry in account.get("tables", {}).items()
            for file in entry["files"]
        ],
        quarantine=_quarantine(account),
        flow=_flow(account),
        rules=sorted(account["rules"].items()) if "cases" in account else [],
        details=_details(account),
    )
    path.write_text(text, encoding="utf-8")


def verdict(account: Account) -> str:
    """The outcome in one sentence."""
    checks = account.get("checks")
    if checks is None:
        return "De levering is geweigerd voordat zij beoordeeld kon worden."
    failed = [check for check in checks if check["outcome"] == "failed"]
    blocking = [check for check in failed if check["severity"] == "block"]
    if blocking:
        return f"De levering is geweigerd: {len(blocking)} controle(s) die een levering tegenhouden, voldoen niet."
    if failed:
        return f"De levering is aanvaard; {len(failed)} van de {len(checks)} controles vragen aandacht."
    return f"De levering is aanvaard; alle {len(checks)} controles voldoen."


def _check(check: Account) -> Account:
    return {
        "is_failed": check["outcome"] != "passed",
        "outcome": wording.OUTCOMES.get(check["outcome"], check["outcome"]),
        "meaning": check["meaning_nl"],
        "reason_code": check["reason_code"],
        "table": wording.TABLES.get(check["table"], check["table"]),
        "observed": _number(check["observed"]),
        "limit": check["limit"] or "",
        "severity": wording.SEVERITIES.get(check["severity"], check["severity"]),
        "owner": check["owner"],
    }


def _quarantine(account: Account) -> list[tuple[str, str, int]] | None:
    if "quarantine" not in account:
        return None
    return [(code, wording.REASON_CODES.get(code, code), n) for code, n in account["quarantine"].items()]


def _flow(account: Account) -> list[tuple[str, Any]]:
    """From departures in view to signals on a list, in the order of the path."""
    if "cases" not in account:
        return []
    departures, cases = account["departures"], account["cases"]
    rows = [
        ("Vertrekken in beeld", departures["in_view"]),
        ("waarvan teruggekeerd", departures["returned"]),
        ("buiten het werkgebied", departures["out_of_scope"]),
        ("gemeente onbekend (K-06)", departures["municipality_unknown"]),
        ("zonder teken", departures["without_sign"]),
    ]
    rows += [(f"niet in beeld: {_suppressor(code)}", n) for code, n in departures["out_of_view"].items()]
    rows += [("Signalen op een lijst", cases["new"])]
    rows += [(f"niveau {level}", n) for level, n in cases["level"].items()]
    rows += [(f"niet getoond: {_suppressor(code)}", n) for code, n in cases["suppressed"].items()]
    return [*rows, ("op de verzegelde lijst", cases["sealed"])]


def _suppressor(code: str) -> str:
    return f"{wording.SUPPRESSORS.get(code, code)} ({code})"


def _details(account: Account) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Versions, times and hashes, for whoever must show afterwards what ran."""
    hashes = account.get("hashes", {})
    parts: dict[str, dict[str, Any]] = {
        "Versies": account.get("versions", {}),
        "Seconden per stap": account.get("seconds", {}),
        "Kenmerk van manifest en configuratie (SHA-256)": {
            name: value for name, value in hashes.items() if isinstance(value, str)
        },
        "Kenmerk van invoer (SHA-256)": hashes.get("inputs", {}),
        "Kenmerk van regels (SHA-256)": hashes.get("rules", {}),
        "Kenmerk van lijsten (SHA-256)": _totals(hashes.get("outputs", {})),
    }
    return [(name, sorted(rows.items())) for name, rows in parts.items() if rows]


def _totals(outputs: dict[str, str]) -> dict[str, str]:
    """The files over all municipalities; those of each stand in run.json."""
    return {name: value for name, value in outputs.items() if "/" not in name}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")


def _day(text: str | None) -> str:
    day = parse_iso_date(text) if text else None
    return dutch(day) if day else "onbekend"
