"""Great Expectations is imported without what no suite asks for, and that still works for whoever does."""

import subprocess
import sys


def test_what_no_suite_needs_is_imported_when_used() -> None:
    code = """
import gc, sys
import brp_signals.steps.judging
unused = {"altair.vegalite", "scipy.stats.distributions", "scipy.sparse", "referencing", "mistune.markdown"}
print(gc.isenabled(), sorted(unused & set(sys.modules)))
from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as other
print(round(other.stats.entropy([0.5, 0.5]), 3), other.alt.Chart.__name__)
import altair, mistune, scipy.stats
print(mistune.html("x").strip(), type(altair).__name__)
print(scipy.stats is sys.modules["scipy.stats"], scipy.stats.entropy is other.stats.entropy)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True []", "0.693 Chart", "<p>x</p> module", "True True"]
