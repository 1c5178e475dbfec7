"""Writers of register formats for tests: one made-up municipality, expressed in each of them."""
