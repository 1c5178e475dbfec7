"""Nights without Great Expectations, which takes longer than the rest of a small night."""

from typing import Any

from brp_signals.base.warehouse import resource
from brp_signals.steps import validate


def set_aside_unjudged(night: Any) -> dict[str, int]:
    """The step validate without its judgement: bad rows are set aside all the same."""
    night.account["checks"] = []
    validate.set_aside(night, validate.load_checks(resource("expectations")))
    validate.make_valid(night)
    return {}
