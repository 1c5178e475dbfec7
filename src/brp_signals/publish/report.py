"""The data steward's report: what came in, what was judged, what came out; counts only, no values of people.

Only the keys that are named here are shown, so that nothing else in the account can reach the page.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import is_against
from brp_signals.base.dates import dutch
from brp_signals.base.rule_files import load_rules
from brp_signals.base.warehouse import resource
from brp_signals.publish import history, steward_words, wording
from brp_signals.publish.municipalities import named
from brp_signals.publish.rendering import render

Account = Mapping[str, Any]

#: A delivery of more municipalities than this is named by their number; run.json names them all.
_MOST_NAMED: Final = 20

_SECTIONS: Final = (
    ("opvallend", "Opvallend", "alarms"),
    ("controles", "Controles", "checks"),
    ("rijen", "Rijen", "tables"),
    ("apart", "Apart gezet", "quarantine"),
    ("stroom", "Van vertrek naar signaal", "departures"),
    ("zaakstroom", "Zaakstroom", "cases"),
    ("regels", "Regels", "rules"),
    ("leerplicht", "Geen school bekend", "absence"),
)


def write_report(path: Path, account: Account) -> None:
    """Write report.html from the account of a run; a part of the run that did not happen is left out."""
    titles = rule_titles()
    html = render(
        "report.html",
        delivery_id=account.get("delivery_id", "zonder naam"),
        subtitle=_subtitle(account),
        verdict=_verdict(account),
        sections=[
            *_present(account),
            ("verschil", "Verschil met de vorige levering"),
            *([("verloop", "Verloop over de laatste runs")] if "history" in account else []),
            ("waarmee", "Waarmee deze run is gemaakt"),
        ],
        alarms=account.get("alarms", []),
        checks=_checks(account),
        check_counts=_check_counts(account),
        files=_files(account),
        quarantine=_quarantine(account),
        flow=_flow(account),
        case_flow=_case_flow(account),
        absences=_absences(account, titles),
        drift=_drift(account),
        history=_history(account),
        accepted_drift=account.get("accepted_drift", {}).get("reason"),
        rules=_rules(account, titles),
        provenance=_provenance(account),
        # A delivery that is only judged has no page of what changed.
        is_watched="work" in account,
    )
    path.write_text(html, encoding="utf-8", newline="\n")


def rule_titles() -> dict[str, str]:
    """What each rule is called, by its code."""
    return {rule.code: rule.title_nl for rule in load_rules(resource("sql") / "rules")}


def _present(account: Account) -> list[tuple[str, str]]:
    """The sections that this account has something to say in; the quarantine may also say that it is empty."""
    return [
        (anchor, heading)
        for anchor, heading, key in _SECTIONS
        if account.get(key) or (key in ("quarantine", "checks") and key in account)
    ]


def _subtitle(account: Account) -> str:
    return f"{scope(account)} · run {account.get('run_id', 'zonder nummer')}".removeprefix(" · ")


def scope(account: Account) -> str:
    """Of which day and which municipalities an account is, as far as it says so."""
    parts = []
    if "reference_date" in account:
        parts.append(f"Peildatum {dutch(date.fromisoformat(str(account['reference_date'])))}")
    if municipalities := account.get("municipalities"):
        is_long = len(municipalities) > _MOST_NAMED
        names = ", ".join(named(code) for code in municipalities)
        word = "gemeente" if len(municipalities) == 1 else "gemeenten"
        parts.append(f"{len(municipalities)} gemeenten" if is_long else f"{word} {names}")
    elif "municipalities" in account:
        parts.append("hele land")
    return " · ".join(parts)


def _verdict(account: Account) -> dict[str, str]:
    """The outcome in one sentence."""
    checks = account.get("checks")
    if checks is None:
        return {"mood": "bad", "sentence": "De levering is geweigerd vóór de controles; er is niets gepubliceerd."}
    failed = [check for check in checks if check["outcome"] != "passed"]
    accepted = account.get("accepted_drift", {}).get("checks", [])
    blocking = [
        check
        for check in failed
        if (check["severity"] == "block" and check["check"] not in accepted) or check["outcome"] == "not_evaluated"
    ]
    if blocking:
        text = wording.number_of(len(blocking), "controle houdt", "controles houden")
        return {
            "mood": "bad",
            "sentence": f"De levering is geweigerd: {text} haar tegen; er is niets gepubliceerd.",
        }
    remarks = wording.number_of(len(failed), "controle vraagt", "controles vragen") + " aandacht" if failed else ""
    mood = "warn" if failed else "good"
    if "cases" not in account:
        done = "De levering is geschikt; er is alleen gecontroleerd"
    else:
        listed = wording.number_of(account["cases"]["listed"], "signaal", "signalen")
        done = f"De levering is verwerkt: {listed} op de lijsten"
    return {"mood": mood, "sentence": f"{done}; {remarks or 'aan alle controles is voldaan'}."}


def _checks(account: Account) -> dict[str, list[dict[str, Any]]] | None:
    """The checks, failed ones apart, under who must look at them and worst first."""
    if "checks" not in account:
        return None
    order = {"block": 0, "quarantine": 1, "warn": 2}
    ordered = sorted(account["checks"], key=lambda check: (order.get(check["severity"], 3), check["suite"]))
    failed = [_check(check) for check in ordered if check["outcome"] != "passed"]
    return {
        "failed": [
            {"owner": owner, "rows": [check for check in failed if check["owner"] == owner]}
            for owner in dict.fromkeys(check["owner"] for check in failed)
        ],
        "passed": [_check(check) for check in ordered if check["outcome"] == "passed"],
    }


def _check(check: Account) -> dict[str, Any]:
    passed = check["outcome"] == "passed"
    is_grave = check["severity"] == "block" or check["outcome"] == "not_evaluated"
    return {
        "mood": "good" if passed else "bad" if is_grave else "warn",
        "has_failed": not passed,
        "outcome": steward_words.OUTCOMES.get(check["outcome"], check["outcome"]),
        "meaning": check["meaning_nl"],
        "table": steward_words.TABLES.get(check["table"], check["table"]),
        "observed": "–" if check.get("observed") is None else _measured(check),
        "limit": "–" if check.get("limit") is None else _dutch_decimals(str(check["limit"])),
        "severity": steward_words.SEVERITIES.get(check["severity"], check["severity"]),
        "owner": steward_words.OWNERS.get(check["owner"], check["owner"]),
        "code": check["reason_code"],
        "words": steward_words.REASON_CODES.get(check["reason_code"], ""),
    }


def _measured(check: Account) -> str:
    """What was measured, in the notation of the limit: a share in percent."""
    if not check.get("is_share"):
        return _figure(check["observed"])
    percent = f"{100 * check['observed']:.2f}".rstrip("0").rstrip(".")
    return f"{_dutch_decimals(percent)} %"


def _check_counts(account: Account) -> list[tuple[str, int]]:
    outcomes = [check["outcome"] for check in account.get("checks", [])]
    return [
        (label, outcomes.count(code))
        for code, label in steward_words.OUTCOMES.items()
        if code != "not_evaluated" or code in outcomes
    ]


def _files(account: Account) -> list[dict[str, Any]]:
    return [
        {
            "name": file["name"],
            "table": steward_words.TABLES.get(table, table),
            **{key: _figure(file[key]) for key in ("rows_read", "kept", "not_needed", "quarantined", "extra_columns")},
            "closes": file["rows_read"] == file["kept"] + file["not_needed"] + file["quarantined"],
        }
        for table, entry in account.get("tables", {}).items()
        for file in entry["files"]
    ]


def _quarantine(account: Account) -> list[dict[str, Any]] | None:
    if "quarantine" not in account:
        return None
    found = sorted(account["quarantine"].items(), key=lambda item: (-item[1], item[0]))
    return [
        {"code": code, "meaning": steward_words.REASON_CODES.get(code, code), "number": _figure(number)}
        for code, number in found
    ]


def _flow(account: Account) -> list[tuple[str, str]]:
    """From departures to signals, step by step."""
    if "departures" not in account:
        return []
    departures = account["departures"]
    steps = [
        ("Vertrekken in beeld", departures["in_view"]),
        ("waarvan intussen teruggekeerd", departures["returned"]),
        ("uit een gemeente buiten deze levering", departures["out_of_scope"]),
        ("uit een onbekende gemeente", departures["municipality_unknown"]),
        ("zonder teken", departures.get("without_sign")),
    ]
    steps += [
        (f"Buiten beeld: {wording.lower_first(wording.SUPPRESSORS.get(code, code))}", number)
        for code, number in departures.get("out_of_view", {}).items()
    ]
    if cases := account.get("cases"):
        steps += [
            (f"Niet getoond: {wording.lower_first(wording.SUPPRESSORS.get(code, code))} ({code})", number)
            for code, number in cases["suppressed"].items()
        ]
        steps.append(("Te zwak om te vragen", cases["weak"]))
        steps.append(("Op verzegelde lijsten", cases["sealed"]))
        steps.append(("Signalen op de lijsten", cases["listed"]))
        steps += [(f"waarvan {wording.level_name(level)}", number) for level, number in _in_order(cases["level"])]
    return [(label, _figure(number)) for label, number in steps if number is not None]


def _in_order(levels: Mapping[str, int]) -> list[tuple[str, int]]:
    """The levels from A on; who came back has none and is last."""
    return sorted(levels.items(), key=lambda item: (not item[0], item[0]))


def _case_flow(account: Account) -> dict[str, list[tuple[str, str]]] | None:
    """Where the cases of the ledger came from and went; the two columns add up to the same number."""
    if "cases" not in account:
        return None
    flow = account["cases"]["flow"]
    came = [(label, flow.get(key, 0)) for key, label in _CAME.items()]
    went = [(wording.STATUSES[status], number) for status, number in flow["after"].items()]
    return {
        side: [(label, _figure(number)) for label, number in (*rows, ("samen", sum(number for _, number in rows)))]
        for side, rows in (("came", came), ("went", went))
    }


def _absences(account: Account, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """From children on no school list to signals for leerplicht; empty when the configuration does not ask for it."""
    counts = account.get("absence", {})
    if "listed" not in counts:
        return []
    asked = "ja" if counts["asks_after_never_enrolled"] else "nee"
    steps: list[tuple[str, int | str]] = [
        ("Opgegeven scholen", counts["declared_schools"]),
        ("waarvan zonder bruikbare lijst", ", ".join(counts["silent_schools"]) or "geen"),
        ("Gevraagd naar kinderen die op geen enkele lijst staan", asked),
    ]
    for heading, key in (("Geen signaal geworden", "withheld"), ("Niet getoond", "suppressed")):
        steps += [
            (f"{heading}: {wording.lower_first(wording.SUPPRESSORS.get(code, code))} ({code})", number)
            for code, number in counts[key].items()
        ]
    steps += [("Op verzegelde lijsten", counts["sealed"]), ("Signalen op de lijsten voor leerplicht", counts["listed"])]
    steps += [(f"waarvan {_with_code(code, titles)}", number) for code, number in counts["rules"].items()]
    after = counts["flow"]["after"]
    steps += [(f"Zaken nu {wording.STATUSES[status]}", number) for status, number in after.items() if number]
    return [(label, _figure(number)) for label, number in steps]


def _with_code(code: str, titles: Mapping[str, str]) -> str:
    return f"{wording.lower_first(titles[code])} ({code})" if code in titles else code


_CAME: Final = {
    "listed_before": "stond op een lijst",
    "suppressed_before": "werd niet getoond, met reden",
    "weak_before": "was te zwak om te vragen",
    "came_in": "voor het eerst gezien",
    "came_back": "terug na oplossen, vervallen of afsluiten",
}


def _drift(account: Account) -> dict[str, Any] | None:
    """Rows of this delivery beside those of the last accepted one with the same scope."""
    last = account.get("last_accepted")
    if last is None or "tables" not in account:
        return None
    rows = []
    for table, before in last["rows"].items():
        now = sum(file["rows_read"] for file in account["tables"].get(table, {"files": []})["files"])
        share = f"{_dutch_decimals(f'{100 * (now - before) / before:+.1f}')} %" if before else "–"
        rows.append((steward_words.TABLES.get(table, table), _figure(before), _figure(now), share))
    return {**last, "reference_date": dutch(date.fromisoformat(last["reference_date"])), "rows": rows}


def _history(account: Account) -> dict[str, Any] | None:
    """The last runs, drawn and as a table; with too few of them only how many there are."""
    if "history" not in account:
        return None
    rows = account["history"]
    if len(rows) < history.FEWEST_SHOWN:
        return {"runs": len(rows), "fewest": history.FEWEST_SHOWN, "charts": []}
    table = history.table(rows)
    return {
        "runs": len(rows),
        "fewest": history.FEWEST_SHOWN,
        "charts": history.charts(rows),
        "table": table,
        "first": table[-1][0],
        "last": table[0][0],
        "width": history.WIDTH,
        "height": history.HEIGHT,
    }


def _rules(account: Account, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "title": titles.get(code, ""),
            "side": "spreekt ertegen" if is_against(code) else "",
            "evidence": _figure(counts["evidence"]),
            "cases": _figure(counts.get("cases", 0)),
        }
        for code, counts in account.get("rules", {}).items()
    ]


def _provenance(account: Account) -> list[tuple[str, list[tuple[str, str]]]]:
    """When, how long, with what versions, and the fingerprints of everything that went in and came out."""
    hashes = account.get("hashes", {})
    times = [(label, str(account[key])) for key, label in _TIMES if account.get(key)]
    times += [(f"stap {name}", f"{_dutch_decimals(str(took))} s") for name, took in account.get("seconds", {}).items()]
    whole = [(label, str(hashes[key])) for key, label in _WHOLE if hashes.get(key)]
    parts = [
        ("Tijden", times),
        ("Versies", _pairs(account.get("versions", {}))),
        ("Vingerafdrukken van de invoer", [*whole, *_pairs(hashes.get("inputs", {}))]),
        ("Vingerafdrukken van de regels", _pairs(hashes.get("rules", {}))),
        ("Vingerafdrukken van de uitvoer", _pairs(hashes.get("outputs", {}))),
    ]
    return [(heading, rows) for heading, rows in parts if rows]


_TIMES: Final = (("started_at", "begonnen"), ("finished_at", "klaar"))
_WHOLE: Final = (("manifest", "manifest.json"), ("configuration", "configuratie"))


def _pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(key), str(value)) for key, value in values.items()]


def _figure(number: int | float | str) -> str:
    """A number as Dutch staff write it: `18.000.000`, `0,02`; text (`<5`) stays as it is."""
    if isinstance(number, str):
        return number
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


def _dutch_decimals(text: str) -> str:
    return text.replace(".", ",")
