"""What stands in a private file is there whole or not at all, and for its owner alone."""

from pathlib import Path
from typing import IO

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import create_secret, read_secret, replace_private


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "map"
    replace_private(path, lambda stream: stream.write(b"before"))

    def fail(stream: IO[bytes]) -> None:
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageProblem, match="No space left"):
        replace_private(path, fail)
    assert [each.name for each in tmp_path.iterdir()] == ["map"]
    assert path.read_bytes() == b"before"


def test_private_whatever_the_umask_and_what_stood_there(tmp_path: Path) -> None:
    import os

    before = os.umask(0)
    try:
        (tmp_path / "open").write_bytes(b"")
        replace_private(tmp_path / "open", lambda stream: stream.write(b"private"))
        create_secret(tmp_path / "secret", "text")
    finally:
        os.umask(before)
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}


def test_a_secret_that_is_no_text_or_far_too_large(tmp_path: Path) -> None:
    for content in (b"\xff" * 64, b"a" * 100_000):
        path = tmp_path / "secret"
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(UsageProblem, match="is no key file"):
            read_secret(path, "key file")
