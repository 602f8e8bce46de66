"""What is wrong with a programme, pointed out: warnings, and the dashboard that counts them."""
