"""Rewrite the golden files and the picture of the README (`make goldens`); then read the diff."""

import sys
import tempfile
from pathlib import Path

from tests.publish.golden.night import FILES, run_sample
from tests.publish.golden.picture import PICTURE, picture
from tests.publish.golden.rendered import render


def main() -> None:
    """Run the sample and write what it shows, one file a part, and the picture of its list."""
    with tempfile.TemporaryDirectory() as folder:
        published = run_sample(Path(folder))
        texts, drawn = render(published), picture(published)
    FILES.mkdir(exist_ok=True)
    for path in FILES.iterdir():
        if path.name not in texts:
            path.unlink()
    for path, text in [(PICTURE, drawn), *((FILES / name, text) for name, text in texts.items())]:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"rewritten: {path.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
