"""The one run that all golden files are made of."""

from pathlib import Path
from typing import Final

from brp_signals import pipeline

#: The golden files themselves; written by `make goldens`.
FILES: Final = Path(__file__).with_name("files")
_SAMPLE: Final = Path(__file__).parents[3] / "data" / "sample" / "2026-11-20-0363"


def run_sample(folder: Path) -> Path:
    """Run the sample with its own configuration in `folder`; returns the published folder."""
    pipeline.run(
        _SAMPLE,
        state=folder / "state",
        output=folder / "output",
        config=_SAMPLE.with_name(f"{_SAMPLE.name}.brp-signals.toml"),
    )
    return folder / "output" / _SAMPLE.name
