"""Evaluation: how right the lists are and what they miss, from what people decided; counts, never a person.

What was decided (`decided`), how certain a share is (`intervals`), the figures (`figures`, `barriers`), and the page
that shows them (`page`). docs/evaluation.md says what each figure means and what it cannot tell.
"""
