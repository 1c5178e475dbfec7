"""What a run shows people, as text to review: a change of rules, wording or layout is a change of lines."""
