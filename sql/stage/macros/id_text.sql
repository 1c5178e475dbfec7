-- An id as a delivery writes it, 32 hex digits.
CREATE OR REPLACE MACRO id_text(id) AS replace(CAST(id AS VARCHAR), '-', '')
