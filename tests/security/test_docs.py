"""docs/security.md promises no test that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_\w+)`")


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = _NAMED.findall((ROOT / "docs/security.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    missing = [
        f"{file}::{name}" for file, name in named if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []
    assert {Path(file).name for file, _ in named} >= {
        path.name for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name
    }


def test_every_threat_says_what_remains() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8").partition("## Threats")[2]
    threats = text.split("\n### ")[1:]
    assert len(threats) == 7
    assert [threat.partition("\n")[0] for threat in threats if "**Remains**" not in threat] == []
