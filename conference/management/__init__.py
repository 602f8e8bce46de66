"""The commands of the roof."""
