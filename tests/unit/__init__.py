"""Modules that stand on their own, through their public functions."""
