INSERT INTO decided_by VALUES (?, ?)
