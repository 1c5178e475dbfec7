"""How lists of schools and suppliers are read: built-in profiles, profiles of one's own, and what a file asks for."""
