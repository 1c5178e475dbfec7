-- Why a text that is no pseudonym is refused. 8 to 10 digits look like a BSN or A-number: not pseudonymised.
CREATE OR REPLACE MACRO id_fault(t) AS
CASE WHEN regexp_full_match(t, '[0-9]{8,10}') THEN 'id_not_pseudonymised' ELSE 'id_malformed' END
