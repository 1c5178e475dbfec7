"""One module for each real format that the gateway reads, and what these formats share: cells, numbers, days, files."""
