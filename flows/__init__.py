"""Thin Prefect flows: they call the pipeline, try again, report, and keep counts and paths. They hold no logic."""
