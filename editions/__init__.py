"""The series and its editions, with their rooms, tracks, dates and pages."""
