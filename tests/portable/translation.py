"""A statement of DuckDB as Spark writes it: translated by sqlglot, with the values of its parameters filled in."""

from collections.abc import Mapping
from datetime import date

import sqlglot
from sqlglot import exp

from brp_signals.base.warehouse import Value


def in_spark(select: str, parameters: Mapping[str, Value]) -> str:
    """Return a SELECT of DuckDB for Spark.

    Raises SqlglotError where sqlglot knows that Spark lacks something, and KeyError for a parameter without a value.
    """
    filled = sqlglot.parse_one(select, dialect="duckdb").transform(
        lambda node: _literal(parameters[node.name]) if isinstance(node, exp.Placeholder) else node
    )
    return filled.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


def _literal(value: Value) -> exp.Expr:
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    return exp.convert(value)
