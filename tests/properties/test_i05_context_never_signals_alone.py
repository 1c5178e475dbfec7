"""I-5: context (B-01, B-02, B-04) makes no case, raises no level, changes no place in the order of work."""

from dataclasses import replace

from hypothesis import given

from tests.properties.evaluators import Evaluator, by_key, few, without
from tests.reference.populations import SETTINGS, Night, nights
from tests.reference.rules import CONTEXT


@given(nights(120))
@few(2)
def test_without_the_context_rules_the_cases_are_the_same(evaluator: Evaluator, night: Night) -> None:
    today, delivery, decisions = night.today, night.delivery, night.decisions
    everything = evaluator(delivery, today, SETTINGS, decisions)
    settings = replace(SETTINGS, disabled_rules=frozenset(CONTEXT))
    bare = evaluator(delivery, today, settings, decisions)

    assert any(line[2] in CONTEXT for line in everything.evidence)
    assert bare.evidence == {line for line in everything.evidence if line[2] not in CONTEXT}
    cases, bare_cases = by_key(everything), by_key(bare)
    assert cases.keys() == {line[:2] for line in bare.evidence}
    assert cases.keys() == bare_cases.keys()
    for about, case in cases.items():
        assert without(case, "rule_codes") == without(bare_cases[about], "rule_codes")
        assert set(case["rule_codes"]) - set(CONTEXT) == set(bare_cases[about]["rule_codes"])
