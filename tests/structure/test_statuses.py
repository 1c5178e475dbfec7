"""SQL names statuses as `brp_signals.base.statuses` declares them, and those of the list always together."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from brp_signals.base.statuses import LISTED, OPEN, OVER, STRATA
from tests.structure.sql_tables import SQL

COLUMNS = ("status", "status_before", "stratum")


def named() -> Iterator[tuple[str, set[str]]]:
    """Each place where SQL compares a status or stratum, with the words that it is compared with."""
    for path in sorted(SQL.rglob("*.sql")):
        dialect = "sqlite" if {"ledger", "desk"} & set(path.parts) else "duckdb"
        for statement in sqlglot.parse(path.read_text(encoding="utf-8"), dialect=dialect):
            for compared in statement.find_all(exp.In, exp.EQ, exp.NEQ) if statement else ():
                if isinstance(compared.this, exp.Column) and compared.this.name in COLUMNS:
                    words = {word.this for word in compared.find_all(exp.Literal) if word.is_string}
                    yield f"{path.relative_to(SQL)}: {compared.sql()}", words


def test_every_status_and_stratum_that_sql_names_exists() -> None:
    found = list(named())
    assert len(found) > 30
    assert [place for place, words in found if not words <= {*OPEN, *OVER, *STRATA}] == []


def test_a_list_of_statuses_has_all_of_the_list_or_none() -> None:
    """A status of the list that one file forgets would take its cases off that file's list alone."""
    lists = [(place, words & set(LISTED)) for place, words in named() if len(words) > 1]
    assert [place for place, listed in lists if listed not in (set(), set(LISTED))] == []
