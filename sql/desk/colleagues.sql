-- Who works for this municipality.
SELECT name
FROM user_municipalities
WHERE municipality_code = :municipality_code
ORDER BY name
