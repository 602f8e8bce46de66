"""What an edition is made of: rooms, tracks, dates, sponsors, committee; and who may edit it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attachments.fields import PictureField
from editions.clock import validate_year
from editions.models.edition import COLOUR, Edition
from history.versioned import Versioned, VersionedQuerySet
from texts.fields import FoldedField, MarkdownField

POSITION_HELP = _("Smaller numbers come first.")


class PartManager(models.Manager["Versioned"].from_queryset(VersionedQuerySet["Versioned"])):  # type: ignore[misc]
    """Parts of an edition by (edition, key)."""

    def get_by_natural_key(self, edition: str, key: str) -> "Versioned":
        """Find a part by its edition's key and its own."""
        return self.get(edition__key=edition, key=key)  # type: ignore[no-any-return]


class Room(Versioned):
    """A room of an edition's venue."""

    edition_path = "edition"
    shown_in = ("edition", "talks__appearances__speaker")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="rooms", verbose_name=_("edition"))
    key = models.CharField(_("key"), max_length=255, help_text=_("The room as files print it."))
    name = models.CharField(_("name"), max_length=255)
    slug = models.SlugField(_("slug"), max_length=255, help_text=_("Its name in addresses."))
    floor = models.CharField(_("floor"), max_length=255, blank=True)
    capacity = models.PositiveIntegerField(
        _("capacity"), null=True, blank=True, help_text=_("How many people it holds.")
    )
    directions = models.TextField(_("directions"), blank=True, help_text=_("How to find it."))
    access_notes = models.TextField(
        _("access notes"), blank=True, help_text=_("Steps, lifts, hearing loop, quiet places.")
    )
    stream_url = models.CharField(_("stream link"), max_length=2000, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0, help_text=POSITION_HELP)

    objects = PartManager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        base_manager_name = "objects"
        ordering = ("position", "name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "key"], name="room_key_once_an_edition"),
            models.UniqueConstraint(fields=["edition", "slug"], name="room_slug_once_an_edition"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        """The edition's key and the room's."""
        return (self.edition.key, self.key)

    def get_absolute_url(self) -> str:
        """The room's door sheet."""
        return reverse("website:room", args=[self.edition.key, self.slug])


class Track(Versioned):
    """A track of an edition's programme."""

    edition_path = "edition"
    shown_in = ("edition", "talks__appearances__speaker")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="tracks", verbose_name=_("edition"))
    key = models.CharField(_("key"), max_length=255, help_text=_("The track as files print it."))
    name = models.CharField(_("name"), max_length=255)
    name_folded = FoldedField(source="name", max_length=512)
    slug = models.SlugField(_("slug"), max_length=255, help_text=_("Its name in addresses."))
    colour = models.CharField(_("colour"), max_length=7, blank=True, validators=[COLOUR])
    position = models.PositiveIntegerField(_("position"), default=0, help_text=POSITION_HELP)

    objects = PartManager()

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        base_manager_name = "objects"
        ordering = ("position", "name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "key"], name="track_key_once_an_edition"),
            models.UniqueConstraint(fields=["edition", "slug"], name="track_slug_once_an_edition"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        """The edition's key and the track's."""
        return (self.edition.key, self.key)


class ImportantDate(Versioned):
    """A deadline or another day to know; an extended one shows the first date struck out."""

    edition_path = "edition"
    shown_in = ("edition",)

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="dates", verbose_name=_("edition"))
    key = models.CharField(_("key"), max_length=255, help_text=_("Its name in files: submission_deadline."))
    label = models.CharField(_("label"), max_length=255)
    date = models.DateField(_("date"), null=True, blank=True, validators=[validate_year])
    extended_to = models.DateField(_("extended to"), null=True, blank=True, validators=[validate_year])
    position = models.PositiveIntegerField(_("position"), default=0, help_text=POSITION_HELP)

    objects = PartManager()

    class Meta:
        verbose_name = _("important date")
        verbose_name_plural = _("important dates")
        base_manager_name = "objects"
        ordering = (F("date").asc(nulls_last=True), "position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "key"], name="importantdate_key_once_an_edition")
        ]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str, str]:
        """The edition's key and the date's."""
        return (self.edition.key, self.key)


class Sponsor(Versioned):
    """Who pays for an edition."""

    edition_path = "edition"
    shown_in = ("edition",)
    untold = frozenset({"place"})

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sponsors", verbose_name=_("edition"))
    name = models.CharField(_("name"), max_length=255)
    url = models.CharField(_("link"), max_length=2000, blank=True)
    logo_text = models.CharField(
        _("logo in the file"),
        max_length=255,
        blank=True,
        help_text=_("The logo's name as the edition's file gives it."),
    )
    logo = PictureField(_("logo"), kind="logo", allow_svg=True, blank=True)
    tier = models.CharField(_("tier"), max_length=255, blank=True)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0, help_text=POSITION_HELP)
    place = models.CharField(_("place in the file"), max_length=60, blank=True, editable=False)

    objects = VersionedQuerySet["Sponsor"].as_manager()

    class Meta:
        verbose_name = _("sponsor")
        verbose_name_plural = _("sponsors")
        base_manager_name = "objects"
        ordering = ("position", "name", "pk")

    def __str__(self) -> str:
        return self.name


class CommitteeMember(Versioned):
    """Who organizes one edition, or the whole series."""

    edition_path = "edition"
    shown_in = ("edition",)

    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="committee",
        null=True,
        blank=True,
        verbose_name=_("edition"),
        help_text=_("Empty: the whole series."),
    )
    key = models.CharField(_("key"), max_length=255, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=255)
    affiliation = models.CharField(_("affiliation"), max_length=255, blank=True)
    role = models.CharField(_("role"), max_length=255, blank=True)
    url = models.CharField(_("link"), max_length=2000, blank=True)
    avatar = models.CharField(
        _("photo in the file"),
        max_length=255,
        blank=True,
        help_text=_("The photo's name as the file gives it."),
    )
    photo = PictureField(_("photo"), kind="portrait", blank=True)
    bio = MarkdownField(_("biography"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0, help_text=POSITION_HELP)

    objects = VersionedQuerySet["CommitteeMember"].as_manager()

    class Meta:
        verbose_name = _("committee member")
        verbose_name_plural = _("committee members")
        base_manager_name = "objects"
        # Files give no order: their names do.
        ordering = ("position", "key", "name", "pk")

    def __str__(self) -> str:
        return self.name


class EditionEditor(Versioned):
    """Who may edit which edition."""

    edition_path = ""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="editors", verbose_name=_("edition"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="editions", verbose_name=_("user")
    )

    objects = VersionedQuerySet["EditionEditor"].as_manager()

    class Meta:
        verbose_name = _("editor")
        verbose_name_plural = _("editors")
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "user"], name="editioneditor_once_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.edition}"
