"""A delivery as it lies on disk: its contract, the columns that are forbidden in it, the inbox in which it arrives."""
