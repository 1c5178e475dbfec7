"""The facts of the sample's configuration, before any night."""

from pathlib import Path

import pytest

from brp_signals.papers.facts import Facts, gather

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "data/sample/2026-11-20-0363.brp-signals.toml"


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What papers are made of where no night has run."""
    return gather(tmp_path_factory.mktemp("place") / "no-state", CONFIG)
