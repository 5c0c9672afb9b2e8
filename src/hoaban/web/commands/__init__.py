"""One module per command of `hoaban`."""
