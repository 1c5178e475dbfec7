"""The numbers of people and addresses: which text is one, and which is not."""

import re
from typing import Final

_BSN = re.compile(r"[0-9]{9}", re.ASCII)
_A_NUMBER = re.compile(r"[0-9]{10}", re.ASCII)
_ADDRESS_OBJECT = re.compile(r"[0-9]{16}", re.ASCII)
_BSN_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def is_bsn(text: str) -> bool:
    """Nine digits that pass the 11-check (Logisch Ontwerp BRP, 01.20); nine zeros are no number."""
    if not _BSN.fullmatch(text) or text == "000000000":
        return False
    return sum(weight * int(digit) for weight, digit in zip(_BSN_WEIGHTS, text, strict=True)) % 11 == 0


def is_a_number(text: str) -> bool:
    """Ten digits; ten zeros are no number."""
    return bool(_A_NUMBER.fullmatch(text)) and text != "0000000000"


def is_address_object(text: str) -> bool:
    """Sixteen digits (BAG). Lost leading zeros are not repaired: a guess could join two households."""
    return bool(_ADDRESS_OBJECT.fullmatch(text)) and text != "0" * 16
