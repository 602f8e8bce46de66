"""The app of exchange/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from attachments.storing import register_keeper
from history.kept import kept_files


class ExchangeConfig(AppConfig):
    """Files to records to database, and back; no address, no page."""

    name = "exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        """Keep the files that history may bring back."""
        register_keeper(kept_files)
