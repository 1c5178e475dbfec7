"""`python -m brp_signals` is `brp-signals`."""

from brp_signals.cli import main

main()
