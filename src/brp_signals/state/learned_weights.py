"""Learned weights in the state folder: they exist only when a person chose them, and every later run then depends on
them.

They replace `[weights]` of the configuration, so the fingerprint of a run shows whether they were used.
"""

import json
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from brp_signals.base.config import LARGEST_FILE, Configuration, Weights
from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_small, replace_private

FILE: Final = "learned_weights.json"


def with_learned(configuration: Configuration, state: Path) -> Configuration:
    """Return the configuration with the learned weights of this state folder, if there are any.

    Raises UsageProblem when the file is not what `keep` writes.
    """
    try:
        text = read_small(state / FILE, LARGEST_FILE)
    except FileNotFoundError:
        return configuration
    except OSError:
        raise _damaged() from None
    try:
        return configuration.model_copy(update={"weights": Weights.model_validate_json(text)})
    except ValidationError:
        raise _damaged() from None


def _damaged() -> UsageProblem:
    return UsageProblem(
        f"{FILE} in the state folder is damaged; run brp-signals weights --default to go back to the configuration."
    )


def keep(state: Path, weights: Weights | None) -> None:
    """Make every later run use these weights, or with None those of the configuration again."""
    if weights is None:
        (state / FILE).unlink(missing_ok=True)
        return
    text = json.dumps(weights.model_dump(mode="json"), indent=2) + "\n"
    replace_private(state / FILE, lambda stream: stream.write(text.encode()))
