"""Formats: the programme as text that other programs read, a module each; from plain records, without Django."""
