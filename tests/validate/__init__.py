"""What is demanded of the data, and that demanding it works."""
