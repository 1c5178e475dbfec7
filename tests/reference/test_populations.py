"""The generated populations are nasty enough: everything that can happen does happen in a few of them."""

from collections import Counter

from brp_signals.base.rule_files import ABSENCE, load_rules
from brp_signals.base.warehouse import resource
from tests.reference.model import evaluate
from tests.reference.populations import REFERENCE_DATES, SETTINGS, decisions, population
from tests.reference.shapes import Result, Weights

#: What keeps a case off the list.
SUPPRESSORS = ("S-01", "S-02", "S-03", "S-04", "S-07", "S-08")


def _results() -> list[Result]:
    found = []
    for seed, today in enumerate(REFERENCE_DATES):
        delivery = population(seed, 250, today)
        found.append(evaluate(delivery, today, SETTINGS, decisions(delivery, seed, today)))
    return found


def test_everything_happens() -> None:
    results = _results()
    rules = Counter(key[2] for result in results for key in result.evidence | result.against)
    cases = [case for result in results for case in result.cases]
    suppressors = Counter(code for case in cases for code in case["suppressor_codes"])
    quarantine = sum((result.quarantine for result in results), Counter())
    counts = sum((result.counts for result in results), Counter())

    ours = [rule.code for rule in load_rules(resource("sql") / "rules") if rule.level != ABSENCE]
    for code in sorted({*rules, *suppressors, *ours, *SUPPRESSORS}):
        times = rules[code] + suppressors[code]
        wanted = (
            f"{code} happens {times} times, not five: tests/reference/rules.py must know it, and "
            "tests/reference/populations.py make children of whom it speaks"
        )
        assert times >= 5, wanted
    assert set(rules) == set(ours), "a rule of the reference has no file in sql/rules"
    assert {piece for case in cases for piece in case["pieces"]} == set(Weights().pieces)
    assert set(suppressors) == set(SUPPRESSORS)
    assert {case["suppressor_code"] for case in cases} == {"", *suppressors}
    assert {(case["level"], case["status"]) for case in cases} >= {
        ("A", "new"),
        ("B", "new"),
        ("A", "suppressed"),
        ("B", "suppressed"),
        ("B", "weak"),
        ("", "new"),
        ("", "suppressed"),
    }
    assert set(quarantine) == {
        ("persons", "K-05"),
        ("enrolments", "K-04"),
        ("traces", "source_not_declared"),
        ("traces", "retention_over"),
    }
    assert set(counts) == {"in_view", "suspended", "out_of_scope", "municipality_unknown", "without_sign"}
    assert {case["is_confidential"] for case in cases} == {True, False}
    assert {case["municipality_code"] for case in cases} == {"0363", "0518"}
