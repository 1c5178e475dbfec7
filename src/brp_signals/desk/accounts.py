"""Who may sign in at the desk, with which roles, for which municipalities, and the local password of who has one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from brp_signals.base.dates import HERE
from brp_signals.base.errors import UsageProblem
from brp_signals.desk.database import Database
from brp_signals.desk.roles import ROLES, User
from brp_signals.review.answers import staff_in

_SHORTEST_PASSWORD: Final = 12
_LONGEST_PASSWORD: Final = 200
_MUNICIPALITY_LENGTH: Final = 4
#: argon2id as OWASP's cheat sheet on storing passwords advises for little memory: 19 MB for each who signs in.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Checked for a name that does not exist, so that the answer takes as long.
_NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$XBh/BbTRJfmQf3+es25+Uw$PVTCPEavTIslavZw1VCxwYTRVQTuIH2avxbOC88qlnk"


class SignInWay(Protocol):
    """Another way to sign in than a local password: a link on the sign-in page, and routes of its own."""

    label_nl: str
    path: str
    path_out: str


class WorkAccount:
    """Signing in with an account of the municipality, at its own provider."""

    label_nl = "Aanmelden met uw werkaccount"
    path = "/aanmelden/werkaccount"
    path_out = "/aanmelden/uit"


def user_named(database: Database, name: str) -> User | None:
    """The user of this name, as things are now."""
    found = database.row("user", name=name)
    if found is None:
        return None
    roles = tuple(row["role"] for row in database.rows("user_roles", name=name))
    places = tuple(row["municipality_code"] for row in database.rows("user_municipalities", name=name))
    return User(found["name"], roles, places)


def users(database: Database) -> list[User]:
    """Everybody who may sign in, by name."""
    found = (user_named(database, row["name"]) for row in database.rows("users"))
    return [user for user in found if user]


def user_with_password(database: Database, name: str, password: str) -> User | None:
    """The user of this name, if the password is right; it takes as long for a name that does not exist."""
    found = database.row("user", name=name)
    known = found["password_hash"] if found else None
    try:
        _HASHER.verify(known or _NOBODYS, password[:_LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return None
    return user_named(database, name) if known else None


def keep_user_of_provider(
    database: Database, subject: str, name: str, roles: Sequence[str], municipalities: Sequence[str]
) -> User:
    """Whoever the provider knows as `subject`, with the roles that it says now; a name stays as it was at first.

    Raises UsageProblem for a name that cannot be, or that another account has: nobody becomes somebody else by a name.
    """
    known, other = database.row("user_of_subject", subject=subject), database.row("user", name=name)
    if known is None and other is not None:
        raise UsageProblem("Another account of the desk has the name of this one; remove or rename that account first.")
    return keep_user(database, known["name"] if known else name, roles, municipalities, subject=subject)


def keep_user(
    database: Database,
    name: str,
    roles: Sequence[str],
    municipalities: Sequence[str],
    password: str | None = None,
    subject: str | None = None,
) -> User:
    """Make a user, or change one: whoever is signed in with that name must sign in again.

    `subject` says who it is at another way to sign in. Raises UsageProblem for a name, role, municipality or password
    that cannot be.
    """
    _check(name, roles, municipalities, password)
    with database.transaction():
        database.change(
            "keep_user",
            name=name,
            password_hash=_HASHER.hash(password) if password else None,
            subject=subject,
            at=datetime.now(HERE).isoformat(timespec="seconds"),
        )
        for statement in ("clear_roles", "clear_municipalities", "end_sessions_of"):
            database.change(statement, name=name)
        for role in roles:
            database.change("add_role", name=name, role=role)
        for code in municipalities:
            database.change("add_municipality", name=name, municipality_code=code)
    return User(name, tuple(roles), tuple(municipalities))


def _check(name: str, roles: Sequence[str], municipalities: Sequence[str], password: str | None) -> None:
    if staff_in(name) != name:
        raise UsageProblem("The name of a user has 2 to 60 characters and no number of a person; choose another.")
    for role in roles:
        if role not in ROLES:
            raise UsageProblem(f"There is no role {role}; choose from {', '.join(ROLES)}.")
    if not roles:
        raise UsageProblem(f"A user needs a role; add --role with one of {', '.join(ROLES)}.")
    for code in municipalities:
        if len(code) != _MUNICIPALITY_LENGTH or not code.isdecimal():
            raise UsageProblem("A municipality is a code of four digits, as 0363; correct --municipality.")
    if not municipalities:
        raise UsageProblem("A user works for a municipality; name it with --municipality.")
    if password is not None and not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise UsageProblem(f"A password has {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters; choose another.")


def remove_user(database: Database, name: str) -> None:
    """Take somebody's access away at once. Raises UsageProblem for a name that does not exist."""
    if not database.change("remove_user", name=name):
        raise UsageProblem(f"There is no user {name}; brp-signals desk user list names them all.")
