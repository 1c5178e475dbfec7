"""What staff read asks and never accuses: every template, label and suite is held against a list of words."""

import json
import re
from pathlib import Path

import pytest

from brp_signals.base.rule_files import Rule
from brp_signals.base.warehouse import resource
from brp_signals.publish import choices, dossier, follow_ups, kinds, sheet_columns, steward_words, wording
from brp_signals.review import reasons, returned
from tests.publish.lists import RULES

REFUSED = re.compile(
    r"fraude|verdacht|misbruik|ontdui|illega|spook|dader|criminee|bedrog|zwarte lijst|herkomst|allochto|migrant|roma\b"
    r"|woonwagen|moslim|islam|asielzoeker|statushouder",
    re.IGNORECASE,
)
TEMPLATES = Path(wording.__file__).with_name("templates")
ENFORCING = re.compile(r"boete|sanctie|handhav|proces-verbaal", re.IGNORECASE)


def texts() -> list[tuple[str, str]]:
    found = [(rule.code, str(value)) for rule in RULES for name, value in vars(rule).items() if name.endswith("_nl")]
    for module in (choices, dossier, kinds, sheet_columns, steward_words, wording, follow_ups, reasons, returned):
        found += [(name, str(value)) for name, value in vars(module).items() if name.isupper()]
    for path in sorted(resource("expectations").glob("*.json")):
        found += [(path.name, item["meta"]["meaning_nl"]) for item in json.loads(path.read_text())["expectations"]]
    return found


@pytest.mark.parametrize(("where", "text"), texts(), ids=lambda value: str(value)[:40])
def test_no_word_that_accuses_or_names_a_group(where: str, text: str) -> None:
    assert not REFUSED.search(text), where


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_gives_its_reasons(rule: Rule) -> None:
    assert len(rule.innocent_nl) >= 2
    assert rule.refuted_by_nl
    assert rule.next_step_nl
    assert rule.organisation_nl
    assert (
        not re.search(r"waarom .*vertrok|reden van (het )?vertrek", rule.next_step_nl)
        or "Niet vragen" in rule.next_step_nl
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_rule_says_how_strong_it_is_since_the_points_do(rule: object) -> None:
    texts = [str(value) for name, value in vars(rule).items() if name.endswith("_nl")]
    assert not re.search(r"\b(zwak|sterk)", " ".join(texts))


def test_the_protective_rule_names_the_way_back() -> None:
    rule = next(rule for rule in RULES if rule.code == "B-05")
    assert "herinschrijven" in rule.next_step_nl
    assert not ENFORCING.search(" ".join((rule.why_nl, rule.next_step_nl, rule.sentence_nl)))


def test_every_reason_to_set_a_row_aside_is_told_in_dutch() -> None:
    faults = "missing|unknown|malformed|impossible|pseudonymised|declared|over"
    told = rf"'((?!is_)[a-z]+_(?:[a-z]+_)?(?:{faults}))'|Fault\([^)]*\"([a-z]+_[a-z_]+)\"\)"
    package = Path(wording.__file__).parents[1]
    files = [*(resource("sql") / "stage").rglob("*.sql"), *package.rglob("*.py")]
    codes = {code for path in files for groups in re.findall(told, path.read_text()) for code in groups if code}
    for path in resource("expectations").glob("*.json"):
        codes |= {item["meta"]["reason_code"] for item in json.loads(path.read_text())["expectations"]}
    assert codes >= {"code_unknown", "number_malformed", "date_impossible", "cell_count", "retention_over", "K-01"}
    missing = sorted(codes - set(steward_words.REASON_CODES))
    assert not missing, f"REASON_CODES of publish/steward_words.py needs a Dutch sentence for {', '.join(missing)}"


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_such_word_in_a_template(path: Path) -> None:
    assert not REFUSED.search(path.read_text(encoding="utf-8"))
