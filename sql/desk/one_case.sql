-- One case, if it is of a municipality and kind of this user; without a row nobody learns whether there is such a case.
SELECT listed.*
FROM night.listed AS listed
WHERE listed.case_id = :case_id AND (NOT listed.is_sealed OR :sees_sealed)
    AND listed.municipality_code IN (SELECT municipality_code FROM user_municipalities WHERE name = :name)
    AND CASE listed.kind || listed.is_sealed
        WHEN 'departure0' THEN :sees_departures
        WHEN 'absence0' THEN :sees_absences
        WHEN 'departure1' THEN :sees_sealed_departures
        WHEN 'absence1' THEN :sees_sealed_absences
        ELSE 0 END
