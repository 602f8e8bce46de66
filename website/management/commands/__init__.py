"""The commands of the website."""
