"""People: likely doubles, merging them, a changed name carried over to what prints it."""
