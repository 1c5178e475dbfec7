DELETE FROM night.decided
