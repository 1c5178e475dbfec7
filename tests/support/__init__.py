"""What tests of every kind lean on: the engine behind one function, and deliveries written to disk."""
