/*
code = "R-02"
level = "absence"
title_nl = "Op geen enkele schoollijst"
sentence_nl = "Sinds {event_on} is het kind hier leerplichtig of kwalificatieplichtig; alle opgegeven scholen leverden een lijst en geen daarvan noemt het kind."
why_nl = "Een kind dat hier is ingeschreven en leerplichtig of kwalificatieplichtig is, hoort op een school te staan of vrijgesteld te zijn. Deze vraag wordt alleen gesteld zolang elke school die de gemeente heeft opgegeven een bruikbare lijst levert."
source = "Leerplichtwet 1969, artikelen 2, 3, 4a en 19"
innocent_nl = [
    "Het kind gaat naar een school buiten de opgegeven scholen, of in een instelling.",
    "Het kind gaat over de grens naar school.",
    "De school heeft het kind nog niet op haar lijst.",
    "Het kind is verhuisd en gaat nog naar zijn vorige school.",
    "Het kind heeft een diploma dat als startkwalificatie telt.",
    "Het gezin is verhuisd en dat staat nog niet in het register.",
]
refuted_by_nl = [
    "Inschrijving op een school.",
    "Vrijstelling die nu geldt.",
    "Startkwalificatie.",
]
next_step_nl = "Vragen waar het kind nu onderwijs volgt en zo nodig helpen met een plek. Bij vertrek: helpen met de aangifte."
organisation_nl = "leerplicht"
priority = 2
since = "0.1.0"

[reads]
facts_absences = ["absence_id", "kind", "since_on"]
*/
-- No school list, of tonight or remembered, ever held the child, and every declared school delivers.
SELECT
    absence_id,
    'R-02' AS rule_code,
    'brp' AS source,
    since_on AS event_on,
    CAST('{}' AS VARCHAR) AS facts
FROM facts_absences
WHERE kind = 'never'
