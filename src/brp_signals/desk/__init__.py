"""The desk: where a clerk works a case from signal to decision, in the trusted zone of the municipality."""
