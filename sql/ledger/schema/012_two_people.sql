-- Whether a pair of decisions is of two people, by the names or roles that they gave: empty when one of them gave none. It stays when
-- the names are over their term, and tells nobody.
ALTER TABLE decision_pairs ADD COLUMN are_two_people INTEGER CHECK (are_two_people IN (0, 1));
