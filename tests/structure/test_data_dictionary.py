"""docs/data_dictionary.md says what every column, code, check and measure is, and names nothing that is not."""

import pytest

from brp_signals.base.warehouse import resource
from brp_signals.delivery.contract import OPTIONAL, REQUIRED
from brp_signals.steps import validate, watch
from brp_signals.watch.detectors import DETECTORS
from tests.structure import data_dictionary
from tests.structure.data_dictionary import PAGE, page


def test_the_page_in_the_repository_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make docs"


def test_every_column_check_measure_and_detector_is_on_it() -> None:
    lines = [line.split(" | ")[0].strip("| `") for line in page().splitlines() if line.startswith("| ")]
    names = {cell.strip(" `|") for line in page().splitlines() for cell in line.split(" | ")}
    for table, columns in REQUIRED.items():
        assert {*columns, *OPTIONAL[table]} <= set(lines)
    assert {check.check for check in validate.load_checks(resource("expectations"))} <= names
    assert {*watch.load_checks(), *DETECTORS} <= set(lines)


@pytest.mark.parametrize(
    ("meanings", "gone"),
    [("MEANINGS", "persons"), ("CODES", "residences.declared_by")],
)
def test_what_has_no_meaning_is_named(meanings: str, gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = getattr(data_dictionary, meanings)
    name = next(iter(known[gone]))
    monkeypatch.setitem(known, gone, {key: text for key, text in known[gone].items() if key != name} | {"extra": "x"})
    with pytest.raises(KeyError, match=rf"{name}.*extra|extra.*{name}"):
        page()


def test_a_measure_without_a_meaning_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(data_dictionary.MEASURES, ("school", "pupils"))
    with pytest.raises(KeyError, match="pupils"):
        page()
