"""Invariants I-2 and I-12 for lists: what a profile does not name changes nothing and shows nowhere."""

import json
import logging
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brp_signals.delivery.forbidden import is_forbidden
from brp_signals.gateway.formats.edexml import UNREAD_ELEMENTS
from brp_signals.gateway.profiles.check import check_file
from tests.gateway.listed import csv_bytes, edexml, education_number, pupil, xlsx_bytes
from tests.gateway.rubric import Made, Workshop, bsn, who

pytestmark = pytest.mark.long

#: Columns that school systems are known to export and that are refused, or of no use here.
_REFUSED = (
    *("Leerlingnummer", "Stamgroep", "Volledige Naam", "Roepnaam", "Eerste Nationaliteit", "Tweede Nationaliteit"),
    *("Datum in Nederland", "Geboorteland", "Geboorteplaats", "Land vader", "Land moeder", "Etniciteit", "Gewicht"),
    *("Thuistaal", "Denominatie", "Reden vertrek", "Bestemming", "Opmerkingen", "Geslacht", "E-mailadres", "Postcode"),
)
_HEADER = ("BSN", "Onderwijsnummer", "Inschrijfdatum", "Uitschrijfdatum")
_ROWS = (
    (bsn(1), "", "01-08-2018", ""),
    ("", education_number(2), "01-08-2019", "31-03-2026"),
    (bsn(3), "", "30-02-2019", ""),
)
_CANARY = "Kanarie"
_CONSTANTS = '[constants]\nschool_id = "12AB00"\neducation_type = "VO"\nseen_on = 2026-05-06\n'


def _deliver(workshop: Workshop, kind: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Made:
    profile = workshop.file("own.toml", f'base = "somtoday-{kind}"\n{_CONSTANTS}'.encode())
    content = (xlsx_bytes if kind == "xlsx" else csv_bytes)([header, *rows])
    source = (str(profile), workshop.file(f"list.{kind}", content))
    return workshop.deliver(workshop.register([who(1)]), workshop.school(), source)


def _files(made: Made) -> dict[str, bytes]:
    """The tables; the manifest may name what was not read."""
    return {name: content for name, content in made.bytes().items() if name.endswith(".csv")}


def _said(made: Made, path: Path, profile: str, log: str, out: str) -> str:
    check = check_file(path, profile)
    parts = [*made.result.sentences(), str(made.result), json.dumps(made.result.as_dict()), log, out]
    return "\n".join([*parts, *check.sentences(), json.dumps(check.as_dict()), str(check)])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_canaries_in_every_refused_column_show_nowhere(
    workshop: Workshop, kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = [(*row, *(f"{_CANARY} {name}" for name in _REFUSED)) for row in _ROWS]
    made = _deliver(workshop, kind, (*_HEADER, *_REFUSED), planted)
    plain = _deliver(workshop, kind, _HEADER, _ROWS)
    assert _files(made) == _files(plain)
    profile = str(workshop.folder / "own.toml")
    said = _said(made, workshop.folder / f"list.{kind}", profile, caplog.text, "".join(capfd.readouterr()))
    assert _CANARY not in said
    assert not any(_CANARY.encode() in content for content in made.bytes().values())
    refused = sum(map(is_forbidden, _REFUSED))
    assert refused > 12
    for finding, count in (("forbidden_column_not_read", refused), ("column_not_read", len(_REFUSED) - refused)):
        assert made.result.findings.count(finding) - plain.result.findings.count(finding) == count


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_permuting_and_adding_refused_columns_changes_nothing(workshop: Workshop, kind: str, seed: int) -> None:
    chance = random.Random(seed)
    expected = _files(_deliver(workshop, kind, _HEADER, _ROWS))
    header = [*_HEADER, *chance.sample(_REFUSED, chance.randint(0, len(_REFUSED)))]
    order = chance.sample(range(len(header)), len(header))
    rows = [[*row, *(str(chance.random()) for _ in header[len(row) :])] for row in _ROWS]
    permuted = [[row[place] for place in order] for row in (header, *rows)]
    assert _files(_deliver(workshop, kind, permuted[0], permuted[1:])) == expected


def test_canaries_in_every_refused_element_of_edexml_show_nowhere(
    workshop: Workshop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    def deliver(name: str, *pupils: str, after: str = "") -> Made:
        source = ("edexml", workshop.file(name, edexml(*pupils, after=after)))
        return workshop.deliver(workshop.register([who(1)]), workshop.school(), source)

    planted = "".join(f'<{name} code="{_CANARY}">{_CANARY}</{name}>' for name in UNREAD_ELEMENTS[1:])
    keys = f'key="{_CANARY}" eckid="{_CANARY}"'
    pupils = [pupil(n, planted).replace(f'key="{n}"', keys).replace(">x<", f">{_CANARY}<") for n in (1, 2)]
    teacher = f"<leerkracht key='{_CANARY}'><achternaam>{_CANARY}</achternaam></leerkracht>"
    after = f"<leerkrachten>{teacher}</leerkrachten><!-- {_CANARY} --><?{_CANARY}?>"
    made = deliver("planted.xml", *pupils, after=after)
    assert _files(made) == _files(deliver("plain.xml", pupil(1), pupil(2)))
    said = _said(made, workshop.folder / "planted.xml", "edexml", caplog.text, "".join(capfd.readouterr()))
    assert _CANARY not in said
    assert not any(_CANARY.encode() in content for content in made.bytes().values())
    assert made.result.findings.count("forbidden_column_not_read") >= sum(map(is_forbidden, UNREAD_ELEMENTS))


def test_the_parser_never_hands_over_the_text_of_a_refused_element(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from brp_signals.gateway.formats import edexml as module

    heard: list[str] = []
    original = module._Parse._characters

    def listen(self: object, text: str) -> None:
        heard.append(text)
        original(self, text)  # type: ignore[arg-type]

    monkeypatch.setattr(module._Parse, "_characters", listen)
    planted = "".join(f"<{name}>{_CANARY}</{name}>" for name in UNREAD_ELEMENTS)
    workshop.deliver(
        workshop.register([who(1)]), ("edexml", workshop.file("e.xml", edexml(pupil(1, planted), pupil(2))))
    )
    assert bsn(1) in heard and "12AB" in heard
    assert not [text for text in heard if _CANARY in text or text == "x"]
