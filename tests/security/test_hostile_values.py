"""One set of hostile texts, planted everywhere a supplier could put it: none is carried out, followed or repeated."""

import csv
import io
import json
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from openpyxl import load_workbook

from brp_signals import cli
from brp_signals.base.errors import DeliveryRefused
from brp_signals.delivery.contract import REQUIRED
from brp_signals.delivery.inbox import newest_delivery
from brp_signals.publish.kinds import DEPARTURES
from brp_signals.publish.page import page_bytes
from brp_signals.publish.report import write_report
from brp_signals.publish.tables import csv_bytes, table_row
from brp_signals.publish.workbook import workbook_bytes
from tests.ledger.nights import TABLES, Nights, case_of, child
from tests.publish.lists import RULES, case, municipal_list, sign
from tests.publish.test_pages import ACCOUNT
from tests.reference.populations import REFERENCE_DATES
from tests.spec.builders import delivery_of
from tests.support.deliveries import describe

pytestmark = pytest.mark.long

TODAY = REFERENCE_DATES[0]
MARK = "kwaad"
HOSTILE = {
    "formula": f'=HYPERLINK("http://example.org","{MARK}")',
    "plus": f"+{MARK}",
    "minus": f"-{MARK}",
    "at": f"@SUM({MARK})",
    "tab": f"\t={MARK}",
    "carriage return": f"\r={MARK}",
    "html": f"<script>alert('{MARK}')</script>",
    "attribute": f"\" onmouseover='{MARK}' x=\"",
    "sql": f"'; DROP TABLE valid_persons; -- {MARK}",
    "template": "{{ 7 * 7 }}" + MARK,
    "path": f"../../../../{MARK}",
    "absolute": f"/etc/{MARK}",
    "shell": f"$(touch {MARK})",
    "markdown": f"[{MARK}](http://example.org)|x",
    "lines": f"{MARK}\n04:15:12 ERROR Night forged",
    "terminal": f"\x1b[31m\x1b]0;{MARK}\x07",
    "right to left": f"\u202e{MARK}",
    "long": MARK * 8000,
}
_STARTS = ("=", "+", "-", "@", "\t", "\r")

#: A child with rows in every table.
ENROLLED = child(enrolled="2020-08-17 seen 2026-04-08 2026-05-06")

anything_hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    """A delivery of one child that comes on a list."""
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child()])
    return nights


def files_of(folder: Path) -> dict[str, str]:
    """What stands in every file below `folder`, unpacked."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".xlsx":
                book = zipfile.ZipFile(io.BytesIO(content))
                content = b"".join(book.read(name) for name in book.namelist())
            elif path.suffix == ".parquet":
                content = str(pyarrow.parquet.read_table(path).to_pylist()).encode()
            found[str(path)] = content.decode(errors="replace")
    return found


def test_no_cell_of_a_delivery_comes_through(nights: Nights) -> None:
    """Every column of every table, with every hostile text, in rows of a child that left; another is listed still."""
    rows = delivery_of(case_of([child(), ENROLLED], TODAY))
    spoiled = rows.enrolments[0]["person_id"]
    tables: dict[str, list[dict[str, str]]] = {table: [dict(row) for row in getattr(rows, table)] for table in TABLES}
    n_spoiled = 0
    for content in tables.values():
        good = next(row for row in content if row["person_id"] == spoiled)
        for column in good:
            for text in HOSTILE.values():
                if "\r" not in text:  # in a CSV file that ends a row
                    content.append({**good, column: text})
                    n_spoiled += 1
    nights.deliver(TODAY, [child()], tables=tables)
    account = nights.run()
    assert account["cases"]["listed"] >= 1
    assert sum(account["quarantine"].values()) > n_spoiled / 2
    assert [name for name, text in files_of(nights.folder / "output").items() if MARK in text] == []
    assert [name for name, text in files_of(nights.state).items() if MARK in text] == []


def name_file(nights: Nights, name: str) -> None:
    """Deliver persons under another name, with a row that goes to the quarantine."""
    path = nights.delivery / "persons.csv"
    path.write_text(path.read_text() + "x" + path.read_text().splitlines()[-1][1:] + "\n")
    path = path.rename(nights.delivery / name)
    manifest = json.loads((nights.delivery / "manifest.json").read_text())
    manifest["tables"]["persons"]["files"] = [describe(path, 2)]
    manifest["tables"]["persons"]["files"][0]["format"] = "csv"
    (nights.delivery / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "name",
    [
        "=1+1.csv",
        "+1.csv",
        "-1.csv",
        "@SUM(1).csv",
        "<script>alert(1)<script>.csv",
        '" onmouseover="x.csv',
        "'; DROP TABLE valid_persons; --.csv",
        "$(touch x).csv",
        "persons.csv|x",
        "%s%n.csv",
    ],
)
def test_a_file_name_that_may_be_is_text_wherever_it_is_shown(name: str, nights: Nights) -> None:
    name_file(nights, name)
    nights.run()
    latest = nights.output / "latest"
    with (latest / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        cells = [row["file"] for row in csv.DictReader(file)]
    assert cells == [f"'{name}" if name.startswith(_STARTS) else name]
    report = Shown((latest / "report.html").read_text(encoding="utf-8"))
    assert name in report.text and "script" not in report.tags and "onmouseover" not in report.attributes
    assert name in json.loads((latest / "run.json").read_text())["hashes"]["inputs"]


@pytest.mark.parametrize(
    "name",
    ["../persons.csv", "/etc/passwd", "a/b.csv", "..", "a\nb.csv", "\x1b[31m.csv", "\u202e.csv", "a\0.csv", "x" * 101],
)
def test_a_file_name_that_leaves_the_folder_or_hides_is_refused(name: str, nights: Nights) -> None:
    manifest = json.loads((nights.delivery / "manifest.json").read_text())
    manifest["tables"]["persons"]["files"][0]["name"] = name
    (nights.delivery / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DeliveryRefused) as refusal:
        nights.run()
    assert str(refusal.value) == "manifest.json, tables.persons: a file name must be a plain name within the folder."


@pytest.mark.parametrize("name", ["persons.csv", "manifest.json"])
def test_a_file_that_is_a_link_out_of_the_folder_is_refused(name: str, nights: Nights) -> None:
    (nights.delivery / name).rename(nights.folder / name)
    (nights.delivery / name).symlink_to(nights.folder / name)
    with pytest.raises(DeliveryRefused, match=name):
        nights.run()


@anything_hostile
@pytest.mark.parametrize(
    "place",
    [
        ("delivery_id",),
        ("reference_date",),
        ("schema",),
        ("scope", "municipalities"),
        ("tables", "persons", "files", 0, "format"),
        ("tables", "persons", "files", 0, "sha256"),
        ("tables",),
    ],
    ids=lambda place: str(place[-1]),
)
def test_a_manifest_that_holds_it_is_refused_in_one_clean_sentence(
    place: tuple[Any, ...], text: str, nights: Nights
) -> None:
    manifest = json.loads((nights.delivery / "manifest.json").read_text())
    *way, last = place
    part = manifest
    for key in way:
        part = part[key]
    part[last] = {text: {"files": 1}} if last == "tables" else [text] if last == "municipalities" else text
    (nights.delivery / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DeliveryRefused) as refusal:
        nights.run()
    assert str(refusal.value).isprintable()
    assert MARK not in str(refusal.value)
    assert not nights.output.exists()


@pytest.mark.parametrize("content", ["[" * 200_000, '{"a":' * 100_000, "9" * 100_000, '"x"', " " * 11_000_000, "\x00"])
def test_a_manifest_made_to_exhaust_is_refused(content: str, nights: Nights) -> None:
    (nights.delivery / "manifest.json").write_text(content)
    with pytest.raises(DeliveryRefused) as refusal:
        nights.run()
    assert "\n" not in str(refusal.value)
    with pytest.raises(DeliveryRefused, match="does not say its delivery_id"):
        newest_delivery(nights.folder)


def test_a_key_id_is_kept_as_text(nights: Nights) -> None:
    """The one free text of a manifest: the ledger keeps it, and no list, report or message shows any part of it."""
    text = "\n".join(HOSTILE.values())
    manifest = json.loads((nights.delivery / "manifest.json").read_text())
    (nights.delivery / "manifest.json").write_text(json.dumps(manifest | {"pseudonym_key_id": text}))
    nights.run()
    assert [name for name, told in files_of(nights.output).items() if MARK in told] == []
    nights.deliver(TODAY, [child()], delivery_id="another")
    with pytest.raises(DeliveryRefused) as refusal:
        nights.run()
    assert MARK not in str(refusal.value)


@pytest.mark.parametrize("name", [f"{MARK}\nERROR forged", f"\x1b[31m{MARK}", f"\u202e{MARK}"])
def test_a_folder_in_the_inbox_whose_name_hides(name: str, nights: Nights) -> None:
    (nights.folder / "inbox").mkdir()
    nights.delivery.rename(nights.folder / "inbox" / name)
    with pytest.raises(DeliveryRefused) as refusal:
        newest_delivery(nights.folder / "inbox")
    assert str(refusal.value).isprintable() and MARK not in str(refusal.value)


@anything_hostile
def test_what_a_command_says_is_one_line(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["brp-signals", "run", text.replace("/", "_")[:200]])
    with pytest.raises(SystemExit):
        cli.main()
    assert capsys.readouterr().err.rstrip("\n").isprintable()


class Shown(HTMLParser):
    """What a browser would make of a page: its tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@anything_hostile
def test_on_a_list_it_is_text(text: str, tmp_path: Path) -> None:
    """None of these can come there by way of a delivery; a text of ours that did would still do nothing."""
    listed = case(1, reason_nl=text, next_step_nl=text, notes_nl=(text,), signs=(sign(sentence_nl=text, source=text),))
    content = municipal_list(listed)
    (cells,) = csv.DictReader(io.StringIO(csv_bytes([table_row(listed, None)]).decode()))
    assert not cells["reason_nl"].startswith(_STARTS)
    assert cells["reason_nl"] == ("'" * text.startswith(_STARTS)) + text.replace("\r", " ")
    page = Shown(page_bytes(content, RULES, DEPARTURES).decode())
    assert "script" not in page.tags and "onmouseover" not in page.attributes and "49" + MARK not in page.text
    (tmp_path / "list.xlsx").write_bytes(workbook_bytes(content, RULES, DEPARTURES))
    for sheet in load_workbook(tmp_path / "list.xlsx").worksheets:
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f" or cell.hyperlink]


@anything_hostile
def test_on_the_report_it_is_text(text: str, tmp_path: Path) -> None:
    told = {"reason": text, "checks": ["persons_duplicates"]}
    write_report(tmp_path / "report.html", {**ACCOUNT, "alarms": [text], "accepted_drift": told, "delivery_id": text})
    report = Shown((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "script" not in report.tags and "onmouseover" not in report.attributes
    assert "49" + MARK not in report.text


def test_the_columns_that_are_tried_are_those_of_the_contract() -> None:
    rows = delivery_of(case_of([ENROLLED], TODAY))
    for table, columns in REQUIRED.items():
        assert set(columns) <= set(getattr(rows, table)[0]), table
