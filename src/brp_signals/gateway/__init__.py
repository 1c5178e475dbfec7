"""The gateway turns real formats into a pseudonymous delivery; it is the only code that sees identities.

The pipeline cannot import it (an import rule in CI), and it imports nothing of the pipeline's steps: they
meet in the delivery on disk (docs/gateway.md).
"""

from brp_signals.gateway.conversion import SourceAccount
from brp_signals.gateway.dated_sources import Source, parse_source
from brp_signals.gateway.make_delivery import PROFILES, PseudonymiseResult, pseudonymise
from brp_signals.gateway.way_back.key_map import KeyMapPlace

__all__ = ["PROFILES", "KeyMapPlace", "PseudonymiseResult", "Source", "SourceAccount", "parse_source", "pseudonymise"]
