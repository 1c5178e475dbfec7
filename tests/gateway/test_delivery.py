"""The delivery as a whole: manifest, order, all or nothing, wrong use. Purely synthetic persons."""

import errno
import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.errors import DeliveryRefused, InternalFailure, UsageProblem
from brp_signals.delivery.contract import ENROLMENTS, OPTIONAL, PERSONS, RESIDENCES, TRACES
from brp_signals.gateway import conversion
from tests.gateway.rubric import Workshop, bsn, residence, school_row, who


def _sources(workshop: Workshop) -> list[tuple[str, Path]]:
    return [
        workshop.register(*([who(serial), residence(), residence()] for serial in range(1, 8))),
        workshop.school(*(school_row(serial) for serial in range(1, 8))),
        workshop.traces((bsn(3), "absence_report", "verzuim", "2026-05-06", "")),
    ]


def test_the_manifest_describes_every_file(workshop: Workshop) -> None:
    made = workshop.deliver(*_sources(workshop), scope=["0518", "0363", "0363"], key_id="2026a")
    manifest = made.manifest()
    tables = manifest.pop("tables")
    assert manifest == {
        "schema": "brp-signals/delivery/1",
        "delivery_id": "2026-06-15-0363",
        "reference_date": "2026-06-15",
        "scope": {"municipalities": ["0363", "0518"]},
        "pseudonym_key_id": "2026a",
        "sources": [
            {"profile": "gbav", "file": "register.csv", "reference_date": "2026-06-15", "rows": 7},
            {"profile": "school-csv", "file": "school.csv", "reference_date": "2026-06-15", "rows": 7},
            {"profile": "trace-csv", "file": "traces.csv", "reference_date": "2026-06-15", "rows": 1},
        ],
    }
    assert list(tables) == ["persons", "residences", "enrolments", "traces"]
    for table, entry in tables.items():
        (file,) = entry["files"]
        content = made.bytes()[file["name"]]
        assert file == {
            "name": f"{table}.csv",
            "format": "csv",
            "rows": content.count(b"\n") - 1,
            "sha256": hashlib.sha256(content).hexdigest(),
            "sorted": True,
        }
        assert file["rows"] == made.result.rows[table]


def test_the_columns_are_those_of_the_contract(workshop: Workshop) -> None:
    made = workshop.deliver(*_sources(workshop))
    headers = {name: content.decode().splitlines()[0] for name, content in made.bytes().items() if name[-3:] == "csv"}
    assert headers == {
        "persons.csv": ",".join(PERSONS),
        "residences.csv": ",".join((*RESIDENCES, *OPTIONAL["residences"])),
        "enrolments.csv": ",".join(ENROLMENTS),
        "traces.csv": ",".join(TRACES),
    }


def test_rows_stand_in_order_of_person_and_residence(workshop: Workshop) -> None:
    made = workshop.deliver(*_sources(workshop))
    keys = [(row["person_id"], int(row["seq"])) for row in made.rows("residences")]
    assert keys == sorted(keys) and len(keys) == 21
    for table in ("persons", "enrolments", "traces"):
        ids = [row["person_id"] for row in made.rows(table)]
        assert ids == sorted(ids)


def test_the_same_sources_give_the_same_bytes(workshop: Workshop) -> None:
    first, second = (workshop.deliver(*_sources(workshop)) for _ in range(2))
    assert first.bytes() == second.bytes()
    assert first.result.as_dict() == second.result.as_dict()


def test_defaults_are_today_the_whole_country_and_the_keys_own_name(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brp_signals.gateway.make_delivery.today", lambda: date(2026, 11, 29))
    made = workshop.deliver(workshop.register([who(1)]), reference_date=None)
    manifest = made.manifest()
    assert manifest["reference_date"] == "2026-11-29"
    assert manifest["delivery_id"] == manifest["reference_date"] + "-all"
    assert manifest["scope"] == {"national": True}
    assert re.fullmatch("k?[0-9a-f]{8}", manifest["pseudonym_key_id"])  # with a letter before what looks like a number
    assert manifest["pseudonym_key_id"] not in workshop.key_file.read_text()


def test_an_interrupted_passage_leaves_nothing(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(workshop.folder.iterdir()) | {path for _, path in _sources(workshop)}

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(conversion, "write_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        workshop.deliver(*_sources(workshop))
    assert set(workshop.folder.iterdir()) == before


def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(workshop.folder.iterdir()) | {path for _, path in _sources(workshop)}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(conversion, "write_file", full)
    with pytest.raises(InternalFailure, match="No space left"):
        workshop.deliver(*_sources(workshop))
    assert set(workshop.folder.iterdir()) == before


def test_a_refused_source_leaves_nothing(workshop: Workshop) -> None:
    bad = workshop.file("bad.csv", b"")
    before = set(workshop.folder.iterdir())
    with pytest.raises(DeliveryRefused):
        workshop.deliver(("gbav", bad), ("school-csv", bad))
    assert set(workshop.folder.iterdir()) == before


def test_an_existing_delivery_is_never_touched(workshop: Workshop) -> None:
    sources = _sources(workshop)
    made = workshop.deliver(*sources)
    content = made.bytes()
    with pytest.raises(UsageProblem, match="exists already"):
        workshop.deliver(*sources, out=made.folder)
    assert made.bytes() == content


def test_a_delivery_is_closed_to_the_world(workshop: Workshop) -> None:
    made = workshop.deliver(*_sources(workshop))
    assert made.folder.stat().st_mode & 0o007 == 0
    assert all(path.stat().st_mode & 0o007 == 0 for path in made.folder.iterdir())


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (["gbav", "school-csv", "edexml-9"], "There is no profile 'edexml-9'; the known ones are gbav, "),
        (["gbav"], "A delivery needs at least one school-csv source"),
        (["school-csv"], "A delivery needs at least one gbav source"),
        ([], "A delivery needs at least one gbav source"),
    ],
)
def test_sources_that_make_no_delivery(workshop: Workshop, sources: list[str], sentence: str) -> None:
    from brp_signals.gateway import pseudonymise

    with pytest.raises(UsageProblem, match=sentence):
        pseudonymise([(name, workshop.folder / "f") for name in sources], workshop.key_file, workshop.folder / "d")


@pytest.mark.parametrize(
    "options",
    [
        {"delivery_id": "latest"},
        {"delivery_id": "../x"},
        {"delivery_id": "x" * 65},
        {"scope": ["363"]},
        {"scope": ["Ede"]},
    ],
)
def test_wrong_options_are_wrong_use(workshop: Workshop, options: dict[str, object]) -> None:
    with pytest.raises(UsageProblem):
        workshop.deliver(*_sources(workshop), **options)


@pytest.mark.parametrize(
    ("content", "mode", "sentence"),
    [
        ("a1" * 32, 0o640, "is open to others"),
        ("a1" * 32, 0o604, "is open to others"),
        ("a1" * 32, 0o620, "is open to others"),
        ("a1" * 31, 0o600, "64 hex characters"),
        ("a1" * 31 + "a", 0o600, "64 hex characters"),
        ("g1" * 32, 0o600, "64 hex characters"),
        ("", 0o600, "64 hex characters"),
        ("é" * 64, 0o600, "64 hex characters"),
    ],
)
def test_a_key_file_that_is_open_or_no_key_is_refused(
    workshop: Workshop, content: str, mode: int, sentence: str
) -> None:
    key_file = workshop.file("other-key", content.encode())
    key_file.chmod(mode)
    with pytest.raises(UsageProblem, match=sentence) as refusal:
        workshop.deliver(*_sources(workshop), key_file=key_file)
    assert not content or content[:8] not in str(refusal.value)


def test_a_missing_key_file_or_a_folder_is_refused(workshop: Workshop) -> None:
    with pytest.raises(UsageProblem, match="does not exist"):
        workshop.deliver(*_sources(workshop), key_file=workshop.folder / "nothing")
    with pytest.raises(UsageProblem, match="cannot be read"):
        workshop.deliver(*_sources(workshop), key_file=workshop.folder)


def test_a_longer_key_is_welcome_and_its_line_end_does_not_matter(workshop: Workshop) -> None:
    contents = []
    for name, content in (("k1", "a1" * 40), ("k2", "a1" * 40 + "\r\n")):
        key_file = workshop.file(name, content.encode())
        key_file.chmod(0o600)
        contents.append(workshop.deliver(*_sources(workshop), key_file=key_file).bytes())
    assert contents[0] == contents[1]
