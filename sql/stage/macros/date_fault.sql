-- Why a text that is no date is refused: its form, or a day that the calendar does not have.
CREATE OR REPLACE MACRO date_fault(t) AS
CASE
    WHEN regexp_full_match(t, '[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN 'date_impossible'
    ELSE 'date_malformed'
END
