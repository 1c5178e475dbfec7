DELETE FROM night.known
