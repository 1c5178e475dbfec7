"""What staff can choose on a list of each kind of case: decisions, and reasons for them.

The drop-downs offer these, a list that comes back is read by them, and a decision is told by their labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from brp_signals.base.outcomes import ABSENCE, DEPARTURE, EVERY_OUTCOME, Choice


@dataclass(frozen=True)
class Choices:
    """What a drop-down offers: decisions, and reasons for them; and the words that are explained under them."""

    decisions: Sequence[Choice]
    reasons: Sequence[Choice]
    words: Sequence[Choice] = ()
    """Not chosen: the words with which the list weighs."""


#: What burgerzaken can decide about a departure, and leerplicht about a child on no school list.
DECISIONS: Final = tuple(outcome for outcome in EVERY_OUTCOME if DEPARTURE in outcome.kinds)
ABSENCE_DECISIONS: Final = tuple(outcome for outcome in EVERY_OUTCOME if ABSENCE in outcome.kinds)

REASONS: Final = (
    Choice("R-SCHOOL-TRAAG", "School had nog niet uitgeschreven", "De inschrijving was blijven staan."),
    Choice("R-SCHOOL-ELDERS", "School in het buitenland bevestigd", "Er is een verklaring van de nieuwe school."),
    Choice("R-TERUG", "Gezin is terug", "Het gezin woont weer hier."),
    Choice("R-OVER-DE-GRENS", "Woont over de grens", "Het kind gaat hier naar school en woont over de grens."),
    Choice("R-TEKEN-EERDER", "Teken is van vóór het vertrek", "De datum van het teken was een invoerdatum."),
    Choice("R-ANDER-KIND", "Teken hoort bij een ander kind", "Koppelfout, of een nummer dat erop lijkt."),
    Choice("R-DATUM", "Datum of besluit klopte niet", "Het dossier gaf een andere datum of uitkomst."),
    Choice("R-ADRES", "Kind woont hier nog", "Bij navraag bleek het kind hier te wonen."),
    Choice("R-GEEN-ANTWOORD", "Geen antwoord gekregen", "School of gezin was niet te bereiken."),
    Choice("R-GEEN-TIJD", "Geen tijd", "Bij 'Niet opgepakt'."),
    Choice("R-ANDERS", "Anders (zie notitie)", "Schrijf kort op wat er was."),
)

_SHARED: Final = {reason.code: reason for reason in REASONS}

ABSENCE_REASONS: Final = (
    Choice("R-NIEUWE-SCHOOL", "Nieuwe school bevestigd", "De school of het gezin heeft het bevestigd."),
    Choice("R-GEEN-LIJST", "School levert geen lijst", "Het kind gaat naar een school die niet op de lijsten staat."),
    _SHARED["R-SCHOOL-ELDERS"],
    Choice("R-VRIJSTELLING", "Vrijstelling gezien", "De grond hoort hier niet bij."),
    Choice("R-DIPLOMA", "Diploma gezien", "Het diploma telt als startkwalificatie."),
    Choice("R-VERHUISD", "Verhuisd of vertrokken", "Bij navraag bleek het gezin verhuisd."),
    _SHARED["R-ANDER-KIND"],
    _SHARED["R-GEEN-ANTWOORD"],
    _SHARED["R-GEEN-TIJD"],
    _SHARED["R-ANDERS"],
)

#: The words with which a list weighs, for people who see them for the first time; no number is needed to use them.
WEIGHING_WORDS: Final = (
    Choice("", "Spreekt ervoor", "Dit komt vaker voor als een kind hier nog of weer is. Het bewijst dat niet."),
    Choice("", "Spreekt ertegen", "Dit komt vaker voor als een kind echt weg is. Ook dat is geen bewijs."),
    Choice("", "Niet bekend", "Wat niemand heeft vastgelegd. Het telt niet mee, niet voor en niet tegen."),
    Choice("", "Sterk", "Komt zelden voor als er een gewone verklaring is. Begin uw vragen hier."),
    Choice("", "Redelijk sterk", "Zegt iets, maar een gewone verklaring komt ook voor."),
    Choice("", "Zwak", "Zegt op zichzelf weinig; het telt pas samen met iets anders."),
    Choice("", "Niveau A", "Wat ervoor spreekt weegt zwaarder dan wat ertegen spreekt. Bekijk dit eerst."),
    Choice("", "Niveau B", "Er spreekt iets voor, maar een gewone verklaring is waarschijnlijker. Bekijk dit daarna."),
    Choice("", "Te zwak om te vragen", "Een gewone verklaring is veel waarschijnlijker. Het staat op geen lijst."),
    Choice(
        "",
        "Weer terug",
        "Het kind staat weer ingeschreven. De vraag is of het tussendoor naar school ging. Geen niveau.",
    ),
)

DEPARTURE_CHOICES: Final = Choices(DECISIONS, REASONS, WEIGHING_WORDS)
ABSENCE_CHOICES: Final = Choices(ABSENCE_DECISIONS, ABSENCE_REASONS)
#: What can be chosen on a list of any kind.
EVERY_CHOICE: Final = Choices((*DECISIONS, *ABSENCE_DECISIONS), (*REASONS, *ABSENCE_REASONS))
#: What is shown of an outcome or a reason, by its code.
LABELS: Final = {choice.code: choice.label for choice in (*EVERY_OUTCOME, *EVERY_CHOICE.reasons)}
