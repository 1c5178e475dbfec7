"""`python on_spark.py FOLDER`: carry out the statements of a recorded night on Spark, with Spark's own Python.

Reads `FOLDER/read` and `FOLDER/statements.json`, writes `FOLDER/spark/TABLE`. A failure names the file and Spark's word
for it, never a value. This file imports nothing of ours: Spark has an environment of its own.
"""

import json
import logging
import sys
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # JSON keeps its empty fields, as in DuckDB.
    "spark.sql.jsonGenerator.ignoreNullFields": "false",
    # Tables of a few thousand rows: parts would cost more than they save.
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.log.level": "ERROR",
}


def session() -> SparkSession:
    """A Spark in this process."""
    builder = SparkSession.builder.master("local[1]").appName("portable")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def carry_out(folder: Path) -> int:
    """Run every statement; returns 1 at the first that Spark refuses."""
    logging.disable()  # what Spark logs of a refusal may hold values
    spark = session()
    for path in (folder / "read").glob("*.parquet"):
        spark.read.parquet(str(path)).createOrReplaceTempView(path.stem)
    for number, each in enumerate(json.loads((folder / "statements.json").read_text(encoding="utf-8"))):
        try:
            _make(spark, folder / "spark" / each["table"] / str(number), **each)
        except PySparkException as problem:
            print(f"{each['file']}: Spark refuses it ({problem.getCondition() or type(problem).__name__})")
            return 1
    return 0


def _make(spark: SparkSession, place: Path, *, table: str, select: str, adds: bool, file: str) -> None:
    """Write a table as it is after one statement, and let later statements read it from there."""
    rows = spark.sql(select)
    if adds:  # by name, as in the night: a column that the SELECT lacks stays empty
        rows = spark.table(table).unionByName(rows, allowMissingColumns=True)
    rows.write.parquet(str(place))
    spark.read.parquet(str(place)).createOrReplaceTempView(table)


if __name__ == "__main__":
    sys.exit(carry_out(Path(sys.argv[1])))
