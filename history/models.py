"""The tables of history: what changed, what was deleted, and which version everything shown stands at."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One record changed once: by whom, in which run, and each field's old and new value.

    It holds plain keys, no relations, so that it outlives what it tells of.
    """

    class Action(models.TextChoices):
        """What was done to the record."""

        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        DELETED = "deleted", _("deleted")

    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.CharField(_("by"), max_length=255, blank=True)
    run = models.PositiveBigIntegerField(_("import run"), null=True, blank=True, db_index=True)
    action = models.CharField(_("action"), max_length=10, choices=Action)
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=40)
    label = models.CharField(_("record"), max_length=255)
    edition = models.PositiveBigIntegerField(_("edition"), null=True, blank=True, db_index=True)
    fields = models.JSONField(_("fields"), default=dict, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["kind", "key"], name="change_record")]

    def __str__(self) -> str:
        return f"{self.label} · {self.get_action_display()}"


class Deletion(models.Model):
    """A deleted record's row, kept for a while so that the deletion can be undone."""

    change = models.OneToOneField(Change, on_delete=models.CASCADE, verbose_name=_("change"))
    batch = models.UUIDField(_("deleted together"), db_index=True)
    row = models.JSONField(_("row"))

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")

    def __str__(self) -> str:
        return self.change.label


class Version(models.Model):
    """The number at which an edition, a person or the whole series was last changed.

    Numbers come from one counter, the series' own: a higher number is a later change.
    """

    SERIES = "series"

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40, blank=True)
    number = models.PositiveBigIntegerField()
    raised_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="version_of_one_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.number}"
