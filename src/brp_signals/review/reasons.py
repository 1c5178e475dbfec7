"""Why a row goes back to the clerk, in Dutch, by code; the codes and their counts are what the operator sees."""

from typing import Final

_SETTLE: Final = "Overleg met elkaar en vul hier het besluit in dat geldt."

REASONS: Final = {
    "formula": "In deze regel staat een formule. Typ of kies de waarde zelf.",
    "case_missing": "Er is iets ingevuld, maar er staat geen nummer bij. Neem het nummer over van de lijst.",
    "case_malformed": "Het nummer klopt niet: een teken is verkeerd, te veel of te weinig. Neem het over van de lijst.",
    "case_unknown": "Dit nummer is op deze lijst niet bekend. Neem het over van de lijst van uw gemeente.",
    "other_municipality": "Dit signaal is van een andere gemeente dan deze lijst. Laat die gemeente besluiten.",
    "several_municipalities": "Het bestand noemt geen gemeente en bevat signalen van meer dan één. Lever ze apart in.",
    "torn": (
        "De cellen van deze regel horen niet bij elkaar; misschien is maar een deel van de kolommen gesorteerd. Kijk "
        "na welk besluit bij dit nummer hoort en vul het hier in."
    ),
    "decision_missing": "Er is een reden of een datum ingevuld, maar geen besluit. Kies een besluit.",
    "decision_unknown": "Dit besluit staat niet in de keuzelijst. Kies er een uit de lijst.",
    "reason_unknown": "Deze reden staat niet in de keuzelijst. Kies er een uit de lijst, of laat haar leeg.",
    "reason_needed": "Bij dit besluit is een reden verplicht. Kies een reden.",
    "reason_excluded": "Dit besluit en deze reden sluiten elkaar uit. Kies een ander besluit of een andere reden.",
    "day_missing": "De datum van het besluit ontbreekt. Vul de dag in waarop u besloot.",
    "day_unreadable": "De datum is niet te lezen. Schrijf haar als dd-mm-jjjj.",
    "day_in_future": "De datum ligt in de toekomst. Vul de dag in waarop u besloot.",
    "by_malformed": "Bij Door staat geen naam of functie. Gebruik 2 tot 60 tekens, zonder nummers.",
    "day_before_case": "De datum ligt vóór de dag waarop dit signaal voor het eerst is gezien. Kijk de datum na.",
    "day_before_decision": "De datum ligt vóór die van het eerdere besluit: {standing}. Kijk de datum na.",
    "twice": "Dit signaal staat in dit bestand meer dan eens, met verschillende besluiten. Vul hier het juiste in.",
    "differs_from_file": f"Hier staat: {{own}}. In {{other}} staat: {{theirs}}. {_SETTLE}",
    "differs_from_ledger": (
        f"Hier staat: {{own}}. Er is al een ander besluit: {{standing}}, ingelezen op {{imported_on}} uit het bestand "
        f"met kenmerk {{fingerprint}}. {_SETTLE} Blijft dat besluit gelden, dan hoeft u niets te doen."
    ),
}

_ALL_OF_IT: Final = ("decision", "reason", "day")
#: The cells that a person must look at again, by the code of the reason; when two decisions differ, all cells.
WRONG: Final = {
    "decision_unknown": ("decision",),
    "reason_unknown": ("reason",),
    "reason_excluded": ("decision", "reason"),
    "day_in_future": ("day",),
    "day_before_case": ("day",),
    "day_before_decision": ("day",),
    "torn": _ALL_OF_IT,
    "twice": _ALL_OF_IT,
    "differs_from_file": _ALL_OF_IT,
    "differs_from_ledger": _ALL_OF_IT,
}
