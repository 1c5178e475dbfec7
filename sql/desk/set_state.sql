UPDATE decisions SET state = :state WHERE mark = :mark AND state = :was
