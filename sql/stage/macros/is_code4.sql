-- Whether a text is a code of four digits (tables 33 and 34).
CREATE OR REPLACE MACRO is_code4(t) AS regexp_full_match(t, '[0-9]{4}')
