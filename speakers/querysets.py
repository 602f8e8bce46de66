"""People in the words of the field."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from history.versioned import VersionedQuerySet

if TYPE_CHECKING:
    from speakers.models import Speaker  # noqa: F401 - named in the type of a base class


class SpeakerQuerySet(VersionedQuerySet["Speaker"]):
    """People over all editions."""

    def visible_to(self, user: Any) -> "SpeakerQuerySet":
        """People who appear in a talk that the user may see; staff see those too who appear nowhere."""
        if not (user and user.is_authenticated and user.is_staff):
            return self.appearing()
        return self._in(self._appearances().visible_to(user))

    def open_to(self, user: Any) -> "SpeakerQuerySet":
        """People whose record the user may change: who appears where the user works, or nowhere."""
        return self._in(self._appearances().open_to(user))

    def _in(self, appearances: QuerySet[Any]) -> "SpeakerQuerySet":
        """People who are in some of these appearances, or in none at all."""
        here, anywhere = (
            Exists(rows.filter(speaker=OuterRef("pk"))) for rows in (appearances, self._appearances())
        )
        return self.filter(Q(here) | ~Q(anywhere))

    def appearing(self) -> "SpeakerQuerySet":
        """People who appear in at least one published or cancelled talk of a published edition."""
        return self.filter(Exists(self._shown_appearances().filter(speaker=OuterRef("pk"))))

    def search(self, terms: Iterable[str]) -> "SpeakerQuerySet":
        """People in whose names and affiliations, today's and printed ones, every one of the folded ``terms`` stands.

        What only a draft prints is not searched, whoever asks.
        """
        found = self
        for term in terms:
            printed = self._shown_appearances().filter(words_folded__contains=term, speaker__isnull=False)
            found = found.filter(Q(words_folded__contains=term) | Q(pk__in=printed.values("speaker_id")))
        return found

    def _shown_appearances(self) -> QuerySet[Any]:
        shown: QuerySet[Any] = self._appearances().visible_to(None)
        return shown

    def _appearances(self) -> Any:
        return self.model._meta.get_field("appearances").related_model._base_manager.order_by()

    def by_name(self) -> "SpeakerQuerySet":
        """In the order of their folded names."""
        return self.order_by("name_folded", "pk")
