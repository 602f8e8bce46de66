"""The app of texts/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TextsConfig(AppConfig):
    """Markdown to safe HTML and plain words; folding and cleaning of text."""

    name = "texts"
    verbose_name = _("Texts")
