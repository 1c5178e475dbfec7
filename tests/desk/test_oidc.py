"""Signing in at the provider of the municipality: what proves who signed in, and every answer that does not."""

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from brp_signals.base.connections import Role
from brp_signals.base.errors import UsageProblem
from brp_signals.desk.oidc import SignedIn, SignInRefused
from brp_signals.desk.roles import ROLES
from brp_signals.publish.in_dutch import in_dutch
from tests.desk.a_provider import (
    EC_KEY,
    SECRET,
    STRANGE_KEY,
    USER,
    VARIABLE,
    AProvider,
    a_configuration,
    a_provider,
    signed_with_the_public_half,
)
from tests.desk.certificates import a_certificate
from tests.desk.local_server import Reply

DISCOVERY = "/.well-known/openid-configuration"


def clerk(provider: AProvider) -> SignedIn:
    """Who signs in when everything is right."""
    return SignedIn(USER, f"{provider.address} canary-subject", frozenset({"clerk"}), frozenset({"0363"}))


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[AProvider]:
    """A provider that is right in everything, and the secret that the desk shares with it."""
    monkeypatch.setenv(VARIABLE, SECRET)
    with a_provider() as one:
        yield one


def refused(provider: AProvider, **settings: Any) -> str:
    """The sentence with which a whole sign-in is refused; it is known in Dutch too and holds no value."""
    with pytest.raises(SignInRefused) as problem:
        provider.whole(**settings)
    return plain(problem.value)


def plain(problem: SignInRefused) -> str:
    """What was said, which is a sentence without a value."""
    sentence = str(problem)
    assert in_dutch(sentence) != sentence
    assert "canary" not in sentence
    assert problem.__cause__ is None
    return sentence


def on(path: str, reply: Reply) -> Any:
    """This answer to questions at one path."""
    return lambda asked: reply if asked.path == path else None


def test_who_signs_in_is_told_with_roles_and_municipality(provider: AProvider) -> None:
    assert provider.whole() == clerk(provider)


def test_another_kind_of_key_is_as_good(provider: AProvider) -> None:
    provider.key, provider.algorithm = EC_KEY, "ES256"
    assert provider.whole() == clerk(provider)


def test_the_browser_is_sent_with_what_protects_the_sign_in(provider: AProvider) -> None:
    started = provider.sign_in().start()
    asked = parse_qs(urlsplit(started.address).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"] == [started.kept.state]
    assert asked["nonce"] == [started.kept.nonce]
    assert started.kept.verifier not in started.address
    assert len({started.kept.state, started.kept.nonce, started.kept.verifier}) == 3


def test_each_sign_in_is_protected_by_words_of_its_own(provider: AProvider) -> None:
    sign_in = provider.sign_in()
    assert set(sign_in.start().kept[:3]).isdisjoint(sign_in.start().kept[:3])


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"aud": "another"}, "aud"),
        ({"aud": ["desk", "another"]}, "azp"),
        ({"aud": ["desk", "another"], "azp": "another"}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"nonce": "another"}, "nonce"),
        ({"iss": "https://elders.example"}, "iss"),
        ({"at_hash": "wrong"}, "at_hash"),
    ],
)
def test_a_claim_that_is_not_ours_proves_nobody(provider: AProvider, claims: dict[str, Any], named: str) -> None:
    provider.claims = claims
    assert f"({named})" in refused(provider)


def test_a_provider_can_give_every_role_that_the_desk_has() -> None:
    assert set(get_args(Role)) == set(ROLES)


@pytest.mark.parametrize(
    ("seconds", "named"), [({"exp": -120}, "exp"), ({"iat": 600, "exp": 900}, "iat"), ({"nbf": 600}, "nbf")]
)
def test_a_token_of_another_time_proves_nobody(provider: AProvider, seconds: dict[str, int], named: str) -> None:
    now = int(time.time())
    provider.claims = {claim: now + after for claim, after in seconds.items()}
    assert f"({named})" in refused(provider)


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "nonce", "exp", "iat"])
def test_a_claim_that_is_missing_proves_nobody(provider: AProvider, claim: str) -> None:
    provider.without = (claim,)
    assert f"({claim})" in refused(provider)


def test_a_second_audience_is_fine_when_the_token_was_made_for_the_desk(provider: AProvider) -> None:
    provider.claims = {"aud": ["desk", "another"], "azp": "desk"}
    assert provider.whole() == clerk(provider)


@pytest.mark.filterwarnings("ignore:JWS algorithm")
def test_a_token_signed_by_nobody_is_refused(provider: AProvider) -> None:
    provider.algorithm = "none"
    assert "(signature)" in refused(provider)


@pytest.mark.parametrize("offered", [None, ["none", "HS256", "RS256"]])
def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(provider: AProvider, offered: list[str]) -> None:
    """Also when the provider itself would offer such signatures."""
    provider.document = {"id_token_signing_alg_values_supported": offered}
    provider.forge = signed_with_the_public_half
    assert "(signature)" in refused(provider)


def test_an_algorithm_that_the_provider_does_not_offer_is_refused(provider: AProvider) -> None:
    provider.document = {"id_token_signing_alg_values_supported": ["ES256"]}
    assert "(signature)" in refused(provider)


def test_a_key_under_the_name_of_another_is_refused(provider: AProvider) -> None:
    provider.key = STRANGE_KEY
    assert "(signature)" in refused(provider)


def test_a_key_that_is_not_published_is_refused(provider: AProvider) -> None:
    provider.published = [EC_KEY]
    assert "(signature)" in refused(provider)


def test_a_key_for_encryption_signs_nothing(provider: AProvider) -> None:
    provider.key = STRANGE_KEY
    provider.published = [RSAKey.import_key(STRANGE_KEY.as_dict(private=False), {"kid": "rsa", "use": "enc"}), EC_KEY]
    assert "(signature)" in refused(provider)


def test_a_key_that_was_replaced_counts_at_once(provider: AProvider) -> None:
    sign_in = provider.sign_in()
    started = sign_in.start()
    assert sign_in.finish(started.kept, provider.authorise(started)) == clerk(provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "new", "use": "sig"})
    provider.published = [provider.key]
    started = sign_in.start()
    assert sign_in.finish(started.kept, provider.authorise(started)) == clerk(provider)


@pytest.mark.parametrize("id_token", [None, 1, "", "a.b.c", "x" * 200_000])
def test_something_else_than_a_token_is_refused(provider: AProvider, id_token: object) -> None:
    provider.reply = on("/token", Reply(json.dumps({"id_token": id_token}).encode()))
    assert "(signature)" in refused(provider)


# --- What comes back with the browser


def test_an_answer_is_used_once(provider: AProvider) -> None:
    sign_in = provider.sign_in()
    started = sign_in.start()
    query = provider.authorise(started)
    sign_in.finish(started.kept, query)
    n_asked = len(provider.asked)
    with pytest.raises(SignInRefused, match="was used before"):
        sign_in.finish(started.kept, query)
    assert len(provider.asked) == n_asked


def test_an_answer_that_failed_is_over_too(provider: AProvider) -> None:
    sign_in = provider.sign_in()
    started = sign_in.start()
    with pytest.raises(SignInRefused):
        sign_in.finish(started.kept, {"state": started.kept.state, "error": "access_denied"})
    with pytest.raises(SignInRefused, match="was used before"):
        sign_in.finish(started.kept, provider.authorise(started))


def test_a_code_that_was_used_elsewhere_is_refused_by_the_provider(provider: AProvider) -> None:
    """After a restart of the desk its own memory of used sign-ins is gone; the provider's is not."""
    started = provider.sign_in().start()
    query = provider.authorise(started)
    provider.sign_in().finish(started.kept, query)
    with pytest.raises(SignInRefused, match="did not accept") as problem:
        provider.sign_in().finish(started.kept, query)
    plain(problem.value)


@pytest.mark.parametrize("state", ["another", "", None, "Ω"])
def test_a_browser_that_comes_back_with_another_state_is_refused(provider: AProvider, state: str | None) -> None:
    sign_in = provider.sign_in()
    started = sign_in.start()
    query = {**provider.authorise(started), "state": state}
    with pytest.raises(SignInRefused, match="not begun in this browser") as problem:
        sign_in.finish(started.kept, {name: value for name, value in query.items() if value is not None})
    plain(problem.value)


def test_a_browser_in_which_nothing_was_begun_is_refused(provider: AProvider) -> None:
    sign_in = provider.sign_in()
    with pytest.raises(SignInRefused, match="not begun in this browser"):
        sign_in.finish(None, provider.authorise(sign_in.start()))


def test_the_answer_to_another_sign_in_is_refused(provider: AProvider) -> None:
    """Whoever slips an own code into the browser of another gets no further than its verifier."""
    sign_in = provider.sign_in()
    mine, theirs = sign_in.start(), sign_in.start()
    query = {**provider.authorise(theirs), "state": mine.kept.state}
    with pytest.raises(SignInRefused, match="did not accept") as problem:
        sign_in.finish(mine.kept, query)
    plain(problem.value)


def test_a_sign_in_that_took_too_long_is_over(provider: AProvider) -> None:
    sign_in = provider.sign_in()
    started = sign_in.start()
    old = started.kept._replace(began_at=time.time() - 601)
    with pytest.raises(SignInRefused, match="longer than ten minutes") as problem:
        sign_in.finish(old, provider.authorise(started))
    plain(problem.value)


@pytest.mark.parametrize("issuer", ["https://elders.example", "", None])
def test_an_answer_in_the_name_of_another_provider_is_refused(provider: AProvider, issuer: str | None) -> None:
    """The mix-up of RFC 9207; this provider says that it always names itself."""
    sign_in = provider.sign_in()
    started = sign_in.start()
    query = {**provider.authorise(started), "iss": issuer}
    with pytest.raises(SignInRefused, match="another sign-in service") as problem:
        sign_in.finish(started.kept, {name: value for name, value in query.items() if value is not None})
    plain(problem.value)
    assert provider.tokens == []


def test_a_provider_that_never_names_itself_need_not(provider: AProvider) -> None:
    provider.document = {"authorization_response_iss_parameter_supported": None}
    sign_in = provider.sign_in()
    started = sign_in.start()
    query = provider.authorise(started)
    del query["iss"]
    assert sign_in.finish(started.kept, query) == clerk(provider)


@pytest.mark.parametrize("query", [{"error": "access_denied", "error_description": "canary"}, {}, {"code": ""}])
def test_an_answer_without_a_code_signs_nobody_in(provider: AProvider, query: dict[str, str]) -> None:
    sign_in = provider.sign_in()
    started = sign_in.start()
    with pytest.raises(SignInRefused, match="signed nobody in") as problem:
        sign_in.finish(started.kept, {"state": started.kept.state, "iss": provider.address, **query})
    plain(problem.value)


# --- Who may what


@pytest.mark.parametrize("roles", [[], ["Everybody"], "Everybody", ["clerk"], None, 7, [7], {"Burgerzaken": 1}])
def test_an_account_without_a_known_role_is_denied(provider: AProvider, roles: object) -> None:
    provider.claims = {"roles": roles}
    assert refused(provider).startswith("This account has no role")


def test_a_claim_may_hold_one_role_and_have_another_name(provider: AProvider) -> None:
    provider.claims = {"groups": "Privacy"}
    assert provider.whole(roles_claim="groups").roles == {"privacy-officer"}


def test_a_claim_may_name_the_municipalities(provider: AProvider) -> None:
    provider.claims = {"gemeente": ["0363", "0599"]}
    told = provider.whole(municipality_claim="gemeente", municipalities=None)
    assert told.municipalities == {"0363", "0599"}


@pytest.mark.parametrize("named", [[], None, "Amsterdam", ["0363", "*"], ["363"]])
def test_an_account_without_a_municipality_is_denied(provider: AProvider, named: object) -> None:
    provider.claims = {"gemeente": named}
    told = refused(provider, municipality_claim="gemeente", municipalities=None)
    assert told.startswith("This account has no municipality")


@pytest.mark.parametrize("user", [None, "", " ", 7, "a\nb", "x" * 201])
def test_an_account_without_a_name_that_can_be_shown_is_denied(provider: AProvider, user: object) -> None:
    provider.claims = {"preferred_username": user}
    assert "does not say who signed in" in refused(provider)


# --- A provider that answers badly


@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(b'{"a": "' + b"x" * 300_000 + b'"}'),
        Reply(b"not json"),
        Reply(b"[]"),
        Reply(b"[" * 100_000),
        Reply(b"<html></html>", media_type="text/html"),
        Reply(b"{}", 500),
        Reply(b"", 302, headers={"location": "https://elders.example/"}),
        Reply(b"{}", promised=100),
    ],
    ids=["huge", "no-json", "no-object", "deep", "html", "failing", "elsewhere", "half"],
)
def test_an_answer_that_cannot_be_used_is_refused(provider: AProvider, path: str, reply: Reply) -> None:
    provider.reply = on(path, reply)
    assert "cannot be used" in refused(provider)


@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys"])
def test_a_slow_provider_is_given_up_in_time(provider: AProvider, path: str) -> None:
    """Each byte comes soon enough, and the whole never."""
    provider.reply = on(path, Reply(b" " * 1000, pause=0.2))
    began = time.monotonic()
    assert "does not answer" in refused(provider, seconds=1)
    assert time.monotonic() - began < 10


def test_a_provider_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    with a_provider() as gone:
        pass
    assert "does not answer" in refused(gone)


def test_a_discovery_document_of_another_provider_is_refused(provider: AProvider) -> None:
    provider.document = {"issuer": "https://elders.example"}
    assert "another name" in refused(provider)


@pytest.mark.parametrize("door", ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"])
@pytest.mark.parametrize(
    "address", ["http://elders.example/x", "javascript:alert(1)", "//x", 7, "https://a b", "https://"]
)
def test_a_door_to_which_no_secret_may_go_is_refused(provider: AProvider, door: str, address: object) -> None:
    provider.document = {door: address}
    assert "cannot be used" in refused(provider)


@pytest.mark.parametrize("door", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_door_that_is_missing_is_told(provider: AProvider, door: str) -> None:
    provider.document = {door: None}
    assert "cannot be used" in refused(provider)


@pytest.mark.parametrize(
    "keys", [b'{"keys": 7}', b'{"keys": [7]}', b'{"keys": []}', b'{"keys": [{"kty": "RSA"}]}', b"{}"]
)
def test_keys_that_are_no_keys_prove_nobody(provider: AProvider, keys: bytes) -> None:
    provider.reply = on("/keys", Reply(keys))
    assert "(signature)" in refused(provider)


# --- Signing out, secrets and silence


def test_signing_out_at_the_provider_names_no_person(provider: AProvider) -> None:
    address = provider.sign_in().sign_out_address()
    assert address is not None
    assert address.startswith(f"{provider.address}/end?")
    told = parse_qs(urlsplit(address).query)
    assert told == {"client_id": ["desk"], "post_logout_redirect_uri": ["https://desk.voorbeeld.example/uit"]}


def test_a_provider_that_cannot_sign_out_has_no_address_for_it(provider: AProvider) -> None:
    provider.document = {"end_session_endpoint": None}
    assert provider.sign_in().sign_out_address() is None


def test_nothing_of_a_sign_in_reaches_a_log(
    provider: AProvider, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        sign_in = provider.sign_in()
        started = sign_in.start()
        sign_in.finish(started.kept, provider.authorise(started))
        provider.claims = {"aud": "canary-audience"}
        refused(provider)
    said = caplog.text + "".join(capfd.readouterr())
    values = [*started.kept[:3], *provider.tokens, *(part for each in provider.tokens for part in each.split("."))]
    assert [value for value in (*values, "canary", USER) if value in said] == []
    assert SECRET not in repr(sign_in)


def test_the_secret_may_stand_in_a_private_file(provider: AProvider, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.touch(mode=0o600)
    file.write_text(f"{SECRET}\n", encoding="ascii")
    assert provider.whole(client_secret_file=file, client_secret_variable=None) == clerk(provider)
    file.chmod(0o644)
    with pytest.raises(UsageProblem, match="open to others"):
        provider.sign_in(client_secret_file=file, client_secret_variable=None)
    file.unlink()
    with pytest.raises(UsageProblem, match="does not exist"):
        provider.sign_in(client_secret_file=file, client_secret_variable=None)


def test_an_empty_secret_is_none(provider: AProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " ")
    with pytest.raises(UsageProblem, match="is empty"):
        provider.sign_in()


def test_a_file_of_trusted_certificates_that_holds_none_is_told(provider: AProvider, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing", encoding="ascii")
    with pytest.raises(UsageProblem, match=r"ca\.pem: a certificate"):
        provider.sign_in(ca_file=tmp_path / "ca.pem")


def test_only_a_provider_that_somebody_vouches_for_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    certificate = a_certificate(tmp_path, "provider")
    with a_provider(certificate.tls()) as provider:
        assert "is not trusted" in refused(provider)
        assert provider.asked == []
        assert provider.whole(ca_file=certificate.file) == clerk(provider)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"issuer": "http://elders.example"}, "https://"),
        ({"issuer": "https://u:p@elders.example"}, "https://"),
        ({"issuer": "https://elders.example/?x"}, "leave out"),
        ({"client_secret_variable": None}, "either client_secret_file"),
        ({"client_secret": "x"}, "Extra inputs"),
        ({"municipalities": ()}, "either municipality_claim"),
        ({"municipality_claim": "g"}, "either municipality_claim"),
        ({"roles": {"Burgerzaken": "boss"}}, "Input should be"),
        ({"roles": {}}, "at least 1"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        a_configuration(**change)
