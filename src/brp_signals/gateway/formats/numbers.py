"""The numbers of people, addresses and schools: which text is one, and which is not."""

import re
from typing import Final

_A_NUMBER = re.compile(r"[0-9]{10}", re.ASCII)
_ADDRESS_OBJECT = re.compile(r"[0-9]{16}", re.ASCII)
_SCHOOL_ID = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}", re.ASCII)
#: A whole number that went through a program that calculates. The second form has a digit for each place, else some
#: were lost.
_WITH_ZEROS_BEHIND = re.compile(r"([0-9]+)[.,]0+", re.ASCII)
_SCIENTIFIC = re.compile(r"([1-9])[.,]([0-9]+)[eE][+]?0?([0-9])", re.ASCII)
#: What each three digits weigh in the 11-check, at the beginning, in the middle and at the end of a number of nine.
_FIRST, _MIDDLE, _LAST = (
    {f"{n:03}": n // 100 * weights[0] + n // 10 % 10 * weights[1] + n % 10 * weights[2] for n in range(1000)}
    for weights in ((9, 8, 7), (6, 5, 4), (3, 2, -1))
)
_EDUCATION_REMAINDER: Final = 5


def whole_number(text: str) -> str:
    """The digits of a whole number that was written as a fraction (`900000077.0`, `9.00000077E+08`).

    Any other text stays as it is, even a number that a program shortened.
    """
    if found := _WITH_ZEROS_BEHIND.fullmatch(text):
        return found[1]
    found = _SCIENTIFIC.fullmatch(text)
    return f"{found[1]}{found[2]}" if found and len(found[2]) == int(found[3]) else text


def is_bsn(text: str) -> bool:
    """Nine digits that pass the 11-check (Logisch Ontwerp BRP, 01.20); nine zeros are no number."""
    return _remainder(text) == 0 and text != "000000000"


def is_education_number(text: str) -> bool:
    """Nine digits that start with 10 and leave 5 in the 11-check, so that none is a BSN (DUO, onderwijsnummer)."""
    return text.startswith("10") and _remainder(text) == _EDUCATION_REMAINDER


def is_a_number(text: str) -> bool:
    """Ten digits; ten zeros are no number."""
    return bool(_A_NUMBER.fullmatch(text)) and text != "0000000000"


def is_address_object(text: str) -> bool:
    """Sixteen digits (BAG). Lost leading zeros are not repaired: a guess could join two households."""
    return bool(_ADDRESS_OBJECT.fullmatch(text)) and text != "0" * 16


def is_school_id(text: str) -> bool:
    """A BRIN number and a number of location."""
    return bool(_SCHOOL_ID.fullmatch(text))


def _remainder(text: str) -> int | None:
    """What the 11-check leaves of nine digits; None for any other text."""
    try:
        return (_FIRST[text[:3]] + _MIDDLE[text[3:6]] + _LAST[text[6:]]) % 11
    except KeyError:
        return None
