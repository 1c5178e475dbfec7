"""Every refusal that a steward or clerk may read is known in Dutch, with the places and names that it holds."""

import ast
import errno
import os
from pathlib import Path

import pytest

import brp_signals
from brp_signals.delivery.unreadable import UnreadableColumn, refusal
from brp_signals.publish.in_dutch import SENTENCES, VARIABLE, in_dutch
from brp_signals.review.importing import FileResult
from brp_signals.steps.validate import _MADE_AGAIN

PACKAGE = Path(brp_signals.__file__).parent
FILES = (
    *sorted((PACKAGE / "steps").glob("*.py")),
    *sorted((PACKAGE / "review").glob("*.py")),
    *sorted((PACKAGE / "evaluation").glob("*.py")),
    *(PACKAGE / "desk" / f"{name}.py" for name in ("asking", "oidc")),
    PACKAGE / "upkeep/watching.py",
    *(PACKAGE / "base" / f"{name}.py" for name in ("bounded_workbook", "bounded_xml", "config", "private_files")),
    *(PACKAGE / "base" / f"{name}.py" for name in ("sealing", "warehouse")),
    *(PACKAGE / "state" / f"{name}.py" for name in ("ledger/ledger", "ledger/file", "learned_weights")),
    PACKAGE / "delivery/plain_csv.py",
    *(PACKAGE / name for name in ("publish/explain.py", "publish/explanations.py")),
)
FAILURES = ("DeliveryRefused", "UsageProblem", "InternalFailure", "RunLocked", "CaseNotInLastRun", "SignInRefused")
#: What staff and stewards never read: it is about the program's own files, about arithmetic that a test holds, or an
#: option of an engineer's command.
FOR_ENGINEERS = (
    *("Two expectations carry", "iets: an expectation has no", "iets: severity must be", "Check iets does not read"),
    *("Suite iets: an expectation was not understood", "A step ran before"),
    *("The cases of this run and those", "The flow of cases does not", "iets wants a public recipient"),
)


def sentences() -> list[str]:
    """What the refusals of these files say, with a word wherever they name something."""
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAILURES:
                # What another function says has a test of its own.
                found += [_text(node.args[0])] if isinstance(node.args[0], ast.Constant | ast.JoinedStr) else []
    return [sentence for sentence in found if not sentence.startswith(FOR_ENGINEERS)]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "iets" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_a_refusal_is_known_in_dutch(sentence: str) -> None:
    assert in_dutch(sentence) != sentence, "add this sentence and its Dutch to in_dutch.toml"


@pytest.mark.parametrize(("english", "dutch"), SENTENCES, ids=lambda text: text[:40])
def test_each_pair_stands_for_itself(english: str, dutch: str) -> None:
    """No pair before it takes its sentence, and nothing of the Dutch is left open."""
    told = in_dutch(english)
    assert told == dutch
    assert "{{" not in told


def test_what_the_system_says_of_a_file_is_dutch_too() -> None:
    for problem in ("it is no ordinary file", os.strerror(errno.EACCES), os.strerror(errno.ETXTBSY)):
        said = in_dutch(f"x.html cannot be written ({problem}); choose another place.")
        assert (said.startswith("x.html kan niet worden geschreven ("), problem in said) == (True, False)


def test_places_are_named_in_dutch() -> None:
    told = in_dutch("list.xlsx, sheet 2, row 1: column Besluit stands twice; give the other one another name.")
    assert told == "list.xlsx, blad 2, rij 1: kolom Besluit staat er twee keer; geef de andere een andere naam."
    assert in_dutch("Something else.") == "Something else."


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            None,
            "lijst.xlsx: 1 besluit verwerkt, 2 waren al bekend, 1 regel zonder besluit, 3 regels gaan terug: zie x.",
        ),
        (
            "en",
            "lijst.xlsx: 1 decision taken in, 2 known already, 1 row without a decision, 3 rows returned: see x.",
        ),
    ],
)
def test_what_an_import_says(language: str | None, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if language:
        monkeypatch.setenv(VARIABLE, language)
    result = FileResult("lijst.xlsx", False, 1, 2, 1, {"day_future": 3}, Path("x"))
    assert result.sentence() == told


def test_columns_that_cannot_be_read_are_told_in_dutch() -> None:
    columns = [
        UnreadableColumn("persons.csv", "birth_date", 4012, 6000, 2),
        UnreadableColumn("traces.csv", "", 30, 30, 2, "row"),
    ]
    assert in_dutch(refusal("Delivery een", columns, _MADE_AGAIN)) == (
        "Levering een is geweigerd: kolom birth_date is niet te lezen in 4012 van 6000 rijen (de eerste: persons.csv, "
        "regel 2); niets is te lezen van 30 van 30 rijen (de eerste: traces.csv, rij 2); er is niets gepubliceerd, "
        "laat de levering opnieuw maken."
    )
