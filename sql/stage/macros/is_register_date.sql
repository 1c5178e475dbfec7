-- Whether a text is a register date.
CREATE OR REPLACE MACRO is_register_date(t) AS regexp_full_match(t, register_date_form())
