"""Who changed what, and which versions that raised."""
