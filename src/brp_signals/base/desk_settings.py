"""The table `[desk]` of the configuration: how the municipality wants its desk; no run and no list depends on it."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from brp_signals.base.connections import Oidc

Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")]


class DeskSettings(BaseModel):
    """Whom the desk serves, what opens the way back to a child, and how long things last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hosts: tuple[Host, ...] = ("127.0.0.1", "localhost")
    """Names under which browsers reach the desk; a request for another name is refused."""
    key_map: Path | None = None
    """The key map of pseudonymise; without it nobody can be shown."""
    identity: Path | None = None
    """Identity file that opens the key map, what an encrypting run kept, and notes; without it there are no notes."""
    sealed_identity: Path | None = None
    """The same for children under secrecy."""
    blind: StrictBool = False
    """Level and points stay hidden until a case is decided."""
    four_eyes: tuple[Literal["hit", "sealed_reveal"], ...] = ()
    """What needs a second person: a decision that the register was wrong, showing a child under secrecy."""
    note_days: Annotated[int, Field(ge=1, le=366)] = 184
    """Days after which a note is removed."""
    idle_minutes: Annotated[int, Field(ge=1, le=240)] = 20
    """Minutes without a request after which somebody must sign in again."""
    session_hours: Annotated[int, Field(ge=1, le=24)] = 10
    """Hours after which somebody must sign in again in any case."""
    reveals_an_hour: Annotated[int, Field(ge=1, le=1000)] = 20
    """Children that one person may be shown in an hour; more is refused and raises an alarm."""
    reveal_seconds: Annotated[int, Field(ge=5, le=600)] = 60
    """Seconds after which a shown child is hidden again."""
    oidc: Oidc | None = None
    """Signing in with accounts of the municipality; without it there are local accounts only."""
    theme: Path | None = None
    """Style sheet of the municipality: other values for the custom properties of the desk."""
