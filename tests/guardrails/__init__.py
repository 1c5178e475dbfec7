"""The guardrails: what enforces each, which test would notice, and the proof that it does."""
