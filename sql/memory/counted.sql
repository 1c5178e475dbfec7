-- Grain: one school list of which rows are remembered from tonight on, with what they say.
SELECT
    source,
    school_id,
    seen_on,
    n_rows,
    count(*) AS n_remembered,
    CAST(sum(hash(person_id, education_type, enrolled_on, withdrawn_on)) AS VARCHAR) AS fingerprint
FROM memory_rows
GROUP BY source, school_id, seen_on, n_rows
