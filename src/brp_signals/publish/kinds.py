"""The kinds of case that have a list, each declared once.

Everything that writes a list, keeps it or takes it back is told the kind; a new kind needs a declaration here, how its
rows are read, and the cards of its page.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from brp_signals.base import outcomes
from brp_signals.base.rule_files import ABSENCE, Rule
from brp_signals.publish import absences, departures, wording
from brp_signals.publish.cases import Background, Found, OfEveryList
from brp_signals.publish.choices import ABSENCE_CHOICES, DEPARTURE_CHOICES, Choices
from brp_signals.publish.columns import ABSENCE_CASES, CASES, SIGNALS
from brp_signals.publish.columns import ABSENCES as ABSENCE_TABLE
from brp_signals.publish.follow_ups import FIRST_LOOK_DAYS
from brp_signals.publish.list_content import AnyList
from brp_signals.publish.sheet_columns import (
    ABSENCE_COLUMNS,
    MORE_ABSENCE_COLUMNS,
    MORE_COLUMNS,
    SIGNAL_COLUMNS,
    Column,
)
from brp_signals.steps.night import Night


class Beside(Protocol):
    """What the lists of a kind hold beside their cases, read once for all municipalities of a run."""

    @property
    def municipalities(self) -> Collection[str]:
        """Where there is something of it."""

    @property
    def tables(self) -> Mapping[str, bytes]:
        """Further tables over all municipalities, by the name of their file."""

    def of_municipality(self, shared: OfEveryList) -> AnyList:
        """The list of one municipality."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of case, as everything that handles its lists is told it.

    `code` is what the ledger calls it. `table` names the table of what is listed (`signals.csv`), `every` that of every
    case, `also` those that `beside` adds, and `file` begins the name of workbook and page.
    """

    code: str
    table: str
    every: str
    also: tuple[str, ...] = ()
    file: str
    columns: tuple[str, ...]
    every_columns: tuple[str, ...]

    read: Callable[[Night, Sequence[Rule], Background], list[Found]]
    """Every case of a run, in the order of municipality and rank."""
    beside: Callable[[Night, Sequence[Any], bool], Beside]
    """What the ordinary or the sealed lists hold beside these cases."""

    mark_nl: str = ""
    """By these words in its texts a list that comes back is known; without them it is of departures."""
    heading_nl: str = ""
    """What comes before the name of the municipality in the title."""
    scope: Callable[[Any], str]
    what_this_is: tuple[str, ...]
    who_looks: tuple[str, ...]
    how_to_use: tuple[str, ...]
    reminders: tuple[str, ...]
    figures: Callable[[Any], Sequence[tuple[str, str]]]
    """What is counted of a list: label, with a leading blank for a part of the line above, and number."""

    own_level: str = ""
    """The level of the rules that are of this kind alone."""
    choices: Choices
    sheets: tuple[str, ...]
    first_columns: Sequence[Column]
    """What is printed of each case, before the decision."""
    more_columns: Sequence[Column]
    """What stands to the right of the decision."""

    template: str
    card: Callable[[Any, Any], Mapping[str, Any]]
    """What the page shows of a case of a list beside what it shows of every case."""
    page: Callable[[Any], Mapping[str, Any]] = lambda content: {}
    """What the page shows beside its cases."""

    def title(self, municipality_code: str) -> str:
        """What a list is, in one line; an import finds the municipality by its last words."""
        return f"{self.heading_nl}{wording.municipality_title(municipality_code)}"

    @property
    def over_all(self) -> tuple[str, ...]:
        """The files of its lists over all municipalities."""
        return (f"{self.table}.csv", f"{self.table}.parquet", f"{self.every}.parquet", *self.also)


DEPARTURES: Final = Kind(
    code=outcomes.DEPARTURE,
    table="signals",
    every="cases",
    also=(departures.SAMPLE_TABLE,),
    file="signalen",
    columns=SIGNALS,
    every_columns=CASES,
    read=departures.read_departures,
    beside=departures.DepartureLists,
    scope=departures.departures_scope,
    what_this_is=(
        wording.NOT_A_FINDING,
        "De lijst noemt leerplichtige kinderen die uit de gemeente zijn uitgeschreven en van wie daarna nog een teken "
        "bekend is, zoals een schoolinschrijving.",
        "De lijst zegt niet dat iemand iets verkeerd deed en neemt geen besluit: een medewerker kijkt, vraagt "
        "na en beslist.",
        "Hoe zwaar iets weegt, is een aanname uit een nagebootste gemeente, totdat besluiten van de eigen gemeente "
        "laten zien hoe vaak het klopt.",
        "Namen, nationaliteit, geboorteland, land van bestemming en vrije tekst zijn niet gelezen en tellen niet mee.",
    ),
    who_looks=(
        "Burgerzaken kijkt het eerst.",
        "Vragen over school gaan naar leerplicht.",
        "Bij zorg om de veiligheid van een kind: volg de meldcode (Veilig Thuis).",
    ),
    how_to_use=(
        "Begin bovenaan: de volgorde zegt wat het eerst aandacht vraagt, niet wat er aan de hand is.",
        "Lees bij elk signaal wat ervoor spreekt, wat ertegen spreekt en wat een gewone verklaring kan zijn; kijk in "
        "uw eigen systemen.",
        "Zet daarna de volgende stap die bij het signaal staat; vraag niet naar de reden van het vertrek.",
        "Kies een besluit en een reden, vul de datum in, en bij Door uw naam of functie (voor wie later moet "
        "nagaan wie besloot). Een notitie is voor uzelf: zij wordt niet ingelezen; schrijf niets over het gezin.",
        "Sorteer altijd de hele tabel, niet een paar kolommen: anders raken besluit en kind uit elkaar.",
        "Sla het bestand op en lever het in bij de beheerder; fouten in gegevens herstelt u in de bron, niet hier.",
    ),
    reminders=(
        f"Bekijk een nieuw signaal binnen {FIRST_LOOK_DAYS} dagen; bij Uiterlijk staat de dag.",
        "Een signaal zonder besluit telt na 182 dagen als niet opgepakt, nooit als verklaard.",
        "Een terugmelding beantwoordt u binnen vijf werkdagen (Besluit BRP, artikel 28); een adresonderzoek rondt u af "
        "binnen tien weken (circulaire adresonderzoek BRP).",
    ),
    figures=departures.departure_figures,
    choices=DEPARTURE_CHOICES,
    sheets=("Samenvatting", "Signalen", wording.BACK, "Bewijs", wording.SCHOOLS, "Uitleg", wording.SAMPLE),
    first_columns=SIGNAL_COLUMNS,
    more_columns=MORE_COLUMNS,
    template="departures.html",
    card=departures.departure_card,
    page=departures.departures_page,
)

ABSENCES: Final = Kind(
    code=outcomes.ABSENCE,
    table="absences",
    every="absence_cases",
    file="absoluut-verzuim",
    columns=ABSENCE_TABLE,
    every_columns=ABSENCE_CASES,
    read=absences.read_absences,
    beside=absences.AbsenceLists,
    mark_nl=wording.ABSENCE_LIST,
    heading_nl=f"{wording.ABSENCE_LIST} (absoluut verzuim). ",
    scope=lambda content: "Ingeschreven op de peildatum, leerplichtig of kwalificatieplichtig",
    what_this_is=(
        wording.NOT_A_FINDING,
        "De lijst noemt kinderen die hier zijn ingeschreven en leerplichtig of kwalificatieplichtig zijn, maar van wie "
        "geen schoollijst een lopende inschrijving noemt.",
        "De lijst zegt niet waar een kind is of waarom, en neemt geen besluit: een medewerker kijkt, vraagt na "
        "en beslist.",
        "Een vrijstelling telt mee, de grond ervan wordt niet gelezen. Namen, nationaliteit, geboorteland en vrije "
        "tekst zijn niet gelezen en tellen niet mee.",
    ),
    who_looks=(
        "Leerplicht kijkt.",
        "Is er twijfel of het kind hier woont: meld dat aan burgerzaken.",
        "Bij zorg om de veiligheid van een kind: volg de meldcode (Veilig Thuis).",
    ),
    how_to_use=(
        "Begin bovenaan: leerplicht staat vóór kwalificatieplicht; daarbinnen staat eerst van wie het langst geen "
        "school bekend is.",
        "Lees bij elk signaal eerst de gewone verklaringen en kijk in uw eigen systemen: vrijstelling, aanmelding, "
        "diploma.",
        "Zet daarna de volgende stap die bij het signaal staat.",
        *DEPARTURES.how_to_use[-3:],
    ),
    reminders=(
        *DEPARTURES.reminders[:2],
        "Een overstap mag enkele weken duren: zo lang staat een kind niet op de lijst. Juli en augustus tellen "
        "niet mee.",
    ),
    figures=absences.absence_figures,
    own_level=ABSENCE,
    choices=ABSENCE_CHOICES,
    sheets=("Samenvatting", "Signalen", "Bewijs", wording.SCHOOLS, "Uitleg"),
    first_columns=ABSENCE_COLUMNS,
    more_columns=MORE_ABSENCE_COLUMNS,
    template="absences.html",
    card=absences.absence_card,
)

#: Every kind; that of departures always has lists, the others when the configuration asks for them.
KINDS: Final = (DEPARTURES, ABSENCES)


def kind_named(code: str) -> Kind:
    """The kind that the ledger calls so."""
    return next(kind for kind in KINDS if kind.code == code)


def kind_of_texts(texts: Iterable[str]) -> Kind:
    """The kind of the list that says this of itself."""
    said = list(texts)
    return next((kind for kind in KINDS if kind.mark_nl and any(kind.mark_nl in text for text in said)), DEPARTURES)


def kind_of_rule(rule: Rule) -> Kind:
    """The kind of the cases that a rule speaks of."""
    return next((kind for kind in KINDS if kind.own_level and kind.own_level == rule.level), DEPARTURES)
