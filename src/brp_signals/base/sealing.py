"""Files that only the holder of an identity can read, in the age format (age-encryption.org/v1, X25519).

Whoever encrypts needs the public recipient (`age1…`) alone; whoever decrypts needs the identity file that goes with
it. The same content gives other bytes each time. The usual tools (`age`, `rage`) read and write these files too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyrage
from pyrage.x25519 import Identity, Recipient

from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.base.private_files import create_secret, read_secret

AGE_SUFFIX: Final = ".age"
_AGE_START: Final = b"age-encryption.org/"
_IDENTITY_START: Final = "AGE-SECRET-KEY-1"

Recipients = tuple[Recipient, ...]
Identities = tuple[Identity, ...]


@dataclass(frozen=True)
class Handover:
    """The recipients for whom a run encrypts its lists. Without recipients the lists are plain files."""

    recipients: Recipients = ()
    sealed_recipients: Recipients = ()


#: Lists as plain files.
PLAIN: Final = Handover()


def parse_recipients(texts: Sequence[str], option: str) -> Recipients:
    """Parse the recipients that `option` was given.

    Raises UsageProblem, without the word in it: it may be a secret key that somebody took for the public one.
    """
    found = []
    for text in texts:
        try:
            found.append(Recipient.from_str(text.strip()))
        except pyrage.RecipientError:
            raise UsageProblem(
                f"{option} wants a public recipient, as brp-signals key identity prints: age1 and 58 more characters."
            ) from None
    return tuple(found)


def new_identity(path: Path) -> str:
    """Write a new identity file (the same form as age-keygen) and return its public recipient."""
    identity = Identity.generate()
    recipient = str(identity.to_public())
    create_secret(path, f"# public key: {recipient}\n{identity}\n")
    return recipient


def read_identities(path: Path) -> Identities:
    """The identities of a file: one a line, `#` starts a comment.

    Raises UsageProblem when it holds none, or is open to others than its owner.
    """
    lines = [line.strip() for line in read_secret(path, "identity file").splitlines()]
    try:
        found = tuple(Identity.from_str(line) for line in lines if line and not line.startswith("#"))
    except pyrage.IdentityError:
        found = ()
    if not found:
        raise UsageProblem(
            f"The identity file {path} does not hold an age identity: a line that starts with {_IDENTITY_START}."
        )
    return found


def is_encrypted(content: bytes) -> bool:
    """Whether these bytes are an age file."""
    return content.startswith(_AGE_START)


def seal(content: bytes, recipients: Recipients) -> bytes:
    """The content as an age file that any of the recipients can read."""
    sealed: bytes = pyrage.encrypt(content, list(recipients))
    return sealed


def unseal(content: bytes, identities: Identities, name: str) -> bytes:
    """What an age file holds; `name` stands in messages.

    Raises UsageProblem when none of the identities opens it, DeliveryRefused when it is damaged.
    """
    try:
        plain: bytes = pyrage.decrypt(content, list(identities))
    except pyrage.DecryptError as problem:
        if "No matching keys" in str(problem):
            raise UsageProblem(f"{name} was encrypted for somebody else: this identity does not open it.") from None
        raise DeliveryRefused(f"{name} is damaged or no age file; have it sent again.") from None
    return plain
