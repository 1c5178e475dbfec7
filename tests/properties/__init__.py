"""The invariants of the design, one file each, and the comparison of the SQL with the reference."""
