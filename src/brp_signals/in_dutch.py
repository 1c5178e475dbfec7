"""The Dutch of sentences that staff and stewards read, for errors that are written in English where they arise.

Each pair is the English sentence with names for what differs, and the Dutch with the same names. A sentence that is not
here stays as it is; a test holds every refusal of a delivery or workbook against this list.
"""

import os
import re
from functools import cache
from typing import Final

#: Engineers ask for English with `BRP_SIGNALS_LANG=en`.
VARIABLE: Final = "BRP_SIGNALS_LANG"

_AGAIN: Final = "laat de levering opnieuw maken"
_PAIRS: Final = (
    # A delivery and its manifest.
    (
        "{folder} holds no manifest.json; a delivery needs one, have it sent again.",
        "In {folder} staat geen manifest.json; zonder kan een levering niet worden gelezen, laat haar opnieuw sturen.",
    ),
    (
        "manifest.json is far larger than the names of its files need; have the delivery made again.",
        f"manifest.json is veel groter dan nodig is voor de namen van de bestanden; {_AGAIN}.",
    ),
    (
        "manifest.json, schema: this version reads {schema} only; have it made so.",
        f"manifest.json, schema: deze versie leest alleen {{schema}}; {_AGAIN} in die vorm.",
    ),
    (
        "manifest.json, delivery_id: use 1 to 64 letters, digits, dots, dashes or underscores, not starting with a "
        "sign, and not 'latest'.",
        "manifest.json, delivery_id: gebruik 1 tot 64 letters, cijfers, punten, streepjes of lage streepjes, begin met "
        "een letter of cijfer, en niet 'latest'.",
    ),
    (
        "manifest.json, reference_date: this year cannot be meant; have the delivery made again.",
        f"manifest.json, reference_date: dit jaar kan niet bedoeld zijn; {_AGAIN}.",
    ),
    (
        "manifest.json, reference_date: this day is later than tomorrow; have the delivery made again with the day on "
        "which its sources were right.",
        f"manifest.json, reference_date: deze dag ligt later dan morgen; {_AGAIN}, met de dag waarop de "
        "bronnen klopten.",
    ),
    (
        "manifest.json, scope: name the municipalities, or say national: true.",
        "manifest.json, scope: noem de gemeenten, of zeg national: true.",
    ),
    (
        "manifest.json, tables: a table is not known ({number} of {all}); known are {known}.",
        "manifest.json, tables: een tabel is niet bekend ({number} van {all}); bekend zijn {known}.",
    ),
    (
        "manifest.json, tables: one file is named twice; have the delivery made again.",
        f"manifest.json, tables: één bestand wordt twee keer genoemd; {_AGAIN}.",
    ),
    (
        "manifest.json, tables: {table} is missing; have the delivery made again.",
        f"manifest.json, tables: {{table}} ontbreekt; {_AGAIN}.",
    ),
    (
        "manifest.json, tables.{table}: a file name must be a plain name within the folder.",
        "manifest.json, tables.{table}: een bestandsnaam moet een gewone naam binnen de map zijn.",
    ),
    (
        "manifest.json, {key}: {reason}; have the delivery made again.",
        f"manifest.json, {{key}}: dit gegeven ontbreekt of heeft niet de juiste vorm; {_AGAIN}.",
    ),
    (
        "{file} is named in manifest.json but is not in the delivery; have it sent again.",
        "{file} wordt genoemd in manifest.json maar zit niet in de levering; laat haar opnieuw sturen.",
    ),
    (
        "{file} is not the file that manifest.json describes (another sha256); have it sent again.",
        "{file} is niet het bestand dat manifest.json beschrijft (een andere sha256); laat het opnieuw sturen.",
    ),
    (
        "{file} holds a header but no row; leave the table out or have it sent again.",
        "{file} heeft een kop maar geen rij; laat de tabel weg of laat het bestand opnieuw sturen.",
    ),
    (
        "{file} holds {rows} rows but manifest.json promises {promised}; the copy is incomplete or a quote swallowed "
        "rows, have it sent again.",
        "Rijen in {file}: {rows}, maar manifest.json belooft er {promised}; de kopie is niet volledig of een "
        "aanhalingsteken slokte rijen op, laat het opnieuw sturen.",
    ),
    # The files themselves.
    (
        "{file} is empty: a header row and at least one row are needed; send it again.",
        "{file} is leeg: een kop en ten minste één rij zijn nodig; stuur het opnieuw.",
    ),
    (
        "{file}, line 1: there is no header; name the columns and send it again.",
        "{file}, regel 1: er is geen kop; noem de kolommen en stuur het opnieuw.",
    ),
    (
        "{file}, line 1: the header is not well-formed CSV; have it sent again.",
        "{file}, regel 1: de kop is geen goed gevormde CSV; laat het opnieuw sturen.",
    ),
    (
        "{file}, line 1: column {column} is missing; have it sent again with it.",
        "{file}, regel 1: kolom {column} ontbreekt; laat het opnieuw sturen met die kolom.",
    ),
    (
        "{file}, line 1: column {column} stands there twice; keep one and send it again.",
        "{file}, regel 1: kolom {column} staat er twee keer; houd er één en stuur het opnieuw.",
    ),
    (
        "{file}, line 1: a column name stands there twice; keep one and send it again.",
        "{file}, regel 1: een kolomnaam staat er twee keer; houd er één en stuur het opnieuw.",
    ),
    (
        "{file}, line 1, column {place}: this column is on the forbidden list and may never be delivered; take it out "
        "at the source and send the delivery again.",
        "{file}, regel 1, kolom {place}: deze kolom mag nooit worden geleverd; haal haar weg bij de bron en stuur de "
        "levering opnieuw.",
    ),
    (
        "{file}, column {place}: a column inside this one is on the forbidden list and may never be delivered; take it "
        "out at the source and send the delivery again.",
        "{file}, kolom {place}: een kolom hierbinnen mag nooit worden geleverd; haal haar weg bij de bron en stuur de "
        "levering opnieuw.",
    ),
    (
        "{file}: a column may not be named {name}; take it out and send it again.",
        "{file}: een kolom mag niet {name} heten; haal haar weg en stuur het opnieuw.",
    ),
    (
        "{file}, line {line}: a null byte; the file is damaged, have it sent again.",
        "{file}, regel {line}: een nulbyte; het bestand is beschadigd, laat het opnieuw sturen.",
    ),
    (
        "{file}, line {line}: not UTF-8; have it exported as UTF-8.",
        "{file}, regel {line}: geen UTF-8; laat het exporteren als UTF-8.",
    ),
    (
        "{file}, line {line}: a quote is opened here and never closed; have the file sent again.",
        "{file}, regel {line}: hier begint een aanhaling die nergens eindigt; laat het bestand opnieuw sturen.",
    ),
    ("{file} is damaged inside; have the delivery made again.", f"{{file}} is van binnen beschadigd; {_AGAIN}."),
    (
        "{file} is not a readable Parquet file; have it sent again.",
        "{file} is geen leesbaar Parquet-bestand; laat het opnieuw sturen.",
    ),
    # A delivery against those before it, and against the checks.
    (
        "Delivery {delivery} was accepted before with another content; a corrected delivery needs a delivery_id of its "
        "own, have it sent again under a new one.",
        "Levering {delivery} is eerder aanvaard met een andere inhoud; een verbeterde levering heeft een eigen "
        "delivery_id nodig, laat haar opnieuw sturen onder een nieuwe.",
    ),
    (
        "The delivery has another pseudonym_key_id than the ledger, so that no case could be recognised; have it made "
        "under the key of the ledger, or have the gateway re-key the ledger first.",
        "De levering is met een andere sleutel gemaakt dan het grootboek, zodat geen signaal te herkennen is; laat "
        "haar maken met de sleutel van het grootboek, of zet eerst het grootboek over op de nieuwe sleutel.",
    ),
    (
        "The reference date {day} lies before {last}, the date of the last accepted run; to look back, run with an "
        "empty state folder of its own (--state) and another --output.",
        "De peildatum {day} ligt vóór {last}, de datum van de laatste aanvaarde run; gebruik om terug te kijken een "
        "lege map (--state) en een andere --output.",
    ),
    (
        "Delivery {delivery} is refused: {columns}; nothing was published; have the delivery made again.",
        f"Levering {{delivery}} is geweigerd: {{columns}}; er is niets gepubliceerd, {_AGAIN}.",
    ),
    (
        "Delivery {delivery} refused: {what}; nothing was published.",
        "Levering {delivery} is geweigerd; welke controles haar tegenhouden staat hieronder. Er is niets gepubliceerd.",
    ),
    # Workbooks that come back.
    (
        "{file} has no sheet with the columns {one} and {other}; hand in the workbook of a municipality, with its "
        "header row.",
        "{file} heeft geen blad met de kolommen {one} en {other}; lever de werkmap van een gemeente in, met de koprij.",
    ),
    (
        "{file} is encrypted; reviewed workbooks are read plain: open it with the identity that it was encrypted for, "
        "and hand in that copy.",
        "{file} is versleuteld; open het met de sleutel waarvoor het is versleuteld en lever die kopie in.",
    ),
    (
        "{file} is larger than 64 MB, which no list is; hand in the workbook alone.",
        "{file} is groter dan 64 MB, en dat is geen enkele lijst; lever alleen de werkmap in.",
    ),
    (
        "{place}: column {column} stands twice; give the other one another name.",
        "{place}: kolom {column} staat er twee keer; geef de andere een andere naam.",
    ),
    (
        "{place}: column {column} is missing; put it back, with its header.",
        "{place}: kolom {column} ontbreekt; zet haar terug, met haar kop.",
    ),
    (
        "{file} is empty; export the file again as XLSX without a password.",
        "{file} is leeg; sla het opnieuw op als XLSX zonder wachtwoord.",
    ),
    (
        "{file} {problem}; export the file again as XLSX without a password.",
        "{file} is geen XLSX-werkmap, is beschadigd of heeft een wachtwoord; sla het opnieuw op als XLSX zonder "
        "wachtwoord.",
    ),
    (
        "{file} unpacks to far more than a list can hold and was not opened; save or export it again.",
        "{file} bevat uitgepakt veel meer dan een lijst kan bevatten en is niet geopend; sla het opnieuw op.",
    ),
    (
        "{file} holds a row of more than 4 MB; check what was exported.",
        "{file} heeft een rij van meer dan 4 MB; kijk wat er is opgeslagen.",
    ),
    (
        "{file} holds rows out of order or more than a sheet can have; export the file again.",
        "{file} heeft rijen in de verkeerde volgorde of te veel; sla het opnieuw op.",
    ),
    ("The file {file} does not exist; check the path.", "Het bestand {file} bestaat niet; kijk of het pad klopt."),
    (
        "The file {file} cannot be read ({problem}); check path and rights.",
        "Het bestand {file} is niet te lezen ({problem}); kijk of het pad en de rechten kloppen.",
    ),
    (
        "The file {file} cannot be opened ({problem}); check path and rights.",
        "Het bestand {file} is niet te openen ({problem}); kijk of het pad en de rechten kloppen.",
    ),
    # The state folder.
    (
        "No run has been published from the state folder {state} yet; name the right one with --state.",
        "Uit de map {state} is nog geen run gepubliceerd; noem de juiste met --state.",
    ),
    (
        "The state folder {state} cannot be written; check the path and its rights.",
        "In de map {state} kan niet worden geschreven; kijk of het pad en de rechten kloppen.",
    ),
    (
        "Another run{holder} is using the state folder {state}; wait until it has ended, then run again.",
        "Een andere run{holder} gebruikt de map {state}; wacht tot die klaar is en probeer het opnieuw.",
    ),
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


def is_dutch() -> bool:
    """Whether staff and stewards are told in Dutch, as they are unless somebody asks for English."""
    return os.environ.get(VARIABLE) != "en"


def in_dutch(sentence: str) -> str:
    """The sentence in Dutch, with what it names; one that is not known stays as it is."""
    for pattern, dutch in _patterns():
        if found := pattern.fullmatch(sentence):
            told = found.groupdict()
            return dutch.format(**told | {name: _within(told[name]) for name in ("place", "columns") if name in told})
    return sentence


def _within(told: str) -> str:
    """What a sentence names, where that is made of words as well."""
    for english, dutch in _WITHIN:
        told = told.replace(english, dutch)
    return told


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", re.escape(english)), re.DOTALL), dutch)
        for english, dutch in _PAIRS
    )
