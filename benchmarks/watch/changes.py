"""All kinds of change of the benchmark."""

from typing import Final

from benchmarks.watch import changes_of_lists, changes_of_register, changes_of_traces

CHANGES: Final = (*changes_of_lists.CHANGES, *changes_of_register.CHANGES, *changes_of_traces.CHANGES)
