"""The gateway turns real formats into a pseudonymous delivery; it is the only code that sees identities.

The pipeline cannot import it (an import rule in CI), and it imports nothing of the pipeline's steps: they
meet in the delivery on disk (docs/gateway.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from brp_signals.gateway.conversion import SourceAccount
    from brp_signals.gateway.dated_sources import Source, parse_source
    from brp_signals.gateway.make_delivery import PROFILES, PseudonymiseResult, pseudonymise
    from brp_signals.gateway.way_back.key_map import KeyMapPlace

__all__ = ["PROFILES", "KeyMapPlace", "PseudonymiseResult", "Source", "SourceAccount", "parse_source", "pseudonymise"]

#: Loaded when asked for: who only goes from a case back to a child (the desk) needs nothing that reads registers.
_MODULES: Final = {
    "SourceAccount": "conversion",
    "Source": "dated_sources",
    "parse_source": "dated_sources",
    "KeyMapPlace": "way_back.key_map",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'make_delivery')}"), name)
