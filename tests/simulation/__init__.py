"""Years of signals, draws and decisions of which the truth is known, to hold the evaluation against."""
