"""Exchange at the command line."""
