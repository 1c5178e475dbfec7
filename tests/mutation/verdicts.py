"""Judges mutants: killed by the specs or by a generated population, survived, or not able to run at all."""

import concurrent.futures
import contextlib
import io
import sys
import tempfile
import tomllib
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from brp_signals.base.errors import InternalFailure
from brp_signals.base.warehouse import Warehouse
from tests.mutation.laboratory import (
    Laboratory,
    absent_populations,
    orders_notice,
    random_populations,
    spec_populations,
    windows_notice,
)
from tests.mutation.mutants import TESTS_OF_NIGHTS, Mutant

#: Errors of DuckDB that say that a change made no statement at all; such a mutant tests nothing.
NO_STATEMENT = ("ParserException", "BinderException", "CatalogException")

#: Specs that are a table about one file.
TABLES_OF_SPECS = {"facts/windows.sql": windows_notice, "facts/residences.sql": orders_notice}

Progress = Callable[[int, int, Mutant], None]


@dataclass(frozen=True)
class Verdict:
    """What became of one mutant; `said` is how it was noticed."""

    mutant: Mutant
    outcome: str
    said: str


def tolerated() -> dict[str, str]:
    """Survivors that may survive, with the reason of each."""
    path = Path(__file__).with_name("survivors.toml")
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
    return {mutant: entry["reason"] for entry in entries for mutant in entry["mutants"]}


def judge_sql(mutants: list[Mutant], progress: Progress, jobs: int = 1) -> list[Verdict]:
    """One verdict for each mutant of a SQL file, by so many processes."""
    if jobs == 1:
        return _judge_sql_list(mutants, progress)
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        shares = [pool.submit(_judge_sql_list, mutants[share::jobs], progress) for share in range(jobs)]
        verdicts = [verdict for share in shares for verdict in share.result()]
    return sorted(verdicts, key=lambda verdict: (verdict.mutant.file, verdict.mutant.number))


def _judge_sql_list(mutants: list[Mutant], progress: Progress) -> list[Verdict]:
    laboratory = Laboratory([*spec_populations(), *random_populations(), *absent_populations()])
    try:
        verdicts = []
        for done, mutant in enumerate(mutants, start=1):
            progress(done, len(mutants), mutant)
            verdicts.append(_judge_sql(laboratory, mutant))
            if verdicts[-1].outcome == "survived":
                print(f"\nsurvived: {mutant.key}", file=sys.stderr, flush=True)
        return verdicts
    finally:
        laboratory.close()


def _judge_sql(laboratory: Laboratory, mutant: Mutant) -> Verdict:
    try:
        said = ""
        if mutant.file in TABLES_OF_SPECS:
            said = TABLES_OF_SPECS[mutant.file](mutant.text)
        if not said:
            said = laboratory.notices(mutant.file, mutant.text)
        if not said and (tests := TESTS_OF_NIGHTS.get(mutant.file)):
            with _read_everywhere(mutant.file, mutant.text):
                said = tests if _tests_fail(TESTS / tests) else ""
    except InternalFailure as problem:
        cause = problem.__cause__ or problem
        outcome = "does not run" if type(cause).__name__ in NO_STATEMENT else "killed"
        return Verdict(mutant, outcome, f"{type(cause).__name__}: {cause}")
    except (TypeError, ValueError) as problem:  # rows that no later step can read
        return Verdict(mutant, "killed", f"stops the run ({type(problem).__name__})")
    return Verdict(mutant, "killed" if said else "survived", said)


@contextlib.contextmanager
def _read_everywhere(file: str, text: str) -> Iterator[None]:
    """Let every database of this process read the mutant."""
    original = Warehouse.sql
    Warehouse.sql = lambda self, name: text if name == file else original(self, name)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Warehouse.sql = original  # type: ignore[method-assign]


# The dates code. ----------------------------------------------------------------------------------------

TESTS = Path(__file__).parents[1]
DATES_TESTS = TESTS / "test_dates.py"


def judge_python(mutants: list[Mutant], progress: Progress) -> list[Verdict]:
    """One verdict for each mutant of the dates code: its own tests are its spec."""
    verdicts = []
    for done, mutant in enumerate(mutants, start=1):
        progress(done, len(mutants), mutant)
        verdicts.append(_judge_python(mutant))
    return verdicts


def _judge_python(mutant: Mutant) -> Verdict:
    module = types.ModuleType("brp_signals.base.dates")
    module.__file__ = mutant.file
    with _installed(module):
        try:
            exec(compile(mutant.text, mutant.file, "exec"), module.__dict__)  # noqa: S102 - a mutant of our own code
        except Exception as problem:  # a mutant may fail in any way
            return Verdict(mutant, "killed", f"does not import ({type(problem).__name__})")
        failed = _tests_fail(DATES_TESTS)
    return Verdict(mutant, "killed" if failed else "survived", "tests/test_dates.py" if failed else "")


@contextlib.contextmanager
def _installed(module: types.ModuleType) -> Iterator[None]:
    """Let `import brp_signals.base.dates` mean the mutant."""
    import brp_signals.base

    original = sys.modules["brp_signals.base.dates"]
    sys.modules["brp_signals.base.dates"] = module
    brp_signals.base.dates = module  # the package does not name its modules
    try:
        yield
    finally:
        sys.modules["brp_signals.base.dates"] = original
        brp_signals.base.dates = original  # as above


def _tests_fail(tests: Path) -> bool:
    """Whether some test of a file fails with what is installed now."""
    for name in [name for name in sys.modules if name.endswith(tests.stem)]:
        del sys.modules[name]
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", "-o", "addopts="]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        options += ["--import-mode=importlib", f"--basetemp={folder}/pytest"]
        return pytest.main([*options, str(tests)]) != 0
