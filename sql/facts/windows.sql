-- Grain: one person. The compulsory window [duty_from, duty_until) of leerplicht and kwalificatieplicht together
-- (Lpw 3, 4a, 4b), narrowed to what holds for every date the birth date may be: doubt protects.
WITH birthdays AS (
    SELECT
        person_id,
        -- Born on 29 February: in a common year the 5th birthday counts as 1 March, the others as 28 February.
        CAST(birth_latest_on + INTERVAL 5 YEAR AS DATE)
        + CASE
            WHEN day(birth_latest_on) = 29 AND day(birth_latest_on + INTERVAL 5 YEAR) = 28 THEN 1
            ELSE 0
        END AS fifth_on,
        CAST(birth_earliest_on + INTERVAL 16 YEAR AS DATE) AS sixteenth_on,
        CAST(birth_earliest_on + INTERVAL 18 YEAR AS DATE) AS eighteenth_on
    FROM facts_persons
    WHERE birth_earliest_on > DATE '0001-01-01'
),

start_months AS (
    SELECT
        *,
        CAST(date_trunc('month', fifth_on) + INTERVAL 1 MONTH AS DATE) AS start_month_on
    FROM birthdays
)

SELECT
    start_months.person_id,
    coalesce(
        calendar.first_day_on,
        -- Without a school calendar: the latest day on which the first school day of that month may fall.
        start_months.start_month_on
        + CASE month(start_months.start_month_on) WHEN 1 THEN 13 WHEN 5 THEN 13 WHEN 8 THEN 38 ELSE 9 END
    ) AS duty_from,
    start_months.eighteenth_on AS duty_until,
    -- Leerplicht ends on 31 July of the school year (1 August to 31 July) in which the child turns 16.
    make_date(
        CAST(year(start_months.sixteenth_on) + CASE WHEN month(start_months.sixteenth_on) >= 8 THEN 1 ELSE 0 END AS INTEGER),
        8,
        1
    ) AS leerplicht_until
FROM start_months
LEFT JOIN settings_first_school_days AS calendar
    ON calendar.start_month_on = start_months.start_month_on
