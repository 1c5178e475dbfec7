-- Numbers of a subject stand together in one row from here on; what was remembered series by series is carried over.

CREATE TABLE watch_subjects (
    subject_no INTEGER PRIMARY KEY,
    subject_kind TEXT NOT NULL,       -- school, source, municipality, table, code
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    scope TEXT NOT NULL,              -- of deliveries of these municipalities, as in runs
    UNIQUE (subject_kind, subject, source, scope)
) STRICT;

-- The numbers of a subject are written when one of them is another than the time before. `on_day` counts days since 2000-01-01: of a
-- school list its own day, of anything else the reference date. `numbers` is a JSON object: by measure the number and, of a share, of how
-- many it is; a measure that is not in it was there no more.
CREATE TABLE watch_numbers (
    subject_no INTEGER NOT NULL REFERENCES watch_subjects,
    run_no INTEGER NOT NULL,
    on_day INTEGER NOT NULL,
    numbers TEXT NOT NULL,
    PRIMARY KEY (subject_no, run_no)
) STRICT, WITHOUT ROWID;

INSERT INTO watch_subjects (subject_kind, subject, source, scope)
SELECT DISTINCT subject_kind, subject, source, scope FROM watch_series;

INSERT INTO watch_numbers (subject_no, run_no, on_day, numbers)
WITH series AS (
    SELECT subjects.subject_no, old.series_no, old.measure
    FROM watch_series AS old
    INNER JOIN watch_subjects AS subjects
        ON old.subject_kind = subjects.subject_kind AND old.subject = subjects.subject
        AND old.source = subjects.source AND old.scope = subjects.scope
),

written AS (
    SELECT series.subject_no, known.run_no, max(known.on_day) AS on_day
    FROM watch_values AS known
    INNER JOIN series ON known.series_no = series.series_no
    GROUP BY series.subject_no, known.run_no
),

standing AS (
    SELECT written.subject_no, written.run_no, written.on_day, series.measure,
        (
            SELECT latest.value FROM watch_values AS latest
            WHERE latest.series_no = series.series_no AND latest.run_no <= written.run_no
            ORDER BY latest.run_no DESC LIMIT 1
        ) AS value
    FROM written
    INNER JOIN series ON written.subject_no = series.subject_no
)

SELECT subject_no, run_no, on_day, json_group_object(measure, json_array(value, NULL)) FILTER (WHERE value IS NOT NULL)
FROM standing
GROUP BY subject_no, run_no, on_day;

DROP TABLE watch_values;
DROP TABLE watch_series;
