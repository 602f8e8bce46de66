"""The app of conference/."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConferenceConfig(AppConfig):
    """The roof: the Django project that joins the rooms."""

    name = "conference"
    verbose_name = _("Conference")

    def ready(self) -> None:
        """Register the system checks."""
        import_module("conference.checks")
