"""Case numbers that people can type: `S-XXXX-XXXX`, the last character a check character.

The alphabet leaves out 0, 1, I, L and O, which people mistake for one another; its 31 characters make the
weighted check (modulo a prime) catch every single wrong character and every swap of two neighbours.
"""

import hashlib
from collections.abc import Collection, Iterable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_BODY_LENGTH = 7


def case_id(kind: str, person_id: str, date_text: str, taken: Collection[str] = ()) -> str:
    """Return the number of the case about `person_id`, the same every night; the next free number when it is `taken`.

    `kind` is `departure` or `absence`, `date_text` the register date as delivered.
    """
    digest = hashlib.sha256(f"{kind}|{person_id}|{date_text}".encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    while (candidate := _format(number)) in taken:
        number += 1
    return candidate


def number_cases(kind: str, cases: Iterable[tuple[str | None, str, str]], taken: set[str]) -> list[str]:
    """Return a number for each case: the one it has, or else a new free one.

    A case is given as its number or None, its person and its date text. Every number is added to `taken`.
    """
    numbers = []
    for known, person_id, date_text in cases:
        numbers.append(known or case_id(kind, person_id, date_text, taken))
        taken.add(numbers[-1])
    return numbers


def is_case_id(text: str) -> bool:
    """Whether `text` is a well-formed case number, its check character included."""
    body = text.upper().removeprefix("S-").replace("-", "")
    if len(body) != _BODY_LENGTH + 1 or any(character not in ALPHABET for character in body):
        return False
    return _check_character(body[:-1]) == body[-1]


def typed_case_id(text: str) -> str | None:
    """Return the case number that a person meant by typing it in small letters, with spaces or without hyphens; else
    None.
    """
    plain = "".join(character for character in text.upper() if character.isalnum())
    if len(plain) == _BODY_LENGTH + 2:
        plain = plain.removeprefix("S")
    number = f"S-{plain[:4]}-{plain[4:]}"
    return number if len(plain) == _BODY_LENGTH + 1 and is_case_id(number) else None


def _format(number: int) -> str:
    body = ""
    for _ in range(_BODY_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        body += ALPHABET[index]
    body += _check_character(body)
    return f"S-{body[:4]}-{body[4:]}"


def _check_character(body: str) -> str:
    weighted = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=1))
    return ALPHABET[weighted % len(ALPHABET)]
