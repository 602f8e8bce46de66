"""Template filters of texts/."""
