"""The backtest of single children: when each would have been listed, and what the register said of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.evaluation.backtest import Backtest, Counted, backtest, look_back, opened_for
from tests.reference.shapes import Row
from tests.support.deliveries import write_delivery

pytestmark = pytest.mark.long

#: The months are those of the 15th, from May to December 2025.
TODAY, MONTHS = date(2026, 1, 15), 8
#: Gone on 1 March, recorded the same week, and still on the lists of the school from April on.
LEFT = {"departure_date": "20250301", "recorded_on": "20250303", "municipality_code": "1999", "declared_by": "I"}
LISTS = ("2025-02-10", "2025-04-10", "2025-05-10", "2025-06-10", "2025-07-01", "2025-09-10", "2025-10-10", "2025-11-10")
GONE = {"suspension_reason": "E", "suspension_date": "20250301", "municipality_code": "1999"}
HERE = {"suspension_reason": "", "suspension_date": "", "municipality_code": "0363"}
CONFIGURATION = """
[[sources]]
code = "toets"
kind = "school_result"
legal_basis = "Leerplichtwet 1969"
retention_days = 730
"""


@dataclass(frozen=True)
class Child:
    """One child: its residences from new to old, the lists of its own school that hold it, and its tests."""

    residences: tuple[Row, ...]
    lists: tuple[str, ...] = LISTS
    tests: tuple[str, ...] = ()
    person: Row = field(default_factory=lambda: GONE)


def lived_here(address_from: str = "20150501", recorded_on: str = "20150504", **values: str) -> Row:
    usual = {"municipality_code": "0363", "address_function": "W", "address_from": address_from}
    return usual | {"recorded_on": recorded_on, "valid_from": address_from} | values


def departed(**values: str) -> Row:
    row = LEFT | values
    return row | {"valid_from": row["departure_date"]}


CHILDREN = {
    "still gone": Child((departed(), lived_here())),
    # Back on 1 June, registered on 20 August.
    "back": Child((lived_here("20250601", "20250820"), departed(), lived_here()), person=HERE),
    "corrected": Child((lived_here(recorded_on="20251002"), departed(is_incorrect="1"), lived_here()), person=HERE),
    "corrected, no day": Child((lived_here(), departed(is_incorrect="1"), lived_here("20140101")), person=HERE),
    "released": Child((departed(), lived_here()), person=HERE),
    "recorded late": Child((departed(recorded_on="20250920"), lived_here())),
    "two lists, far apart": Child((departed(), lived_here()), lists=("2025-04-10", "2025-09-10", "2025-10-10")),
    "a test alone": Child((departed(), lived_here()), lists=("2025-02-10",), tests=("2025-06-20",)),
    "a test and lists": Child((departed(), lived_here()), tests=("2025-06-20",)),
    "taken off": Child((departed(), lived_here()), lists=("2025-02-10 2025-03-05",), tests=("2025-06-20",)),
    "secret": Child((departed(), lived_here()), person=GONE | {"is_confidential": "1"}),
    "inquiry": Child((departed(is_under_inquiry="1", inquiry_from="20250801"), lived_here())),
    "inquiry, no day": Child((departed(is_under_inquiry="1"), lived_here())),
    "left again": Child(
        (
            departed(departure_date="20250901", recorded_on="20250902"),
            lived_here("20250410", "20250412"),
            departed(),
            lived_here(),
        )
    ),
}
IDS = {name: f"{number:032x}" for number, name in enumerate(CHILDREN, 1)}


def delivery(folder: Path) -> Path:
    """All children in one delivery, each at a school of its own."""
    tables: dict[str, list[Row]] = {"persons": [], "residences": [], "enrolments": [], "traces": []}
    for number, (name, child) in enumerate(CHILDREN.items()):
        of_child = {"person_id": IDS[name]}
        tables["persons"].append({"birth_date": "20150501", "is_confidential": "0"} | of_child | child.person)
        tables["residences"] += [
            {"seq": str(seq), "is_under_inquiry": "0", "is_incorrect": "0"} | of_child | row
            for seq, row in enumerate(child.residences)
        ]
        school = {"school_id": f"{number:02d}AB00", "education_type": "PO", "enrolled_on": "2019-08-20"}
        for seen_on, _, withdrawn_on in (day.partition(" ") for day in child.lists):
            tables["enrolments"].append(
                of_child | school | {"source": "school", "seen_on": seen_on, "withdrawn_on": withdrawn_on}
            )
        tables["traces"] += [
            of_child | {"kind": "school_result", "source_code": "toets", "event_on": day} for day in child.tests
        ]
    return write_delivery(folder / "delivery", tables, TODAY)


@dataclass(frozen=True)
class LookedBack:
    """A backtest, with the level of each child in each month, the rules that decided that, and its outcome."""

    found: Backtest
    months: Mapping[str, Mapping[str, str]]
    decisive: Mapping[str, set[tuple[str, str]]]
    outcomes: Mapping[str, tuple[str, date | None]]

    def listed(self, name: str) -> list[str]:
        """The months in which the child is on the list, as `2025-05`."""
        return [month for month, level in self.months.get(name, {}).items() if level in ("A", "B")]


def looked_back(folder: Path, config: str = "") -> LookedBack:
    path = folder / "brp-signals.toml"
    path.write_text(config + CONFIGURATION, encoding="utf-8")
    names = {number: name for name, number in IDS.items()}
    with opened_for(delivery(folder), MONTHS, path) as night:
        found = look_back(night, MONTHS)
        listed = night.warehouse.query("SELECT * FROM backtest_listed ORDER BY month_on", "listed")
        evidence = night.warehouse.query("SELECT * FROM backtest_evidence WHERE is_decisive", "evidence")
        told = night.warehouse.query("SELECT * FROM backtest_outcomes", "outcomes")
    months: dict[str, dict[str, str]] = {}
    for row in listed:
        months.setdefault(names[row["person_id"]], {})[f"{row['month_on']:%Y-%m}"] = row["level"]
    decisive: dict[str, set[tuple[str, str]]] = {}
    for row in evidence:
        decisive.setdefault(_name(names, row), set()).add((f"{row['month_on']:%Y-%m}", row["rule_code"]))
    outcomes = {_name(names, row): (row["outcome"], row["outcome_on"]) for row in told}
    return LookedBack(found, months, decisive, outcomes)


def _name(names: Mapping[str, str], row: Mapping[str, str]) -> str:
    return names[row["departure_id"].partition(":")[0]]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> LookedBack:
    return looked_back(tmp_path_factory.mktemp("usual"))


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> LookedBack:
    """With L-04 off, and a chance of three in ten asked for the list."""
    config = 'disabled_rules = ["L-04"]\n[levels]\na = 0.5\nb = 0.3\n'
    return looked_back(tmp_path_factory.mktemp("stricter"), config)


def test_a_departure_that_is_still_open(usual: LookedBack) -> None:
    # The list of May is the second after the grace of thirty days; that of November is stale after 45.
    assert usual.listed("still gone")[0] == "2025-05"
    assert usual.listed("still gone")[-1] == "2025-12"
    assert "still gone" not in usual.outcomes


def test_a_return_that_is_registered_later(usual: LookedBack) -> None:
    assert usual.listed("back") == ["2025-05", "2025-06", "2025-07", "2025-08"]
    assert usual.outcomes["back"] == ("returned", date(2025, 8, 20))


def test_a_correction(usual: LookedBack) -> None:
    """Listed for as long as nobody had marked the departure as incorrect."""
    assert (usual.listed("corrected")[0], usual.listed("corrected")[-1]) == ("2025-05", "2025-09")
    assert usual.outcomes["corrected"] == ("corrected", date(2025, 10, 2))


def test_a_correction_of_which_the_register_tells_no_day(usual: LookedBack) -> None:
    """Nobody knows how long such a row counted: it is in no month, rather than in one too many."""
    assert "corrected, no day" not in usual.months


def test_a_suspension_that_is_gone(usual: LookedBack) -> None:
    """The departure is the newest row and the child is not suspended for it any more; nobody told when."""
    assert usual.outcomes["released"] == ("corrected", None)


def test_a_departure_that_is_recorded_late(usual: LookedBack) -> None:
    assert usual.listed("recorded late")[0] == "2025-10"


def test_a_list_that_was_sent_later_did_not_exist(usual: LookedBack) -> None:
    """Until the second list there is one list (L-06), which is stale from June on."""
    assert usual.listed("two lists, far apart")[:2] == ["2025-05", "2025-09"]
    lists = {f"{each.month_on:%Y-%m}": each.n_lists for each in usual.found.months}
    assert lists["2025-08"] < lists["2025-06"], "no school sends one in summer"


def test_two_departures_of_one_child_are_two(usual: LookedBack) -> None:
    """Back in April before any list tells, and gone again: the second departure is still open."""
    assert "left again" not in usual.outcomes
    assert usual.listed("left again") == ["2025-11", "2025-12"]


def test_a_rule_that_only_the_configuration_switches_on(usual: LookedBack, stricter: LookedBack) -> None:
    """With L-04 off a test puts nobody on the list; on, it does so by itself."""
    assert stricter.months.get("a test alone") is None
    assert usual.listed("a test alone")[0] == "2025-07"
    assert ("2025-07", "L-04") in usual.decisive["a test alone"]
    assert _of(stricter.found, "rule", "L-04") is None


def test_a_rule_alone_is_one_without_which_nothing_would_be_listed(usual: LookedBack) -> None:
    """Until the test it is the lists alone; then either would do."""
    assert {month for month, _ in usual.decisive["a test and lists"]} == {"2025-05", "2025-06"}


def test_a_rule_that_speaks_against_takes_off_by_itself(stricter: LookedBack, usual: LookedBack) -> None:
    """The school took the child off before the test: weaker, and not yet off the list."""
    assert set(usual.months["taken off"].values()) == {"B"}
    assert _of(usual.found, "against", "C-01") is not None
    assert _of(usual.found, "kept_off", "C-01") is None


def test_a_threshold_that_is_moved(usual: LookedBack, stricter: LookedBack) -> None:
    """On two lists the chance is below three in ten, and above it once one is from after 1 October."""
    weak = [month for month, level in stricter.months["still gone"].items() if level == "weak"]
    assert weak[0] == "2025-05" and usual.months["still gone"]["2025-05"] == "B"
    assert stricter.listed("still gone")[0] == "2025-10"
    assert stricter.listed("still gone") == [month for month in usual.listed("still gone") if month not in weak]


def test_other_thresholds_are_told_beside_the_one_that_holds(usual: LookedBack, stricter: LookedBack) -> None:
    """What would be listed from some chance on hangs on no threshold."""
    for found, bound in ((usual.found, "0.1"), (stricter.found, "0.3")):
        at_bound, listed = _of(found, "from", bound), _of(found, "listed", "")
        assert at_bound is not None and listed is not None
        assert (at_bound.n, at_bound.hits, at_bound.days_half) == (listed.n, listed.hits, listed.days_half)
    lower, higher = (_of(stricter.found, "from", chance) for chance in ("0.1", "0.3"))
    assert lower is not None and higher is not None
    assert lower.n > higher.n


def test_children_under_secrecy_count_nowhere(usual: LookedBack) -> None:
    assert "secret" not in usual.months


def test_an_inquiry_that_began_later_kept_nobody_off(usual: LookedBack) -> None:
    """S-03 holds from the day that the inquiry began; one without a day did not run then, as far as anybody knows."""
    assert "2025-07" in usual.listed("inquiry") and "2025-10" not in usual.listed("inquiry")
    assert usual.listed("inquiry, no day") == usual.listed("still gone")


def test_a_departure_counts_once_over_all_months_at_its_first(usual: LookedBack) -> None:
    whole = _of(usual.found, "listed", "")
    assert whole is not None
    assert whole.n == len([name for name in usual.months if usual.listed(name)])
    assert (whole.n_returned, whole.n_corrected, whole.hits) == (1, 2, 3)
    first = date(2025, 5, 15)
    assert whole.days_first_quarter == (date(2025, 8, 20) - first).days
    assert whole.days_third_quarter == (date(2025, 10, 2) - first).days
    assert whole.n_was_back == 0, "in May nobody was back"
    (june,) = [each for each in usual.found.counts if each.kind == "listed" and each.month_on == date(2025, 6, 15)]
    assert june.n_was_back == 1
    levels = [_of(usual.found, "level", level) for level in ("A", "B")]
    assert sum(each.n for each in levels if each) == whole.n


def _of(found: Backtest, kind: str, code: str) -> Counted | None:
    """A group over all months."""
    return next((each for each in found.counts if (each.month_on, each.kind, each.code) == (None, kind, code)), None)


@pytest.mark.parametrize("months", [0, 61, -1])
def test_a_number_of_months_that_makes_no_sense(months: int, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="--months"):
        backtest(tmp_path, months)
