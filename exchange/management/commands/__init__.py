"""Commands that bring files in and out."""
