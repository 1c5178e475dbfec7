"""The Dutch of sentences that staff and stewards read, for errors that are written in English where they arise.

Each pair of `in_dutch.toml` is the English sentence with names for what differs, and the Dutch with the same names. A
sentence that is not there stays as it is; a test holds every refusal of a delivery or workbook against that list.
"""

import errno
import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

#: Engineers ask for English with `BRP_SIGNALS_LANG=en`.
VARIABLE: Final = "BRP_SIGNALS_LANG"
#: Every sentence that is known with its Dutch, in the order in which they are tried. They are read beforehand, since
#: what has to be told may be that no file can be opened any more.
SENTENCES: Final = tuple(
    (str(pair["en"]), str(pair["nl"]))
    for pair in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["sentences"]
)
#: Words in the names of places and columns.
_WITHIN: Final = (
    *((", sheet ", ", blad "), (", row ", ", rij "), (", line ", ", regel ")),
    *(("column ", "kolom "), (" cannot be read in ", " is niet te lezen in ")),
    (" lies after the reference date in ", " ligt na de peildatum in "),
    (" lies before enrolled_on in ", " ligt vóór enrolled_on in "),
    *(("nothing can be read of ", "niets is te lezen van "), (" rows (first: ", " rijen (de eerste: ")),
    (" of ", " van "),
)
#: What the system says of a file, and what we say of one.
_PROBLEMS: Final = {
    "it is no ordinary file": "het is geen gewoon bestand",
    "it is far larger than such a file is": "het is veel te groot",
    os.strerror(errno.EACCES): "geen toegang",
    os.strerror(errno.EPERM): "geen toegang",
    os.strerror(errno.ENOENT): "bestaat niet",
    os.strerror(errno.EISDIR): "is een map",
    os.strerror(errno.ENOTDIR): "is geen map",
    os.strerror(errno.ENOSPC): "de schijf is vol",
    os.strerror(errno.EDQUOT): "de ruimte is op",
    os.strerror(errno.EFBIG): "te groot",
    os.strerror(errno.EROFS): "er mag alleen worden gelezen",
    os.strerror(errno.ENAMETOOLONG): "de naam is te lang",
    os.strerror(errno.ELOOP): "de verwijzing loopt in een kring",
    os.strerror(errno.EBADF): "is gesloten",
    os.strerror(errno.EIO): "de schijf geeft een fout",
}
_OF_THE_SYSTEM: Final = frozenset(os.strerror(number) for number in errno.errorcode)
_OTHER_PROBLEM: Final = "fout van het systeem"


def is_dutch() -> bool:
    """Whether staff and stewards are told in Dutch, as they are unless somebody asks for English."""
    return os.environ.get(VARIABLE) != "en"


def in_dutch(sentence: str) -> str:
    """The sentence in Dutch, with what it names; one that is not known stays as it is."""
    for pattern, dutch in _patterns():
        if found := pattern.fullmatch(sentence):
            told = found.groupdict()
            told |= {name: _within(told[name]) for name in ("place", "columns") if name in told}
            if "problem" in told:
                told["problem"] = _problem(told["problem"])
            return dutch.format(**told)
    return sentence


def told(sentence: str) -> str:
    """A sentence for staff and stewards in the language that they read."""
    return in_dutch(sentence) if is_dutch() else sentence


def _problem(problem: str) -> str:
    return _PROBLEMS.get(problem, _OTHER_PROBLEM if problem in _OF_THE_SYSTEM else problem)


def _within(told: str) -> str:
    """What a sentence names, where that is made of words as well."""
    for english, dutch in _WITHIN:
        told = told.replace(english, dutch)
    return told


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", re.escape(english)), re.DOTALL), dutch)
        for english, dutch in SENTENCES
    )
