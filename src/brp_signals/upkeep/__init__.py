"""What keeps an installation in order: removing what is over its term, the doctor, the pages about the rules."""
