DELETE FROM night.whole
