"""Every entry of survivors.toml names a mutant that can be made, and says why it may survive."""

from tests.mutation.mutants import python_mutants, sql_files, sql_mutants
from tests.mutation.verdicts import tolerated


def test_every_tolerated_mutant_can_still_be_made() -> None:
    """A change of the SQL renames its mutants; an entry under an old name would tolerate nothing, unseen."""
    allowed = tolerated()
    named = {key.partition(": ")[0] for key in allowed}
    made = {mutant.key for file in sql_files() if file in named for mutant in sql_mutants(file)}
    made |= {mutant.key for mutant in python_mutants()}
    stale = sorted(allowed.keys() - made)
    assert not stale, f"take out of survivors.toml, or name after the SQL of today, what no mutant is called: {stale}"


def test_every_tolerated_mutant_has_a_reason() -> None:
    assert [key for key, reason in tolerated().items() if len(reason) < 20] == []
