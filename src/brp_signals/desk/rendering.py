"""Templates of the desk to text: everything that comes from data is escaped, and a missing value is an error."""

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from brp_signals.base.dates import HERE, dutch
from brp_signals.desk.roles import Permission
from brp_signals.publish import wording


def render(template: str, **values: Any) -> str:
    """The page that `template` makes of `values`."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    own = PackageLoader("brp_signals.desk", "templates")
    # Timeline and weighing are drawn by the templates of the lists.
    made = Environment(
        loader=ChoiceLoader([own, PackageLoader("brp_signals.publish", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"dutch": dutch, "moment": _moment}
    made.globals |= {"Permission": Permission, "words": wording}
    return made


def _moment(at: datetime) -> str:
    """A day and time as staff write it: `16-03-2026 om 14.05 uur`."""
    local = at.astimezone(HERE)
    return f"{dutch(local.date())} om {local:%H.%M} uur"
