"""The static archive: an edition or the series as plain files that outlive their server."""
