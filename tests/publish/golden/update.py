"""Rewrite the golden files (`make goldens`, `python -m tests.publish.golden.update`); then read the diff."""

import sys
import tempfile
from pathlib import Path

from tests.publish.golden.night import FILES, run_sample
from tests.publish.golden.rendered import render


def main() -> None:
    """Run the sample and write what it shows, one file a part."""
    with tempfile.TemporaryDirectory() as folder:
        texts = render(run_sample(Path(folder)))
    FILES.mkdir(exist_ok=True)
    for path in FILES.iterdir():
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        path = FILES / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"rewritten: {path.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
