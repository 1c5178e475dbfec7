-- One case, if it is of a municipality and kind of this user; without a row nobody learns whether there is such a case.
SELECT listed.*, whole.facts
FROM night.listed AS listed LEFT JOIN night.whole AS whole ON listed.case_id = whole.case_id
WHERE listed.case_id = :case_id
    AND municipality_code IN (SELECT municipality_code FROM user_municipalities WHERE name = :name)
    AND (
        (NOT is_sealed AND kind = 'departure' AND :sees_departures)
        OR (NOT is_sealed AND kind = 'absence' AND :sees_absences)
        OR (is_sealed AND kind = 'departure' AND :sees_sealed_departures)
        OR (is_sealed AND kind = 'absence' AND :sees_sealed_absences)
    )
