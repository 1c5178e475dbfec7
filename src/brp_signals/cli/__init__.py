"""The command line: `main` is what `brp-signals` runs."""

from brp_signals.cli.main import main

__all__ = ["main"]
