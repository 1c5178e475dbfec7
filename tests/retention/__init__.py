"""What is kept and for how long, and that what is over its term is really gone."""
