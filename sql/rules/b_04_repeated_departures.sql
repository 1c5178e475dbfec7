/*
code = "B-04"
level = "context"
title_nl = "Meer vertrekken in twee jaar"
sentence_nl = "In twee jaar zijn {n_departures} vertrekken van dit kind geregistreerd."
why_nl = "Helpt bij het lezen van het geval; zegt op zichzelf niets."
source = "Registergeschiedenis (BRP, categorie 08)"
innocent_nl = [
    "Een ouder werkt wisselend in het buitenland.",
    "De ouders wonen in verschillende landen.",
    "Een correctie is als nieuw vertrek vastgelegd.",
]
refuted_by_nl = [
    "Een van de vertrekken is een correctie.",
]
next_step_nl = "Alleen meelezen."
organisation_nl = "burgerzaken"
priority = 13
since = "0.1.0"

[reads]
facts_departures_in_view = ["departure_id", "person_id", "departed_earliest_on"]
facts_departures = ["person_id", "departure_number", "departed_earliest_on", "departed_latest_on", "is_returned"]
*/
-- Two or more departures of the child in the look-back (its first day left out), each but the newest followed by
-- a return.
WITH counted AS (
    SELECT
        person_id,
        is_returned,
        row_number() OVER (PARTITION BY person_id ORDER BY departure_number DESC) = 1 AS is_newest
    FROM facts_departures
    WHERE departed_earliest_on > $look_back_from AND departed_latest_on <= $reference_date
),

repeated AS (
    SELECT person_id, count(*) AS n_departures
    FROM counted
    WHERE is_returned OR is_newest
    GROUP BY person_id
    HAVING count(*) >= 2
)

SELECT
    departures.departure_id,
    'B-04' AS rule_code,
    'brp' AS source,
    departures.departed_earliest_on AS event_on,
    CAST(to_json({ 'n_departures': repeated.n_departures }) AS VARCHAR) AS facts
FROM facts_departures_in_view AS departures
INNER JOIN repeated ON departures.person_id = repeated.person_id
