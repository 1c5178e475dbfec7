"""The files of the memory: a night writes new lists alone, and what was written stays until it is forgotten."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import polars
import pyarrow.parquet
import pytest

from brp_signals import pipeline
from brp_signals.base.errors import UsageProblem
from brp_signals.publish import enrolment_memory
from brp_signals.state.ledger import open_ledger
from brp_signals.state.memory_files import LISTS_PREFIX, lists_file, row_files, rows_of
from brp_signals.steps import stage
from brp_signals.upkeep.purging import purge
from tests.ledger.nights import Nights
from tests.ledger.test_enrolment_memory import NIGHT, TODAY, at_school, memory, night
from tests.ledger.test_ledger_file import cut_off

pytestmark = pytest.mark.long

#: Three schools of children who stay; one child who left is on older lists too.
SCHOOLS = ("own", "other", "third")


def pupils(*seen: str, left: str = "–") -> list[dict[str, str]]:
    """A child at each school, as its list of that day says."""
    return [
        {"child": school, "left": left, "enrolled": f"2020-08-17 at {school} seen {day}"}
        for school, day in zip(SCHOOLS, seen, strict=False)
    ]


def names(nights: Nights) -> tuple[str, ...]:
    """The files of the newest memory."""
    with open_ledger(nights.state) as ledger:
        last = ledger.last_run()
    assert last is not None
    return last.enrolment_memory


def contents(nights: Nights) -> dict[str, bytes]:
    """Every file of memory in the state folder."""
    return {file.name: file.read_bytes() for file in nights.state.glob("*enrolment_memory-*")}


def as_before(nights: Nights) -> None:
    """Leave the memory as earlier versions did: one file, ids as texts, the one name in the ledger."""
    (rows,) = row_files(names(nights))
    memory(nights).write_parquet(nights.state / rows)
    for file in nights.state.glob(f"{LISTS_PREFIX}*"):
        file.unlink()
    with open_ledger(nights.state) as ledger:
        ledger._connection.execute("UPDATE runs SET enrolment_memory = ?", (rows,))


def test_a_night_writes_only_lists_that_are_new(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, *pupils("2026-06-01", "2026-06-02", "2026-06-03"))
    before = contents(nights)
    night(nights, TODAY + NIGHT, *pupils("2026-06-01", "2026-06-02", "2026-06-04"))
    assert before.items() <= contents(nights).items(), "what was written stays as it is"
    first, second = row_files(names(nights))
    assert polars.read_parquet(nights.state / second)["school_id"].n_unique() == 1
    assert len(polars.read_parquet(nights.state / first)) == 3
    assert sorted(map(str, memory(nights)["seen_on"])) == ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"]


def test_a_list_that_says_something_else_is_written_again(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, *pupils("2026-06-01", "2026-06-02", "2026-06-03", left="2026-05-04"))
    changed = {**pupils("2026-06-01", left="2026-05-04")[0], "enrolled": "2021-08-17 at own seen 2026-06-01"}
    night(nights, TODAY + NIGHT, changed, *pupils("2026-06-01", "2026-06-02", "2026-06-03", left="2026-05-04")[1:])
    assert sorted(map(str, memory(nights)["enrolled_on"])) == ["2020-08-17", "2020-08-17", "2021-08-17"]


def test_rows_are_written_as_one_when_many_count_no_more(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for number in range(3):
        night(nights, TODAY + number * NIGHT, *pupils(f"2026-06-0{number + 1}", "2026-06-01"))
    (rows,) = row_files(names(nights))
    assert sorted(map(str, polars.read_parquet(nights.state / rows)["seen_on"])) == [
        "2026-06-01",
        "2026-06-02",
        "2026-06-03",
    ], "of three rows one was of a list that counts no more"


def test_rows_are_written_as_one_when_their_oldest_file_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment_memory, "_MOST_RUNS", 2)
    nights = Nights(tmp_path)
    n_files = []
    for number, days in enumerate((("01", "01", "01"), ("01", "01", "02"), ("01", "02", "02"))):
        night(nights, TODAY + number * NIGHT, *pupils(*(f"2026-06-{day}" for day in days)))
        n_files.append(len(row_files(names(nights))))
    assert n_files == [1, 2, 1]
    assert len(memory(nights)) == 5


@pytest.mark.parametrize("name", ["put", "_write_rows", "_locate"])
def test_cut_off_between_files_the_old_memory_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, *pupils("2026-05-01", "2026-05-01"))
    before, count = contents(nights), 0
    real: Callable[..., object] = getattr(enrolment_memory, name)

    def after_the_first(*words: object) -> None:
        nonlocal count
        real(*words)
        count += 1
        if count == 1:
            cut_off()

    nights.deliver(TODAY + NIGHT, pupils("2026-06-01", "2026-05-01"))
    with monkeypatch.context() as patch:
        patch.setattr(enrolment_memory, name, after_the_first)
        with pytest.raises(KeyboardInterrupt):
            nights.run()
    assert {name: contents(nights)[name] for name in names(nights)} == before
    nights.run()
    assert len(memory(nights)) == 3
    assert set(names(nights)) | set(before) == set(contents(nights)), "nothing of the cut-off run is left"


def test_a_run_taken_back_shows_the_memory_of_the_run_before(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, *pupils("2026-05-01", "2026-05-01", "2026-05-01"))
    first = memory(nights)
    night(nights, TODAY + NIGHT, *pupils("2026-06-01", "2026-05-01", "2026-05-01"))
    second = memory(nights)
    pipeline.undo(f"{TODAY + NIGHT}-0363", "a wrong delivery", state=nights.state, output=nights.output)
    assert memory(nights).equals(first)
    nights.run()
    assert memory(nights).sort(polars.all()).equals(second.sort(polars.all()))


def test_a_run_whose_rows_are_gone_is_not_taken_back_to(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    for number, day in enumerate(("2026-05-01", "2026-06-01")):
        night(nights, TODAY + number * NIGHT, *pupils(day, "2026-05-01", "2026-05-01"))
    (nights.state / row_files(names(nights))[0]).unlink()
    with pytest.raises(UsageProblem, match="no longer remembered"):
        pipeline.undo(f"{TODAY + NIGHT}-0363", "a wrong delivery", state=nights.state, output=nights.output)


def test_a_purge_removes_rows_from_every_file_and_the_list_with_them(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, *pupils("2026-05-01", "2026-05-02", "2026-05-01"))
    night(nights, TODAY + NIGHT, *pupils("2026-06-01", "2026-05-02", "2026-05-01"))
    config, output = nights.config, nights.output
    removed = purge(state=nights.state, output=output, config=config, before=date(2028, 5, 2)).removed
    assert removed["school list rows"] == 2
    for file in nights.state.glob("enrolment_memory-*"):
        assert date(2026, 5, 1) not in polars.read_parquet(file)["seen_on"].to_list()
        assert file.stat().st_mode & 0o777 == 0o600
    kinds = {
        pyarrow.parquet.read_schema(nights.state / name).field("person_id").type for name in row_files(names(nights))
    }
    assert kinds == {pyarrow.uuid()}
    night(nights, TODAY + 2 * NIGHT, *pupils("2026-06-05", "2026-05-02"))
    assert sorted(map(str, memory(nights)["seen_on"])) == ["2026-05-02", "2026-06-01", "2026-06-05"]


def test_ids_are_of_sixteen_bytes(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, *pupils("2026-05-01"))
    (rows,) = row_files(names(nights))
    assert pyarrow.parquet.read_schema(nights.state / rows).field("person_id").type == pyarrow.uuid()
    assert all(UUID(person).hex == person for person in memory(nights)["person_id"])


@pytest.mark.parametrize("n_few", [500_000, 0])
def test_a_memory_of_before_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_few: int) -> None:
    """Texts in one file beside ids of sixteen bytes: the same lists and the same memory as without it."""
    monkeypatch.setattr(stage, "_FEW_REMEMBERED", n_few)
    monkeypatch.setattr(enrolment_memory, "_MOST_LEFT_OVER", 1)
    (tmp_path / "older").mkdir()
    plain, older = Nights(tmp_path), Nights(tmp_path / "older")
    lists = []
    for nights in (plain, older):
        night(nights, TODAY, *pupils("2026-05-01", "2026-05-01", "2026-05-01", left="2026-03-02"))
        if nights is older:
            as_before(nights)
        for number, days in enumerate((("2026-06-01",), ("2026-06-02", "2026-06-02"), ("2026-06-03",)), start=1):
            night(nights, TODAY + number * NIGHT, *pupils(*days, left="2026-03-02"))
            lists.append(nights.lists())
    assert lists[:3] == lists[3:]
    assert memory(plain).sort(polars.all()).equals(memory(older).sort(polars.all()))


def test_a_memory_of_before_is_read_as_it_is(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    night(nights, TODAY, *pupils("2026-05-01", "2026-05-01"))
    as_before(nights)
    before = memory(nights)
    night(nights, TODAY + NIGHT, *pupils("2026-05-01", "2026-05-01"))
    assert memory(nights).equals(before)
    assert lists_file(names(nights)) is None, "no list changed, so nothing is written"
    night(nights, TODAY + 2 * NIGHT, at_school("2026-06-01", child="own"))
    assert len(rows_of(nights.state, names(nights))) == 3
