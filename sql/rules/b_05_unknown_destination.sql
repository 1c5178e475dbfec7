/*
code = "B-05"
level = "circumstance"
title_nl = "Onbekend vertrokken, maar er is een teken"
sentence_nl = "De bestemming is onbekend{ex_officio_nl}; het teken van {event_on} kwam na dat vertrek."
circumstance_nl = "bestemming onbekend"
why_nl = "Een ambtshalve uitschrijving vraagt dat na gedegen onderzoek niets bekend is over verblijf hier; een later teken opent die vraag opnieuw. Een vertrek met onbekende bestemming kan een gezin afsnijden van zorg en toeslagen: deze regel is er om te helpen."
source = "Wet BRP, artikelen 2.22 en 2.26; circulaire adresonderzoek BRP; ECLI:NL:RVS:2025:3241"
innocent_nl = [
    "Het gezin is verhuisd en vergat dit door te geven.",
    "Het teken gaat over de tijd vóór het vertrek.",
    "Er woont iemand met een vergelijkbaar nummer: koppelfout.",
]
refuted_by_nl = [
    "Het teken is verklaard (zie de eigen regel van dat teken).",
]
next_step_nl = "Adresonderzoek opnieuw openen en het gezin een weg terug wijzen (herinschrijven, briefadres)."
organisation_nl = "burgerzaken"
priority = 1
since = "0.1.0"

[reads]
facts_signs = ["departure_id", "kind", "source", "event_on", "counts_from", "is_active"]
facts_departures_in_view = ["departure_id", "is_destination_unknown", "is_ex_officio"]
*/
-- Destination unknown, and at least one active sign after its own grace: the earliest such sign stands for all.
WITH ranked AS (
    SELECT
        signs.departure_id,
        signs.source,
        signs.event_on,
        departures.is_ex_officio,
        row_number() OVER (PARTITION BY signs.departure_id ORDER BY signs.event_on, signs.source) AS preference
    FROM facts_signs AS signs
    INNER JOIN facts_departures_in_view AS departures ON signs.departure_id = departures.departure_id
    WHERE departures.is_destination_unknown AND signs.is_active AND signs.event_on >= signs.counts_from
)

SELECT
    departure_id,
    'B-05' AS rule_code,
    source,
    event_on,
    CAST(
        to_json({ 'ex_officio_nl': CASE WHEN is_ex_officio THEN ' (ambtshalve uitgeschreven)' ELSE '' END }) AS VARCHAR
    ) AS facts
FROM ranked
WHERE preference = 1
