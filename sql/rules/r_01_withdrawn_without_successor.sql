/*
code = "R-01"
level = "absence"
title_nl = "Uitgeschreven van school, geen nieuwe school bekend"
sentence_nl = "De laatste bekende inschrijving (school {school_id}) eindigde op {event_on}; daarna staat het kind op geen schoollijst."
why_nl = "Een kind dat hier is ingeschreven en leerplichtig of kwalificatieplichtig is, hoort op een school te staan of vrijgesteld te zijn. De gemeente vergelijkt daarvoor het register met de schoollijsten. Waar het kind is en waarom, zegt de lijst niet."
source = "Leerplichtwet 1969, artikelen 2, 3, 4a, 18 en 19"
innocent_nl = [
    "De nieuwe school heeft nog niet ingeschreven, of haar lijst komt later.",
    "Het kind volgt onderwijs op een school die geen lijst levert, of in een instelling.",
    "Het kind gaat over de grens naar school.",
    "Het kind heeft een diploma dat als startkwalificatie telt.",
    "Het gezin is verhuisd en dat staat nog niet in het register.",
]
refuted_by_nl = [
    "Inschrijving op een andere school.",
    "Vrijstelling die nu geldt.",
    "Startkwalificatie.",
]
next_step_nl = "Vragen waar het kind nu onderwijs volgt en zo nodig helpen met een plek. Bij vertrek: helpen met de aangifte."
organisation_nl = "leerplicht"
priority = 1
since = "0.1.0"

[reads]
facts_absences = ["absence_id", "kind", "source", "withdrawn_on", "school_id"]
*/
-- The newest enrolment of the child has ended and no other one is open.
SELECT
    absence_id,
    'R-01' AS rule_code,
    source,
    withdrawn_on AS event_on,
    CAST(to_json({ 'school_id': school_id }) AS VARCHAR) AS facts
FROM facts_absences
WHERE kind = 'withdrawn'
