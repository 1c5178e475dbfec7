"""The statuses that a case can have, and the strata of the control sample."""

from typing import Final

#: Statuses of a case on the list, of one that waits behind a suppressor or is too weak to ask about, and of one that
#: is over.
LISTED: Final = ("new", "ongoing", "changed")
OPEN: Final = (*LISTED, "suppressed", "weak")
OVER: Final = ("resolved", "lapsed", "closed")

#: The strata of the control sample: departures without a sign, and cases that are too weak to ask about.
NO_SIGN: Final = "no_sign"
WEAK: Final = "weak"
STRATA: Final = (NO_SIGN, WEAK)
