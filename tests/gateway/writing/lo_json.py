"""Writes lists of persons as messages in JSON: lines, or the bulk zip around them."""

import hashlib
import io
import json
import zipfile
from typing import Any

from tests.gateway.writing.municipality import Block, PersonList


def lines(lists: list[PersonList], kind: str = "Sv01") -> bytes:
    """One message a line."""
    return b"".join(json.dumps(message(person, kind), ensure_ascii=False).encode() + b"\n" for person in lists)


def message(person: PersonList, kind: str = "Sv01") -> dict[str, Any]:
    """One message of this kind."""
    return {
        "berichtKenmerken": {"berichtId": "1", "afzender": 1999010, "ontvanger": 36310, "berichtType": kind},
        "berichtInhoud": {"berichtType": kind, "status": "A", "datum": "20261120", "plData": person_list(person)},
    }


def person_list(person: PersonList) -> dict[str, Any]:
    """The categories of a person."""
    return {f"c{category}": [_entry(entry) for entry in entries] for category, entries in person.items()}


def bulk_zip(content: bytes, files: dict[str, bytes] | None = None, **metadata: Any) -> bytes:
    """The zip with these lines; keywords change its metadata, `files` replaces what it holds."""
    described = {
        "afzender": 1999010,
        "datumTijd": "2026-11-20T12:00:00+00:00",
        "versie": "20264",
        "aantalBerichten": content.count(b"\n"),
        "checksum-sha256": hashlib.sha256(content).hexdigest(),
        **{name.replace("_", "-"): value for name, value in metadata.items()},
    }
    held = {"am-metadata.json": json.dumps(described).encode(), "berichtregels.jsonl": content} | (files or {})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in held.items():
            archive.writestr(name, part)
    return stream.getvalue()


def _entry(entry: list[Block]) -> dict[str, Any]:
    current, *history = entry
    return _block(current) | ({"historie": [_block(block) for block in history]} if history else {})


def _block(block: Block) -> dict[str, str]:
    return {f"e{element.replace('.', '')}": text for element, text in block.items()}
