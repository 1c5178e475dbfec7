"""What the watch computes: how unusual a number of tonight is, and which of the unusual ones people are told of."""
