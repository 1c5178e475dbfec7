"""The papers that a municipality signs."""
