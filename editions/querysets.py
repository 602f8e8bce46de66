"""Editions in the words of the field: published, current, visible to a user, open to one."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeGuard

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import F, Q
from django.utils import timezone

from editions.clock import wall_clock
from history.versioned import VersionedQuerySet

if TYPE_CHECKING:
    from editions.models import Edition, Page  # noqa: F401 - named in the type of a base class

Who = User | AbstractBaseUser | AnonymousUser | None


EVERY_EDITION = "editions.every_edition"
"""The right to work in all editions; who lacks it works in those that they are given."""


def is_staff(user: Who) -> TypeGuard[User]:
    """Whether the user works on the site; None and visitors do not."""
    return bool(user and user.is_authenticated and getattr(user, "is_staff", False))


def works_everywhere(user: Who) -> bool:
    """Whether the user works in every edition, now and to come."""
    return is_staff(user) and user.has_perm(EVERY_EDITION)


class EditionQuerySet(VersionedQuerySet["Edition"]):
    """Editions, as a conference talks of them."""

    def published(self) -> "EditionQuerySet":
        """Editions that visitors see: published or frozen."""
        return self.exclude(state="draft")

    def open_to(self, user: Who) -> "EditionQuerySet":
        """Editions in which the user works, so that they see the drafts there: all, or those that they are given."""
        if not is_staff(user):
            return self.none()
        return self if works_everywhere(user) else self.filter(editors__user=user)

    def visible_to(self, user: Who) -> "EditionQuerySet":
        """Editions that the user may see: published ones, and those in which the user works."""
        if not is_staff(user):
            return self.published()
        if works_everywhere(user):
            return self
        given = EditionQuerySet(self.model).open_to(user).values("pk")
        return self.filter(~Q(state="draft") | Q(pk__in=given))

    def newest_first(self) -> "EditionQuerySet":
        """By date, newest first; editions without dates come first, as they are still to be announced."""
        return self.order_by(F("starts_on").desc(nulls_first=True), F("number").desc(nulls_first=True), "-pk")

    def ahead(self, at: datetime | None = None) -> "EditionQuerySet":
        """Editions that are on or to come at the moment ``at`` (aware; now if None), soonest first.

        The day is that of each venue's own calendar.
        """
        moment = at or timezone.now()
        zones = self.order_by().values_list("timezone", flat=True).distinct()
        not_over = Q(pk__in=[])
        for zone in zones:
            today = wall_clock(moment, zone).date()
            last_day_ahead = Q(ends_on__gte=today) | Q(ends_on=None, starts_on__gte=today)
            not_over |= Q(timezone=zone) & last_day_ahead
        return self.filter(not_over).order_by("starts_on", "pk")

    def current(self, at: datetime | None = None) -> "Edition | None":
        """The next edition while one is ahead or on at a moment, else the latest; None if there is none."""
        dated = self.filter(starts_on__isnull=False)
        return self.ahead(at).first() or dated.newest_first().first() or self.newest_first().first()


class PageQuerySet(VersionedQuerySet["Page"]):
    """Pages of an edition or of the series."""

    def visible_to(self, user: Who) -> "PageQuerySet":
        """Pages that the user may see: published ones, and drafts where the user works."""
        shown = Q(state="published") & (Q(edition=None) | ~Q(edition__state="draft"))
        if not is_staff(user):
            return self.filter(shown)
        if works_everywhere(user):
            return self
        # The manager of editions is reached through the key: the model isn't made yet where this file is read.
        editions: Any = self.model._meta.get_field("edition").related_model
        return self.filter(shown | Q(edition__in=editions.objects.open_to(user).values("pk")))

    def search(self, terms: Iterable[str]) -> "PageQuerySet":
        """Pages in whose title and text every one of the folded ``terms`` stands, somewhere in a word."""
        found = self
        for term in terms:
            found = found.filter(words_folded__contains=term)
        return found

    def in_menu(self) -> "PageQuerySet":
        """Pages that a menu shows, in its order."""
        return self.filter(in_menu=True).order_by("position", "title")
