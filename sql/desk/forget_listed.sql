DELETE FROM night.listed
