"""A provider of sign-ins in the process of the test, with keys of its own; each part of what it says can be wrong."""

import hmac
import json
import ssl
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from brp_signals.base.connections import Oidc
from brp_signals.desk.oidc import SignedIn, SignIn, Started
from tests.desk.local_server import Asked, Reply, serving

#: Made once: an RSA key takes a while.
RSA_KEY = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC_KEY = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
STRANGE_KEY = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
CLIENT, SECRET = "desk", "canary-secret"
USER = "canary.clerk@voorbeeld.example"
VARIABLE = "DESK_TEST_SECRET"


@dataclass
class AProvider:
    """What it says; a test changes a part of it."""

    address: str
    document: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    key: Key = field(default_factory=lambda: RSA_KEY)
    algorithm: str = "RS256"
    published: list[Key] = field(default_factory=lambda: [RSA_KEY, EC_KEY])
    forge: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    reply: Callable[[Asked], Reply | None] = lambda asked: None
    asked: list[Asked] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)

    def authorise(self, started: Started) -> dict[str, str]:
        """Somebody signs in at the address; the query with which the browser comes back."""
        question = {name: values[0] for name, values in parse_qs(urlsplit(started.address).query).items()}
        code = f"canary-code-{len(self.codes)}"
        self.codes[code] = question
        return {"code": code, "state": question["state"], "iss": self.address}

    def answer(self, asked: Asked) -> Reply:
        """Answer a question of the desk."""
        self.asked.append(asked)
        if reply := self.reply(asked):
            return reply
        if asked.path == "/.well-known/openid-configuration":
            return _json(self._says())
        if asked.path == "/keys":
            keys = json.dumps(KeySet(self.published).as_dict()).encode()
            return Reply(keys, media_type="application/jwk-set+json")
        return self._gives(asked)

    def _says(self) -> dict[str, Any]:
        said = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/end",
            "authorization_response_iss_parameter_supported": True,
        }
        return {name: value for name, value in {**said, **self.document}.items() if value is not None}

    def _gives(self, asked: Asked) -> Reply:
        told = {name: values[0] for name, values in parse_qs(asked.content.decode()).items()}
        question = self.codes.pop(told["code"], None)
        if (
            question is None
            or told["client_secret"] != SECRET
            or told["redirect_uri"] != question["redirect_uri"]
            or create_s256_code_challenge(told["code_verifier"]) != question["code_challenge"]
        ):
            return _json({"error": "invalid_grant", "error_description": told["code"]}, 400)
        self.tokens.append(self._token(question["nonce"]))
        return _json({"access_token": "canary-access", "token_type": "Bearer", "id_token": self.tokens[-1]})

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            **{"iss": self.address, "aud": CLIENT, "sub": "canary-subject", "nonce": nonce},
            **{"iat": now, "exp": now + 60, "preferred_username": USER, "roles": ["Burgerzaken", "Everybody"]},
        } | self.claims
        told = {name: value for name, value in claims.items() if name not in self.without}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.forge:
            return self.forge(header, told)
        registry = JWSRegistry(algorithms=[self.algorithm], strict_check_header=False)
        return jwt.encode(header, told, self.key, registry=registry)

    def sign_in(self, **settings: Any) -> SignIn:
        """The desk's side, as configured for this provider."""
        return SignIn(a_configuration(self.address, **settings))

    def whole(self, **settings: Any) -> SignedIn:
        """A whole sign-in."""
        sign_in = self.sign_in(**settings)
        started = sign_in.start()
        return sign_in.finish(started.kept, self.authorise(started))


def a_configuration(issuer: str = "https://aanmelden.voorbeeld.example", **settings: Any) -> Oidc:
    """The table `[desk.oidc]`, but for what is given."""
    table = {
        "issuer": issuer,
        "client_id": CLIENT,
        "client_secret_variable": VARIABLE,
        "return_address": "https://desk.voorbeeld.example/terug",
        "signed_out_address": "https://desk.voorbeeld.example/uit",
        "roles": {"Burgerzaken": "clerk", "Privacy": "privacy-officer"},
        "municipalities": ["0363"],
    } | settings
    return Oidc.model_validate({name: value for name, value in table.items() if value is not None})


@contextmanager
def a_provider(tls: ssl.SSLContext | None = None) -> Iterator[AProvider]:
    """A provider that is right in everything."""
    made: list[AProvider] = []
    with serving(lambda asked: made[0].answer(asked), tls) as address:
        made.append(AProvider(address))
        yield made[0]


def signed_with_the_public_half(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token with the public key of the provider as if it were a shared secret: the oldest attack on such tokens.

    By hand, since a library that is right refuses to make one.
    """
    parts = [{**header, "alg": "HS256"}, claims]
    signed = ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    proof = hmac.digest(RSA_KEY.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(proof).decode().rstrip('=')}"


def _json(content: dict[str, Any], status: int = 200) -> Reply:
    return Reply(json.dumps(content).encode(), status)
