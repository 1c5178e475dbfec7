INSERT INTO rule_sets (rules) VALUES (?)
