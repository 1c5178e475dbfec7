"""From facts to rank SQL says only what other engines can say too; `make portable` compares what they answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from tests.portable.recording import STEPS
from tests.portable.translation import in_spark
from tests.structure.sql_tables import SQL, parsed

#: Functions by sqlglot's names; `make portable` saw each give the same on Spark, and must see a new one first.
FUNCTIONS = {
    *("AND", "CASE", "CAST", "COALESCE", "EXISTS", "IF", "OR"),
    *("ABS", "EXP", "GREATEST", "LEAST", "ROUND"),
    *("CONCAT_WS", "SHA2", "SPLIT", "SPLIT_PART"),
    *("DATEDIFF", "DATE_FROM_PARTS", "DAY", "MONTH", "TIMESTAMP_TRUNC", "YEAR"),
    *("ARG_MAX", "ARG_MIN", "COUNT", "GROUP_CONCAT", "LOGICAL_AND", "LOGICAL_OR", "MAX", "MIN", "ROW_NUMBER", "SUM"),
    *("EXPLODE", "GENERATE_SERIES", "JSON_EXTRACT_SCALAR", "STRUCT", "TO_JSON"),
}
#: Everything else of a statement, by sqlglot's names of its parts.
PARTS = {
    *(
        "Select",
        "From",
        "Join",
        "Where",
        "Group",
        "Having",
        "Order",
        "Ordered",
        "Union",
        "With",
        "CTE",
        "Subquery",
        "Values",
    ),
    *(
        "Alias",
        "Column",
        "Identifier",
        "Star",
        "Table",
        "TableAlias",
        "Var",
        "Distinct",
        "Filter",
        "Window",
        "WindowSpec",
    ),
    *("Boolean", "Interval", "Literal", "Null", "Paren", "Placeholder", "PropertyEQ", "Tuple"),
    *("EQ", "GT", "GTE", "In", "Is", "LT", "LTE", "Like", "NEQ", "Not", "NullSafeEQ", "NullSafeNEQ"),
    *("Add", "DPipe", "Div", "Mul", "Neg", "Sub"),
    *("JSONPath", "JSONPathKey", "JSONPathRoot"),
}
TYPES = {"BIGINT", "BOOLEAN", "DATE", "INT", "TEXT"}
FILES = [path for step in STEPS for path in sorted((SQL / step).glob("*.sql"))]


def unportable(statement: exp.Expr) -> list[str]:
    """What a statement says that only DuckDB is known to understand, by sqlglot's names, sorted."""
    return sorted({found for node in statement.walk() for found in _unportable(node)})


def _unportable(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, exp.DataType):
        if node.sql("duckdb") not in TYPES:
            yield node.sql("duckdb")
    elif isinstance(node, exp.Func):
        name = node.name.upper() if isinstance(node, exp.Anonymous) else node.sql_name()
        if name not in FUNCTIONS:
            yield name
    elif type(node).__name__ not in PARTS:
        yield type(node).__name__
    if isinstance(node, exp.Union) and node.args.get("by_name"):
        yield "UNION BY NAME"
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Func):
        yield "a function as a table"
    if isinstance(node, exp.Select) and any(isinstance(each, exp.Tuple) for each in node.expressions):
        yield "several columns as one"
    if isinstance(node, exp.Distinct) and node.args.get("on"):
        yield "DISTINCT ON"
    if isinstance(node, exp.Join) and node.method:
        yield f"{node.method} JOIN"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_it_says_only_what_other_engines_say_too(path: Path) -> None:
    statement = parsed(path)
    assert unportable(statement) == []
    values = {each.name: 1 for each in statement.find_all(exp.Placeholder)}
    assert sqlglot.parse_one(in_spark(path.read_text(encoding="utf-8"), values), dialect="spark")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT json_object('a', a) FROM t", ["JSONKeyValue", "J_S_O_N_OBJECT"]),
        ("SELECT born_on + to_months(5) FROM t", ["TO_MONTHS"]),
        ("SELECT list_transform(a, x -> x + 1) FROM t", ["Lambda", "TRANSFORM"]),
        ("SELECT a FROM t WHERE a SIMILAR TO 'b.*'", ["SimilarTo"]),
        ("SELECT a FROM t WHERE regexp_full_match(a, 'b.*')", ["REGEXP_FULL_MATCH"]),
        ("SELECT a FROM t UNION ALL BY NAME SELECT a FROM u", ["UNION BY NAME"]),
        ("SELECT day_on FROM generate_series($a, $b, INTERVAL 1 DAY) AS days (day_on)", ["a function as a table"]),
        ("SELECT a FROM t WHERE (a, b) NOT IN (SELECT (a, b) FROM u)", ["several columns as one"]),
        ("SELECT DISTINCT ON (a) a, b FROM t", ["DISTINCT ON"]),
        ("SELECT t.a FROM t ASOF JOIN u ON t.a >= u.a", ["ASOF JOIN"]),
        ("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", ["Qualify"]),
        ("SELECT CAST(a AS HUGEINT) FROM t", ["INT128"]),
    ],
)
def test_what_only_duckdb_says_is_found(sql: str, found: list[str]) -> None:
    assert unportable(sqlglot.parse_one(sql, dialect="duckdb")) == found
