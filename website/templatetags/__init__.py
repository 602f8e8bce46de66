"""Filters of the public pages' templates."""
