"""What an operator does: doctor, and the drills of docs/operations.md."""
