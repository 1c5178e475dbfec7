"""What was made, opened in the programs that staff open it with; `make test-office`."""
