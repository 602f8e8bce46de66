"""Static files under hashed names; a page without its style is better than none."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.staticfiles.storage import ManifestStaticFilesStorage as _Storage
else:
    from whitenoise.storage import CompressedManifestStaticFilesStorage as _Storage

logger = logging.getLogger(__name__)


class HashedFiles(_Storage):
    """WhiteNoise's storage, in which a file that `collectstatic` has not seen keeps its plain name."""

    def stored_name(self, name: str) -> str:
        """Return the hashed name; where there is none the plain one, told to the log. An error page needs no more."""
        try:
            return super().stored_name(name)
        except ValueError:
            logger.warning("%s is not among the collected static files: run collectstatic.", name)
            return name
