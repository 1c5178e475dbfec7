"""The nightly schedule on one machine: Prefect's server, the flow served from it, the night's worker, and alerts."""
