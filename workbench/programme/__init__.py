"""A programme changed by hand: the day grid, the page for the day itself, many talks at once, a new edition."""
