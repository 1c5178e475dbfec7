-- Whether a text is a whole number of at most five digits.
CREATE OR REPLACE MACRO is_small_number(t) AS regexp_full_match(t, '[0-9]{1,5}')
