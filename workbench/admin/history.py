"""What history keeps, to look at: changes, deletions, versions."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from editions.models import Edition
from history.models import Change, Deletion, Version
from workbench.admin.base import ReadOnlyAdmin
from workbench.admin.told import told


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """Every change, newest first."""

    list_display = ("at", "label", "kind", "action", "actor", "run", "edition_key")
    list_display_links = ("label",)
    list_filter = ("action", "kind")
    search_fields = ("label", "actor")
    date_hierarchy = "at"
    fields = ("at", "actor", "run", "action", "kind", "label", "edition_key", "in_words")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Changes with the key of the edition that they belong to."""
        keys = Edition.objects.filter(pk=OuterRef("edition")).values("key")
        found: QuerySet[Any] = super().get_queryset(request).annotate(of_edition=Subquery(keys))
        return found

    @admin.display(description=_("edition"), ordering="of_edition")
    def edition_key(self, change: Any) -> str:
        """The edition's key."""
        return change.of_edition or "–"

    @admin.display(description=_("fields"))
    def in_words(self, change: Change) -> SafeString:
        """Each field's old and new value."""
        return render_to_string("workbench/_fields.html", {"fields": told([change])[0].fields})


@admin.register(Deletion)
class DeletionAdmin(ReadOnlyAdmin):
    """What was deleted and could be brought back."""

    list_display = ("__str__", "at", "by", "batch")
    list_select_related = ("change",)
    search_fields = ("change__label", "change__actor")
    ordering = ("-pk",)

    @admin.display(description=_("at"), ordering="change__at")
    def at(self, deletion: Deletion) -> Any:
        """When."""
        return deletion.change.at

    @admin.display(description=_("by"), ordering="change__actor")
    def by(self, deletion: Deletion) -> str:
        """By whom."""
        return deletion.change.actor


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """At which version everything stands that pages show."""

    list_display = ("__str__", "kind", "key", "number", "raised_at")
    list_filter = ("kind",)
    search_fields = ("key",)
    ordering = ("-number", "kind", "key")
