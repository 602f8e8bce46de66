"""People in the words of the field."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from history.versioned import VersionedQuerySet

if TYPE_CHECKING:
    from speakers.models import Speaker  # noqa: F401 - named in the type of a base class


class SpeakerQuerySet(VersionedQuerySet["Speaker"]):
    """People over all editions."""

    def visible_to(self, user: Any) -> "SpeakerQuerySet":
        """People who appear in a talk that the user may see: staff see everybody."""
        if user and user.is_authenticated and user.is_staff:
            return self
        return self.appearing()

    def appearing(self) -> "SpeakerQuerySet":
        """People who appear in at least one published or cancelled talk of a published edition."""
        appearances = self.model._meta.get_field("appearances").related_model
        shown = appearances._base_manager.filter(speaker=OuterRef("pk")).exclude(talk__state="draft")
        return self.filter(Exists(shown.exclude(talk__edition__state="draft")))

    def by_name(self) -> "SpeakerQuerySet":
        """In the order of their folded names."""
        return self.order_by("name_folded", "pk")
