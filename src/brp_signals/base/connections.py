"""The other systems that the desk may speak to, as `[desk.oidc]` and `[brp_api]` of the configuration name them.

Without these tables the desk speaks to none. A secret is named by its file or environment variable, never written here.
"""

import re
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Role = Literal["clerk", "leerplicht", "coordinator", "sealed-list-officer", "steward", "privacy-officer"]
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")
#: Headers that the program or a file of a secret fills in.
_OURS: Final = re.compile(
    r"(?i)(accept|authorization|connection|content|cookie|host|proxy|te|transfer|x-api-key)(-.*)?"
)


def _is_safe(address: str) -> str:
    """An address to which a secret may go: over TLS, or on this machine."""
    parts = urlsplit(address)
    is_near = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
    if not (parts.scheme == "https" or is_near) or not parts.hostname or parts.username is not None:
        raise ValueError("write a whole address that begins with https://")
    return address


def _is_bare(address: str) -> str:
    if "?" in address or "#" in address:
        raise ValueError("leave out what follows ? or #")
    return address


def _is_plain(headers: dict[str, str]) -> dict[str, str]:
    for name in headers:
        if _OURS.fullmatch(name):
            raise ValueError(f"{name}: this header is filled in for you; a secret belongs in token_file")
    return headers


SafeAddress = Annotated[str, Field(pattern=r"^[!-~]{1,500}$"), AfterValidator(_is_safe)]
Address = Annotated[SafeAddress, AfterValidator(_is_bare)]
Name = Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]
Municipality = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]
HeaderValue = Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,198}[!-~])?$")]


class _Connection(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: Annotated[int, Field(ge=1, le=30)] = 5
    """How long one question may take, from the first byte to the last."""
    ca_file: Path | None = None
    """Certificates that are trusted, in the place of those of this machine."""


class Oidc(_Connection):
    """Sign-in at the municipality's own provider (Entra ID, Keycloak), by OpenID Connect."""

    issuer: Address
    client_id: Name
    client_secret_file: Path | None = None
    client_secret_variable: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")] | None = None
    return_address: Address
    """Where the provider sends the browser back to, as the provider knows it."""
    signed_out_address: Address | None = None
    """Where the provider sends the browser after it signed out."""
    user_claim: Name = "preferred_username"
    roles_claim: Name = "roles"
    roles: Annotated[dict[str, Role], Field(min_length=1)]
    """What the provider calls a role, and which of ours that is; another name gives no role."""
    municipality_claim: Name | None = None
    municipalities: tuple[Municipality, ...] = ()
    """The municipalities of everybody who signs in, where no claim names them."""

    @model_validator(mode="after")
    def _says_each_thing_once(self) -> "Oidc":
        if (self.client_secret_file is None) == (self.client_secret_variable is None):
            raise ValueError("write either client_secret_file or client_secret_variable")
        if (self.municipality_claim is None) == (not self.municipalities):
            raise ValueError("write either municipality_claim or municipalities")
        return self


class BrpApi(_Connection):
    """Looking up one person of today in the register (Haal Centraal BRP bevragen, version 2)."""

    address: Address
    """The address before `/personen`."""
    history_address: Address | None = None
    """The address before `/verblijfplaatshistorie` (BRP historie bevragen); without it no earlier address is shown."""
    token_file: Path | None = None
    token_header: Literal["x-api-key", "authorization"] = "x-api-key"  # noqa: S105 -- the name of a header
    certificate_file: Path | None = None
    certificate_key_file: Path | None = None
    headers: Annotated[dict[HeaderName, HeaderValue], Field(min_length=1), AfterValidator(_is_plain)]
    """What goes with each question, as the supplier asks it: the purpose (`x-doelbinding`) at least."""

    @model_validator(mode="after")
    def _proves_who_asks(self) -> "BrpApi":
        if (self.certificate_file is None) != (self.certificate_key_file is None):
            raise ValueError("write certificate_file and certificate_key_file together")
        if self.certificate_file is None and self.token_file is None:
            raise ValueError("write token_file, or certificate_file with certificate_key_file")
        return self
