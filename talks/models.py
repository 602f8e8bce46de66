"""The programme: types, talks, who appears in them, papers, notices."""

import random
import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attachments.fields import DocumentField, PictureField
from editions.clock import WallClockField
from editions.models import Edition, Room, Series, Track
from history.versioned import Versioned, VersionedQuerySet
from speakers.models import Speaker
from talks import identity
from talks.querysets import AppearanceQuerySet, NoticeQuerySet, TalkQuerySet
from texts.fields import FoldedField, MarkdownField

ENDS_EARLY = _("The end is before the start.")
END_ALONE = _("An end needs a start.")


def random_number() -> int:
    """A positive 31-bit number for a talk that was made without a key (a shell's); imports derive theirs."""
    return random.SystemRandom().randint(1, identity.LARGEST_NUMBER)


class TalkTypeManager(models.Manager["TalkType"].from_queryset(VersionedQuerySet["TalkType"])):  # type: ignore[misc]
    """Types by their key."""

    def get_by_natural_key(self, key: str) -> "TalkType":
        """Find a type by its key."""
        return self.get(key=key)  # type: ignore[no-any-return]


class TalkType(Versioned):
    """A type of entry: keynote, paper session, panel, break. Types are data: an import makes those it meets."""

    class Kind(models.TextChoices):
        """What pages do with entries of the type."""

        TALK = "talk", _("talk")
        SESSION = "session", _("session")
        BREAK = "break", _("break")

    shown_in = ("talks__edition", "talks__appearances__speaker")

    key = models.CharField(
        _("key"), max_length=255, unique=True, help_text=_("Its name in files: invited_talk.")
    )
    label = models.CharField(_("label"), max_length=255, help_text=_("What pages call it: Invited talk."))
    label_folded = FoldedField(source="label", max_length=512)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TALK)
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers come first.")
    )

    objects = TalkTypeManager()

    class Meta:
        verbose_name = _("talk type")
        verbose_name_plural = _("talk types")
        base_manager_name = "objects"
        ordering = ("position", "label", "pk")

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str]:
        """The type's key."""
        return (self.key,)


class TalkManager(models.Manager["Talk"].from_queryset(TalkQuerySet)):  # type: ignore[misc]
    """Talks by (edition, key)."""

    def get_by_natural_key(self, edition: str, key: str) -> "Talk":
        """Find a talk by its edition's key and its own."""
        return self.get(edition__key=edition, key=key)  # type: ignore[no-any-return]


class Talk(Versioned):
    """Anything on the programme, breaks included: one row, one place in it."""

    class State(models.TextChoices):
        """Who sees the talk, and whether it takes place."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")

    class Recording(models.TextChoices):
        """Whether the talk may be recorded."""

        UNKNOWN = "", _("not said")
        YES = "yes", _("yes")
        NO = "no", _("no")
        ASK = "ask", _("ask first")

    edition_path = "edition"
    shown_in = ("edition", "appearances__speaker")
    sequenced_by = frozenset({"starts_at", "ends_at", "room", "location", "state", "title"})

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="talks", verbose_name=_("edition"))
    key = models.CharField(
        _("key"), max_length=255, blank=True, help_text=_("Its name in files. Empty: made from the title.")
    )
    slug = models.SlugField(
        _("slug"),
        max_length=255,
        blank=True,
        help_text=_("Its name in the address. Empty: made from the title."),
    )
    type = models.ForeignKey(TalkType, models.PROTECT, related_name="talks", verbose_name=_("type"))
    title = models.CharField(
        _("title"),
        max_length=255,
        blank=True,
        help_text=_("A session or a break may go without: its type stands for it."),
    )
    title_folded = FoldedField(source="title", max_length=512, db_index=True)
    # Before the longer columns: SQLite then reads half as much to search it.
    words_folded = FoldedField(sources=("title", "tags", "abstract"))
    abstract = MarkdownField(_("abstract"), blank=True)
    starts_at = WallClockField(_("starts"), null=True, blank=True, help_text=_("By the venue's clock."))
    ends_at = WallClockField(_("ends"), null=True, blank=True, help_text=_("By the venue's clock."))
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("Order among equals."))
    room = models.ForeignKey(
        Room, models.SET_NULL, related_name="talks", null=True, blank=True, verbose_name=_("room")
    )
    track = models.ForeignKey(
        Track, models.SET_NULL, related_name="talks", null=True, blank=True, verbose_name=_("track")
    )
    tags = models.JSONField(
        _("tags"), default=list, blank=True, help_text=_("A list: [“maps”, “open data”].")
    )
    level = models.CharField(_("level"), max_length=255, blank=True, help_text=_("Beginner, advanced, …"))
    language = models.CharField(_("language"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, db_index=True)
    slides = models.CharField(
        _("slides"),
        max_length=2000,
        blank=True,
        help_text=_("A link, or the file's name as the talk's file gives it."),
    )
    slides_file = DocumentField(_("slides file"), blank=True, db_index=True)
    video_url = models.CharField(_("video link"), max_length=2000, blank=True)
    recording = models.CharField(_("recording allowed"), max_length=3, choices=Recording, blank=True)
    location = models.CharField(
        _("location"),
        max_length=255,
        blank=True,
        help_text=_("Where, in free words, if not in one of the rooms."),
    )
    doi = models.CharField(_("DOI"), max_length=255, blank=True)
    extra = models.JSONField(
        _("more facts"),
        default=list,
        blank=True,
        help_text=_("[{“label”: …, “value”: …}, …], shown on the talk's page."),
    )
    session = models.ForeignKey(
        "self", models.SET_NULL, related_name="parts", null=True, blank=True, verbose_name=_("part of")
    )
    repeats = models.ForeignKey(
        "self", models.SET_NULL, related_name="repetitions", null=True, blank=True, verbose_name=_("repeats")
    )
    guid = models.UUIDField(_("guid"), default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(_("number"), default=random_number, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("sequence"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = TalkManager()

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        base_manager_name = "objects"
        ordering = (F("starts_at").asc(nulls_last=True), "position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "key"], name="talk_key_once_an_edition"),
            models.UniqueConstraint(fields=["edition", "slug"], name="talk_slug_once_an_edition"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gte=F("starts_at")),
                name="talk_ends_after_it_starts",
                violation_error_message=ENDS_EARLY,
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at__isnull=False),
                name="talk_end_needs_a_start",
                violation_error_message=END_ALONE,
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=identity.LARGEST_NUMBER),
                name="talk_number_is_positive",
            ),
        ]

    def __str__(self) -> str:
        when = date_format(self.starts_at, "D j M H:i") if self.starts_at else gettext("unscheduled")
        return " · ".join(str(part) for part in (self.edition, when, self.room, self.name) if part)

    @property
    def name(self) -> str:
        """What pages call it: its title, else, for a session or break, its type's label."""
        if self.title:
            return self.title
        return gettext("To be announced") if self.type.kind == TalkType.Kind.TALK else self.type.label

    @property
    def has_page(self) -> bool:
        """Whether it has a page of its own: a break without words has nothing to say there."""
        return self.type.kind != TalkType.Kind.BREAK or bool(self.abstract)

    def told_as(self) -> str:
        """Its title, else its key."""
        return self.title or self.key

    def clean(self) -> None:
        """Times in their order; an identity where there is none; room, track and other talks of the same edition."""
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": ValidationError(ENDS_EARLY, code="order")})
        if self.ends_at and not self.starts_at:
            raise ValidationError({"ends_at": ValidationError(END_ALONE, code="order")})
        if self.edition_id is None:
            return
        self._identify()
        for name in ("room", "track", "session", "repeats"):
            other = getattr(self, name)
            if other is not None and other.edition_id != self.edition_id:
                message = _("“%(other)s” belongs to another edition.")
                raise ValidationError(
                    {name: ValidationError(message, code="edition", params={"other": other})}
                )
        if self.pk is not None and self.pk in (self.session_id, self.repeats_id):
            raise ValidationError(
                _("A talk can be neither a part nor a repetition of itself."), code="itself"
            )

    def _identify(self) -> None:
        others = Talk.objects.filter(edition=self.edition_id).exclude(pk=self.pk)
        if not self.slug:
            kind = TalkType.objects.filter(pk=self.type_id).first()
            wished = identity.slug_of(self.title or (kind.label if kind else ""), "talk", self.guid)
            self.slug = identity.free_slug(wished, lambda slug: others.filter(slug=slug).exists())
        if not self.key:
            self.key = identity.free_slug(self.slug, lambda key: others.filter(key=key).exists())
        if self.pk is None:
            self.guid = identity.guid_of(Series.objects.the_one().key, self.edition.key, self.key)
            taken = Talk.objects.values_list("number", flat=True)
            self.number = identity.free_number(self.guid, set(taken))

    def natural_key(self) -> tuple[str, str]:
        """The edition's key and the talk's."""
        return (self.edition.key, self.key)

    def get_absolute_url(self) -> str:
        """The talk's page; a repetition leads to what it repeats, if visitors see that."""
        repeated = self.repeats
        shown = self if repeated is None or repeated.state == self.State.DRAFT else repeated
        return reverse("website:talk", args=[self.edition.key, shown.slug])


class Appearance(Versioned):
    """Who does what in a talk, as they were then. Without a speaker it is a placeholder such as “TBD”."""

    class Role(models.TextChoices):
        """What somebody does in a talk."""

        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        PANELIST = "panelist", _("panelist")
        CHAIR = "chair", _("chair")

    edition_path = "talk__edition"
    shown_in = ("talk__edition", "talk__appearances__speaker", "speaker")
    frozen_lets = frozenset({"speaker"})
    untold = frozenset({"place"})

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="appearances", verbose_name=_("talk"))
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, related_name="appearances", null=True, blank=True, verbose_name=_("speaker")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SPEAKER)
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers come first.")
    )
    name = models.CharField(_("name"), max_length=255, help_text=_("As printed then."))
    affiliation = models.CharField(
        _("affiliation"), max_length=255, blank=True, help_text=_("As it was then.")
    )
    words_folded = FoldedField(sources=("name", "affiliation"))
    url = models.CharField(_("link"), max_length=2000, blank=True)
    bio = MarkdownField(_("biography"), blank=True)
    avatar = models.CharField(
        _("photo in the file"),
        max_length=255,
        blank=True,
        help_text=_("The photo's name as the talk's file gives it."),
    )
    photo = PictureField(_("photo"), kind="portrait", blank=True, db_index=True)
    place = models.CharField(_("place in the file"), max_length=60, blank=True, editable=False)

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        base_manager_name = "objects"
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name

    def told_as(self) -> str:
        """The printed name."""
        return self.name


class Paper(Versioned):
    """A paper within a session."""

    edition_path = "talk__edition"
    shown_in = ("talk__edition", "talk__appearances__speaker")
    untold = frozenset({"place"})

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="papers", verbose_name=_("session"))
    title = models.CharField(_("title"), max_length=255)
    authors = models.CharField(_("authors"), max_length=2000, blank=True, help_text=_("As printed."))
    words_folded = FoldedField(sources=("title", "authors"))
    affiliation = models.CharField(_("affiliation"), max_length=2000, blank=True)
    paper = models.CharField(_("paper"), max_length=2000, blank=True, help_text=_("A link or a file's name."))
    paper_file = DocumentField(_("paper file"), blank=True, db_index=True)
    slides = models.CharField(
        _("slides"), max_length=2000, blank=True, help_text=_("A link or a file's name.")
    )
    slides_file = DocumentField(_("slides file"), blank=True, db_index=True)
    poster = models.CharField(
        _("poster"), max_length=2000, blank=True, help_text=_("A link or a file's name.")
    )
    poster_file = DocumentField(_("poster file"), blank=True, db_index=True)
    doi = models.CharField(_("DOI"), max_length=255, blank=True)
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers come first.")
    )
    place = models.CharField(_("place in the file"), max_length=60, blank=True, editable=False)

    objects = VersionedQuerySet["Paper"].as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        base_manager_name = "objects"
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class Notice(Versioned):
    """Words for an edition, a room or a talk, until when."""

    edition_path = "edition"
    shown_in = ("edition", "talk__appearances__speaker")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="notices", verbose_name=_("edition"))
    room = models.ForeignKey(
        Room, models.CASCADE, related_name="notices", null=True, blank=True, verbose_name=_("room")
    )
    talk = models.ForeignKey(
        Talk, models.CASCADE, related_name="notices", null=True, blank=True, verbose_name=_("talk")
    )
    text = models.CharField(_("text"), max_length=1000)
    until = WallClockField(
        _("until"), null=True, blank=True, help_text=_("By the venue's clock. Empty: for good.")
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        base_manager_name = "objects"
        ordering = ("until", "pk")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Room and talk belong to the edition."""
        for name in ("room", "talk"):
            other = getattr(self, name)
            if other is not None and other.edition_id != self.edition_id:
                raise ValidationError({name: _("It belongs to another edition.")}, code="edition")
