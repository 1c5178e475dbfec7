-- Rules that no run had any more.
DELETE FROM rule_sets
WHERE rule_set_no NOT IN (SELECT rule_set_no FROM runs)
