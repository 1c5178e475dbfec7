"""Pseudonyms against published vectors, and a column at once against one at a time. No real numbers."""

import hashlib
import hmac
import logging

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brp_signals.gateway.pseudonyms import Pseudonymiser, Space, hkdf
from tests.gateway.rubric import a_number, bsn

_KEY = "0f" * 32


def test_the_derivation_is_hkdf() -> None:
    """RFC 5869, test case 1: the first 32 bytes."""
    made = hkdf(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)))
    assert made.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_the_vectorised_hash_is_hmac_sha_256() -> None:
    """RFC 4231, test case 2; and a key longer than a block."""
    import polars_hash

    def hashed(key: str, text: str) -> str:
        made: str = polars.DataFrame({"n": [text]}).select(polars_hash.col("n").chash.hmac_sha256(key=key)).item()
        return made

    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert hashed("Jefe", "what do ya want for nothing?") == expected
    long_key = "k" * 131
    assert hashed(long_key, "x") == hmac.new(long_key.encode(), b"x", hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("space", "expected"),
    [
        (Space.BSN, "74bb47f54c4ed465a34ff08eb546007b"),
        (Space.A_NUMBER, "d58d3059898fa84dd6b1ddc74721db4c"),
        (Space.EDUCATION_NUMBER, "b2f50e1d19c08875b3d37b4629224ac7"),
        (Space.ADDRESS, "f11c4abec62290d990b5e6c48f99ef80"),
    ],
)
def test_a_pseudonym_never_changes(space: Space, expected: str) -> None:
    """Our own vectors: whoever changes one cuts every new delivery off from all before."""
    assert Pseudonymiser(_KEY).pseudonym(space, "123456782") == expected


@given(numbers=st.lists(st.one_of(st.none(), st.text("0123456789", max_size=16)), max_size=20))
def test_a_column_gives_what_one_at_a_time_gives(numbers: list[str | None]) -> None:
    pseudonymiser = Pseudonymiser(_KEY)
    for space in Space:
        made = pseudonymiser.pseudonyms(space, polars.Series("n", numbers, polars.String))
        assert made.to_list() == [pseudonymiser.pseudonym(space, one) if one else None for one in numbers]


def test_the_key_shows_nowhere(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    pseudonymiser = Pseudonymiser(_KEY)
    pseudonymiser.pseudonyms(Space.BSN, polars.Series("n", [bsn(1), a_number(1)]))
    shown = "".join([repr(pseudonymiser), str(pseudonymiser), pseudonymiser.key_id, caplog.text, *capfd.readouterr()])
    for space in Space:
        assert hkdf(_KEY.encode(), b"brp-signals", b"pseudonym/2/" + space.value.encode()).hex() not in shown
    assert _KEY not in shown
