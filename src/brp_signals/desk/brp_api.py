"""Looks up one person of today in the register, at the moment when somebody is shown who a case is about.

Haal Centraal BRP bevragen, version 2 (`RaadpleegMetBurgerservicenummer`), and BRP historie bevragen for earlier
addresses (`RaadpleegMetPeriode`). Only what is named here is asked for, and of an answer only that is read: no
nationality, no place or country of birth, no country to which somebody left. Nothing is kept or logged.
"""

import json
from datetime import date
from enum import Enum
from typing import Annotated, Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from brp_signals.base.connections import BrpApi
from brp_signals.desk.asking import Line, Unanswered, Why, secret, trust

#: What is asked for. What comes by itself may not be named: inquiry, secrecy, suspension, `indicatieVastgesteld…`.
_ADDRESS: Final = (
    *("officieleStraatnaam", "korteStraatnaam", "huisnummer", "huisletter", "huisnummertoevoeging", "postcode"),
    *("aanduidingBijHuisnummer", "woonplaats", "locatiebeschrijving"),
)
FIELDS: Final = (
    *("burgerservicenummer", "naam.volledigeNaam", "geboorte.datum"),
    *("verblijfplaats.datumVan", "verblijfplaats.functieAdres"),
    *(f"verblijfplaats.verblijfadres.{part}" for part in _ADDRESS),
)
_LARGEST_ANSWER: Final = 256 * 1024
_JSON: Final = "application/json; charset=utf-8"


class WhyNot(Enum):
    """Why nobody is shown, as the sentence that staff read."""

    UNREACHABLE = "De BRP is nu niet te bereiken; probeer het later opnieuw."
    SLOW = "De BRP geeft niet op tijd antwoord; probeer het later opnieuw."
    BUSY = "De BRP krijgt nu te veel vragen; wacht een paar minuten en probeer het opnieuw."
    UNTRUSTED = (
        "De beveiligde verbinding met de BRP komt niet tot stand, er is niets gevraagd; vraag de beheerder te kijken "
        "naar de certificaten in [brp_api]."
    )
    REFUSED = "De BRP weigert deze vraag; vraag de beheerder te kijken naar de toegang in [brp_api]."
    NOT_FOUND = "De BRP kent geen persoon met dit burgerservicenummer."
    OTHER_PERSON = "De BRP gaf een antwoord over een andere persoon; er wordt niets getoond, meld dit aan de beheerder."
    UNUSABLE = "De BRP gaf een antwoord dat niet te gebruiken is; meld dit aan de beheerder."
    SECRET = "Op deze persoon rust geheimhouding; eerdere adressen worden niet getoond."  # noqa: S105


class LiveAddress(NamedTuple):
    """Where somebody lives or lived; of a place abroad only that it is abroad. Days are in words of the BRP."""

    kind: str
    """Adres, Locatie, VerblijfplaatsBuitenland or VerblijfplaatsOnbekend."""
    street: str
    postcode: str
    town: str
    function: str
    since: str
    until: str
    is_under_inquiry: bool
    is_not_there: bool
    """The municipality has established that the person does not live there (any more)."""


class LivePerson(NamedTuple):
    """One person as the register has that person now."""

    name: str
    born: str
    is_secret: bool
    is_under_inquiry: bool
    """Something else of what is shown than the address is being looked into."""
    suspended: str
    """Why the list is no longer kept, such as emigration; empty for who lives here."""
    suspended_since: str
    address: LiveAddress | None
    """None where secrecy hides it, and where the register has none."""


def _any_yes(inquiry: Any) -> bool:
    """Whether any part of a group is under inquiry."""
    return isinstance(inquiry, dict) and any(said is True for said in inquiry.values())


class _Read(BaseModel):
    """A part of an answer: only what is declared is taken, and the rest is gone at once."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, members: Any) -> Any:
        is_object = isinstance(members, dict)
        return {name: value for name, value in members.items() if value is not None} if is_object else members


Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Inquiry = Annotated[bool, BeforeValidator(_any_yes)]


class _Day(_Read):
    langFormaat: Annotated[str, Field(pattern=r"^[a-z0-9 ]{1,17}$")]


class _Code(_Read):
    omschrijving: Text = ""


class _Suspension(_Read):
    reden: _Code | None = None
    datum: _Day | None = None


class _Name(_Read):
    volledigeNaam: Text = ""
    inOnderzoek: Inquiry = False


class _BirthInquiry(_Read):
    datum: bool = False


class _Birth(_Read):
    datum: _Day | None = None
    inOnderzoek: _BirthInquiry | None = None


class _AddressParts(_Read):
    officieleStraatnaam: Text = ""
    korteStraatnaam: Text = ""
    huisnummer: int | None = None
    huisletter: Text = ""
    huisnummertoevoeging: Text = ""
    aanduidingBijHuisnummer: _Code | None = None
    postcode: Text = ""
    woonplaats: Text = ""
    locatiebeschrijving: Text = ""
    inOnderzoek: Inquiry = False

    @property
    def street(self) -> str:
        """The first line of the address."""
        beside = self.aanduidingBijHuisnummer.omschrijving if self.aanduidingBijHuisnummer else ""
        number = f"{self.huisnummer or ''}{self.huisletter}"
        parts = (self.officieleStraatnaam or self.korteStraatnaam, beside, number, self.huisnummertoevoeging)
        return self.locatiebeschrijving or " ".join(part for part in parts if part)


class _Stay(_Read):
    type: Annotated[str, Field(pattern=r"^(Adres|Locatie|VerblijfplaatsBuitenland|VerblijfplaatsOnbekend)$")]
    verblijfadres: _AddressParts = _AddressParts()
    functieAdres: _Code = _Code()
    datumVan: _Day | None = None
    datumTot: _Day | None = None
    indicatieVastgesteldVerblijftNietOpAdres: bool = False
    verblijftNietOpAdresVanaf: _Day | None = None
    inOnderzoek: Inquiry = False

    def told(self) -> LiveAddress:
        """The address as it is shown."""
        there = self.verblijfadres
        return LiveAddress(
            self.type,
            there.street,
            there.postcode,
            there.woonplaats,
            self.functieAdres.omschrijving,
            _in_words(self.datumVan),
            _in_words(self.datumTot),
            self.inOnderzoek or there.inOnderzoek,
            self.indicatieVastgesteldVerblijftNietOpAdres or self.verblijftNietOpAdresVanaf is not None,
        )


class _Person(_Read):
    burgerservicenummer: Annotated[str, Field(pattern=r"^[0-9]{9}$")]
    naam: _Name = _Name()
    geboorte: _Birth = _Birth()
    verblijfplaats: _Stay | None = None
    opschortingBijhouding: _Suspension | None = None
    inOnderzoek: Inquiry = False
    geheimhoudingPersoonsgegevens: bool = False

    def told(self, may_see_secret: bool) -> LivePerson:
        """The person as it is shown."""
        suspension = self.opschortingBijhouding or _Suspension()
        is_hidden = self.geheimhoudingPersoonsgegevens and not may_see_secret
        birth = self.geboorte.inOnderzoek
        return LivePerson(
            self.naam.volledigeNaam,
            _in_words(self.geboorte.datum),
            self.geheimhoudingPersoonsgegevens,
            self.inOnderzoek or self.naam.inOnderzoek or (birth is not None and birth.datum),
            suspension.reden.omschrijving if suspension.reden else "",
            _in_words(suspension.datum),
            self.verblijfplaats.told() if self.verblijfplaats and not is_hidden else None,
        )


class _Persons(_Read):
    personen: Annotated[list[_Person], Field(max_length=1)]


class _Stays(_Read):
    verblijfplaatsen: Annotated[list[_Stay], Field(max_length=500)]
    geheimhoudingPersoonsgegevens: bool = False


Shape = TypeVar("Shape", _Persons, _Stays)


def _in_words(day: _Day | None) -> str:
    return day.langFormaat if day else ""


class Register:
    """The connection of one municipality to the BRP."""

    def __init__(self, settings: BrpApi) -> None:
        """Read certificates and token. Raises UsageProblem when one of these cannot be had."""
        self._settings = settings
        own = settings.certificate_file, settings.certificate_key_file
        certificate = (own[0], own[1]) if own[0] and own[1] else None
        self._line = Line(settings.seconds, _LARGEST_ANSWER, trust(settings.ca_file, certificate))
        self._headers = settings.headers | {"content-type": _JSON, "accept": _JSON} | _proof(settings)

    @property
    def has_history(self) -> bool:
        """Whether earlier addresses can be asked for."""
        return self._settings.history_address is not None

    def person(self, number: str, *, may_see_secret: bool) -> LivePerson | WhyNot:
        """The person with this burgerservicenummer; under secrecy without an address unless `may_see_secret`."""
        question = {"type": "RaadpleegMetBurgerservicenummer", "burgerservicenummer": [number], "fields": FIELDS}
        answer = self._asked(f"{self._settings.address}/personen", question, _Persons)
        if isinstance(answer, WhyNot):
            return answer
        if not answer.personen:
            return WhyNot.NOT_FOUND
        (person,) = answer.personen
        return person.told(may_see_secret) if person.burgerservicenummer == number else WhyNot.OTHER_PERSON

    def earlier(
        self, number: str, since: date, until: date, *, may_see_secret: bool
    ) -> tuple[LiveAddress, ...] | WhyNot:
        """Where the person lived from `since` to before `until`, newest first; none without a history connection.

        The answer names nobody, so that it cannot be held against the number that was asked.
        """
        if not self.has_history:
            return ()
        period = {"datumVan": since.isoformat(), "datumTot": until.isoformat()}
        question = {"type": "RaadpleegMetPeriode", "burgerservicenummer": number, **period}
        stays = self._asked(f"{self._settings.history_address}/verblijfplaatshistorie", question, _Stays)
        if isinstance(stays, WhyNot):
            return stays
        if stays.geheimhoudingPersoonsgegevens and not may_see_secret:
            return WhyNot.SECRET
        return tuple(stay.told() for stay in stays.verblijfplaatsen)

    def _asked(self, address: str, question: dict[str, Any], shape: type[Shape]) -> Shape | WhyNot:
        """What of an answer has this shape."""
        try:
            answer = self._line.ask("POST", address, self._headers, json.dumps(question).encode())
        except Unanswered as problem:
            return _BY_SILENCE.get(problem.why, WhyNot.UNUSABLE)
        if answer.status != 200:
            return _BY_STATUS.get(answer.status, WhyNot.UNREACHABLE if answer.status >= 500 else WhyNot.UNUSABLE)
        try:
            return shape.model_validate(answer.members())
        except ValidationError:
            return WhyNot.UNUSABLE


def _proof(settings: BrpApi) -> dict[str, str]:
    """The header that says who asks, where a token does."""
    if settings.token_file is None:
        return {}
    token = secret(settings.token_file, None, "token of the BRP")
    is_usual = settings.token_header == "authorization"  # noqa: S105 -- the name of a header
    return {settings.token_header: f"Bearer {token}" if is_usual else token}


_BY_SILENCE: Final = {
    Why.UNREACHABLE: WhyNot.UNREACHABLE,
    Why.UNTRUSTED: WhyNot.UNTRUSTED,
    Why.SLOW: WhyNot.SLOW,
    Why.BROKEN_OFF: WhyNot.UNREACHABLE,
}
_BY_STATUS: Final = {401: WhyNot.REFUSED, 403: WhyNot.REFUSED, 429: WhyNot.BUSY}
