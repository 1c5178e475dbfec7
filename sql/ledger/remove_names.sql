DELETE FROM decided_by
WHERE decision_no IN (SELECT decision_no FROM decisions WHERE decided_on < :named_before)
