"""The database of a run reaches its delivery and its work folder, and nothing else, whatever SQL it is given."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from brp_signals import pipeline
from brp_signals.base.errors import InternalFailure, UsageProblem
from brp_signals.base.warehouse import Warehouse
from brp_signals.steps.judging import Suite, judge
from tests.ledger.nights import Nights, child
from tests.reference.populations import REFERENCE_DATES

pytestmark = pytest.mark.long

TODAY = REFERENCE_DATES[0]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """A state folder with a ledger and an enrolment memory, and a delivery behind a link."""
    nights = Nights(tmp_path_factory.mktemp("nights"))
    nights.deliver(TODAY, [child()])
    nights.run()
    (nights.folder / "secret").mkdir()
    (nights.folder / "secret/key.txt").write_text("a\nsecret\n")
    (nights.delivery / "link.csv").symlink_to(nights.folder / "secret/key.txt")
    return nights


@pytest.fixture
def warehouse(nights: Nights) -> Iterator[Warehouse]:
    """The database of a run that has taken its first steps."""
    with pipeline.open_night(
        nights.delivery, state=nights.state, output=nights.output, config=nights.config, threads=1
    ) as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        yield night.night.warehouse


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_text('{folder}/secret/key.txt')",
        "SELECT * FROM read_text('{folder}/delivery/../secret/key.txt')",
        "SELECT * FROM read_text('{folder}/delivery/link.csv')",
        "SELECT * FROM read_blob('{folder}/state/ledger.sqlite3')",
        "SELECT * FROM read_csv('https://example.org/persons.csv')",
        "COPY (SELECT 1) TO '{folder}/stolen.csv'",
        "COPY (SELECT 1) TO '{folder}/output/stolen.parquet' (FORMAT parquet)",
        "EXPORT DATABASE '{folder}/stolen'",
        "ATTACH '{folder}/stolen.duckdb' AS stolen",
        "ATTACH '{folder}/state/ledger.sqlite3' AS stolen",
        "INSTALL httpfs",
        "LOAD httpfs",
        "INSTALL spatial FROM community",
        "CREATE PERSISTENT SECRET stolen (TYPE s3)",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_directories = ['/']",
        "SET autoload_known_extensions = true",
        "RESET memory_limit",
        "PRAGMA temp_directory = '/tmp'",
    ],
)
def test_nothing_else_can_be_reached(statement: str, warehouse: Warehouse, nights: Nights) -> None:
    with pytest.raises(InternalFailure):
        warehouse.execute(statement.format(folder=nights.folder), "a test")
    assert list(nights.folder.rglob("stolen*")) == []


def test_what_a_run_needs_can_be_reached(warehouse: Warehouse, nights: Nights) -> None:
    """Otherwise every refusal above could be the refusal of everything."""
    for path in (nights.delivery / "persons.csv", *nights.state.glob("enrolment_memory-*")):
        warehouse.query(f"SELECT * FROM '{path}'", "a test")
    warehouse.execute(f"COPY (SELECT 1) TO '{nights.state}/work/a.csv'", "a test")


def test_it_still_spills_to_disk(tmp_path: Path) -> None:
    with Warehouse(tmp_path, memory_limit="60MB", threads=1) as warehouse:
        warehouse.execute(
            "CREATE TABLE large AS SELECT hash(i) AS h, repeat('x', 100) || i AS t FROM range(1500000) AS r(i) "
            "ORDER BY h",
            "a test",
        )
        assert any((tmp_path / "spill").iterdir())


def test_the_snapshot_of_validation_is_as_closed(tmp_path: Path) -> None:
    """Were the file readable, the expectation would hold; a check that could not run ends the run."""
    (tmp_path / "empty.csv").write_text("a\n")
    with Warehouse(tmp_path, threads=1) as warehouse:
        warehouse.load("judged", {"n": "INTEGER"}, [(1,)])
        warehouse.export(tmp_path / "judged.duckdb", ["judged"], ["n"])

    def verdict(query: str) -> dict[str, bool]:
        item = {
            "type": "unexpected_rows_expectation",
            "kwargs": {"unexpected_rows_query": query},
            "meta": {"check": "c"},
        }
        return judge(tmp_path / "judged.duckdb", [Suite("suite", "judged", [item])], {}, "100MB")

    assert verdict("SELECT * FROM {batch} WHERE n = 2") == {"c": True}
    with pytest.raises(InternalFailure, match="could not be evaluated"):
        verdict(f"SELECT * FROM {{batch}} WHERE n IN (SELECT 2 FROM read_csv('{tmp_path}/empty.csv'))")


def test_a_delivery_behind_a_link_is_read(nights: Nights, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(nights.delivery)
    with pipeline.open_night(
        tmp_path / "linked", state=tmp_path / "state", output=tmp_path / "output", config=nights.config
    ) as night:
        for step in ("delivery", "recall"):
            night.run_step(step)
        rows = night.night.warehouse.query(f"SELECT * FROM '{tmp_path}/linked/persons.csv'", "a test")
    assert rows


def test_a_folder_whose_name_is_a_pattern(nights: Nights, tmp_path: Path) -> None:
    """As a pattern it would be other deliveries than the one whose hashes were checked."""
    (tmp_path / "delivery-*").symlink_to(nights.delivery)
    (tmp_path / "202[0-9]").mkdir()
    with pytest.raises(UsageProblem, match="reads as a pattern; rename it"):
        pipeline.open_night(tmp_path / "202[0-9]", state=tmp_path / "state", output=tmp_path / "output")
    pipeline.open_night(
        nights.delivery, state=tmp_path / "state", output=tmp_path / "output"
    ).close()  # the lock was let go of
