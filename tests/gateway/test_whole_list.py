"""From a register to a list: what one cell of the register costs or says there. Purely synthetic persons."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from brp_signals.publish.explain import explanation
from tests.gateway.rubric import Workshop, departed, residence, school_row, who
from tests.gateway.test_haal_centraal_history import GONE, HOME, history, whole
from tests.gateway.test_haal_centraal_history import file as answers
from tests.support.unjudged import run_unjudged

pytestmark = pytest.mark.long

UNREADABLE = "Niet leesbaar in de aanlevering of de bestemming onbekend is: B-05 is niet beoordeeld"


@dataclass(frozen=True)
class Night:
    """The lists of one run."""

    state: Path
    output: Path

    def signals(self) -> list[dict[str, str]]:
        """The rows of signals.csv."""
        with (self.output / "latest" / "signals.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def page(self) -> str:
        """The page of the municipality."""
        (path,) = (self.output / "latest" / "0363").glob("*.html")
        return path.read_text(encoding="utf-8")

    def explained(self) -> str:
        """The account of the only case."""
        (signal,) = self.signals()
        return explanation(self.state, signal["case_id"])


def run(workshop: Workshop, *sources: tuple[str, Path]) -> Night:
    """A delivery of these sources, with a school list in which person 1 is enrolled anew, and a night on it."""
    school = workshop.school(school_row(1, enrolled_on="2026-04-10"))
    made = workshop.deliver(*sources, school, scope=["0363"])
    night = Night(workshop.folder / "state", workshop.folder / "output")
    run_unjudged(made.folder, state=night.state, output=night.output)
    return night


def _left(workshop: Workshop, **changes: str) -> tuple[str, Path]:
    gone = who(1, c07_67_20="E", c07_67_10="20260302") | departed("20260302", **changes)
    return workshop.register([gone, residence()])


@pytest.mark.parametrize("country", ["0", "000", "363", "PK", ""])
def test_a_destination_that_cannot_be_read_is_neither_known_nor_unknown(workshop: Workshop, country: str) -> None:
    night = run(workshop, _left(workshop, c08_13_10=country))
    (signal,) = night.signals()
    assert (signal["rule_codes"], signal["is_destination_unknown"]) == ("L-02", "")
    assert UNREADABLE in signal["reason_nl"]
    assert "(bestemming niet leesbaar, ambtshalve)" in night.explained() and UNREADABLE in night.explained()
    assert "niet leesbaar, ambtshalve" in night.page() and "opgegeven" not in night.page()


@pytest.mark.parametrize(
    ("country", "rules", "flag", "said"),
    [("0000", "B-05|L-02", "true", "onbekend"), ("5010", "L-02", "false", "opgegeven")],
)
def test_a_destination_that_can_be_read_is_said(
    workshop: Workshop, country: str, rules: str, flag: str, said: str
) -> None:
    night = run(workshop, _left(workshop, c08_13_10=country))
    (signal,) = night.signals()
    assert (signal["rule_codes"], signal["is_destination_unknown"]) == (rules, flag)
    assert f"(bestemming {said}, ambtshalve)" in night.explained() and UNREADABLE not in night.explained()


@pytest.mark.parametrize("municipality", ["363", "PK", "", "0000", "03630"])
def test_a_municipality_that_cannot_be_read_costs_no_child(workshop: Workshop, municipality: str) -> None:
    """The departure is told by the block before it; a run would set aside a row without a code."""
    night = run(workshop, _left(workshop, c08_09_10=municipality))
    assert [signal["rule_codes"] for signal in night.signals()] == ["B-05|L-02"]


@pytest.mark.parametrize("reason", ["X", "e", "Emigratie", ""])
def test_a_reason_of_suspension_that_cannot_be_read_costs_no_child(workshop: Workshop, reason: str) -> None:
    gone = who(1, c07_67_20=reason, c07_67_10="20260302") | departed("20260302")
    night = run(workshop, workshop.register([gone, residence()]))
    assert [signal["rule_codes"] for signal in night.signals()] == ["B-05|L-02"]


def test_a_history_of_haal_centraal_leads_to_the_signal(workshop: Workshop) -> None:
    """Without datumIngangGeldigheid, which LO 2025.Q1 drops."""
    night = run(workshop, ("haal-centraal", answers(workshop, "history.json", whole(GONE, HOME))))
    (signal,) = night.signals()
    assert (signal["rule_codes"], signal["departed_on"], signal["recorded_on"]) == ("B-05|L-02", "2026-03-02", "")


@pytest.mark.parametrize("first", ["history", "persons"])
def test_a_history_and_a_persons_answer_in_two_files_are_one_person(workshop: Workshop, first: str) -> None:
    """The birth date is in the one, the municipality that the child left in the other."""
    person = whole()
    del person["verblijfplaatsen"]
    of_person = ("haal-centraal", answers(workshop, "persons.json", person))
    of_history = ("haal-centraal", answers(workshop, "history.json", history(GONE, HOME)))
    night = run(workshop, *((of_history, of_person) if first == "history" else (of_person, of_history)))
    assert [signal["rule_codes"] for signal in night.signals()] == ["B-05|L-02"]


def test_a_departure_without_history_or_day_of_validity_is_reported_without_its_municipality(
    workshop: Workshop,
) -> None:
    person = whole()
    del person["verblijfplaatsen"]
    night = run(workshop, ("haal-centraal", answers(workshop, "persons.json", person)))
    account = json.loads((night.output / "latest" / "run.json").read_text(encoding="utf-8"))
    assert night.signals() == [] and account["departures"]["municipality_unknown"] == 1
