"""People over all editions, and their other names."""
