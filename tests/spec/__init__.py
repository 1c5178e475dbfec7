"""Specs: what every rule does, in small tables that a registrar can read."""
