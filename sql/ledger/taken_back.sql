SELECT run_id FROM taken_back
