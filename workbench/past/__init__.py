"""What was: history in words, versions restored, deletions undone, two people on one record."""
