"""The desk and the published pages as people meet them in a browser; `make test-browser`."""
