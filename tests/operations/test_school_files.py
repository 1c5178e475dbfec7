"""Schools by name: DUO's open files of several years are taken in, others are refused, and nothing else is read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from brp_signals.base.dates import today
from brp_signals.base.errors import UsageProblem
from brp_signals.state.schools import School, read_schools
from brp_signals.upkeep.doctor import examine
from brp_signals.upkeep.school_files import Imported, import_schools

DAY = date(2026, 11, 20)
REGENBOOG = School("12AB00", "De Regenboog", "Lindelaan", "1-A", "3511 AA", "UTRECHT", "0301234567", DAY)
NOW = (
    "PROVINCIE;BEVOEGD GEZAG NUMMER;INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;STRAATNAAM;HUISNUMMER-TOEVOEGING;"
    "POSTCODE;PLAATSNAAM;GEMEENTENUMMER;GEMEENTENAAM;DENOMINATIE;TELEFOONNUMMER;INTERNETADRES;"
    "STRAATNAAM CORRESPONDENTIEADRES"
)
ROW = (
    "Utrecht;40001;12AB;12AB00;De Regenboog;Lindelaan;1-A;3511 AA;UTRECHT;0344;UTRECHT;Kanarie-denominatie;0301234567;"
    "www.kanarie.example;Kanariepad"
)
#: The columns that are read, as a file of 2012 calls them, and as files of main locations and institutions do.
THEN = "BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;STRAATNAAM;HUISNUMMER-TOEVOEGING;POSTCODE;PLAATSNAAM;TELEFOONNUMMER"
MAIN = THEN.replace("VESTIGINGSNUMMER;VESTIGINGSNAAM", "INSTELLINGSNAAM")
REST = "De Regenboog;Lindelaan;1-A;3511 AA;UTRECHT;0301234567"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder that is not there yet."""
    return tmp_path / "state"


def written(folder: Path, *lines: str, name: str = "02.-alle-vestigingen-vo.csv", encoding: str = "utf-8") -> Path:
    """A file of these lines."""
    path = folder / name
    path.write_bytes("\r\n".join((*lines, "")).encode(encoding))
    return path


def taken_in(state: Path, *lines: str, name: str = "02.-alle-vestigingen-vo.csv", encoding: str = "utf-8") -> Imported:
    """What comes of a file of these lines."""
    return import_schools(written(state.parent, *lines, name=name, encoding=encoding), state, as_of=DAY)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (NOW, ROW),
        (THEN, f"12AB;12AB00;{REST}"),
        (THEN, f"12AB;0;{REST}"),
        (THEN, f"12ab ; 00 ;{REST}"),
        (THEN.replace("BRIN NUMMER", "Brin_Nummer"), f"12AB;00;{REST}"),
        (MAIN, f"12AB;{REST}"),
        (MAIN.replace("BRIN NUMMER", "INSTELLINGSCODE"), f"12AB;{REST}"),
        (THEN.replace(";", ","), f"12AB,00,{REST.replace(';', ',')}"),
        (THEN, f'"12AB";"00";"{REST.replace(";", chr(34) + ";" + chr(34))}"'),
    ],
    ids=["2026", "2012", "one digit", "spaces", "letters", "main", "institutions", "commas", "quotes"],
)
def test_files_of_several_years_say_the_same(state: Path, header: str, row: str) -> None:
    done = taken_in(state, header, row)
    assert (done.kind, done.n_schools, done.unreadable) == ("vo", 1, ())
    assert read_schools(state).find("12AB00") == REGENBOOG


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_are_read_in_the_encoding_of_the_file(state: Path, encoding: str) -> None:
    taken_in(state, NOW, ROW.replace("De Regenboog", "Café ’t Ijsvogeltje"), encoding=encoding)
    assert read_schools(state).named("12AB00") == "12AB00, Café ’t Ijsvogeltje, UTRECHT"


def test_nothing_but_the_columns_that_are_needed_is_kept(state: Path) -> None:
    taken_in(state, NOW, ROW)
    (table,) = state.iterdir()
    assert (table.name, table.stat().st_mode & 0o777) == ("schools-vo.csv", 0o600)
    assert "anarie" not in table.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("01.-hoofdvestigingen-basisonderwijs.csv", "bo"),
        ("02.-alle-schoolvestigingen-basisonderwijs.csv", "bo"),
        ("08.-hoofdvestigingen-sbo,-so-en-vso.csv", "so"),
        ("09.-alle-vestigingen-speciaal-(basis)onderwijs (1).csv", "so"),
        ("02.-Alle-vestigingen-VO.csv", "vo"),
        ("01.-adressen-instellingen.csv", "mbo"),
        ("2026-11-20-0363.schools.csv", "sample"),
    ],
)
def test_the_name_of_a_file_tells_its_kind(state: Path, name: str, kind: str) -> None:
    assert taken_in(state, NOW, ROW, name=name).kind == kind


def test_a_file_replaces_the_one_of_its_kind_and_no_other(state: Path) -> None:
    taken_in(state, NOW, ROW, ROW.replace("12AB00", "12AB01"))
    taken_in(state, NOW, ROW.replace("12AB", "34CD"), name="02.-alle-schoolvestigingen-basisonderwijs.csv")
    done = taken_in(state, NOW, ROW.replace("De Regenboog", "De Nieuwe Regenboog"))
    assert (done.n_schools, done.n_before) == (1, 2)
    schools = read_schools(state)
    assert schools.named("12AB00") == "12AB00, De Nieuwe Regenboog, UTRECHT"
    assert (schools.named("12AB01"), schools.named("34CD00")) == ("12AB01", "34CD00, De Regenboog, UTRECHT")


def test_of_two_files_that_name_a_school_the_newer_one_counts(state: Path) -> None:
    path = written(state.parent, NOW, ROW)
    import_schools(path, state, "mbo", DAY)
    import_schools(
        written(state.parent, NOW, ROW.replace("De Regenboog", "Van vroeger")), state, "vo", date(2025, 1, 1)
    )
    assert read_schools(state).find("12AB00") == REGENBOOG


def test_without_a_day_a_file_is_of_the_day_on_which_it_was_written(state: Path) -> None:
    path = written(state.parent, NOW, ROW)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    os.utime(path, (noon, noon))
    assert import_schools(path, state).as_of == date(2026, 3, 1)


def test_rows_that_cannot_be_read_are_left_out_by_line(state: Path) -> None:
    done = taken_in(
        state,
        NOW,
        ROW,
        ROW.replace("12AB00", "12AB01").replace("De Regenboog", "Twee\nregels"),
        ROW.replace("12AB00", "1XYZ00"),
        *(ROW.replace("12AB00", f"12AB0{number}") for number in range(2, 8)),
        ROW,
        ROW.replace("De Regenboog", " \u200b "),
        ROW.replace("De Regenboog", "x" * 121),
        f"{ROW};more",
    )
    # The two lines of one cell with a break were not in quotes, so that they are two rows with too few cells.
    assert (done.n_schools, [row.line for row in done.unreadable]) == (7, [3, 4, 5, 12, 13, 14, 15])
    assert {row.why for row in done.unreadable} == {
        "it has another number of cells than the header",
        "its number is not like 12AB00",
        "its school is named on an earlier line",
        "it has no name",
        "a cell is longer than 120 characters",
    }


def test_what_cannot_be_seen_is_taken_out_of_a_name(state: Path) -> None:
    name = "\u202eDe\u200b \x07Regen\x1bboog\u2066\t \ufeff(x)"
    taken_in(state, NOW, ROW.replace("De Regenboog", name))
    assert read_schools(state).named("12AB00") == "12AB00, De Regen boog (x), UTRECHT"


def no_lists() -> Iterator[tuple[str, bytes, str]]:
    """Files that are no list of school locations, and what is said of each."""
    yield "empty", b"", "lacks a column"
    yield "only a header", NOW.encode(), "0 schools can be read of it"
    yield "school boards", b"BEVOEGD GEZAG NUMMER;BEVOEGD GEZAG NAAM;POSTCODE\n1;x;1000 AA\n", "lacks a column"
    yield "persons", b"person_id,birth_date\nx,20100101\n", "lacks a column"
    yield "another list", f"{NOW}\n{ROW.replace('12AB', '1')}\n".encode(), "line 2: its number is not like 12AB00"
    yield "a workbook", b"PK\x03\x04\x00\x00", "no text in UTF-8 or Windows-1252"
    yield "UTF-16", f"{NOW}\n{ROW}\n".encode("utf-16"), "no text in UTF-8 or Windows-1252"
    yield "an open quote", f'{NOW}\n"{ROW}\n'.encode(), "not well-formed CSV"


@pytest.mark.parametrize(("content", "said"), [each[1:] for each in no_lists()], ids=[each[0] for each in no_lists()])
def test_another_file_is_refused_in_one_sentence_and_changes_nothing(state: Path, content: bytes, said: str) -> None:
    taken_in(state, NOW, ROW)
    path = state.parent / "02.-alle-vestigingen-vo.csv"
    path.write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        import_schools(path, state, as_of=DAY)
    assert said in str(caught.value)
    assert str(caught.value).endswith("download it again, as CSV.") and "\n" not in str(caught.value)
    assert read_schools(state).find("12AB00") == REGENBOOG


def test_a_file_of_which_nobody_knows_the_kind_is_refused(state: Path) -> None:
    path = written(state.parent, NOW, ROW, name="download.csv")
    for kind, said in ((None, "does not tell which schools"), ("ho", "--kind: ho is not known")):
        with pytest.raises(UsageProblem, match=said):
            import_schools(path, state, kind)
    assert not state.exists()


def test_a_day_that_is_still_to_come_is_refused(state: Path) -> None:
    with pytest.raises(UsageProblem, match="still to come"):
        import_schools(written(state.parent, NOW, ROW), state, as_of=today() + timedelta(days=2))


def test_what_is_no_ordinary_file_is_never_waited_for(state: Path) -> None:
    pipe = state.parent / "02.-alle-vestigingen-vo.csv"
    os.mkfifo(pipe)
    with pytest.raises(UsageProblem, match="no ordinary file"):
        import_schools(pipe, state)
    with pytest.raises(UsageProblem, match="does not exist"):
        import_schools(state.parent / "vestigingen-vo.csv", state)


def test_a_state_folder_open_to_others_is_refused(state: Path) -> None:
    state.mkdir()
    state.chmod(0o755)
    with pytest.raises(UsageProblem, match="chmod 700"):
        taken_in(state, NOW, ROW)
    assert list(state.iterdir()) == []


def test_a_state_folder_that_cannot_be_made_is_told(state: Path) -> None:
    state.write_text("a file")
    with pytest.raises(UsageProblem, match="cannot be written"):
        import_schools(written(state.parent, NOW, ROW), state / "below", as_of=DAY)


def of_schools(state: Path) -> list[tuple[str, bool]]:
    """What doctor says of the names of schools."""
    found = examine(state, state.parent / "output")
    return [(each.what, each.is_fine) for each in found if each.what.startswith("names of schools")]


def test_doctor_tells_the_day_and_warns_after_a_year(state: Path) -> None:
    assert [is_fine for _, is_fine in of_schools(state)] == [True]
    path = written(state.parent, NOW, ROW)
    for days, is_fine in ((0, True), (360, True), (370, False)):
        day = today() - timedelta(days=days)
        import_schools(path, state, as_of=day)
        ((said, fine),) = of_schools(state)
        assert (f"vo: 1, as of {day}" in said, fine) == (True, is_fine)


def test_a_damaged_table_is_told_and_names_nobody(state: Path) -> None:
    taken_in(state, NOW, ROW)
    (state / "schools-vo.csv").write_bytes(b"school_id,name\n12AB00\xff,x\n")
    assert read_schools(state).named("12AB00") == "12AB00"
    assert [("damaged" in said, is_fine) for said, is_fine in of_schools(state)] == [(True, False)]


def test_the_command_says_what_it_took_in(state: Path) -> None:
    path = written(state.parent, NOW, ROW, ROW)
    command = [sys.executable, "-m", "brp_signals", "schools", "import", str(path), "--state", str(state)]
    done = subprocess.run([*command, "--date", "2026-11-20"], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == [
        "1 schools (voortgezet onderwijs) are known by name, as of 2026-11-20; before it were 0.",
        f"{path.name}, line 3 was left out: its school is named on an earlier line.",
    ]
