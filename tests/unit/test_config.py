"""The configuration: defaults, and one sentence with file, line and key for whatever is wrong."""

from pathlib import Path

import pytest

from brp_signals.base.config import Absence, Configuration, load_configuration
from brp_signals.base.errors import UsageProblem

SOURCE = '[[sources]]\ncode = "verzuim"\nkind = "absence_report"\nlegal_basis = "Lpw 21a"\nretention_days = 365\n'


def load(folder: Path, text: str) -> Configuration:
    path = folder / "brp-signals.toml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path)


def test_without_a_file_the_defaults_of_the_contract_hold() -> None:
    found = load_configuration(None)
    assert found.look_back_months == 24
    assert found.sources == ()
    assert found.grace_days.model_dump(by_alias=True) == {
        "L-01": 30, "L-02": 30, "L-03": 14, "L-04": 30, "L-05": 30, "M-01": 30, "M-02": 30,
    }  # fmt: skip


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "").fingerprint == load_configuration(None).fingerprint


def test_the_fingerprint_tells_values_apart_and_not_their_order(tmp_path: Path) -> None:
    one = load(tmp_path, '[grace_days]\n"L-01" = 40\n"L-03" = 10\n').fingerprint
    assert one == load(tmp_path, '# why\n[grace_days]\n"L-03" = 10\n"L-01" = 40\n').fingerprint
    assert one != load(tmp_path, '[grace_days]\n"L-01" = 41\n"L-03" = 10\n').fingerprint


def test_who_is_told_does_not_make_it_another_run(tmp_path: Path) -> None:
    found = load(tmp_path, '[alerts]\ncommand = ["/usr/local/bin/mail-operator", "now"]\nno_delivery_days = 8\n')
    assert found.alerts.command == ("/usr/local/bin/mail-operator", "now")
    assert found.fingerprint == load_configuration(None).fingerprint


def test_a_provision_without_its_assessment_is_declared_but_not_usable(tmp_path: Path) -> None:
    text = SOURCE.replace("absence_report", "municipal_provision")
    assert not load(tmp_path, text).sources[0].is_usable
    assert load(tmp_path, text + 'dpia_reference = "DPIA-2026-014"\n').sources[0].is_usable


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("\n\nlook_back_month = 12\n", ["line 3", "look_back_month", "did you mean look_back_months?"]),
        ('[grace_days]\n"L-06" = 12\n', ["line 2", "grace_days.L-06", "did you mean L-0"]),
        ("[threshold]\nstale_days = 3\n", ["line 1", "threshold", "did you mean thresholds?"]),
        ("zzzzqqqq = 1\n", ["line 1", "unknown key; remove it."]),
        ("look_back_months = 0\n", ["line 1", "look_back_months", "greater than or equal to 1"]),
        ('look_back_months = "many"\n', ["line 1", "look_back_months", "valid integer"]),
        ("look_back_months = \n", ["not valid TOML", "line 1"]),
        ("look_back_months = 1\nlook_back_months = 2\n", ["not valid TOML", "line 2"]),
        ('disabled_rules = ["X-01"]\n', ["disabled_rules", "pattern"]),
        ('[municipality_successors]\n"Weesp" = "0363"\n', ["line 2", "municipality_successors"]),
        (SOURCE.replace('legal_basis = "Lpw 21a"\n', ""), ["line 1", "sources.0.legal_basis", "required"]),
        (SOURCE.replace("absence_report", "rumour"), ["sources.0.kind", "line 3"]),
        (SOURCE + SOURCE.replace("absence_report", "rumour"), ["sources.1.kind", "line 8"]),
        ('[grace_days]\n"L-01" = 1\n[weights]\nbase = "x"\n' + SOURCE, ["line 4", "weights.base"]),
        ("[weights]\nlevel_a = 100\n", ["line 2", "weights.level_a", "unknown key"]),
        ('[weights.pieces]\n"L-07" = 1\n', ["no piece of evidence L-07", "docs/weighing.md"]),
        ('[weights.pieces]\n"L-03" = -1\n', ["L-03: evidence for never takes away points"]),
        ('[weights.pieces]\n"C-03" = 1\n', ["C-03: evidence against never adds points"]),
        ('[weights.pieces]\n"L-06" = 99\n', ["L-05 and L-06 would weigh more than L-01", "points for L-01"]),
        ("[levels]\na = 0.1\nb = 0.2\n", ["level B begins below level A"]),
        ('thresholds.stale_days = "x"\n', ["line 1", "thresholds.stale_days"]),
        (SOURCE + SOURCE, ["same code and kind"]),
        ('[calendars.first_school_days]\n"2026-13" = 2026-08-17\n', ["first_school_days"]),
    ],
)
def test_whatever_is_wrong_has_its_place(text: str, parts: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as problem:
        load(tmp_path, text)
    sentence = str(problem.value)
    assert sentence.startswith("brp-signals.toml")
    assert "\n" not in sentence
    for part in parts:
        assert part in sentence


def test_asking_after_absence_makes_another_configuration_and_not_asking_does_not(tmp_path: Path) -> None:
    usual = load(tmp_path, "")
    assert usual.absence is None
    asking = load(tmp_path, "[absence]\n")
    assert asking.absence == Absence()
    assert asking.fingerprint != usual.fingerprint == Configuration().fingerprint
    with pytest.raises(UsageProblem, match="declared_schools"):
        load(tmp_path, '[absence]\ndeclared_schools = ["De Regenboog"]\n')


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="is missing"):
        load_configuration(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    with pytest.raises(UsageProblem, match="cannot be read"):
        load_configuration(tmp_path / "latin.toml")
