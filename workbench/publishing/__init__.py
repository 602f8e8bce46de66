"""Before the public sees it: previews, links to drafts, what publishing an edition means."""
