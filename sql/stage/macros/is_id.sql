-- Whether a text is a pseudonym: 32 lower-case hexadecimal characters.
CREATE OR REPLACE MACRO is_id(t) AS regexp_full_match(t, '[0-9a-f]{32}')
