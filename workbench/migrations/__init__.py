"""What the workbench needs in the database: groups of accounts."""
