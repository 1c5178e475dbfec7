"""Writes lists of persons as messages in bytes, text in Teletex."""

import unicodedata

from tests.gateway.writing.municipality import Block, PersonList, present

#: Accents of Teletex (T.61) stand before their letter.
_ACCENTS = {"\u0300": 0xC1, "\u0301": 0xC2, "\u0302": 0xC3, "\u0303": 0xC4, "\u0308": 0xC8, "\u0327": 0xCB}


def lg01(lists: list[PersonList], kind: str = "Lg01", between: bytes = b"") -> bytes:
    """The messages of these lists, one after the other."""
    return between.join(message(person, kind) for person in lists)


def message(person: PersonList, kind: str = "Lg01") -> bytes:
    """One message of this kind."""
    content = b"".join(
        block_bytes(int(category) + (50 if depth else 0), block)
        for category, entries in sorted(person.items())
        for entry in entries
        for depth, block in enumerate(entry)
    )
    return _header(person, kind) + f"{len(content):05d}".encode() + content


def block_bytes(number: int, block: Block) -> bytes:
    """One block of a category."""
    elements = b"".join(
        f"{element.replace('.', '')}{len(value):03d}".encode() + value
        for element, value in ((element, teletex(text)) for element, text in block.items())
    )
    return f"{number:02d}{len(elements):03d}".encode() + elements


def teletex(text: str) -> bytes:
    """The text with every accent as a byte before its letter."""
    out = bytearray()
    for character in unicodedata.normalize("NFD", text):
        if character in _ACCENTS:
            out.insert(len(out) - 1, _ACCENTS[character])
        else:
            out += character.encode("ascii")
    return bytes(out)


def _header(person: PersonList, kind: str) -> bytes:
    rest = {
        "Lg01": f"20261120120000000{present(person, '01').get('01.10', ''):0<10}0000000000",
        "Sv01": "A20261120",
        "Rb01": "0E20261120",
    }
    return f"00000000{kind}{rest[kind]}".encode()
