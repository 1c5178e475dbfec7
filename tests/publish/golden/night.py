"""The one run that all golden files are made of."""

from pathlib import Path
from typing import Final

from brp_signals import pipeline

#: The golden files themselves; written by `make goldens`.
FILES: Final = Path(__file__).with_name("files")
_SAMPLE: Final = Path(__file__).parents[3] / "data" / "sample" / "2026-11-20-0363"


#: Round points of our own, so that the golden files do not change when the default points are fitted anew.
_WEIGHTS: Final = """
[levels]
a = 0.5
b = 0.1

[weights]
base = -30

[weights.pieces]
"L-01" = 12
"L-01:3-months" = 3
"L-01:6-months" = 3
"L-01:new-year" = 4
"L-02" = 16
"L-02:newest-list" = 16
"L-03" = 12
"L-03:again" = 2
"L-03:late" = 2
"L-04" = 24
"L-04:again" = 4
"L-04:late" = 8
"L-05" = 4
"L-06" = 2
"M-01" = 16
"M-02" = 18
"unknown-destination" = 10
"C-01" = -6
"C-02" = -5
"C-03" = -7
"C-04" = -4
"""


def run_sample(folder: Path, more: str = "") -> Path:
    """Run the sample in `folder`, with its configuration, our points and `more`; returns the published folder."""
    own = _SAMPLE.with_name(f"{_SAMPLE.name}.brp-signals.toml").read_text(encoding="utf-8")
    config = folder / "brp-signals.toml"
    config.write_text(own + _WEIGHTS + more, encoding="utf-8")
    pipeline.run(_SAMPLE, state=folder / "state", output=folder / "output", config=config)
    return folder / "output" / _SAMPLE.name
