-- S-08 Verouderde levering: nothing is left once the rules on a stale or shrunken school delivery are off.
SELECT evidence.departure_id
FROM cases_evidence AS evidence
WHERE evidence.level <> 'context'
GROUP BY evidence.departure_id
HAVING count(*) = count(*) FILTER (WHERE evidence.is_stopped)
