"""Harm done to nights on purpose, and what came of it: all of it in `make faults`, some in `make test-all`."""
