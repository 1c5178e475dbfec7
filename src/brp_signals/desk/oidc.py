"""Sign-in at the municipality's own provider (Entra ID, Keycloak): OpenID Connect, authorization code with PKCE.

`start` gives the address to send the browser to and what the desk must keep in the session of that browser; `finish`
takes what was kept and the query with which the browser came back. A browser comes back from another site, so that a
cookie with SameSite=Strict is not sent then: the session that holds what was kept needs SameSite=Lax.

The provider says anew at each sign-in where its doors are and which keys it signs with: a key that was replaced counts
at once. No token is kept, and no sentence or line of the log holds a part of one.

Sources: OpenID Connect Core 1.0 (3.1), Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636, 9207 and 9700.
"""

import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import DEFAULT_HEADERS
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import TypeAdapter, ValidationError

from brp_signals.base.connections import Municipality, Oidc, SafeAddress
from brp_signals.base.errors import SignalsError
from brp_signals.desk.asking import Line, Unanswered, Why, secret, trust

#: Signatures with a key of which the provider alone has the secret half; never `none`, never a shared secret.
_ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
_SCOPE: Final = "openid profile"
_LARGEST_ANSWER: Final = 256 * 1024
#: How long somebody may take to sign in at the provider.
_PATIENCE_SECONDS: Final = 600
#: How far the clocks of two machines may differ.
_LEEWAY_SECONDS: Final = 60
_LONGEST_USER: Final = 200


class SignInRefused(SignalsError):
    """Nobody is signed in; the sentence says why and holds nothing of who tried."""


class Kept(NamedTuple):
    """What the session of the browser keeps between `start` and `finish`, where the browser itself cannot read it."""

    state: str
    nonce: str
    verifier: str
    began_at: float


class Started(NamedTuple):
    """Where to send the browser, and what to keep meanwhile."""

    address: str
    kept: Kept


class SignedIn(NamedTuple):
    """Who signed in and what that person may do; never without a role and a municipality."""

    user: str
    subject: str
    """Issuer and number: the same person for ever, also when the name changes."""
    roles: frozenset[str]
    municipalities: frozenset[str]


class _Provider(NamedTuple):
    """What the provider says of itself (its discovery document)."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    algorithms: tuple[str, ...]
    names_itself: bool
    """Whether it adds its own name to each answer, so that another one's answer is found out (RFC 9207)."""


class SignIn:
    """Signing in and out at one provider."""

    def __init__(self, settings: Oidc) -> None:
        """Read the secret and the trusted certificates. Raises UsageProblem when one of these cannot be had."""
        self._settings = settings
        self._secret = secret(settings.client_secret_file, settings.client_secret_variable, "client secret")
        self._line = Line(settings.seconds, _LARGEST_ANSWER, trust(settings.ca_file))
        self._once = _Once()

    def start(self) -> Started:
        """Begin a sign-in. Raises SignInRefused when the provider cannot be asked."""
        kept = Kept(_random(), _random(), _random(), time.time())
        address = prepare_grant_uri(
            self._provider().authorization,
            self._settings.client_id,
            "code",
            redirect_uri=self._settings.return_address,
            scope=_SCOPE,
            state=kept.state,
            nonce=kept.nonce,
            code_challenge=create_s256_code_challenge(kept.verifier),
            code_challenge_method="S256",
        )
        return Started(address, kept)

    def finish(self, kept: Kept | None, query: Mapping[str, str]) -> SignedIn:
        """Who came back with this `query`; `kept` is taken out of the session, whatever comes of it.

        Raises SignInRefused.
        """
        begun = self._begun(kept, query)
        provider = self._provider()
        token = self._token(provider, self._code(provider, query), begun.verifier)
        return self._signed_in(self._claims(provider, token, begun.nonce))

    def sign_out_address(self) -> str | None:
        """Where to send a browser whose session at the desk has ended, to sign out at the provider as well.

        None when the provider has no such address. It names no person and holds no token, so that the provider asks
        for a confirmation. Raises SignInRefused when the provider cannot be asked.
        """
        provider, back = self._provider(), self._settings.signed_out_address
        about = [("client_id", self._settings.client_id), *([("post_logout_redirect_uri", back)] if back else [])]
        return add_params_to_uri(provider.end_session, about) if provider.end_session else None

    def _begun(self, kept: Kept | None, query: Mapping[str, str]) -> Kept:
        """What was kept of this very sign-in, which is over from here on."""
        if kept is None or not secrets.compare_digest(kept.state.encode(), query.get("state", "").encode()):
            raise SignInRefused("This sign-in was not begun in this browser, or it is over; sign in again.")
        if not 0 <= time.time() - kept.began_at <= _PATIENCE_SECONDS:
            raise SignInRefused("This sign-in took longer than ten minutes; sign in again.")
        if not self._once.take(kept.state):
            raise SignInRefused("This sign-in was used before; sign in again.")
        return kept

    def _provider(self) -> _Provider:
        document = self._asked("GET", f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != self._settings.issuer:
            raise SignInRefused(
                "The sign-in service gives itself another name than the issuer in [desk.oidc]; ask the administrator "
                "to make the two alike."
            )
        offered = document.get("id_token_signing_alg_values_supported", _ALGORITHMS)
        try:
            return _Provider(
                _door(document["authorization_endpoint"]),
                _door(document["token_endpoint"]),
                _door(document["jwks_uri"]),
                _door(document["end_session_endpoint"]) if "end_session_endpoint" in document else None,
                tuple(each for each in _ALGORITHMS if each in offered),
                document.get("authorization_response_iss_parameter_supported") is True,
            )
        except (KeyError, TypeError, ValidationError):
            raise _unusable() from None

    def _code(self, provider: _Provider, query: Mapping[str, str]) -> str:
        named = query.get("iss")
        if named != self._settings.issuer and (named is not None or provider.names_itself):
            raise SignInRefused("This sign-in came back from another sign-in service; sign in again.")
        if "error" in query or not query.get("code"):
            raise SignInRefused("The sign-in service signed nobody in; sign in again, or ask the administrator.")
        return query["code"]

    def _token(self, provider: _Provider, code: str, verifier: str) -> dict[str, Any]:
        """What the provider gives for the code, which it takes once."""
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self._settings.return_address, code_verifier=verifier
        )
        auth = ClientAuth(self._settings.client_id, self._secret, "client_secret_post")
        address, headers, body = auth.prepare("POST", provider.token, dict(DEFAULT_HEADERS), body)
        return self._asked("POST", address, headers, body.encode("ascii"))

    def _claims(self, provider: _Provider, token: dict[str, Any], nonce: str) -> CodeIDToken:
        """What the provider signed about whoever signed in, once every part of it is proven."""
        document = self._asked("GET", provider.keys)
        registry = JWSRegistry(algorithms=list(provider.algorithms), strict_check_header=False)
        try:
            keys = KeySet.import_key_set({"keys": [key for key in document["keys"] if key.get("use", "sig") == "sig"]})
            signed = jwt.decode(token["id_token"], keys, registry=registry)
            claims = CodeIDToken(signed.claims, signed.header, self._demanded(nonce), self._about(token, nonce))
            claims.validate(leeway=_LEEWAY_SECONDS)
        except ClaimError as problem:
            raise _unproven(problem.claim) from None
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise _unproven("signature") from None
        return claims

    def _demanded(self, nonce: str) -> dict[str, Any]:
        expected = {"iss": self._settings.issuer, "aud": self._settings.client_id, "nonce": nonce}
        return {claim: {"essential": True, "value": value} for claim, value in expected.items()}

    def _about(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        return {"nonce": nonce, "client_id": self._settings.client_id, "access_token": token.get("access_token")}

    def _signed_in(self, claims: Mapping[str, Any]) -> SignedIn:
        user, subject = (_shown(claims, name) for name in (self._settings.user_claim, "sub"))
        if user is None or subject is None:
            raise SignInRefused(
                "The sign-in service does not say who signed in; ask the administrator to check user_claim in "
                "[desk.oidc]."
            )
        roles = {self._settings.roles.get(name) for name in _texts(claims, self._settings.roles_claim)} - {None}
        if not roles:
            raise SignInRefused("This account has no role at the desk; ask the administrator to give it one.")
        return SignedIn(
            user,
            f"{self._settings.issuer} {subject}",
            frozenset(role for role in roles if role),
            self._municipalities(claims),
        )

    def _municipalities(self, claims: Mapping[str, Any]) -> frozenset[str]:
        claim = self._settings.municipality_claim
        try:
            named = _MUNICIPALITIES.validate_python(_texts(claims, claim)) if claim else self._settings.municipalities
        except ValidationError:
            named = ()
        if not named:
            raise SignInRefused("This account has no municipality at the desk; ask the administrator to give it one.")
        return frozenset(named)

    def _asked(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> dict[str, Any]:
        """The JSON object that the provider answers."""
        try:
            answer = self._line.ask(method, address, headers, content)
        except Unanswered as problem:
            raise _unanswered(problem.why) from None
        if method == "POST" and 400 <= answer.status < 500:
            raise SignInRefused(
                "The sign-in service did not accept this sign-in of the desk; sign in again, or ask the administrator "
                "to check client_id, its secret and return_address in [desk.oidc]."
            )
        members = answer.members() if answer.status == 200 else None
        if members is None:
            raise _unusable()
        return members


class Begun:
    """What is kept of the sign-ins that have begun, by the session of the browser; each is taken out once.

    In memory alone: after a restart of the desk somebody begins again.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def keep(self, session: str, kept: Kept) -> None:
        """Keep it, and forget those that took too long."""
        with self._lock:
            now = time.time()
            self._kept = {each: old for each, old in self._kept.items() if now - old.began_at <= _PATIENCE_SECONDS}
            self._kept[session] = kept

    def take(self, session: str) -> Kept | None:
        """Take out what was kept for this session."""
        with self._lock:
            return self._kept.pop(session, None)


class _Once:
    """Remembers which sign-ins are over, for as long as one can last."""

    def __init__(self) -> None:
        self._taken: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, state: str) -> bool:
        """Whether this is the first time."""
        now = time.monotonic()
        with self._lock:
            self._taken = {each: at for each, at in self._taken.items() if now - at <= _PATIENCE_SECONDS}
            return self._taken.setdefault(state, now) is now


_DOOR: Final = TypeAdapter(SafeAddress)
_MUNICIPALITIES: Final = TypeAdapter(tuple[Municipality, ...])


def _random() -> str:
    return secrets.token_urlsafe(48)


def _door(address: Any) -> str:
    """An address of the provider to which a secret may go. Raises ValidationError."""
    return _DOOR.validate_python(address)


def _texts(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The texts of a claim that may hold one or a list of them."""
    said = claims.get(name)
    return tuple(each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str))


def _shown(claims: Mapping[str, Any], name: str) -> str | None:
    """A claim that is one short line of text."""
    text = claims.get(name)
    is_shown = isinstance(text, str) and text.strip() and text.isprintable() and len(text) <= _LONGEST_USER
    return text if is_shown else None


def _unanswered(why: Why) -> SignInRefused:
    if why in (Why.UNREACHABLE, Why.SLOW):
        return SignInRefused("The sign-in service does not answer; try again later, or ask the administrator.")
    if why is Why.UNTRUSTED:
        return SignInRefused(
            "The certificate of the sign-in service is not trusted; ask the administrator to check ca_file in "
            "[desk.oidc]."
        )
    return _unusable()


def _unusable() -> SignInRefused:
    return SignInRefused(
        "The sign-in service gave an answer that cannot be used; ask the administrator to check issuer in [desk.oidc]."
    )


def _unproven(what: str) -> SignInRefused:
    return SignInRefused(
        f"The sign-in service did not prove who signed in ({what}); sign in again, or ask the administrator."
    )
