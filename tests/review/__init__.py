"""Decisions come back: reviewed workbooks, damaged ones, people who differ, and the night after."""
