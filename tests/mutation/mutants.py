"""Small changes of SQL and of dates code, each of which some spec must notice.

SQL is changed in its syntax tree (sqlglot), one place at a time: a comparison loses or gains its boundary, a
condition is dropped, AND becomes OR, a number moves by one, an outer join becomes inner, NOT goes, an
aggregate, a bound of a date or an order is turned round, and so on. What cannot change an outcome (an alias,
a cast) is left alone.
"""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from brp_signals.base.warehouse import resource

STEPS = ("absence", "facts", "rules", "cases", "control")


@dataclass(frozen=True)
class Mutant:
    """One file with one change; `key` names it, and stays the same as long as that place is not touched."""

    file: str
    number: int
    change: str
    place: str
    text: str

    @property
    def key(self) -> str:
        """File, change and the text around it: readable in a list of survivors."""
        return f"{self.file}: {self.change}: {self.place}"


# SQL. ---------------------------------------------------------------------------------------------------

COMPARISONS: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Lead: exp.Lag,
    exp.ArgMin: exp.ArgMax,
    exp.ArgMax: exp.ArgMin,
    exp.Year: exp.Month,
    exp.Month: exp.Day,
    exp.Day: exp.Month,
}
#: What compares a night with those before it: tests/ledger lives through nights, this laboratory knows one.
MANY_NIGHTS = tuple(
    f"cases/{name}.sql"
    for name in (
        "changed_signs",
        "comparison",
        "current",
        "decided",
        "inquiries",
        "known",
        "matches",
        "outcomes",
        "sign_changes",
        "sign_keys",
    )
)
#: The tests, below `tests/`, that live through nights for files of which one night does not tell everything.
TESTS_OF_NIGHTS = {
    **{
        f"{folder}/{name}.sql": "ledger/test_absence_lives.py"
        for folder, names in {
            "absence": "absent lists silent",
            "cases": "absence_comparison absence_current absence_inquiries absence_known absence_matches "
            "absence_remembered absence_sign_keys absence_silences absences_found",
            "facts": "absences silent_absences",
            "rank": "absences",
        }.items()
        for name in names.split()
    },
    **{f"control/{name}.sql": "ledger/test_control_sample.py" for name in ("cases", "frame", "rows")},
    "control/left.sql": "ledger/test_secrecy.py",
    "cases/held.sql": "watch/test_holding.py",
    # What is remembered of the nights before is empty in the laboratory.
    **{
        f"{file}.sql": "ledger/test_secrecy.py"
        for file in ("facts/persons", "facts/set_aside_secrecy", "cases/secrecy")
    },
    **{
        f"{file}.sql": "ledger/test_silence.py"
        for file in (
            *("facts/departures_in_view", "facts/remembered_enrolments", "facts/silent_children"),
            "facts/school_gaps",
            "facts/silent_absences",
            *("facts/silent_sources", "facts/traces", "cases/remembered", "cases/silences"),
        )
    },
    **{
        f"{file}.sql": "ledger/test_silent_weighing.py"
        for file in (
            *("facts/lists_after", "facts/left_school", "facts/silent_pupils"),
            *("cases/against", "cases/weighable"),
        )
    },
    **{
        f"cases/{name}.sql": "ledger/test_lives.py"
        for name in ("keyed_signs", "newer_signs", "s_04_recently_explained", "absences_withheld", "terms")
    },
}
#: Dates of which the tables hold the earliest day only.
BOUNDED_BELOW_ONLY = ("recorded", "inquiry", "suspension")


def sql_files() -> list[str]:
    """Every file whose SQL decides what becomes a case, as a path below `sql/`."""
    folder = resource("sql")
    found = [f"{step}/{path.name}" for step in STEPS for path in sorted((folder / step).glob("*.sql"))]
    others = ("stage/school_deliveries.sql", "rank/absences.sql", "rank/order.sql")
    return [*others, *(file for file in found if file not in MANY_NIGHTS)]


def is_of_absences(file: str) -> bool:
    """Whether only children on no school list can show what becomes of a change in this file."""
    return file.startswith(
        ("absence/", "facts/absences", "facts/residents", "rules/r_", "cases/absence", "rank/absences", "control/")
    )


@cache
def sql_mutants(file: str) -> list[Mutant]:
    """All mutants of one SQL file, in the order of its text."""
    text = (resource("sql") / file).read_text(encoding="utf-8")
    end = text.find("*/") + 2 if text.startswith("/*") else 0
    tree = parse(text[end:])
    original = tree.sql(dialect="duckdb")
    found: list[Mutant] = []
    texts = {original}
    times: Counter[tuple[str, str]] = Counter()
    for position, node in enumerate(tree.walk(bfs=False)):
        if _is_in_line_number(node):
            continue
        for change, mutate in _changes(node):
            mutated = tree.copy()
            target = next(other for index, other in enumerate(mutated.walk(bfs=False)) if index == position)
            place = _place(node) if change != "condition dropped" else _shortened(node)
            mutate(target)
            sql = mutated.sql(dialect="duckdb")
            if sql not in texts:
                texts.add(sql)
                times[change, place] += 1
                if times[change, place] > 1:
                    place = f"{place} ({times[change, place]})"
                found.append(Mutant(file, len(found) + 1, change, place, f"{text[:end]}\n{sql}\n"))
    return found


def _is_in_line_number(node: exp.Expr) -> bool:
    """Whether it is part of the number that a row gets for the quarantine alone."""
    alias = node.find_ancestor(exp.Alias)
    return alias is not None and alias.alias == "line"


def parse(sql: str) -> exp.Expr:
    """The syntax tree of one statement, without its comments."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    for node in tree.walk():
        node.comments = None
    return tree


def _place(node: exp.Expr) -> str:
    """The text that the change is about, with what stands around a lone number or name."""
    shown = node
    while isinstance(shown, exp.Literal | exp.Column | exp.Boolean) and shown.parent is not None:
        if isinstance(shown.parent, exp.Select | exp.And | exp.Or | exp.Where):
            break
        shown = shown.parent
    return _shortened(shown)


def _shortened(node: exp.Expr) -> str:
    text = " ".join(node.sql(dialect="duckdb").split())
    return text if len(text) <= 110 else f"{text[:107]}..."


Change = tuple[str, Callable[[exp.Expr], None]]


def _changes(node: exp.Expr) -> Iterator[Change]:
    """What may be done to one node; the function changes the same node in a copy of the tree."""
    if type(node) in COMPARISONS:
        other = COMPARISONS[type(node)]
        yield f"{node.key} to {other.key}", lambda target: _replace(target, other(**target.args))
    if isinstance(node, exp.And | exp.Or):
        other = exp.Or if isinstance(node, exp.And) else exp.And
        yield f"{node.key} to {other.key}", lambda target: _replace(target, other(**target.args))
    if isinstance(node.parent, exp.And | exp.Or) and not isinstance(node, type(node.parent)):
        yield "condition dropped", _drop_condition
    if isinstance(node.parent, exp.Where) and not isinstance(node, exp.And | exp.Or):
        yield "only condition dropped", lambda target: _replace(target, exp.true())
    if isinstance(node, exp.Not):
        yield "not removed", lambda target: _replace(target, target.this)
    if isinstance(node, exp.Literal) and (not node.is_string or node.name.isdigit()) and _is_amount(node):
        # A number with a name of its own only gives an order: it moves past its neighbours.
        stride = 10 if isinstance(node.parent, exp.Alias) else 1
        for step in (stride, -stride):
            yield f"number {step:+d}", _set("this", _moved(node.name, step))
    if isinstance(node, exp.Boolean):
        yield "truth turned", lambda target: target.set("this", not target.this)
    if isinstance(node, exp.Join):
        yield from _join_changes(node)
    if isinstance(node, exp.Ordered):
        yield "order turned", lambda target: target.set("desc", not target.args.get("desc"))
        if "NULLS" in node.sql(dialect="duckdb"):
            yield (
                "empty values first or last",
                lambda target: target.set("nulls_first", not target.args["nulls_first"]),
            )
    if isinstance(node, exp.Order) and len(node.expressions) > 1:
        for index in range(len(node.expressions)):
            yield f"order {index + 1} dropped", _pop("expressions", index)
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for index in range(len(node.expressions)):
            yield f"list item {index + 1} dropped", _pop("expressions", index)
    if isinstance(node, exp.Coalesce):
        yield "first alternative only", lambda target: _replace(target, target.this)
        for index in range(len(node.expressions) if len(node.expressions) > 1 else 0):
            yield f"alternative {index + 2} dropped", _pop("expressions", index)
    if isinstance(node, exp.Filter):
        yield "filter dropped", lambda target: _replace(target, target.this)
    if isinstance(node, exp.Case):
        for index in range(len(node.args["ifs"]) if len(node.args["ifs"]) > 1 else 0):
            yield f"when {index + 1} dropped", _pop("ifs", index)
    if isinstance(node, exp.Column):
        yield from _bound_changes(node)
    if isinstance(node, exp.Window) and len(node.args.get("partition_by") or []) > 1:
        for index in range(len(node.args["partition_by"])):
            yield f"partition {index + 1} dropped", _pop("partition_by", index)
    if isinstance(node, exp.Union) and not node.args.get("distinct"):
        yield "second part of union dropped", lambda target: _replace(target, target.this.copy())


def _set(name: str, value: object) -> Callable[[exp.Expr], None]:
    """The change that gives a part of a node another value."""
    return lambda target: target.set(name, value)


def _pop(name: str, index: int) -> Callable[[exp.Expr], None]:
    """The change that takes one out of the list that is a part of a node."""
    return lambda target: target.args[name].pop(index)


def _replace(target: exp.Expr, other: exp.Expr) -> None:
    target.replace(other)


def _drop_condition(target: exp.Expr) -> None:
    """Put the other side of an AND or OR in the place of both."""
    both = target.parent
    assert both is not None
    both.replace(both.args["expression"] if target.arg_key == "this" else both.args["this"])


def _moved(number: str, step: int) -> str:
    return str(float(number) + step / 10) if "." in number else str(int(number) + step)


def _is_amount(node: exp.Literal) -> bool:
    """Not a number that only names something (SELECT 1 in EXISTS) or bounds all dates."""
    return not isinstance(node.parent, exp.Select | exp.Cast) and node.name not in ("0001", "9999")


def _join_changes(node: exp.Join) -> Iterator[Change]:
    if node.side == "LEFT":
        yield "left to inner join", lambda target: target.set("side", None)


def _bound_changes(node: exp.Column) -> Iterator[Change]:
    """The other end of an interval, where both ends exist in these tables."""
    for old, new in (("earliest", "latest"), ("latest", "earliest")):
        if old in node.name and not node.name.startswith(BOUNDED_BELOW_ONLY):
            name = node.name.replace(old, new)
            yield f"{old} to {new}", _set("this", exp.to_identifier(name))


# Python. ------------------------------------------------------------------------------------------------

PYTHON_FILE = "src/brp_signals/base/dates.py"
PYTHON_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def python_path() -> Path:
    """Where the dates code lives."""
    return Path(__file__).parents[2] / PYTHON_FILE


def python_mutants() -> list[Mutant]:
    """All mutants of the dates code."""
    source = python_path().read_text(encoding="utf-8")
    tree = ast.parse(source)
    found: list[Mutant] = []
    for position, node in enumerate(ast.walk(tree)):
        for change, mutate in _python_changes(node):
            mutated = copy.deepcopy(tree)
            target = next(other for index, other in enumerate(ast.walk(mutated)) if index == position)
            mutate(target)
            place = f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)}"
            found.append(Mutant(PYTHON_FILE, len(found) + 1, change, place, ast.unparse(mutated)))
    return found


PythonChange = tuple[str, Callable[[ast.AST], None]]


def _python_changes(node: ast.AST) -> Iterator[PythonChange]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            if type(operator) in PYTHON_COMPARISONS:
                other = PYTHON_COMPARISONS[type(operator)]
                operators = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                yield f"{type(operator).__name__} to {other.__name__}", _put("ops", operators)
    if isinstance(node, ast.BoolOp):
        other_operator = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield "and with or", _put("op", other_operator())
        for index in range(len(node.values)):
            yield f"condition {index + 1} dropped", _put("values", [*node.values[:index], *node.values[index + 1 :]])
    if isinstance(node, ast.Constant) and type(node.value) is int:
        for step in (1, -1):
            yield f"number {step:+d}", _put("value", node.value + step)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not removed", _without_not
    if isinstance(node, ast.BinOp):
        swaps: dict[type[ast.operator], type[ast.operator]] = {
            ast.Add: ast.Sub,
            ast.Sub: ast.Add,
            ast.Mult: ast.FloorDiv,
            ast.FloorDiv: ast.Mult,
            ast.Mod: ast.FloorDiv,
        }
        if type(node.op) in swaps:
            yield "arithmetic turned", _put("op", swaps[type(node.op)]())
    if isinstance(node, ast.Attribute) and node.attr in ("min", "max"):
        other_name = "max" if node.attr == "min" else "min"
        yield f"{node.attr} to {other_name}", _put("attr", other_name)


def _put(name: str, value: object) -> Callable[[ast.AST], None]:
    """The change that gives a part of a node another value."""
    return lambda target: setattr(target, name, value)


def _without_not(target: ast.AST) -> None:
    """Let `not this` say `+bool(this)`."""
    assert isinstance(target, ast.UnaryOp)
    target.op, target.operand = ast.UAdd(), ast.Call(ast.Name("bool"), [target.operand], [])
