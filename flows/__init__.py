"""Thin Prefect flows: they call the pipeline, try again, tell and keep counts. No logic lives here."""
