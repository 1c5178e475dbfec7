-- Grain: the sign of one absence case, with what makes it the same sign on another night: being withdrawn on another day is
-- another sign, being on no list is the same one every night.
SELECT
    numbers.case_id,
    found.rule_code,
    found.source,
    CASE WHEN found.rule_code = 'R-02' THEN '' ELSE CAST(found.event_on AS VARCHAR) END AS sign_key,
    false AS is_context,
    found.event_on
FROM cases_absences_found AS found
INNER JOIN cases_absence_numbers AS numbers ON found.absence_id = numbers.absence_id
