"""Write the bill of materials of brp-signals, as CycloneDX 1.6: `make sbom`.

It is made of the lock file and of what the installed packages say of themselves, needs no network, and holds no time:
the same lock file gives the same bytes. Packages that only tests and linters need have the scope `excluded`.
"""

import json
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from brp_signals import __version__
from tests.structure.locked import Pin, installed, only_dev, pins, plain, stated_licence

_OURS = f"pkg:pypi/brp-signals@{__version__}"


def bill_of_materials() -> dict[str, Any]:
    """The whole bill; a package for another system stands in it without its licence and its own needs."""
    locked, dev = pins(), only_dev()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component("application", _OURS, "brp-signals", __version__, "EUPL-1.2")},
        "components": [
            _component("library", _purl(pin), pin.name, pin.version, _licence(pin.name))
            | {"scope": "excluded" if pin.name in dev else "required"}
            for pin in locked
        ],
        "dependencies": [
            {"ref": _OURS, "dependsOn": sorted(_needs(installed("brp-signals"), locked))},
            *({"ref": _purl(pin), "dependsOn": sorted(_needs(installed(pin.name), locked))} for pin in locked),
        ],
    }


def _component(kind: str, purl: str, name: str, version: str, licence: str) -> dict[str, Any]:
    stated = {"licenses": [{"expression": licence}]} if _is_expression(licence) else {}
    named = {"licenses": [{"license": {"name": licence}}]} if licence and not stated else {}
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl, **stated, **named}


def _is_expression(licence: str) -> bool:
    """Whether every part is an identifier of SPDX: one word, where classifiers are several."""
    parts = licence.replace("(", "").replace(")", "").replace(" AND ", " OR ").split(" OR ")
    return all(part and " " not in part and "/" not in part for part in parts)


def _licence(name: str) -> str:
    package = installed(name)
    return stated_licence(package) if package else ""


def _purl(pin: Pin) -> str:
    return f"pkg:pypi/{pin.name}@{pin.version}"


def _needs(package: Distribution | None, locked: list[Pin]) -> Iterator[str]:
    """What a package asks for by itself, without its extras."""
    asked = [Requirement(line) for line in (package.requires if package else None) or []]
    names = {plain(each.name) for each in asked if each.marker is None or each.marker.evaluate({"extra": ""})}
    return (_purl(pin) for pin in locked if pin.name in names)


def main() -> None:
    """Write the bill to the file that is named."""
    path = Path(sys.argv[1])
    path.write_text(json.dumps(bill_of_materials(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
