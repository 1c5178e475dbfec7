"""What comes in: files as they lie, with everything that can be wrong with them."""
