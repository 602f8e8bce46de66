"""The app of speakers/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpeakersConfig(AppConfig):
    """People over all editions, and their other names."""

    name = "speakers"
    verbose_name = _("Speakers")
