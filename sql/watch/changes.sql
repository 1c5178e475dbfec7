-- Grain: the numbers of one subject for the ledger, by measure, a share with of how many it is: of a school list that was not known, and
-- of anything else what is not as it was when it was last written. What is there no more has none.
WITH tonight AS (
    SELECT
        subject_kind,
        subject,
        source,
        max(seen_on) AS on_day,
        CAST(to_json(map(
            list(measure ORDER BY measure),
            list(
                CASE WHEN isnan(n) THEN [round(value, 5)] ELSE [round(value, 5), n] END
                ORDER BY measure
            )
        )) AS VARCHAR) AS numbers
    FROM watch_series
    WHERE unit <> 'flag'
    GROUP BY subject_kind, subject, source
),

last AS (
    SELECT subject_kind, subject, source, max(on_day) AS on_day, arg_max(numbers, on_day) AS numbers
    FROM recall_numbers
    GROUP BY subject_kind, subject, source
)

SELECT tonight.*
FROM tonight
LEFT JOIN last
    ON tonight.subject_kind = last.subject_kind AND tonight.subject = last.subject AND tonight.source = last.source
WHERE
    CASE WHEN tonight.subject_kind = 'school'
        THEN tonight.on_day >= CAST($reference_date AS DATE) - $days_back AND (last.on_day IS NULL OR tonight.on_day > last.on_day)
        ELSE tonight.numbers IS DISTINCT FROM last.numbers
    END

UNION ALL

SELECT last.subject_kind, last.subject, last.source, CAST($reference_date AS DATE) AS on_day, '{}' AS numbers
FROM last
ANTI JOIN tonight
    ON last.subject_kind = tonight.subject_kind AND last.subject = tonight.subject AND last.source = tonight.source
WHERE last.subject_kind <> 'school' AND last.numbers <> '{}'
