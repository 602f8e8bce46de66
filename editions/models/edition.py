"""The series and its editions: dates, zone, place, state."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attachments.fields import PictureField
from editions.clock import validate_year, validate_zone
from editions.querysets import EditionQuerySet
from history.versioned import Versioned, VersionedQuerySet
from texts.fields import MarkdownField

COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour as # and six hexadecimal digits: #8a3218."))
EDITION_KEY = RegexValidator(
    r"^[a-z0-9_-]{4,60}$", _("Write 4 to 60 of the letters a-z, digits, - and _: spring-24, for example.")
)
# The first words of the site's own addresses; an edition must not stand in their place.
RESERVED_KEYS = frozenset(
    (
        "admin archive assets committee editions feeds healthz media metrics pages proceedings search speakers static"
    ).split()
)
ENDS_EARLY = _("The last day is before the first.")


def default_zone() -> str:
    """The zone of a new edition: the site's setting."""
    return str(settings.DEFAULT_ZONE)


class SeriesManager(models.Manager["Series"].from_queryset(VersionedQuerySet["Series"])):  # type: ignore[misc]
    """The one row of the series."""

    def the_one(self) -> "Series":
        """The series, or an unsaved one under the site's first name."""
        return self.first() or Series(key="main", name=settings.SITE_NAME)

    def get_by_natural_key(self, key: str) -> "Series":
        """Find the series by its key."""
        return self.get(key=key)  # type: ignore[no-any-return]


class Series(Versioned):
    """The conference series: what the site is called and how it looks. There is one row."""

    key = models.SlugField(_("key"), max_length=60, unique=True, default="main", editable=False)
    name = models.CharField(_("name"), max_length=255, help_text=_("What the site is called."))
    logo = PictureField(_("logo"), kind="logo", allow_svg=True, blank=True)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[COLOUR],
        help_text=_("Colour of links: #8a3218."),
    )
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("One or two sentences for the home page.")
    )

    objects = SeriesManager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        base_manager_name = "objects"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(key__gt=""), name="series_has_a_key")]

    def __str__(self) -> str:
        return self.name

    def shown_everywhere(self) -> bool:
        """Every page bears its name and colour."""
        return True

    def clean(self) -> None:
        """There is one series a site."""
        if Series.objects.exclude(pk=self.pk).exists():
            raise ValidationError(_("The series is there already: change it instead."), code="one")

    def natural_key(self) -> tuple[str]:
        """The series' key."""
        return (self.key,)

    def get_absolute_url(self) -> str:
        """The home page."""
        return reverse("website:home")


class EditionManager(models.Manager["Edition"].from_queryset(EditionQuerySet)):  # type: ignore[misc]
    """Editions by their key."""

    def get_by_natural_key(self, key: str) -> "Edition":
        """Find an edition by its key."""
        return self.get(key=key)  # type: ignore[no-any-return]


class Edition(Versioned):
    """One holding of the conference."""

    class State(models.TextChoices):
        """Who sees an edition, and whether it may change."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        FROZEN = "frozen", _("frozen")

    class NoticeFormat(models.TextChoices):
        """What the notice is written in."""

        MARKDOWN = "markdown", "Markdown"
        HTML = "html", "HTML"

    edition_path = "pk"
    shown_in = ("", "talks__appearances__speaker")
    frozen_lets = frozenset({"state"})

    key = models.CharField(
        _("key"),
        max_length=60,
        unique=True,
        validators=[EDITION_KEY],
        help_text=_("Its name in files and addresses."),
    )
    number = models.PositiveIntegerField(
        _("number"), null=True, blank=True, help_text=_("Which edition it is: 5 for the fifth. May be empty.")
    )
    title = models.CharField(
        _("title"),
        max_length=255,
        blank=True,
        help_text=_("Empty: the short name of the host conference, else the key."),
    )
    starts_on = models.DateField(
        _("first day"),
        null=True,
        blank=True,
        validators=[validate_year],
        help_text=_("Empty: to be announced."),
    )
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, validators=[validate_year], help_text=_("Empty: one day.")
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default=default_zone,
        validators=[validate_zone],
        help_text=_("The venue's, such as Europe/Lisbon. Changing it keeps the clock times."),
    )
    location = models.CharField(
        _("location"), max_length=255, blank=True, help_text=_("City and country, or “Online”.")
    )
    venue = models.CharField(_("venue"), max_length=255, blank=True, help_text=_("Building or room."))
    host_name = models.CharField(
        _("host conference"),
        max_length=255,
        blank=True,
        help_text=_("The conference it is held with, in full."),
    )
    host_short = models.CharField(_("host's short name"), max_length=255, blank=True)
    host_url = models.CharField(_("host's link"), max_length=2000, blank=True)
    summary = MarkdownField(_("summary"), blank=True, help_text=_("What this edition is about (Markdown)."))
    notice = models.TextField(_("notice"), blank=True, help_text=_("Words at the top of the edition's page."))
    notice_format = models.CharField(
        _("notice is"), max_length=10, choices=NoticeFormat, default=NoticeFormat.MARKDOWN
    )
    banner = PictureField(_("banner"), kind="banner", blank=True)
    banner_credit = models.CharField(_("banner credit"), max_length=255, blank=True)
    doi = models.CharField(_("DOI"), max_length=255, blank=True)
    registration_url = models.CharField(_("registration link"), max_length=2000, blank=True)
    submission_url = models.CharField(_("submission link"), max_length=2000, blank=True)
    proceedings_url = models.CharField(_("proceedings link"), max_length=2000, blank=True)
    proceedings_venue = models.CharField(_("proceedings published by"), max_length=255, blank=True)
    recordings_url = models.CharField(_("recordings link"), max_length=2000, blank=True)
    online_url = models.CharField(_("online link"), max_length=2000, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=State,
        default=State.DRAFT,
        db_index=True,
        help_text=_("Frozen: archived; nothing changes it until it is unfrozen."),
    )

    objects = EditionManager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        base_manager_name = "objects"
        ordering = (F("starts_on").desc(nulls_first=True), "-pk")
        permissions: ClassVar = [("every_edition", _("Can work in every edition"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="edition_ends_after_it_starts",
                violation_error_message=ENDS_EARLY,
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> str:
        """What pages call it: its title, else its host's short name, else its key."""
        return self.title or self.host_short or self.key

    @property
    def is_frozen(self) -> bool:
        """Whether nothing may change it."""
        return self.state == self.State.FROZEN

    def clean(self) -> None:
        """The last day isn't before the first; the key must not stand in the way of the site's own addresses."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": ValidationError(ENDS_EARLY, code="order")})
        if self.key in RESERVED_KEYS:
            message = _("“%(key)s” is an address of the site itself: choose another key.")
            raise ValidationError(
                {"key": ValidationError(message, code="reserved", params={"key": self.key})}
            )

    def natural_key(self) -> tuple[str]:
        """The edition's key."""
        return (self.key,)

    def get_absolute_url(self) -> str:
        """The edition's page."""
        return reverse("website:edition", args=[self.key])
