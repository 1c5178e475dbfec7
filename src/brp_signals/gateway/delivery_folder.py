"""Make a delivery appear at once: it is written next to its place and renamed into it when it is complete."""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from brp_signals.base import unfinished
from brp_signals.base.errors import UsageProblem

_FOLDER_MODE: Final = 0o750
_FILE_MODE: Final = 0o640


class DeliveryFolder:
    """A hidden folder next to `out`; `publish` turns it into `out`, and leaving the block without that removes it.

    Inside it is `work`, a folder for temporary files, which is not part of the delivery. Only the owner can read
    either. A process that is killed outright leaves at most the hidden folder behind, never a half delivery; the next
    process that makes a delivery of that name removes it.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self.path = self.work = out
        self._made = ExitStack()

    def __enter__(self) -> Self:
        self._refuse_existing()
        try:
            self._out.parent.mkdir(parents=True, exist_ok=True)
            self.path = self._made.enter_context(unfinished.folder(self._out.parent, self._out.name))
            self.work = self.path / "work"
            self.work.mkdir(mode=0o700)
        except OSError as problem:
            raise UsageProblem(
                f"The delivery {self._out} cannot be written ({problem.strerror}); choose another place."
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._made.close()

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, make everything durable, and rename the folder into its place."""
        shutil.rmtree(self.work)
        path = self.path / "manifest.json"
        path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        for file in self.path.iterdir():
            file.chmod(_FILE_MODE)
        self.path.chmod(_FOLDER_MODE)
        _sync(path)
        _sync(self.path)
        self._refuse_existing()
        self.path.rename(self._out)
        with suppress(OSError):  # it is there; no failure may say that it is not
            _sync(self._out.parent)

    def _refuse_existing(self) -> None:
        if self._out.exists() or self._out.is_symlink():
            raise UsageProblem(f"{self._out} exists already; give another --out or remove it first.")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
