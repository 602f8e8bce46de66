"""What an organizer sees: the admin and everything around it."""
