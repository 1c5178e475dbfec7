"""A profile is checked when it is loaded: one sentence names file, key and what to do."""

import re

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.delivery.forbidden import forbidden_meaning
from brp_signals.gateway.formats.open_source import known_profiles, open_source, source_kind
from brp_signals.gateway.profiles.profile import Profile, built_in_profiles, load_profile
from tests.gateway.listed import HEADER, PROFILE, Desk, csv_bytes
from tests.gateway.rubric import bsn

_TRACES = """
name = "t"
version = "1"
supplier = "s"
kind = "traces"
file.type = "csv"
number.bsn = "BSN"
columns.event_on = "Dag"
constants.kind = "leave"
constants.source_code = "verlof"
"""

_TRACES_IN_XML = 'legal_basis = "wet"\n' + _TRACES.replace('"csv"', '"edexml"')


def test_the_fixed_names_are_all_built_in() -> None:
    assert {"gbav", "edexml", "school-csv", "trace-csv"} <= set(known_profiles())
    kinds = {name: source_kind(name) for name in known_profiles()}
    assert kinds["gbav"] == "register" and kinds["links-csv"] == "links"
    assert {kind for name, kind in kinds.items() if name.endswith(("absence-csv", "leave-csv"))} == {"traces"}


@pytest.mark.parametrize("name", built_in_profiles())
def test_a_built_in_profile_holds_and_says_what_it_leaves_open(name: str, desk: Desk) -> None:
    profile = load_profile(name)
    assert profile.name == name, f'profiles/{name}.toml must say name = "{name}"'
    needed = profile.open_fields()
    assert needed == {
        "somtoday-csv": ("school_id", "education_type", "seen_on"),
        "somtoday-xlsx": ("school_id", "education_type", "seen_on"),
        "duo-register": ("seen_on",),
    }.get(name, ())
    if needed:
        with pytest.raises(UsageProblem, match=f"does not say {' and '.join(needed)}; write a profile with base"):
            open_source(name, desk.file("f", b"x"))


@pytest.mark.parametrize("name", built_in_profiles())
def test_every_trace_profile_names_its_legal_basis(name: str) -> None:
    profile = load_profile(name)
    assert (profile.legal_basis is not None) == (profile.kind == "traces")


def test_a_reader_of_traces_passes_the_legal_basis_on(desk: Desk) -> None:
    path = desk.file("v.csv", csv_bytes([("BSN", "Ingangsdatum", "Einddatum"), (bsn(1), "01-03-2026", "")]))
    reader = open_source("leave-csv", path)
    assert reader.kind == "traces"
    assert reader.legal_basis == "Leerplichtwet 1969, artikelen 11, 13a en 14"


_CSV = '[file]\ntype = "csv"\n'


@pytest.mark.parametrize(
    ("change", "more", "sentence"),
    [
        ("", _CSV + 'seperator = ","', r"line 20, file.seperator: unknown key; did you mean separator\?"),
        ("", _CSV + "xyzzy = 1", r"line 20, file.xyzzy: unknown key; remove it"),
        ("", "", r"^profile.toml, file: this key is required; add it"),
        ("", '[file]\ntype = "ods"', r"line 19, file.type: Input should be 'csv', 'xlsx' or 'edexml'"),
        ("", _CSV + 'encoding = "latin1"', r"line 20, file.encoding"),
        ('"PO" -> "basisschool"', _CSV, r"line 9, constants.education_type: this is none of PO, SBO"),
        ("12AB00 -> 12AB", _CSV, r"line 8, constants.school_id"),
        ('"yyyymmdd" -> "mmddyyyy"', _CSV, r"dates.patterns"),
        ('[dates] -> seen_on = "Peil"\n[dates]', _CSV, r"seen_on is both a column and a constant"),
        ('[dates] -> event_on = "Dag"\n[dates]', _CSV, r"event_on has no place in a list of enrolments"),
        ('kind = -> legal_basis = "wet"\nkind =', _CSV, r"a list of traces, and no other, needs its legal_basis"),
        ("[number]\nmixed -> [keep]\nx", _CSV, r"\[number\] must name the column"),
        ("", '[file]\ntype = "edexml"', r"an edexml file has elements of its own"),
        ('"Van" -> "Van', _CSV, r"^profile.toml: not valid TOML \(.*at line 14"),
    ],
)
def test_a_wrong_profile_is_named_in_one_sentence(desk: Desk, change: str, more: str, sentence: str) -> None:
    old, _, new = change.partition(" -> ")
    text = PROFILE.replace(old, new) if change else PROFILE
    _assert_refused(desk, text + more, sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('base = "gbav"', r"base: there is no built-in profile of this name; they are absence-csv"),
        ('base = "links-csv"\nnumber.mixed = "PGN"', r"a list of links needs number.bsn and number.education_number"),
        ('base = "links-csv"\ncolumns.event_on = "Dag"', r"event_on has no place in a list of links"),
        (_TRACES, r"a list of traces, and no other, needs its legal_basis"),
        (_TRACES_IN_XML, r"an edexml file is a list of enrolments"),
    ],
)
def test_a_wrong_profile_of_another_kind_too(desk: Desk, text: str, sentence: str) -> None:
    _assert_refused(desk, text, sentence)


def _assert_refused(desk: Desk, text: str, sentence: str) -> None:
    with pytest.raises(UsageProblem) as refusal:
        load_profile(str(desk.file("profile.toml", text.encode())))
    message = str(refusal.value)
    assert message.startswith("profile.toml") and message.endswith((".", "?")) and "\n" not in message
    assert re.search(sentence, message), message


@pytest.mark.parametrize("name", ["nothing.toml", "."])
def test_a_profile_that_is_not_there_is_wrong_use(desk: Desk, name: str) -> None:
    with pytest.raises(UsageProblem, match=r"cannot be read as UTF-8 text|There is no profile"):
        open_source(name, desk.folder / "f.csv")


@pytest.mark.parametrize("field", ["enrolled_on", "school_id", "education_type"])
@pytest.mark.parametrize("column", ["Nationaliteit", "Land van vader", "Volledige naam", "gewicht", "BSN", "08.13.10"])
def test_no_profile_makes_a_field_of_a_forbidden_column(desk: Desk, field: str, column: str) -> None:
    own = desk.file("own.toml", f'base = "school-csv"\n[columns]\n{field} = ["x", "{column}"]\n'.encode())
    with pytest.raises(UsageProblem, match=rf"column {column} means .*, which no profile may read"):
        load_profile(str(own))


def test_no_profile_selects_rows_by_a_forbidden_column_or_takes_one_for_a_number(desk: Desk) -> None:
    keep = desk.file("keep.toml", b'base = "school-csv"\n[keep]\n"Eerste nationaliteit" = ["Nederlandse"]\n')
    number = desk.file("number.toml", b'base = "school-csv"\n[number]\nbsn = "Achternaam"\n')
    for own in (keep, number):
        with pytest.raises(UsageProblem, match="which no profile may read"):
            load_profile(str(own))


def test_no_built_in_profile_names_a_forbidden_column() -> None:
    for profile in map(load_profile, built_in_profiles()):
        named = [*profile.keep, *(name for names in profile.columns.by_field().values() for name in names)]
        assert not [name for name in named if forbidden_meaning(name)]


def test_a_profile_on_top_of_another_changes_only_what_it_says(desk: Desk) -> None:
    own = load_profile(
        str(
            desk.file(
                "own.toml", b'base = "leave-csv"\nname = "own"\n[file]\nseparator = ","\n[columns]\nended_on = "Tot"\n'
            )
        )
    )
    base = load_profile("leave-csv")
    assert own.columns.event_on == base.columns.event_on and own.columns.ended_on == ("Tot",)
    assert (own.file.separator, own.legal_basis, own.dates) == (",", base.legal_basis, base.dates)
    assert isinstance(own, Profile)


def test_a_missing_column_is_named_with_all_names_it_may_have(desk: Desk) -> None:
    from brp_signals.base.errors import DeliveryRefused

    profile = desk.profile(text=PROFILE.replace('"Tot"', '["Tot", "Datum uit"]'))
    with pytest.raises(DeliveryRefused, match=r"^f.csv, line 1: column Tot or Datum uit is missing"):
        open_source(profile, desk.file("f.csv", csv_bytes([HEADER[:2], (bsn(1), "01-08-2018")])))
    with pytest.raises(DeliveryRefused, match=r"^f.csv, line 1: columns Tot and Datum uit stand for the same thing"):
        header = (*HEADER, "Datum uit")
        open_source(profile, desk.file("f.csv", csv_bytes([header, (bsn(1), "01-08-2018", "", "")])))
