"""The Dutch of sentences that staff and stewards read, for errors that are written in English where they arise.

Each pair is the English sentence with names for what differs, and the Dutch with the same names. A sentence that is not
here stays as it is; a test holds every refusal of a delivery or workbook against this list.
"""

import errno
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
    # A number that is not known, and what a command answers.
    (
        "Case {case} is not among the cases of the last run; check the number, or ask the sealed-list officer.",
        "Signaal {case} hoort niet bij de signalen van de laatste run; kijk of het nummer klopt, of vraag het wie de "
        "verzegelde lijst beheert.",
    ),
    (
        "Case {case} is not in the ledger; check the number, or ask the sealed-list officer.",
        "Signaal {case} staat niet in het grootboek; kijk of het nummer klopt, of vraag het wie de verzegelde lijst "
        "beheert.",
    ),
    (
        "No run has been published from this state folder yet; run first, or name another --state.",
        "Uit deze map is nog geen run gepubliceerd; noem de juiste met --state.",
    ),
    (
        "The last run encrypted its lists; name the file that opens them with --identity.",
        "De laatste run heeft zijn lijsten versleuteld; noem met --identity het bestand dat ze opent.",
    ),
    (
        "There is no rule with that code; brp-signals rules lists them all.",
        "Er is geen regel met die code; brp-signals rules noemt ze allemaal.",
    ),
    (
        "The dossier is in {file}, for you alone; its first page stays with you. Print it from a browser.",
        "Het dossier staat in {file}, alleen voor u; het eerste blad blijft bij u. Druk het af met een browser.",
    ),
    (
        "The report is in {file}.",
        "Het rapport staat in {file}.",
    ),
    (
        "The counts are in {file}.",
        "De aantallen staan in {file}.",
    ),
    (
        "--months: write a number from {first} to {last}.",
        "--months: schrijf een getal van {first} tot en met {last}.",
    ),
    (
        "Delivery {delivery} is accepted; {failed} of {all} checks warn.",
        "Levering {delivery} is aanvaard; controles die waarschuwen: {failed} van {all}.",
    ),
    (
        "The answer could not be printed whole ({problem}); free space or print it elsewhere, then ask again.",
        "Het antwoord kon niet helemaal worden getoond ({problem}); maak ruimte of toon het ergens anders, en vraag "
        "het opnieuw.",
    ),
    (
        "The result could not be printed ({problem}); what the command did stands.",
        "De uitkomst kon niet worden getoond ({problem}); wat is gedaan, blijft gelden.",
    ),
    (
        "Stopped; nothing was published.",
        "Gestopt; er is niets gepubliceerd.",
    ),
    (
        "Stopped.",
        "Gestopt.",
    ),
    (
        "Internal failure ({kind}); {nothing}the data is not to blame: run again with --debug and pass the result to "
        "the maintainers.",
        "Er ging iets mis in het programma zelf ({kind}), niet door de gegevens; geef de opdracht opnieuw met "
        "--debug en geef de uitkomst door aan de beheerders van het programma.",
    ),
    # How a command is given.
    (
        "Missing argument {name}. See brp-signals --help.",
        "Er ontbreekt iets in de opdracht: {name}. Zie brp-signals --help.",
    ),
    (
        "Missing option {name}. See brp-signals --help.",
        "Er ontbreekt een optie in de opdracht: {name}. Zie brp-signals --help.",
    ),
    (
        "Option {name} requires an argument. See brp-signals --help.",
        "Achter optie {name} hoort een waarde. Zie brp-signals --help.",
    ),
    (
        "No such option: {name} See brp-signals --help.",
        "Deze optie bestaat niet: {name}. Zie brp-signals --help.",
    ),
    (
        "Got unexpected extra argument{plural} ({names}) See brp-signals --help.",
        "Dit hoort niet in de opdracht: {names}. Zie brp-signals --help.",
    ),
    (
        "No such command {name}. See brp-signals --help.",
        "De opdracht {name} bestaat niet. Zie brp-signals --help.",
    ),
    (
        "Invalid value for {name}: {reason} See brp-signals --help.",
        "De waarde bij {name} klopt niet. Zie brp-signals --help.",
    ),
    (
        "{message} See brp-signals --help.",
        "Zo kan de opdracht niet worden gegeven. Zie brp-signals --help.",
    ),
    (
        "{option}: write a day that exists, as 2026-11-20.",
        "{option}: schrijf een dag die bestaat, als 2026-11-20.",
    ),
    (
        "--reference-date: give a date from {first} to {last}.",
        "--reference-date: geef een datum van {first} tot en met {last}.",
    ),
    (
        "--reference-date: this day is later than tomorrow; give one that has come.",
        "--reference-date: deze dag ligt later dan morgen; geef een dag die er al is.",
    ),
    # Files that a person names.
    (
        "There is no delivery folder {folder}; check the path.",
        "Er is geen map {folder} met een levering; kijk of het pad klopt.",
    ),
    (
        "{file} cannot be written ({problem}); choose another place.",
        "{file} kan niet worden geschreven ({problem}); kies een andere plaats.",
    ),
    (
        "{file} exists already and is never written over; give another name.",
        "{file} bestaat al en wordt nooit overschreven; geef een andere naam.",
    ),
    (
        "The identity file {file} does not exist; brp-signals key --help tells how to make one.",
        "Het bestand {file} bestaat niet; noem achter --identity het bestand met uw sleutel.",
    ),
    (
        "The identity file {file} cannot be read ({problem}).",
        "Het bestand {file} is niet te lezen ({problem}); noem achter --identity het bestand met uw sleutel.",
    ),
    (
        "The identity file {file} is open to others than its owner; run chmod 600 on it.",
        "Het bestand {file} is ook voor anderen te openen; alleen u mag dat kunnen: doe er chmod 600 op.",
    ),
    (
        "The file {file} is no identity file; see brp-signals key --help.",
        "In het bestand {file} staat geen sleutel; noem achter --identity het bestand met uw sleutel.",
    ),
    (
        "The {what} {file} does not exist; brp-signals key --help tells how to make one.",
        "Het bestand {file} bestaat niet; brp-signals key --help zegt hoe u er een maakt.",
    ),
    (
        "The {what} {file} cannot be read ({problem}).",
        "Het bestand {file} is niet te lezen ({problem}); kijk of het pad en de rechten kloppen.",
    ),
    (
        "The {what} {file} is open to others than its owner; run chmod 600 on it.",
        "Het bestand {file} is ook voor anderen te openen; doe er chmod 600 op.",
    ),
    (
        "The file {file} is no {what}; see brp-signals key --help.",
        "Het bestand {file} is niet wat hier nodig is; zie brp-signals key --help.",
    ),
    (
        "The identity file {file} does not hold an age identity: a line that starts with {start}.",
        "In het bestand {file} staat geen sleutel van age: een regel die begint met {start}.",
    ),
    (
        "{file} was encrypted for somebody else: this identity does not open it.",
        "{file} is voor iemand anders versleuteld: deze sleutel opent het niet.",
    ),
    (
        "{file} is damaged or no age file; have it sent again.",
        "{file} is beschadigd of niet versleuteld met age; laat het opnieuw sturen.",
    ),
    (
        "{file} cannot be read: it is no CSV file in UTF-8 with whole numbers.",
        "{file} is niet te lezen: het is geen CSV-bestand in UTF-8 met hele getallen.",
    ),
    (
        "{file} needs the columns kind, group and departures, in this order.",
        "{file} heeft de kolommen kind, group en departures nodig, in deze volgorde.",
    ),
    (
        "The file of departures counts fewer for a group than were listed of it; count them anew.",
        "Het bestand met vertrekken telt er voor een groep minder dan er op de lijst stonden; tel ze opnieuw.",
    ),
    (
        "{file} cannot be read as a CSV file in UTF-8; check the path and the file.",
        "{file} is niet te lezen als CSV-bestand in UTF-8; kijk of het pad en het bestand kloppen.",
    ),
    # What municipalities share to learn from.
    (
        "What others may learn from is in {path}; read it before you hand it over.",
        "Waar anderen van kunnen leren, staat in {path}; lees het voordat u het aan iemand geeft.",
    ),
    (
        "--municipality: write a code of four digits, beside --share FILE.",
        "--municipality: geef een code van vier cijfers, en alleen samen met --share BESTAND.",
    ),
    (
        "There is nothing to share yet: fewer than {number} signals were decided on, or a count would follow from what "
        "is told; wait for more decisions.",
        "Er is nog niets te delen: over minder dan {number} signalen is besloten, of een aantal zou uit de rest "
        "volgen; wacht op meer besluiten.",
    ),
    (
        "{file} in the state folder is damaged, so what was shared before is not known; put back a copy.",
        "{file} in de map state is beschadigd, dus wat eerder is gedeeld is niet bekend; zet een kopie terug.",
    ),
    (
        "{file} was shared from this state folder; its decisions count already, leave it out.",
        "{file} is uit deze map state gedeeld; die besluiten tellen al mee, laat het bestand weg.",
    ),
    (
        "{file} and {other} are of one municipality; keep the newest.",
        "{file} en {other} zijn van dezelfde gemeente; houd alleen het nieuwste.",
    ),
    (
        "--pool names a folder without shared files (.json); check the path.",
        "--pool wijst een map aan zonder gedeelde bestanden (.json); kijk het pad na.",
    ),
    (
        "{file} is no shared file that can be read; check the path.",
        "{file} is geen gedeeld bestand dat te lezen is; kijk het pad na.",
    ),
    (
        "{file} is not of form {schema}; have it made by the same version of brp-signals.",
        "{file} heeft niet de vorm {schema}; laat het maken met dezelfde versie van brp-signals.",
    ),
    (
        "{file} was made with other rules or default points; have it made by the same version of brp-signals.",
        "{file} is gemaakt met andere regels of vaste gewichten; laat het maken met dezelfde versie van brp-signals.",
    ),
    (
        "{file} is not what evaluate --share writes, or it was changed; ask for it again.",
        "{file} is niet wat evaluate --share schrijft, of het is veranderd; vraag het opnieuw.",
    ),
    (
        "{file} needs a column case_id and a column for each kind of group.",
        "{file} heeft een kolom case_id nodig en een kolom voor elke soort groep.",
    ),
    (
        "{file}, column {place}: this column is on the forbidden list; take it out.",
        "{file}, kolom {place}: deze kolom mag niet worden gebruikt; haal haar weg.",
    ),
    (
        "{file}, line {line}: {what}; export the file again.",
        "{file}, regel {line}: hier is het bestand beschadigd of te groot; sla het opnieuw op.",
    ),
    (
        "{file} is empty; export the file again.",
        "{file} is leeg; sla het opnieuw op.",
    ),
    (
        "The path of {file} holds one of * ? [ ] {signs}, which the database reads as a pattern; rename it.",
        "In het pad van {file} staat een van de tekens * ? [ ] {signs}; geef het een andere naam.",
    ),
    (
        "The path of {file} holds a character that cannot be shown, or a byte that is no UTF-8, which the database "
        "cannot read; rename it.",
        "In het pad van {file} staat een teken dat niet te tonen of te lezen is; geef het een andere naam.",
    ),
    # The configuration.
    (
        "{file}: this configuration is missing; check the path after --config.",
        "{file}: deze configuratie ontbreekt; kijk of het pad achter --config klopt.",
    ),
    (
        "{file}: cannot be read as UTF-8 text; check the path after --config.",
        "{file}: niet te lezen als tekst in UTF-8; kijk of het pad achter --config klopt.",
    ),
    (
        "{file}: not valid TOML ({reason}); mend that line.",
        "{file}: geen geldige TOML; laat de beheerder het bestand herstellen.",
    ),
    (
        "{file}: a number or a nesting of brackets is too long; shorten it.",
        "{file}: een getal of een reeks haken is te lang; maak die korter.",
    ),
    (
        "{place}: unknown key; did you mean {nearest}?",
        "{place}: dit gegeven is niet bekend; bedoelde u {nearest}?",
    ),
    (
        "{place}: unknown key; remove it.",
        "{place}: dit gegeven is niet bekend; haal het weg.",
    ),
    (
        "{place}: this key is required; add it.",
        "{place}: dit gegeven is nodig; vul het aan.",
    ),
    (
        "{place}: {reason}; correct the value or remove the line for the default.",
        "{place}: deze waarde kan niet; verbeter haar, of haal de regel weg voor de gewone waarde.",
    ),
    (
        "Configuration, municipality_successors.{old}: {new} is not in the scope of this delivery, so its cases "
        "would be on no list; correct the value, or have the delivery made for that municipality too.",
        "Configuratie, municipality_successors.{old}: {new} hoort niet bij deze levering, zodat haar signalen op "
        "geen lijst zouden staan; verbeter de waarde, of laat de levering ook voor die gemeente maken.",
    ),
    (
        "manifest.json, pseudonym_key_id: it is empty or a number, which could be that of a person; have the "
        "delivery made under a name with letters, as the gateway gives.",
        "manifest.json, pseudonym_key_id: dit is leeg of een getal, dat van een persoon kan zijn; laat de levering "
        "maken onder een naam met letters, zoals de gateway die geeft.",
    ),
    # The ledger and the machine.
    (
        "{file} in the state folder is no ordinary file; move it away and put the ledger back.",
        "{file} in de map met de stand is geen gewoon bestand; haal het weg en zet het grootboek terug.",
    ),
    (
        "The ledger {file} in the state folder is damaged and nothing was published; put back {copy} under that name "
        "and remove the files beside it that end in -wal and -shm.",
        "Het grootboek {file} is beschadigd en er is niets gepubliceerd; laat de beheerder de nieuwste kopie onder "
        "die naam terugzetten en de bestanden ernaast weghalen die eindigen op -wal en -shm.",
    ),
    (
        "The ledger {file} was written by a newer version of brp-signals (ledger version {version}, this one knows "
        "{newest}); install that version again.",
        "Het grootboek {file} is geschreven door een nieuwere versie van brp-signals (versie {version}, deze kent "
        "{newest}); laat die versie weer installeren.",
    ),
    (
        "The ledger {file} in the state folder could not be {what} ({kind}); check disk space, rights and whether "
        "another program has it open, then run again.",
        "Het grootboek {file} kon niet worden geopend, gelezen of geschreven ({kind}); kijk naar schijfruimte en "
        "rechten en of een ander programma het open heeft, en probeer het opnieuw.",
    ),
    (
        "The enrolment memory {file} is not in the state folder any more; put the folder back from your backup.",
        "De bewaarde schoollijsten {file} zijn er niet meer; laat de beheerder de map uit de reservekopie terugzetten.",
    ),
    (
        "{file} in the state folder is damaged; run brp-signals weights --default to go back to the configuration.",
        "{file} is beschadigd; brp-signals weights --default gaat terug naar de configuratie.",
    ),
    (
        "The {what} folder {folder} belongs to another user; run as its owner, or chown -R it to this one.",
        "De map {folder} is van een andere gebruiker; werk als die gebruiker, of laat de beheerder haar overdragen.",
    ),
    (
        "The {what} folder {folder} can be {done} by others than its owner; run chmod {mode} on it.",
        "De map {folder} is ook voor anderen open; doe er chmod {mode} op.",
    ),
    (
        "The folder {folder} is not one that a run made; move it away.",
        "De map {folder} is niet door een run gemaakt; haal haar weg.",
    ),
    (
        "Step {step} could not read or write a file ({problem}); nothing was published: check disk space and rights, "
        "then run again.",
        "Stap {step} kon een bestand niet lezen of schrijven ({problem}); er is niets gepubliceerd: kijk naar "
        "schijfruimte en rechten en probeer het opnieuw.",
    ),
    (
        "The run could not begin, since state or output folder could not be written ({problem}); nothing was "
        "published: check disk space and rights, then run again.",
        "De run kon niet beginnen, omdat er niet kon worden geschreven ({problem}); er is niets gepubliceerd: kijk "
        "naar schijfruimte en rechten en probeer het opnieuw.",
    ),
    (
        "The database could not carry out {what} ({kind}); nothing was published and the data is not to blame: pass "
        "this sentence to the maintainers.",
        "De database kon {what} niet uitvoeren ({kind}); er is niets gepubliceerd en het ligt niet aan de gegevens: "
        "geef deze zin door aan de beheerders van het programma.",
    ),
    (
        "The database needs more memory for {what} than it may use, or than the machine has free; nothing was "
        "published: raise memory_limit in the configuration or free memory, then run again.",
        "De database heeft voor {what} meer geheugen nodig dan zij mag gebruiken of dan er vrij is; er is niets "
        "gepubliceerd: verhoog memory_limit in de configuratie of maak geheugen vrij, en probeer het opnieuw.",
    ),
    (
        "The database could not read or write a file for {what} ({kind}); nothing was published: check disk space "
        "and rights, then run again.",
        "De database kon voor {what} een bestand niet lezen of schrijven ({kind}); er is niets gepubliceerd: kijk "
        "naar schijfruimte en rechten en probeer het opnieuw.",
    ),
    (
        "Validation stopped: a check could not be evaluated; nothing is published and the data is not to blame, "
        "pass run.json to the maintainers.",
        "Het controleren is gestopt: een controle kon niet worden uitgevoerd; er is niets gepubliceerd en het ligt "
        "niet aan de gegevens, geef run.json door aan de beheerders van het programma.",
    ),
    (
        "Validation stopped: {check} has no measure; pass this sentence to the maintainers.",
        "Het controleren is gestopt: {check} heeft geen waarde; geef deze zin door aan de beheerders van het "
        "programma.",
    ),
    (
        "Validation stopped: check {check} gave a verdict that its own count contradicts; nothing is published and "
        "the data is not to blame, pass this sentence to the maintainers.",
        "Het controleren is gestopt: de uitslag van controle {check} past niet bij haar eigen telling; er is niets "
        "gepubliceerd en het ligt niet aan de gegevens, geef deze zin door aan de beheerders van het programma.",
    ),
    (
        "{file}: the rows read do not add up to the rows in the file; nothing is published, pass this sentence to "
        "the maintainers.",
        "{file}: de gelezen rijen en de rijen in het bestand kloppen niet met elkaar; er is niets gepubliceerd, geef "
        "deze zin door aan de beheerders van het programma.",
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
        for english, dutch in _PAIRS
    )
