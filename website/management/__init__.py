"""The website at the command line."""
