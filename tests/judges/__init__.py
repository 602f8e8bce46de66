"""Outside judges of the public pages: the Nu HTML checker, html-validate and Lighthouse on the sample series."""
