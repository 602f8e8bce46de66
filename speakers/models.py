"""People over all editions, and their other names."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attachments.fields import PictureField
from history.versioned import Versioned, VersionedQuerySet
from speakers.querysets import SpeakerQuerySet
from texts.fields import FoldedField, MarkdownField

ORCID = RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$", _("Write an ORCID iD as 0000-0002-1825-0097."))


class SpeakerManager(models.Manager["Speaker"].from_queryset(SpeakerQuerySet)):  # type: ignore[misc]
    """People by their slug."""

    def get_by_natural_key(self, slug: str) -> "Speaker":
        """Find a person by slug."""
        return self.get(slug=slug)  # type: ignore[no-any-return]


class Speaker(Versioned):
    """One person over all editions. Empty fields show those of the newest appearance."""

    shown_in = ("", "appearances__talk__edition", "appearances__talk__appearances__speaker")

    slug = models.SlugField(_("slug"), max_length=255, unique=True, help_text=_("The name in the address."))
    name = models.CharField(_("name"), max_length=255)
    name_folded = FoldedField(source="name", max_length=512, db_index=True)
    affiliation = models.CharField(
        _("affiliation"), max_length=255, blank=True, help_text=_("Today's. Empty: the newest appearance's.")
    )
    words_folded = FoldedField(sources=("name", "affiliation"))
    url = models.CharField(
        _("link"), max_length=2000, blank=True, help_text=_("Empty: the newest appearance's.")
    )
    bio = MarkdownField(_("biography"), blank=True, help_text=_("Empty: the newest appearance's."))
    photo = PictureField(
        _("photo"), kind="portrait", blank=True, help_text=_("Empty: the newest appearance's.")
    )
    links = models.JSONField(
        _("links"), default=list, blank=True, help_text=_("More links: [{“label”: …, “url”: …}, …].")
    )
    orcid = models.CharField(_("ORCID iD"), max_length=19, blank=True, validators=[ORCID])
    pronouns = models.CharField(_("pronouns"), max_length=60, blank=True)
    pronunciation = models.CharField(
        _("pronunciation"), max_length=255, blank=True, help_text=_("How to say the name.")
    )

    objects = SpeakerManager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        base_manager_name = "objects"
        ordering = ("name_folded", "pk")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """The person's slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """The person's page over all editions."""
        return reverse("website:speaker", args=[self.slug])


class SpeakerAlias(Versioned):
    """Another spelling of a name, or an old slug: found by imports, kept alive as an address."""

    shown_in = ("speaker",)

    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="aliases", verbose_name=_("speaker"))
    name = models.CharField(_("name"), max_length=255, blank=True)
    name_folded = FoldedField(source="name", max_length=512, db_index=True)
    slug = models.SlugField(_("old slug"), max_length=255, blank=True, db_index=True)

    objects = VersionedQuerySet["SpeakerAlias"].as_manager()

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        base_manager_name = "objects"
        ordering = ("name", "slug", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug"], condition=~models.Q(slug=""), name="speakeralias_slug_leads_to_one"
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") | ~models.Q(slug=""),
                name="speakeralias_says_something",
                violation_error_message=_("Give another name or an old slug."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    def clean(self) -> None:
        """An old slug is no other person's present one."""
        if self.slug and Speaker.objects.filter(slug=self.slug).exists():
            raise ValidationError({"slug": ValidationError(_("A person has this slug now."), code="taken")})
