"""What the exchange remembers: files and their bytes, what file and site agreed on, conflicts, runs."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from editions.models import CommitteeMember, Edition
from talks.models import Talk


class Run(models.Model):
    """One import that wrote something: who, when, how, and its report."""

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    actor = models.CharField(_("by"), max_length=255, blank=True)
    source = models.CharField(_("source"), max_length=2000, help_text=_("The paths that were given."))
    options = models.JSONField(_("options"), default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.pk} · {self.at:%Y-%m-%d %H:%M}"


class SourceDialect(models.Model):
    """A mapping by which files were read, so that an export writes them by the same.

    ``key`` tells one mapped site from another; its text is that of the last run.
    """

    key = models.CharField(_("key"), max_length=255, unique=True)
    name = models.CharField(_("name"), max_length=255)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")

    def __str__(self) -> str:
        return self.name


class SourceFile(models.Model):
    """A file that was imported, with its bytes as last read."""

    path = models.CharField(
        _("path"), max_length=1000, unique=True, help_text=_("From the root of the site.")
    )
    data = models.BinaryField(_("bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("size"))
    mtime = models.BigIntegerField(_("modified (nanoseconds)"), default=0)
    read_at = models.DateTimeField(_("read"))
    dialect = models.CharField(_("digest of the dialect"), max_length=64)
    mapping = models.ForeignKey(
        SourceDialect,
        models.PROTECT,
        related_name="files",
        null=True,
        blank=True,
        verbose_name=_("mapping"),
        help_text=_("None: the file has Lectern's own keys."),
    )
    reader = models.PositiveIntegerField(_("version of the reader"))
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    assets = models.JSONField(_("assets"), default=dict, blank=True)
    gone_at = models.DateTimeField(_("gone since"), null=True, blank=True)
    # So that an older checkout is noticed when it comes.
    earlier = models.JSONField(_("digests that it had before"), default=list, blank=True)

    class Meta:
        verbose_name = _("source file")
        verbose_name_plural = _("source files")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.path


class SourceRecord(models.Model):
    """One record in a file: what file and site last agreed on, and the row that it feeds.

    Without a row it is a tombstone: the row was deleted on the site.
    """

    class Kind(models.TextChoices):
        """What sort of record it is."""

        TALK = "talk", _("talk")
        EDITION = "edition", _("edition")
        MEMBER = "member", _("committee member")

    file = models.ForeignKey(SourceFile, models.CASCADE, related_name="records", verbose_name=_("file"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    edition_key = models.CharField(_("edition"), max_length=60, blank=True)
    key = models.CharField(_("key"), max_length=255)
    agreed = models.JSONField(_("agreed"), default=dict, blank=True)
    # Kept only while a conflict is open: a choice is carried out without the file.
    said = models.JSONField(_("what the file said"), null=True, blank=True)
    talk = models.OneToOneField(
        Talk, models.SET_NULL, related_name="source", null=True, blank=True, verbose_name=_("talk")
    )
    edition = models.OneToOneField(
        Edition, models.SET_NULL, related_name="source", null=True, blank=True, verbose_name=_("edition")
    )
    member = models.OneToOneField(
        CommitteeMember,
        models.SET_NULL,
        related_name="source",
        null=True,
        blank=True,
        verbose_name=_("member"),
    )

    class Meta:
        verbose_name = _("source record")
        verbose_name_plural = _("source records")
        ordering = ("file__path", "key")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "kind", "key"], name="sourcerecord_once_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.edition_key}/{self.key}"

    @property
    def target(self) -> Any:
        """The primary key of the row that it feeds; None for a tombstone."""
        return getattr(self, f"{self.kind}_id")


class Conflict(models.Model):
    """A field that file and site changed apart; nothing changes until somebody decides."""

    record = models.ForeignKey(
        SourceRecord, models.CASCADE, related_name="conflicts", verbose_name=_("record")
    )
    field = models.CharField(_("field"), max_length=255)
    base = models.JSONField(_("last agreed"), null=True, blank=True)
    site = models.JSONField(_("site"), null=True, blank=True)
    file = models.JSONField(_("file"), null=True, blank=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        ordering = ("record", "field")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "field"], name="conflict_once_a_field"),
            models.CheckConstraint(condition=~Q(field=""), name="conflict_names_its_field"),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.field}"
