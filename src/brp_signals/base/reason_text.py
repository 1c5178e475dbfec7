"""A reason that a person gives and the system keeps: it must not hold the number of a person.

BSN and A-number have nine and ten digits, and a BSN of eight digits has lost its zero. People write them with dots,
spaces, slashes or words between, so that all digits of the text are taken together. What is known to be something else
is taken out first: numbers of cases, file numbers that begin with a year, and days of the last three years. An older
day may be a birth date and counts like any other number.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from brp_signals.base.case_ids import ALPHABET
from brp_signals.base.dates import today
from brp_signals.base.errors import UsageProblem

_LONGEST: Final = 500
_FEWEST_DIGITS: Final = 8
_RECENT: Final = timedelta(days=3 * 366)
_CASE = re.compile(rf"\bS-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b", re.IGNORECASE)
_FILE_NUMBER = re.compile(r"(?<![0-9])20[2-9][0-9]-[0-9]{1,5}(?![0-9-])")
_DAY = re.compile(
    r"(?<![0-9])(?:(?P<d>[0-9]{1,2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<y>20[0-9]{2})"
    r"|(?P<y2>20[0-9]{2})-(?P<m2>[0-9]{2})-(?P<d2>[0-9]{2}))(?![0-9])"
)


def checked_reason(text: str, option: str) -> str:
    """Return the reason with single spaces, fit to be kept; `option` is the option that gave it.

    Raises UsageProblem when it is empty, longer than 500 characters, or may hold a person's number.
    """
    reason = " ".join(text.split())
    if not reason or len(reason) > _LONGEST:
        raise UsageProblem(f"{option} needs the reason in words, {_LONGEST} characters at most; it is kept.")
    if may_hold_number(reason):
        raise UsageProblem(f"{option} may hold a person's number, and the reason is kept; name the case instead.")
    return reason


def may_hold_number(text: str) -> bool:
    """Whether the digits of the text, whatever is between them, are enough for a number of a person."""
    rest = unicodedata.normalize("NFKC", "".join(_digit(character) for character in text))
    rest = _DAY.sub(lambda found: "#" if _is_recent(found) else found[0], _CASE.sub("#", rest))
    rest = _FILE_NUMBER.sub("#", rest)
    return sum(character.isascii() and character.isdigit() for character in rest) >= _FEWEST_DIGITS


def looks_like_number(text: str) -> bool:
    """Whether a name is nothing but a number, in whatever notation."""
    try:
        float(text)
    except ValueError:
        return "".join(filter(str.isalnum, text)).isdigit()
    return True


def _digit(character: str) -> str:
    """A digit of any script as an ASCII one; anything else as it is."""
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)


def _is_recent(found: re.Match[str]) -> bool:
    try:
        day = date(*(int(found[name] or found[f"{name}2"]) for name in ("y", "m", "d")))
    except ValueError:
        return False
    return abs(today() - day) <= _RECENT
