"""The public views, a module a subject: `view(viewpoint, query, …) -> Page`."""
