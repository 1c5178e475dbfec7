"""What people can decide about a case: one declaration of each outcome.

The drop-downs, the tables of the night, the terms of the work, the reading of returned lists and the evaluation all
read this, so that a code means the same everywhere.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

DEPARTURE: Final = "departure"
ABSENCE: Final = "absence"
_BOTH: Final = (DEPARTURE, ABSENCE)


class Verdict(Enum):
    """What a decision says of the departure in the register, or of the child that is on no school list."""

    WRONG_IN_REGISTER = "hit"
    """The register was not right and was mended, or the child had no school: the signal was right, or the draw found
    what the rules missed.
    """
    RIGHT_IN_REGISTER = "explained"
    """Nothing in the register of residents had to change; the child was at school, or did not have to be."""
    NOT_YET = "not yet"
    """Somebody is still looking."""
    NOT_TOLD = "not told"
    """Somebody looked, but what came of it is kept elsewhere, on purpose."""
    NOT_LOOKED = "unhandled"
    """Nobody looked; it says nothing of the departure."""


class Holds(StrEnum):
    """How long a decision keeps its case off the list, when no sign is newer."""

    ALWAYS = "always"
    EXPLAINED_MONTHS = "explained_months"
    """For the months of `[thresholds] explained_months`."""
    SCHOOL_YEAR = "school_year"
    """Until 31 July."""
    NEVER = "never"
    """It is no outcome yet: the case waits on the list."""


@dataclass(frozen=True)
class Choice:
    """One line of a drop-down: its code in the records, the label staff choose, and when to choose it."""

    code: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Term:
    """A step that has a term of so many days from a decision, and who takes it."""

    step_nl: str
    organisation_nl: str
    days: int


@dataclass(frozen=True)
class Outcome(Choice):
    """A decision: what it says, about which kinds of case it can be taken, how long it holds, and who may read it.

    `term` is what has to follow on a decision that is no outcome yet. `is_only_closed`: to everybody but who chose it,
    the decision reads "Afgesloten", without a reason; an evaluation counts it. `is_about_school`: the case was handed
    on with a question about school, which says nothing of what the register was found to be. `needs_reason`: a decision
    without one is not taken in. `suppressor_code`: while the decision holds, this suppressor keeps other cases of the
    child off the list too.
    """

    verdict: Verdict
    kinds: tuple[str, ...] = (DEPARTURE,)
    holds: Holds = Holds.ALWAYS
    term: Term | None = None
    is_only_closed: bool = False
    is_about_school: bool = False
    needs_reason: bool = False
    suppressor_code: str | None = None


#: No colleague and no parent may read off a list that the meldcode was followed. If that were the only outcome without
#: a name, they could. So the commonest outcomes that ask nothing further of anybody have no name either; all others
#: have one.
EVERY_OUTCOME: Final = (
    Outcome(
        "X-VERKLAARD",
        "Gewone verklaring gevonden",
        "Uitgezocht; er hoeft niets te veranderen.",
        Verdict.RIGHT_IN_REGISTER,
        kinds=_BOTH,
        holds=Holds.EXPLAINED_MONTHS,
        is_only_closed=True,
        suppressor_code="S-04",
    ),
    Outcome(
        "X-GRENS",
        "Grensleerling",
        "Woont over de grens, gaat hier naar school. Geldt tot en met 31 juli.",
        Verdict.RIGHT_IN_REGISTER,
        holds=Holds.SCHOOL_YEAR,
        suppressor_code="S-01",
    ),
    Outcome(
        "X-VERTREK-OK",
        "Vertrek klopt",
        "Het vertrek en de datum zijn juist.",
        Verdict.RIGHT_IN_REGISTER,
    ),
    Outcome(
        "X-DATUM",
        "Datum of besluit gecorrigeerd",
        "Het vertrek klopt, de datum of het besluit is hersteld.",
        Verdict.WRONG_IN_REGISTER,
    ),
    Outcome(
        "X-HERINGESCHREVEN",
        "Weer ingeschreven, zelfde of ander adres hier",
        "Het kind staat weer in deze gemeente ingeschreven (woonadres of briefadres).",
        Verdict.WRONG_IN_REGISTER,
    ),
    Outcome(
        "X-ANDERE-GEMEENTE",
        "Woont in andere gemeente",
        "Het kind woont in een andere gemeente in Nederland.",
        Verdict.WRONG_IN_REGISTER,
    ),
    Outcome(
        "X-HEROPEND",
        "Adresonderzoek (opnieuw) geopend",
        "Er is redelijke twijfel; de uitkomst volgt later.",
        Verdict.NOT_YET,
        holds=Holds.NEVER,
        # Ten weeks from start to closing the file (circulaire adresonderzoek BRP, in force 15-5-2023).
        term=Term("Het adresonderzoek afronden en de uitkomst als besluit invullen.", "burgerzaken", 70),
    ),
    Outcome(
        "X-LEERPLICHT",
        "Doorgestuurd naar leerplicht",
        "De vraag gaat over school; leerplicht zoekt verder.",
        Verdict.NOT_YET,
        holds=Holds.NEVER,
        # No term in law: a choice of this project (docs/decisions/0017).
        term=Term("Bij leerplicht navragen wat de uitkomst is en die als besluit invullen.", "burgerzaken", 28),
        is_about_school=True,
    ),
    Outcome(
        "X-INGESCHREVEN",
        "Staat op een school",
        "Het kind staat (weer) op een school; de lijst liep achter.",
        Verdict.RIGHT_IN_REGISTER,
        kinds=(ABSENCE,),
    ),
    Outcome(
        "X-VRIJGESTELD",
        "Vrijstelling gevonden",
        "Er is een vrijstelling. Geldt tot en met 31 juli.",
        Verdict.RIGHT_IN_REGISTER,
        kinds=(ABSENCE,),
        holds=Holds.SCHOOL_YEAR,
    ),
    Outcome(
        "X-SCHOOL-ELDERS",
        "Gaat in het buitenland naar school",
        "Geldt tot en met 31 juli.",
        Verdict.RIGHT_IN_REGISTER,
        kinds=(ABSENCE,),
        holds=Holds.SCHOOL_YEAR,
        suppressor_code="S-11",
    ),
    Outcome(
        "X-INSTELLING",
        "Krijgt onderwijs in een instelling",
        "Geldt tot en met 31 juli.",
        Verdict.RIGHT_IN_REGISTER,
        kinds=(ABSENCE,),
        holds=Holds.SCHOOL_YEAR,
        suppressor_code="S-13",
    ),
    Outcome(
        "X-STARTKWALIFICATIE",
        "Heeft een startkwalificatie",
        "Er is geen plicht meer.",
        Verdict.RIGHT_IN_REGISTER,
        kinds=(ABSENCE,),
    ),
    Outcome(
        "X-GEEN-SCHOOL",
        "Heeft geen school: leerplicht helpt",
        "Leerplicht neemt contact op en helpt verder.",
        Verdict.WRONG_IN_REGISTER,
        kinds=(ABSENCE,),
    ),
    Outcome(
        "X-BURGERZAKEN",
        "Woont hier misschien niet: gemeld aan burgerzaken",
        "Er is redelijke twijfel over het adres; de uitkomst volgt later.",
        Verdict.NOT_YET,
        kinds=(ABSENCE,),
        holds=Holds.NEVER,
        # No term in law: a choice of this project (docs/decisions/0017).
        term=Term("Bij burgerzaken navragen wat de uitkomst is en die als besluit invullen.", "leerplicht", 28),
        is_about_school=True,
    ),
    Outcome(
        "X-VEILIGTHUIS",
        "Zorg om het kind: meldcode gevolgd",
        "Noteer hier geen bijzonderheden; die horen in het eigen dossier.",
        Verdict.NOT_TOLD,
        kinds=_BOTH,
        is_only_closed=True,
    ),
    Outcome(
        "X-DATAFOUT",
        "Koppel- of invoerfout",
        "Het teken hoort niet bij dit kind, of een datum is verkeerd.",
        # Time was spent, and nothing had to be mended about this departure.
        Verdict.RIGHT_IN_REGISTER,
        kinds=_BOTH,
        is_only_closed=True,
    ),
    Outcome(
        "X-NIET",
        "Niet opgepakt (reden verplicht)",
        "Er is niet naar gekeken; kies altijd een reden.",
        Verdict.NOT_LOOKED,
        kinds=_BOTH,
        is_only_closed=True,
        needs_reason=True,
    ),
)
#: What each decision counts as in an evaluation, by code.
VERDICTS: Final = {outcome.code: outcome.verdict for outcome in EVERY_OUTCOME}
#: Decisions that are no outcome yet, by code: what the case waits for, and how long it may take.
WAITING: Final = {outcome.code: outcome.term for outcome in EVERY_OUTCOME if outcome.term}
ONLY_CLOSED: Final = tuple(outcome.code for outcome in EVERY_OUTCOME if outcome.is_only_closed)
ABOUT_SCHOOL: Final = tuple(outcome.code for outcome in EVERY_OUTCOME if outcome.is_about_school)
REASON_NEEDED: Final = tuple(outcome.code for outcome in EVERY_OUTCOME if outcome.needs_reason)
