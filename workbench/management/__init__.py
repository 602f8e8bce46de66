"""The workbench at the command line."""
