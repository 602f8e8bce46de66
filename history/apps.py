"""The app of history/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    """Who changed what, and which versions that raised."""

    name = "history"
    verbose_name = _("History")
