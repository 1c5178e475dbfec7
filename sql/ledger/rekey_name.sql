INSERT INTO temp.renamed VALUES (?, ?)
