-- Grain: one departure that a suppressor keeps off the list; the first in this order is the reason, all are kept.
WITH hits AS (
    SELECT departure_id, 'S-07' AS suppressor_code, 1 AS precedence FROM cases_s_07_no_duty_left
    UNION
    SELECT departure_id, 'S-02' AS suppressor_code, 2 AS precedence FROM cases_s_02_registered_again
    UNION
    SELECT departure_id, 'S-03' AS suppressor_code, 3 AS precedence FROM cases_s_03_open_inquiry
    UNION
    SELECT departure_id, 'S-04' AS suppressor_code, 4 AS precedence FROM cases_s_04_recently_explained
    UNION
    SELECT departure_id, 'S-01' AS suppressor_code, 5 AS precedence FROM cases_s_01_border_pupil
    UNION
    SELECT departure_id, 'S-08' AS suppressor_code, 6 AS precedence FROM cases_s_08_stale_delivery
)

SELECT
    departure_id,
    min_by(suppressor_code, precedence) AS suppressor_code,
    string_agg(suppressor_code, '|' ORDER BY precedence) AS suppressor_codes
FROM hits
GROUP BY departure_id
