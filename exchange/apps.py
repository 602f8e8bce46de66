"""The app of exchange/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """Files to records to database, and back; no address, no page."""

    name = "exchange"
    verbose_name = _("Exchange")
