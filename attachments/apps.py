"""The app of attachments/."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttachmentsConfig(AppConfig):
    """Pictures, slides and papers that hang on a record."""

    name = "attachments"
    verbose_name = _("Attachments")
