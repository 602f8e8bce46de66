"""Pages of an edition or of the series, and where old addresses lead."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from editions.models.edition import Edition
from editions.querysets import PageQuerySet
from history.versioned import Versioned, VersionedQuerySet
from texts.fields import FoldedField, MarkdownField

# What already stands behind /<edition>/: a page there would never be reached.
RESERVED_SLUGS = frozenset("schedule now talks speakers rooms changes proceedings".split())


class Page(Versioned):
    """A Markdown page: call for papers, venue, guidelines, social."""

    class State(models.TextChoices):
        """Who sees the page."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    edition_path = "edition"
    shown_in = ("edition",)

    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="pages",
        null=True,
        blank=True,
        verbose_name=_("edition"),
        help_text=_("Empty: a page of the whole series."),
    )
    slug = models.SlugField(_("slug"), max_length=255, help_text=_("Its name in the address."))
    title = models.CharField(_("title"), max_length=255)
    title_folded = FoldedField(source="title", max_length=512)
    body = MarkdownField(_("text"), blank=True)
    words_folded = FoldedField(sources=("title", "body"))
    in_menu = models.BooleanField(_("in the menu"), default=True)
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers come first.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PUBLISHED)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        base_manager_name = "objects"
        ordering = ("position", "title", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "slug"], name="page_slug_once_an_edition"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(edition=None), name="page_slug_once_in_the_series"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def shown_everywhere(self) -> bool:
        """A page of the series stands in the menu of every page."""
        return self.edition_id is None

    def clean(self) -> None:
        """The slug must not be an address that every edition has."""
        if self.edition_id is not None and self.slug in RESERVED_SLUGS:
            message = _("“%(slug)s” is an address that every edition has: choose another slug.")
            raise ValidationError(
                {"slug": ValidationError(message, code="reserved", params={"slug": self.slug})}
            )

    def get_absolute_url(self) -> str:
        """The page's address, below its edition or below /pages/."""
        if self.edition is None:
            return reverse("website:series-page", args=[self.slug])
        return reverse("website:page", args=[self.edition.key, self.slug])


class Redirect(Versioned):
    """An old path of the site and the one that took its place."""

    old_path = models.CharField(
        _("old path"), max_length=2000, unique=True, help_text=_("From the root: /2019/talk.html")
    )
    new_path = models.CharField(
        _("new path"), max_length=2000, help_text=_("From the root: /spring-19/schedule/")
    )
    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="redirects",
        null=True,
        blank=True,
        verbose_name=_("edition"),
        help_text=_("The edition it leads to, if it is one's."),
    )

    objects = VersionedQuerySet["Redirect"].as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        base_manager_name = "objects"
        ordering = ("old_path",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(old_path__startswith="/") & Q(new_path__startswith="/"),
                name="redirect_from_root_to_root",
                violation_error_message=_("Write both paths from the root of this site, beginning with “/”."),
            )
        ]

    def __str__(self) -> str:
        return self.old_path

    def clean(self) -> None:
        """A redirect leads elsewhere, never to another site, and no way of several leads back."""
        if self.new_path.startswith("//") or self._leads_back():
            raise ValidationError({"new_path": _("Write another path of this site.")}, code="nowhere")
        begins = bare_path(self.old_path).split("/")[1:2]
        if self.edition_id and Edition.objects.filter(key__in=begins).exclude(pk=self.edition_id).exists():
            message = _("This path is another edition's.")
            raise ValidationError({"old_path": ValidationError(message, code="edition")})

    def _leads_back(self) -> bool:
        others = Redirect.objects.exclude(pk=self.pk)
        passed, path = {bare_path(self.old_path)}, bare_path(self.new_path)
        while path not in passed:
            passed.add(path)
            step = others.filter(old_path__in=(path, f"{path}/")).first()
            if step is None:
                return False
            path = bare_path(step.new_path)
        return True


def bare_path(address: str) -> str:
    """A path of this site without query, fragment and slash at its end: all its spellings are one page."""
    return re.split(r"[?#]", address, maxsplit=1)[0].rstrip("/")
