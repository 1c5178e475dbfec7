"""What the page of a shown child says of the BRP of today, beside what the delivery said."""

from datetime import date
from typing import Any

from brp_signals.base.dates import add_months, dutch
from brp_signals.desk.brp_api import LivePerson, Register
from brp_signals.desk.cases import DeskCase
from brp_signals.publish import wording

#: Where a child lived in the year before it left says where to look; what lies before that is not asked.
_MONTHS_BEFORE = 12


def live_values(
    register: Register, number: str, case: DeskCase, delivered_on: date, today: date, *, may_see_secret: bool
) -> dict[str, Any]:
    """Ask the register about one child; the values of `live_person.html`."""
    live = register.person(number, may_see_secret=may_see_secret)
    is_shown = isinstance(live, LivePerson) and (may_see_secret or not live.is_secret)
    since = add_months(case.left_on or delivered_on, -_MONTHS_BEFORE)
    earlier = register.earlier(number, since, today, may_see_secret=may_see_secret) if is_shown else ()
    left = [("Vertrek", dutch(case.left_on))] if case.left_on else []
    delivered = [*left, ("Stand van het signaal", wording.STATUSES[case.status])]
    return {"live": live, "earlier": earlier, "delivered": delivered, "delivered_on": dutch(delivered_on)}
