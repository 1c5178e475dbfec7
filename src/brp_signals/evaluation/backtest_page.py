"""backtest.html: the backtest in Dutch, for people who decide about a rule or a threshold; one file by itself."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.evaluation.backtest_told import ALL_MONTHS
from brp_signals.publish.rendering import render
from brp_signals.publish.report import rule_titles
from brp_signals.publish.wording import number_of

Row = Mapping[str, Any]

_LEVELS: Final = {
    "A": "A: kans van {a} of meer",
    "B": "B: kans van {b} tot {a}",
    "weak": "Te zwak, niet op de lijst: kans onder {b}",
    "B-03": "Terug, met een gat in school (B-03): geen niveau",
}


def write_page(path: Path, account: Mapping[str, Any]) -> None:
    """Write the page of an account; nothing is on it that the account leaves out."""
    rows = {(row["month"], row["kind"], row["code"]): row for row in account["rows"]}
    a, b = (_percent(account["levels"][level]) for level in ("a", "b"))
    listed, bound = rows[ALL_MONTHS, "listed", ""], account["levels"]["b"]
    codes = {kind: [code for month, of, code in rows if month == ALL_MONTHS and of == kind] for kind in _KINDS}
    html = render(
        "backtest.html",
        reference_date=dutch(date.fromisoformat(account["reference_date"])),
        delivery_id=account["delivery_id"],
        sentence=_sentence(listed, len(account["months"])),
        months_nl=number_of(len(account["months"]), "maand", "maanden"),
        listed=listed,
        outcomes=account["outcomes"],
        ripe_days=account["ripe_days"],
        untold=account["untold"],
        levels=[
            {**rows[ALL_MONTHS, "level", code], "label": _LEVELS.get(code, code).format(a=a, b=b)}
            for code in codes["level"]
        ],
        chances=[
            {**rows[ALL_MONTHS, "from", code], "label": _percent(code), "is_bound": Decimal(code) == Decimal(bound)}
            for code in codes["from"]
        ],
        rules=_pairs(rows, codes["rule"], "rule", "alone"),
        against=_pairs(rows, codes["against"], "against", "kept_off"),
        codes=codes["rule"],
        months=[_month(month, rows, codes["rule"]) for month in account["months"]],
        lists_nl=_months_without(account["months"], lambda month: month["school_lists"] > 0, "een schoollijst"),
        reports_nl=_months_without(account["months"], lambda month: month["has_reports"], "een melding"),
        changed=account["changed"],
        a=a,
        b=b,
    )
    path.write_text(html, encoding="utf-8", newline="\n")


_KINDS: Final = ("level", "from", "rule", "against")


def _sentence(listed: Row, n_months: int) -> str:
    """`In 24 maanden zouden ongeveer 40 vertrekken op de lijst hebben gestaan; van ongeveer 15 …`"""
    begin = f"In {number_of(n_months, 'maand', 'maanden')}"
    if listed["changed_later"] is None:
        return f"{begin} zouden zo weinig vertrekken op de lijst hebben gestaan, dat hier weinig over te zeggen is."
    some = f"Van ongeveer {listed['changed_later']}" if listed["changed_later"] else "Van geen of enkele"
    return (
        f"{begin} zouden ongeveer {listed['departures']} vertrekken op de lijst hebben gestaan. {some} "
        f"daarvan is het vertrek later gecorrigeerd, of het kind weer ingeschreven."
    )


def _pairs(rows: Mapping[Any, Row], codes: Sequence[str], kind: str, other: str) -> list[tuple[Row, Row]]:
    """Each rule with what it does by itself."""
    titles = rule_titles()
    return [
        (
            {**rows[ALL_MONTHS, kind, code], "label": f"{titles.get(code, code)} ({code})"},
            rows[ALL_MONTHS, other, code],
        )
        for code in codes
    ]


def _month(month: Row, rows: Mapping[Any, Row], codes: Sequence[str]) -> dict[str, Any]:
    day = month["month"]
    notes = [
        *([] if month["is_ripe"] else ["nog niet rijp"]),
        *([] if month["school_lists"] else ["geen schoollijst"]),
        *([] if month["has_reports"] else ["geen meldingen"]),
    ]
    return {
        "label": dutch(date.fromisoformat(day)),
        "listed": rows[day, "listed", ""],
        "levels": [rows[day, "level", code] for code in ("A", "B", "weak")],
        "rules": [rows[day, "rule", code] for code in codes],
        "notes": ", ".join(notes),
    }


def _months_without(months: Sequence[Row], has: Any, what: str) -> str:
    """Say in how many months the sources called `what` were missing."""
    missing = sum(not has(month) for month in months)
    if not missing:
        return f"Elke maand had ten minste {what} van kort daarvoor."
    if missing == len(months):
        return f"Geen enkele maand had {what} van kort daarvoor, dus deze regels laten niets zien."
    had_none = "1 maand had" if missing == 1 else f"{missing} maanden hadden"
    return f"{had_none} geen {what.removeprefix('een ')} van kort daarvoor; daar zwijgen deze regels."


def _percent(share: str) -> str:
    return f"{format((100 * Decimal(share)).normalize(), 'f').replace('.', ',')} %"
