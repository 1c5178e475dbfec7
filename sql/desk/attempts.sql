SELECT count(*) AS n FROM attempts WHERE kind = :kind AND subject = :subject AND at > :not_before
