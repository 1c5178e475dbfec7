"""From a case to a child: the A-number and BSN of one person, out of the municipality's key map.

The map is opened for one person at a time, and nothing of it is kept. Whoever shows a child has written a line in the
audit log before.
"""

from typing import Final

from brp_signals.base.desk_settings import DeskSettings
from brp_signals.base.errors import UsageProblem
from brp_signals.desk.cases import DeskCase
from brp_signals.desk.limits import REVEAL_SECONDS, Limit
from brp_signals.desk.listed import Keys
from brp_signals.gateway.way_back.key_map import MappedPerson, read_key_map, sealed_part

#: Why somebody may need to know who a child is, by its code in the log.
REASONS_NL: Final = {
    "look": "Ik ga het signaal onderzoeken",
    "school": "Ik ga navragen bij de school",
    "inquiry": "Ik open of doe een adresonderzoek",
    "correct": "Ik herstel een gegeven in de BRP",
    "access": "Er is een verzoek om inzage",
}


def limit_of(settings: DeskSettings) -> Limit:
    """How many children one person may be shown."""
    return Limit("reveal", settings.reveals_an_hour, REVEAL_SECONDS)


def person_of(settings: DeskSettings, keys: Keys, case: DeskCase) -> MappedPerson | None:
    """The numbers of the child of a case; None when the key map does not know it.

    Raises UsageProblem when no key map or no identity is configured for such a case, or the map cannot be opened.
    """
    identities = keys.sealed if case.is_sealed else keys.ordinary
    if settings.key_map is None or not identities:
        raise UsageProblem("The desk has no key map or identity for this case; add both under [desk].")
    path = sealed_part(settings.key_map) if case.is_sealed else settings.key_map
    return read_key_map(path, identities).find({case.person_id}).get(case.person_id)
