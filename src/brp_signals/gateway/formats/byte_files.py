"""Open the bytes of a source file that is no table."""

from pathlib import Path
from typing import BinaryIO, Final

from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.base.private_files import open_ordinary

#: The byte order mark of UTF-8, which some programs write in front of everything.
BOM: Final = b"\xef\xbb\xbf"


def open_bytes(path: Path) -> BinaryIO:
    """Open the file's bytes, a byte order mark included. Raises UsageProblem when it cannot be opened."""
    try:
        return open_ordinary(path)
    except FileNotFoundError:
        raise UsageProblem(f"The source file {path} does not exist; check the path.") from None
    except OSError as problem:
        raise UsageProblem(
            f"The source file {path} cannot be opened ({problem.strerror}); check path and rights."
        ) from None


def refuse_empty(path: Path) -> None:
    """Raise DeliveryRefused for a file without any byte, a byte order mark apart."""
    with open_bytes(path) as stream:
        if not stream.read(len(BOM) + 1).removeprefix(BOM):
            raise DeliveryRefused(f"{path.name} is empty; export the file again.")
