"""Harm done to nights on purpose, and what came of it: `make faults` for all of it, `make test` for a short version."""
