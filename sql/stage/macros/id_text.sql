-- An id as a delivery writes it, 32 hex digits.
CREATE OR REPLACE MACRO id_text(t) AS replace(CAST(t AS VARCHAR), '-', '')
