"""The first steps of a night and nothing after them: `python -m benchmarks.first_steps DELIVERY WORK`.

The steps delivery, recall and stage judge every row of the files and set the candidates apart: the profile and the
candidates, without lists, ledger and reports. Writes the account of these steps to WORK/run.json and, with `--tables`,
the candidates themselves to WORK/candidates.
"""

import argparse
import json
from pathlib import Path

import pyarrow

from benchmarks import generate
from benchmarks.peers import COMPARED, write
from brp_signals import pipeline

STEPS = pipeline.STEPS[: pipeline.STEPS.index("stage") + 1]


def take_first_steps(delivery: Path, work: Path, *, with_tables: bool) -> None:
    """Take the steps with a state folder of their own below `work`."""
    work.mkdir(parents=True, exist_ok=True)
    configuration = generate.configuration_of(delivery)
    with pipeline.open_night(delivery, state=work / "state", output=work / "output", config=configuration) as night:
        for name in STEPS:
            night.run_step(name)
        (work / "run.json").write_text(json.dumps(night.night.account), encoding="utf-8")
        if with_tables:
            write(work / "candidates", _candidates(night))


def _candidates(night: pipeline.OpenNight) -> dict[str, pyarrow.Table]:
    """The candidates in the form of the peers."""
    connection = night.night.warehouse.connection
    return {
        table: connection.sql(f"SELECT {', '.join(columns)} FROM stage_{table}").to_arrow_table()
        for table, columns in COMPARED.items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take the steps of a night up to the candidates.")
    parser.add_argument("delivery", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--tables", action="store_true", help="write the candidates as well")
    given = parser.parse_args()
    take_first_steps(given.delivery, given.work, with_tables=given.tables)
