"""The app of talks/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalksConfig(AppConfig):
    """The programme: talk types, talks, who appears in them, papers, notices."""

    name = "talks"
    verbose_name = _("Talks")
