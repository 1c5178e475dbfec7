-- Everything that belongs to one case; the ledger's keys refuse the whole removal when a table is forgotten here.
DELETE FROM case_evidence WHERE case_id = ?;
DELETE FROM case_facts WHERE case_id = ?;
DELETE FROM case_families WHERE case_id = ?;
DELETE FROM silences WHERE case_id = ?;
DELETE FROM case_states WHERE case_id = ?;
DELETE FROM case_aliases WHERE case_id = ?;
DELETE FROM control_draws WHERE case_id = ?;
DELETE FROM sample_left WHERE case_id = ?;
DELETE FROM decision_pairs WHERE case_id = ?;
DELETE FROM decisions WHERE case_id = ?;
DELETE FROM cases WHERE case_id = ?;
