"""Files to records to database, and back; no address, no page."""
