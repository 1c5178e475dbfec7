"""Thin Prefect flows: they call the pipeline, try again, tell and keep counts and paths. No logic lives here."""
