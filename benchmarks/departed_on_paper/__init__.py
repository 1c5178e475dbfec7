"""Departed on paper: an open benchmark for lists of children who were deregistered and may still be here.

A world is drawn in three layers, each of which knows only the one before it: *life* (what families do), *offices*
(what schools, the absence officer and the register write down, and when) and *deliveries* (what reaches a tool, in the
form of the delivery contract). The truth about each departure is written beside the deliveries, for the scorer alone.
Nothing in this package that makes a world imports the rules of brp-signals or uses a constant of theirs.
"""
