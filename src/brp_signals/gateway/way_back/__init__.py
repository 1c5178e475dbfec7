"""The way back from a pseudonym to a child, and everything that guards it: keys, key maps, reveals and their log."""
