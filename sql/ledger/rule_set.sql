SELECT rule_set_no FROM rule_sets WHERE rules = ?
