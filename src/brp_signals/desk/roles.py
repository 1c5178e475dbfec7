"""Who may what at the desk: one table. Every address of the desk asks one of these permissions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from brp_signals.base.outcomes import ABSENCE, DEPARTURE


class Permission(StrEnum):
    """What an address asks of whoever comes there."""

    ANYBODY = "anybody"
    """Also who has not signed in: signing in, style sheets, health."""
    SIGNED_IN = "signed in"
    SEE_CASES = "see cases"
    WORK_CASES = "work on cases"
    """Deciding, notes, contact and assignment."""
    REVEAL = "reveal"
    SEE_SEALED = "see sealed cases"
    ASSIGN_OTHERS = "assign to others"
    SEE_FIGURES = "see figures"
    SEE_AUDIT = "see the audit log"


@dataclass(frozen=True)
class Role:
    """What somebody is at the desk: `kinds` are the kinds of case that the role is about."""

    label_nl: str
    may: frozenset[Permission]
    kinds: tuple[str, ...] = ()


_WORK: Final = frozenset({Permission.SEE_CASES, Permission.WORK_CASES, Permission.REVEAL})

ROLES: Final = {
    "clerk": Role("Burgerzaken", _WORK, (DEPARTURE,)),
    "leerplicht": Role("Leerplicht", _WORK, (ABSENCE,)),
    "coordinator": Role(
        "Coördinator",
        frozenset({Permission.SEE_CASES, Permission.WORK_CASES, Permission.ASSIGN_OTHERS, Permission.SEE_FIGURES}),
        (DEPARTURE, ABSENCE),
    ),
    "sealed-list-officer": Role(
        "Medewerker verzegelde lijst",
        frozenset({Permission.SEE_SEALED, Permission.WORK_CASES, Permission.REVEAL}),
        (DEPARTURE, ABSENCE),
    ),
    "steward": Role("Gegevensbeheer", frozenset({Permission.SEE_FIGURES})),
    "privacy-officer": Role("Privacy", frozenset({Permission.SEE_FIGURES, Permission.SEE_AUDIT})),
}


@dataclass(frozen=True)
class User:
    """Somebody who may sign in, as things are at this request."""

    name: str
    roles: tuple[str, ...]
    municipalities: tuple[str, ...]

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the roles of this user allow together."""
        own = (ROLES[role].may for role in self.roles if role in ROLES)
        return frozenset({Permission.ANYBODY, Permission.SIGNED_IN}).union(*own)

    def may(self, permission: Permission) -> bool:
        """Whether this user may do that."""
        return permission in self.permissions

    def sees_kind(self, kind: str, *, is_sealed: bool) -> bool:
        """Whether a role of this user is about such cases."""
        asked = Permission.SEE_SEALED if is_sealed else Permission.SEE_CASES
        return any(asked in ROLES[role].may and kind in ROLES[role].kinds for role in self.roles if role in ROLES)

    @property
    def roles_nl(self) -> str:
        """The roles in words."""
        return ", ".join(ROLES[role].label_nl for role in self.roles if role in ROLES)
