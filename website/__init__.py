"""What a visitor or a machine requests: every public address."""
