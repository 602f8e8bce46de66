"""Commands for organizers and their CI."""
