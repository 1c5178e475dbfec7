"""The forbidden list: columns that may never come near a signal (design 3.9).

It is code and not configuration on purpose: nobody can switch it off. A delivery with such a column is
refused whole, although no step would ever read it, because its presence means that somebody's export gives
more than the law lets this tool see: whatever tells, or stands in for, the origin of a child.

A column is recognised by its name, in Dutch or English, whatever its case, separators or accents, or by its
number in the register (`08.13.10`, `081310`, `c08_e1310`, `13.10`). The list errs towards refusing: the
delivery contract knows no column that names, describes or explains anything, so a school's name or a
free reason is refused like a person's.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from brp_signals.delivery.contract import OPTIONAL, REQUIRED


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A refused meaning: `words` match one whole word of the name, `parts` anywhere in it, words joined."""

    label: str
    words: str = r"(?!)"
    parts: str = r"(?!)"
    unless: str = r"(?!)"
    """Parts that, anywhere in the joined name, make it another, harmless column."""

    def covers(self, words: tuple[str, ...], joined: str) -> bool:
        """Whether a column with these words means this."""
        if re.search(self.unless, joined):
            return False
        return bool(re.search(self.parts, joined)) or any(re.fullmatch(self.words, word) for word in words)


_BIRTH = r"(geboorte|geboren|birth|born)"
_PLACE = r"(plaats|place|stad|city|town|gemeente|municipality|streek|regio|provinc|land|country|locati|continent)"
_ENGLISH_NAMES = (
    r"(first|last|sur|fore|given|family|middle|nick|user|full|birth|maiden|display|school|street|city"
    r"|person|child|pupil|student|parent|father|mother|partner|teacher)?names?"
)
#: Dutch words that end in -name but name nobody: opname is the recording of a row, deelname taking part.
_NO_NAMES = r"(?!(op|deel|af|in|toe|aan|over|uit)namen$)"
#: Words on -land that are no country of anybody. "Buitenland" tells only that it was abroad; see below.
_NO_COUNTRIES = (
    r"(?!(nederland|buitenland|binnenland|eiland|island|inland|mainland|gelderland|flevoland|zeeland"
    r"|friesland|holland|noordholland|zuidholland)$)"
)

_MEANINGS: Final = (
    _Meaning("birth place or country", parts=rf"{_BIRTH}.*{_PLACE}|{_PLACE}.*{_BIRTH}"),
    _Meaning(
        "nationality",
        words=r"vreemdeling(en)?|visum|visa|asiel|asylum|statushouder|alien",
        parts=r"nationalit|staatsburger|citizenship|staatloos|stateless|nederlanderschap|vreemdelingen"
        r"|verblijfstitel|verblijfsvergunning|verblijfsstatus|residence(title|permit|status)"
        r"|immigrationstatus|kiesrecht|votingright|eupersoonsnummer|euperson(al)?number",
    ),
    _Meaning(
        "a country",
        words=rf"{_NO_COUNTRIES}\w*land|land(code|naam|omschrijving|en|van\w*)|countr(y|ies)\w*|\w+countr(y|ies)"
        r"|verdrag\w*|treat(y|ies)",
        parts=r"countrycode|rnideelnemer|rniparticipant",
    ),
    _Meaning(
        "destination",
        parts=r"destination|bestemming|vertrokkennaar|emigratedto|departedto",
        unless=r"(destination|bestemming)(is)?(unknown|onbekend)|onbekendebestemming|unknowndestination",
    ),
    _Meaning(
        "a foreign address",
        parts=r"adres.*buitenland|buitenlands?adres|buitenland.*regel|verblijfbuitenland|foreignaddress"
        r"|addressabroad|adresregel",
        unless=r"^(datum|date|ingang|begin)",
    ),
    _Meaning(
        "a name",
        words=rf"\w*naam|{_NO_NAMES}\w*namen|naam\w*|{_ENGLISH_NAMES}|initialen|initials|voorletters?"
        r"|voorvoegsels?|tussenvoegsels?|predi[ck]aat|adellijke?",
        parts=r"(first|last|sur|fore|given|family|middle|nick|user|full|maiden)name|geslachtsnaam|voornamen",
    ),
    _Meaning(
        "ethnicity",
        words=r"ras|races?|taal|moedertaal|thuistaal|voertaal|spreektaal|gezinstaal|languages?|nt2|cumi"
        r"|origins?|(leerling)?gewicht(en)?|minderhe(id|den)|minorit(y|ies)|nieuwkomers?|newcomers?",
        parts=r"etnic|etnisch|etnie|ethnic|herkomst|afkomst|achtergrond|background|allochtoon|autochtoon"
        r"|mothertongue|(pupil|student)weight|datuminnederland",
    ),
    _Meaning(
        "denomination",
        words=r"gelo(of|ven)\w*|kerk\w*|church\w*|faith",
        parts=r"denominat|religi|godsdienst|levensbeschouw|levensovertuiging",
    ),
    _Meaning(
        "a document",
        words=r"akten?|akte\w*|\w+akten?|deeds?",
        parts=r"document|paspoort|passport|identiteitskaart|identitycard|idkaart",
    ),
    _Meaning(
        "free text",
        words=r"(te|e)kst(en)?|text|vrijetekst|freetext|opmerking(en)?|remarks?|comments?|commentaar"
        r"|toelichting(en)?|notities?|notes?|aantekening(en)?|bijzonderhe(id|den)|memo|toevoeging(en)?"
        r"|explanations?",
        parts=r"omschrijving|beschrijving|description|vrijetekst|freetext",
    ),
    _Meaning(
        "a reason",
        words=r"reden(en)?|\w+reden(en)?|reasons?|gronden?|grond|\w+gronden?|\w+grond|grounds?",
        unless=r"opschort|suspension",
    ),
    _Meaning(
        "the kind of location",
        parts=r"standplaats|ligplaats|woonwagen|caravan|mooring|objecttype|soortobject|typeobject",
    ),
    _Meaning(
        "a person's number",
        words=r"bsn\d*|\w+bsn|sofi|sofinummer|anummer|pgn|onderwijsnummer",
        parts=r"burgerservicen|administratienummer|citizenservicenumber|socialsecuritynumber|educationnumber"
        r"|(^|child|kind|ouder\d?|parent\d?|persons?|persoons?)a(nummer|number|nr)$",
    ),
)

#: Register categories that are refused whole: nationality, residence title, travel documents, voting rights
#: (which tell a foreigner from the EU), notes.
_CATEGORIES: Final = {
    4: "nationality",
    10: "nationality",
    12: "a document",
    13: "nationality",
    15: "free text",
}
#: Register groups that are refused in every category.
_GROUPS: Final = {
    2: "a name",
    5: "nationality",
    12: "the kind of location",
    31: "nationality",
    35: "a document",
    36: "a document",
    38: "nationality",
    39: "nationality",
    61: "a name",
    63: "nationality",
    64: "nationality",
    65: "nationality",
    73: "nationality",
    81: "a document",
    82: "a document",
    88: "a country",
}
#: Single elements (group, element): numbers, places and countries of birth, marriage, divorce and death,
#: the country of departure with its address lines, the country come from.
_ELEMENTS: Final = {
    (1, 10): "a person's number",
    (1, 20): "a person's number",
    (20, 10): "a person's number",
    (20, 20): "a person's number",
    (3, 20): "birth place or country",
    (3, 30): "birth place or country",
    (6, 20): "a country",
    (6, 30): "a country",
    (7, 20): "a country",
    (7, 30): "a country",
    (8, 20): "a country",
    (8, 30): "a country",
    (13, 10): "destination",
    (13, 30): "a foreign address",
    (13, 40): "a foreign address",
    (13, 50): "a foreign address",
    (14, 10): "a country",
}
#: In messages of the register, the history of a category has its number + 50.
_HISTORY: Final = 50

_ELEMENT_NUMBER = re.compile(
    r"(?:c?(?P<category>\d{2})[^0-9a-z]*)?e?(?P<group>\d{2})[^0-9a-z]*(?P<element>\d{2})", re.ASCII
)
#: The same with all three parts inside a longer name, such as `08.13.10_1` or `08.13.10 Land`.
_NUMBER_INSIDE = re.compile(
    r"(?<![0-9])(?P<category>\d{2})[._-](?P<group>\d{2})[._-](?P<element>\d{2})(?![0-9])", re.ASCII
)
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

#: Latin letters that no decomposition makes plain.
_PLAIN_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ı": "i", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N"}
)
_LETTERS: Final = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So"))
#: Letters, digits or signs that look like Latin ones and are not: nobody can see what such a column means.
_OTHER_LETTERS: Final = "something in letters of another script"

#: The contract's own columns are what a delivery consists of, whatever a pattern might come to say.
_CONTRACT: Final = frozenset(
    column for tables in (REQUIRED, OPTIONAL) for columns in tables.values() for column in columns
)


def is_forbidden(column_name: str) -> bool:
    """Whether a column of this name may not stand in a delivery."""
    return forbidden_meaning(column_name) is not None


def forbidden_meaning(column_name: str) -> str | None:
    """Return what the column would hold that is refused, in words for a message ("nationality"), or None."""
    if column_name in _CONTRACT:
        return None
    plain = _without_accents(column_name)
    if not plain.isascii() and any(
        unicodedata.category(character) in _LETTERS for character in plain if character > "~"
    ):
        return _OTHER_LETTERS
    if number := _ELEMENT_NUMBER.fullmatch(plain.strip().lower()):
        return _meaning_of_element(number["category"], number["group"], number["element"])
    for number in _NUMBER_INSIDE.finditer(plain):
        if meaning := _meaning_of_element(number["category"], number["group"], number["element"]):
            return meaning
    words = tuple(re.findall(r"[a-z0-9]+", _CAMEL_CASE.sub("_", plain).lower()))
    joined = "".join(words)
    if len(words) == len(joined):  # letters that were spelled out, as in n-a-a-m
        words = (joined,)
    return next((entry.label for entry in _MEANINGS if entry.covers(words, joined)), None)


def _meaning_of_element(category: str | None, group: str, element: str) -> str | None:
    by_element = _GROUPS.get(int(group)) or _ELEMENTS.get((int(group), int(element)))
    if category is None:
        return by_element
    return _CATEGORIES.get(int(category) % _HISTORY) or by_element


def _without_accents(text: str) -> str:
    """`text` without accents, invisible characters and typographic variants of letters."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))
