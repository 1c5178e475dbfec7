"""What every room builds on: configuration, dates, errors, files, the database. It imports no other room."""
