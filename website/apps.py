"""The app of website/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteConfig(AppConfig):
    """What a visitor or a machine requests: every public address."""

    name = "website"
    verbose_name = _("Website")
