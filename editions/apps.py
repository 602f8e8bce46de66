"""The app of editions/."""

from collections.abc import Collection

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from history.frozen import register_frozen


class EditionsConfig(AppConfig):
    """The series and its editions, with their rooms, tracks, dates and pages."""

    name = "editions"
    verbose_name = _("Editions")

    def ready(self) -> None:
        """Tell history which editions are frozen."""
        edition = self.get_model("Edition")

        def frozen(keys: Collection[int]) -> Collection[int]:
            found = edition._base_manager.filter(pk__in=keys, state="frozen")
            return set(found.values_list("pk", flat=True))

        register_frozen(frozen)
