"""evaluate.html: the evaluation for data stewards and privacy officers, in Dutch, one file that needs nothing else."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.dates import dutch
from brp_signals.evaluation.figures import FEWEST_DECIDED
from brp_signals.publish.municipalities import named
from brp_signals.publish.rendering import render
from brp_signals.publish.report import rule_titles
from brp_signals.publish.wording import number_of

Account = Mapping[str, Any]

_OUTCOMES: Final = {
    "hit": "register hersteld (raak)",
    "explained": "register klopte (niet raak)",
    "not yet": "loopt nog",
    "not told": "gevolg staat niet in deze gegevens",
    "unhandled": "niet bekeken",
}
#: Measures of a drawing; 0 to 100 % lie between the two ends.
WIDTH, LEFT, RIGHT = 220, 6, 214


def write_page(path: Path, account: Account) -> None:
    """Write the page of an account; nothing is on it that the account leaves out."""
    precision, absences, unripe = account["precision"], account["absences"], account["unripe"]
    html = render(
        "evaluate.html",
        reference_date=dutch(date.fromisoformat(account["reference_date"])),
        verdict=_verdict(precision["all"]),
        outcomes=[(label, _number(precision["outcomes"][code])) for code, label in _OUTCOMES.items()],
        tables=[
            ("Alle signalen", [_row(precision["all"])]),
            ("Per niveau", _rows(precision["by_level"])),
            ("Per regel", _rows(_titled(precision["by_rule"]))),
            ("Per gemeente", _rows(_named(precision["by_municipality"]))),
        ],
        absences=[
            ("Alle signalen voor leerplicht", [_row(absences["all"])]),
            ("Per regel, leerplicht", _rows(_titled(absences["by_rule"]))),
            ("Per gemeente, leerplicht", _rows(_named(absences["by_municipality"]))),
        ]
        if absences["by_rule"]
        else [],
        poor_rules=", ".join(precision["poor_rules"] + absences["poor_rules"]),
        if_all_were_decided=share_nl(precision["if_all_were_decided"]),
        ripe_days=account["ripe_days"],
        unripe=unripe,
        untold=bool(precision["untold"] or absences["untold"]),
        missed=[
            _missed("Vertrekken zonder teken", "vertrekken zonder teken", account["missed"], unripe["drawn"]),
            _missed(
                "Te zwak om te vragen",
                "vertrekken met een teken dat te zwak is om ernaar te vragen",
                account["missed_weak"],
                unripe["drawn_weak"],
            ),
        ],
        lift=_lift(account["lift"]),
        waits=[
            ("tot de eerste blik", account["first_look"]),
            ("tot er een uitkomst was", account["resolution"]),
        ],
        agreement=_agreement(account["agreement"]),
        calibration=_rows(account["calibration"]),
        costs=_costs(account["costs"]),
        barriers=account["barriers"],
        groups=[(kind["kind"], [_group(row) for row in kind["rows"]]) for kind in account["groups"]],
        number_of=number_of,
        width=WIDTH,
        left=LEFT,
        right=RIGHT,
    )
    path.write_text(html, encoding="utf-8", newline="\n")


def _verdict(told: Account) -> dict[str, str]:
    if told["n"] < FEWEST_DECIDED:
        return {
            "mood": "warn",
            "sentence": f"Er zijn nog geen {FEWEST_DECIDED} signalen met een uitkomst: te weinig om iets over de "
            "lijsten te zeggen. Wat hieronder staat is een tussenstand.",
        }
    sentence = f"Van ongeveer {told['n']} signalen met een uitkomst was {share_nl(told)} raak."
    return {"mood": "good", "sentence": sentence}


def _missed(title: str, of_what: str, told: Account, unripe: int) -> dict[str, Any]:
    """Show what one stratum of the control sample says, under its title."""
    return {
        **told,
        "title": title,
        "of_what": of_what,
        "unripe": unripe,
        "text": share_nl(told),
        "plot": _plot(told),
        "at": [(_percent(each["sensitivity"]), share_nl(each)) for each in told["at_sensitivity"]],
    }


def _rows(parts: Sequence[Account]) -> list[dict[str, Any]]:
    return [_row(part) for part in parts]


def _named(parts: Sequence[Account]) -> list[Account]:
    return [{**part, "label": named(part["label"])} for part in parts]


def _titled(parts: Sequence[Account]) -> list[Account]:
    titles = rule_titles()
    return [
        {**part, "label": f"{titles[part['label']]} ({part['label']})" if part["label"] in titles else part["label"]}
        for part in parts
    ]


def _row(part: Account) -> dict[str, Any]:
    return {
        "label": part["label"] or "onbekend",
        "n": _number(part["n"]),
        "hits": _number(part["hits"]),
        "text": share_nl(part),
        "plot": _plot(part),
    }


def _number(told: int | str | None) -> int | str:
    return "–" if told is None else told


def _group(row: Account) -> dict[str, str]:
    wait = row["resolution"]
    days = "–" if wait["median"] is None else number_of(wait["median"], "dag", "dagen")
    bounds = f" ({wait['low']}–{wait['high']})" if wait["low"] is not None else ""
    shares = {
        name: share_nl(row[name]) + (" *" if name in row["differs"] else "")
        for name in ("listed", "precision", "control")
    }
    return {"label": row["label"] or "onbekend", **shares, "days": days + bounds}


def share_nl(told: Account) -> str:
    """`42 % (31–54 %)`; where rounding weighs much only the bounds; `–` when nothing may or can be told."""
    if told["low"] is None:
        return "–"
    bounds = f"{_percent(told['low'])}–{_percent(told['high'])} %"
    return f"tussen {bounds}" if told["share"] is None else f"{_percent(told['share'])} % ({bounds})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0").replace(".", ",")


def _plot(told: Account) -> dict[str, Any] | None:
    """The places of the interval and the estimate in a drawing, and the same in words."""
    if told["low"] is None:
        return None

    def across(share: float) -> float:
        return round(LEFT + share * (RIGHT - LEFT), 1)

    at = None if told["share"] is None else across(told["share"])
    return {"low": across(told["low"]), "high": across(told["high"]), "at": at, "text": share_nl(told)}


def _lift(lift: Account) -> str:
    if lift["low"] is None:
        return ""
    number = {name: None if value is None else f"{value:.1f}".replace(".", ",") for name, value in lift.items()}
    bounds = f"tussen {number['low']} en {number['high']}" if number["high"] else f"ten minste {number['low']}"
    return f"{bounds} keer" + (f" (schatting {number['times']})" if number["times"] else "")


def _agreement(told: Account) -> dict[str, Any]:
    if told["kappa"] is None:
        return {**told, "text": ""}
    kappa, low, high = (f"{told[name]:.2f}".replace(".", ",") for name in ("kappa", "low", "high"))
    return {**told, "text": f"{kappa} ({low} tot {high}); {share_nl(told['agreed'])} gelijk"}


def _costs(told: Account) -> dict[str, Any]:
    assumed, spent = told["assumed"], told["euros_per_found_child"]
    rows = [
        ("minuten om één signaal te bekijken", _range(assumed["minutes_per_look"])),
        ("minuten voor één adresonderzoek", _range(assumed["minutes_per_inquiry"])),
        ("euro per uur", _range(assumed["euros_per_hour"])),
        ("bekeken signalen", told["looks"]),
        ("adresonderzoeken", told["inquiries"]),
        ("kinderen van wie de inschrijving is hersteld", _number(told["found"])),
    ]
    worth = assumed["euros_per_found_child"]
    return {
        "assumptions": rows,
        "spent": _range(spent) if spent else "",
        "worth": _range(worth) if worth else "",
        "net": _range([worth[0] - spent[1], worth[1] - spent[0]]) if worth and spent else "",
    }


def _range(ends: Sequence[float]) -> str:
    low, high = (f"{round(end):,}".replace(",", ".") for end in ends)
    return low if low == high else f"{low} tot {high}"
