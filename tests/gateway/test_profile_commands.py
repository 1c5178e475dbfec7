"""`brp-signals profile check` and `profile list`: what a person sees before a file is used, and never a value."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.gateway.profiles.check import check_file
from brp_signals.gateway.profiles.profile import load_profile
from tests.gateway.listed import Desk, csv_bytes, edexml, pupil, xlsx_bytes
from tests.gateway.rubric import SCHOOL_HEADER, Workshop, bsn, school_row, table, who

_SOMTODAY = ("Leerlingnummer", "BSN", "Onderwijsnummer", "Inschrijfdatum", "Uitschrijfdatum", "Volledige Naam")
_PUPIL = ("77", bsn(1), "", "01-08-2018", "", "Kanarie")


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "brp_signals", *words], capture_output=True, text=True, check=False)


def test_a_file_that_is_read_as_it_is(desk: Desk) -> None:
    rows = [(*school_row(1), "Jan"), (*school_row(2, enrolled_on="2018-02-30"), "Piet"), (*school_row(3), "Klaas")]
    path = desk.file("s.csv", table((*SCHOOL_HEADER, "naam"), rows))
    done = _run("profile", "check", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "s.csv: type csv, encoding utf-8, separator ';', header row 1",
        "recognised: school-csv",
        "read by school-csv as enrolments",
        "columns read: bsn (bsn), school_id (school_id), education_type (education_type), enrolled_on (enrolled_on),"
        " withdrawn_on (withdrawn_on), seen_on (seen_on)",
        "columns not read because they are forbidden: naam",
        "rows: 3, of which 0 empty, 1 set aside, 2 usable",
        "1 × row with a missing or malformed date, set aside (first: s.csv, line 3)",
        "dates: 5 × yyyy-mm-dd",
    ]


def test_the_same_for_machines(desk: Desk) -> None:
    path = desk.file("s.csv", table((*SCHOOL_HEADER, "klas"), [(*school_row(1), "4b")]))
    done = _run("profile", "check", str(path), "--json", "--profile", "school-csv")
    told = json.loads(done.stdout)
    assert told["rows"] == {"read": 1, "empty": 0, "set_aside": 0, "usable": 1}
    assert (told["profile"], told["kind"], told["columns_not_read"]) == ("school-csv", "enrolments", ["klas"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", csv_bytes([_SOMTODAY, _PUPIL])),
        (
            "b.csv",
            csv_bytes([("Lijst van vandaag", *[""] * 5), _SOMTODAY, _PUPIL], separator=",", encoding="windows-1252"),
        ),
        ("c.csv", csv_bytes([_SOMTODAY, (*_PUPIL[:-1], "Kanariëé")], separator="\t", encoding="windows-1252")),
        ("d.csv", csv_bytes([_SOMTODAY, _PUPIL], encoding="utf-16")),
        ("e.xlsx", xlsx_bytes([_SOMTODAY, (77, int(bsn(1)), None, date(2018, 8, 1), None, "Kanarie")])),
        ("f.xlsx", xlsx_bytes([("Titel",), (), _SOMTODAY, _PUPIL])),
    ],
)
def test_the_lines_that_it_proposes_make_a_profile_that_reads_the_file(desk: Desk, name: str, content: bytes) -> None:
    path = desk.file(name, content)
    said = list(check_file(path).sentences())
    assert "Kanarie" not in "".join(said) and bsn(1) not in "".join(said)
    lines = [line.removeprefix("    ") for line in said if line.startswith("    ") or not line]
    text = "\n".join(lines)
    for field, value in (("school_id", "12AB00"), ("education_type", "VO"), ("seen_on", "2026-05-06")):
        text = text.replace(f'{field} = "…"', f'{field} = "{value}"')
    own = desk.file("own.toml", text.encode())
    checked = check_file(path, str(own))
    assert (checked.usable, checked.kind) == (1, "enrolments")


def test_a_list_that_nothing_fits_shows_what_a_profile_may_name(desk: Desk) -> None:
    path = desk.file("x.csv", csv_bytes([("PGN", "Datum in", "Naam kind"), (bsn(1), "01-08-2018", "Jansen")]))
    done = _run("profile", "check", str(path))
    assert done.returncode == 2
    assert done.stderr == "No built-in profile reads x.csv as it is; write one (docs/gateway.md, Profiles).\n"
    assert done.stdout.splitlines()[1:] == [
        "no built-in profile has these columns; a profile of your own may name: PGN, Datum in",
        "columns that no profile may name: Naam kind",
    ]


@pytest.mark.parametrize("row", [(bsn(1), "x", "Jansen"), ("1-8-2018", "x", "Jansen"), ("Jansen", "2018-08-01", "x")])
def test_a_file_without_a_header_shows_nothing_of_its_first_row(desk: Desk, row: tuple[str, ...]) -> None:
    for name, content in (("x.csv", csv_bytes([row, row])), ("x.xlsx", xlsx_bytes([row, row]))):
        said = "\n".join(check_file(desk.file(name, content)).sentences())
        assert "Jansen" not in said and row[0] not in said.split()
        assert "its header is not shown" in said


def test_a_register_and_an_edexml_file_are_recognised_too(workshop: Workshop) -> None:
    _, register = workshop.register([who(1)], [who(2)])
    checked = check_file(register)
    assert (checked.profile, checked.kind, checked.usable) == ("gbav", "register", 2)
    pupils = check_file(workshop.file("e.xml", edexml(pupil(1), pupil(2))))
    assert (pupils.profile, pupils.usable) == ("edexml", 2)
    assert dict(pupils.read_as)["instroomdatum"] == "enrolled_on"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x is empty"),
        (edexml(pupil(1))[:-5], "x, line 3: not well-formed XML"),
        (xlsx_bytes([_SOMTODAY, _PUPIL])[:-30], "x is no text, workbook or XML, or is damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "x is no text, workbook or XML, or is damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(desk: Desk, content: bytes, sentence: str) -> None:
    with pytest.raises(DeliveryRefused, match=f"^{sentence}"):
        check_file(desk.file("x", content))


def test_a_refusal_on_the_command_line_is_one_sentence(desk: Desk) -> None:
    done = _run("profile", "check", str(desk.file("x", b"")))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "x is empty; export the file again.\n"


def test_bad_rows_far_below_refuse_the_file_whatever_the_header_says(desk: Desk) -> None:
    path = desk.file("s.csv", table(SCHOOL_HEADER, [school_row(1)] * 3) + b"\xff\xff\n")
    with pytest.raises(DeliveryRefused, match=r"^s.csv, line 5: not UTF-8"):
        check_file(path, "school-csv")


def test_wrong_use_is_named(desk: Desk) -> None:
    path = desk.file("s.csv", b"x")
    for call in ((path, "no-such"), (desk.folder / "nothing", None), (desk.folder, None), (path, "somtoday-csv")):
        with pytest.raises(UsageProblem):
            check_file(*call)


def test_the_list_of_profiles_says_what_each_needs() -> None:
    done = _run("profile", "list")
    assert done.returncode == 0
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert {"gbav", "school-csv", "trace-csv", "edexml"} <= set(lines)
    assert lines["somtoday-csv"].endswith("Somtoday; needs school_id, education_type, seen_on")
    assert load_profile("leave-csv").supplier in lines["leave-csv"]


def test_no_value_shows_in_what_is_said(desk: Desk, tmp_path: Path) -> None:
    rows = [SCHOOL_HEADER, school_row(1), school_row(2, bsn="Jansen"), school_row(3, education_type="Kanarie")]
    checked = check_file(desk.file("s.csv", csv_bytes(rows)))
    said = "\n".join(checked.sentences()) + json.dumps(checked.as_dict())
    assert checked.set_aside == 2
    assert not [value for value in ("Jansen", "Kanarie", bsn(1), "12AB00") if value in said]
