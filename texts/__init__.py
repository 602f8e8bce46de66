"""Markdown to safe HTML and plain words; folding and cleaning of text."""
