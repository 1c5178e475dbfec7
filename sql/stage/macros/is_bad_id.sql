-- Whether a text is no pseudonym: by its length where nobody needs the row, to the letter where somebody does.
CREATE OR REPLACE MACRO is_bad_id(t, is_needed) AS
CASE
    WHEN t IS NULL THEN false
    WHEN strlen(t) <> 32 THEN true
    WHEN is_needed THEN NOT is_id(t)
    ELSE false
END
