"""The pages of the desk and the forms on them, by subject."""
