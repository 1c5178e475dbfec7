/*
code = "B-06"
level = "circumstance"
title_nl = "Teken tussen vertrekdatum en verwerking"
sentence_nl = "Het vertrek is pas {lag_days_nl} na de vertrekdatum verwerkt ({recorded_on}); het teken van {event_on} ligt daartussen."
circumstance_nl = "vóór de verwerking"
why_nl = "Terwijl het vertrek in behandeling was, werd het kind nog gezien: datum of besluit kan onjuist zijn. De vertrekdatum ligt in de wet vast; het gaat dus om heroverweging van het besluit, niet om een mooiere dag."
source = "Wet BRP, artikelen 2.21, 2.22, 2.26 en 2.58"
innocent_nl = [
    "De verwerking bleef liggen en het kind vertrok later dan gepland.",
    "Er was eerst een adresonderzoek.",
]
refuted_by_nl = [
    "De datum van het teken was een invoerdatum.",
]
next_step_nl = "Dossier nakijken: klopt de datum, klopt het besluit?"
organisation_nl = "burgerzaken"
priority = 2
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from", "is_active"]
facts_departures_in_view = ["departure_id", "departed_latest_on", "recorded_earliest_on"]
*/
-- Recorded more than sixty days after the departure, with an active sign in between: the earliest stands for all.
WITH ranked AS (
    SELECT
        signs.departure_id,
        signs.source,
        signs.event_on,
        date_diff('day', departures.departed_latest_on, departures.recorded_earliest_on) AS lag_days,
        row_number() OVER (PARTITION BY signs.departure_id ORDER BY signs.event_on, signs.source) AS preference
    FROM facts_signs AS signs
    INNER JOIN facts_departures_in_view AS departures ON signs.departure_id = departures.departure_id
    WHERE
        departures.recorded_earliest_on > departures.departed_latest_on + CAST($slow_recording_days AS INTEGER)
        AND signs.is_active
        AND signs.event_on >= signs.counts_from
        AND signs.event_on <= departures.recorded_earliest_on
)

SELECT
    departure_id,
    'B-06' AS rule_code,
    source,
    event_on,
    CAST(to_json({ 'lag_days': lag_days }) AS VARCHAR) AS facts
FROM ranked
WHERE preference = 1
