"""Who may read what stands on the disk."""

import stat
from pathlib import Path


def open_to_others(*tops: Path) -> list[str]:
    """Every file and folder in and under `tops` that others than its owner could read, write or enter."""
    found = [path for top in tops for path in (top, *top.rglob("*")) if not path.is_symlink()]
    assert found
    return [str(path) for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]
