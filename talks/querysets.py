"""The programme in the words of the field: published, scheduled, in progress, in order."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Prefetch, Q
from django.utils import timezone

from editions.clock import wall_clock
from editions.models import Edition
from editions.querysets import Who, is_staff, works_everywhere
from history.versioned import VersionedQuerySet

if TYPE_CHECKING:
    from talks.models import Appearance, Notice, Talk  # noqa: F401 - named in the type of a base class


class TalkQuerySet(VersionedQuerySet["Talk"]):
    """Entries of the programme."""

    def published(self) -> "TalkQuerySet":
        """What visitors see: published and cancelled entries of published or frozen editions."""
        return self.exclude(state="draft").exclude(edition__state="draft")

    def visible_to(self, user: Who) -> "TalkQuerySet":
        """Entries that the user may see: published ones, and all in the editions in which the user works."""
        if not is_staff(user):
            return self.published()
        if works_everywhere(user):
            return self
        shown = ~Q(state="draft") & ~Q(edition__state="draft")
        return self.filter(shown | Q(edition__in=Edition.objects.open_to(user).values("pk")))

    def scheduled(self) -> "TalkQuerySet":
        """Entries with a start."""
        return self.filter(starts_at__isnull=False)

    def unscheduled(self) -> "TalkQuerySet":
        """Entries whose time is still to be announced."""
        return self.filter(starts_at=None)

    def in_progress(self, at: datetime | None = None) -> "TalkQuerySet":
        """Entries that are on at the moment ``at`` (aware; now if None), each by its own venue's clock."""
        moment = at or timezone.now()
        zones = self.order_by().values_list("edition__timezone", flat=True).distinct()
        on_now = Q(pk__in=[])
        for zone in zones:
            clock = wall_clock(moment, zone)
            on_now |= Q(edition__timezone=zone, starts_at__lte=clock, ends_at__gt=clock)
        return self.filter(on_now).exclude(state="cancelled")

    def search(self, terms: Iterable[str]) -> "TalkQuerySet":
        """Entries in which every one of the folded ``terms`` stands, somewhere in a word.

        It may be in their title, tags or abstract, in a person's name or affiliation, in a paper's title or
        authors, in the type or in the track.
        """
        found = self
        for term in terms:
            here = Q(words_folded__contains=term)
            for name, column in (
                ("appearances", "words_folded"),
                ("papers", "words_folded"),
                ("type", "label_folded"),
                ("track", "name_folded"),
            ):
                here |= self._beside(name, Q(**{f"{column}__contains": term}))
            found = found.filter(here)
        return found

    def _beside(self, name: str, words: Q) -> Q:
        """Entries by what hangs on them: asked once a statement, not once an entry."""
        other: Any = self.model._meta.get_field(name)
        rows = other.related_model._base_manager.order_by().filter(words)
        if other.one_to_many:
            return Q(pk__in=rows.values(other.field.attname))
        return Q(**{f"{name}__in": rows.values("pk")})

    def originals(self) -> "TalkQuerySet":
        """Entries that repeat no other which visitors see: each stands for its repetitions."""
        return self.filter(Q(repeats=None) | Q(repeats__state="draft"))

    def with_page(self) -> "TalkQuerySet":
        """Entries that have a page of their own, as `Talk.has_page` says."""
        return self.exclude(type__kind="break", abstract="")

    def in_order(self) -> "TalkQuerySet":
        """By start, then room, then position; what has no time comes last."""
        return self.order_by(
            F("starts_at").asc(nulls_last=True),
            F("room__position").asc(nulls_first=True),
            "room__name",
            "position",
            "pk",
        )

    def with_people(self) -> "TalkQuerySet":
        """With type, room, track and, in one query each, the appearances and the papers."""
        appearances = self.model._meta.get_field("appearances").related_model
        return self.select_related("type", "room", "track").prefetch_related(
            Prefetch(
                "appearances", appearances._base_manager.select_related("speaker").order_by("position", "pk")
            ),
            "papers",
        )

    def with_names(self) -> "TalkQuerySet":
        """With what a line of a schedule shows: type, room, track and, in one query, the people's names alone."""
        appearances = self.model._meta.get_field("appearances").related_model
        names = appearances._base_manager.only("talk_id", "role", "name").order_by("position", "pk")
        return self.select_related("type", "room", "track").prefetch_related(Prefetch("appearances", names))


class AppearanceQuerySet(VersionedQuerySet["Appearance"]):
    """Who appears in the programme."""

    def visible_to(self, user: Who) -> "AppearanceQuerySet":
        """Appearances in entries that the user may see."""
        if not is_staff(user):
            return self.exclude(talk__state="draft").exclude(talk__edition__state="draft")
        if works_everywhere(user):
            return self
        shown = ~Q(talk__state="draft") & ~Q(talk__edition__state="draft")
        return self.filter(shown | Q(talk__edition__in=Edition.objects.open_to(user).values("pk")))

    def open_to(self, user: Who) -> "AppearanceQuerySet":
        """Appearances in the editions in which the user works."""
        return self.filter(talk__edition__in=Edition.objects.open_to(user).values("pk"))


class NoticeQuerySet(VersionedQuerySet["Notice"]):
    """Notices and whether they still stand."""

    def standing(self, clock: datetime) -> "NoticeQuerySet":
        """Notices that have not ended when the venue's clock (naive) shows ``clock``."""
        return self.filter(Q(until=None) | Q(until__gt=clock))
