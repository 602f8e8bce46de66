"""What history keeps, to look at: changes, deletions, versions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from editions.models import Edition
from history.models import Change, Deletion, Version
from history.prune import prune
from history.undo import returned_among
from workbench.admin.base import ReadOnlyAdmin
from workbench.past.seeing import told_to
from workbench.past.told import actor_words, told


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

    class Media:
        css: ClassVar = {"all": ["workbench/history.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Changes that the user may see, with the key of the edition that they belong to."""
        keys = Edition.objects.filter(pk=OuterRef("edition")).values("key")
        found = told_to(request, super().get_queryset(request))
        return found.annotate(of_edition=Subquery(keys))

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
    """Deletions of the last 30 days, newest first: what was deleted together is one line."""

    list_display = ("__str__", "at", "by", "records", "undo")
    list_select_related = ("change",)
    search_fields = ("change__label", "change__actor")
    ordering = ("-pk",)
    fields = ("__str__", "at", "by", "records", "undo")
    readonly_fields = fields

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, without what is too old to be undone."""
        prune()
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """A line a batch, which a cascade ends with the record that somebody chose to delete."""
        together = Deletion.objects.order_by().values("batch")
        count = together.filter(batch=OuterRef("batch")).annotate(many=Count("pk")).values("many")
        back = returned_among(Deletion.objects.filter(pk=OuterRef("pk")))
        lines = (
            super()
            .get_queryset(request)
            .filter(
                pk__in=together.annotate(last=Max("pk")).values("last"),
                change__in=told_to(request, Change.objects.order_by()).values("pk"),
            )
        )
        found: QuerySet[Any] = lines.annotate(many=Subquery(count), is_back=Exists(back))
        return found

    @admin.display(description=_("deleted"), ordering="change__at")
    def at(self, deletion: Deletion) -> Any:
        """When."""
        return deletion.change.at

    @admin.display(description=_("by"), ordering="change__actor")
    def by(self, deletion: Deletion) -> str:
        """By whom."""
        return actor_words(deletion.change)

    @admin.display(description=_("records"), ordering="many")
    def records(self, deletion: Any) -> int:
        """How many records were deleted together."""
        return int(deletion.many)

    @admin.display(description=_("undo"))
    def undo(self, deletion: Any) -> str:
        """The link that shows what would come back."""
        if deletion.is_back:
            return gettext("undone")
        address = reverse("admin:undelete", args=[deletion.batch])
        return format_html('<a href="{}">{}</a>', address, gettext("Undo"))


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """At which version everything stands that pages show."""

    list_display = ("__str__", "kind", "key", "number", "raised_at")
    list_filter = ("kind",)
    search_fields = ("key",)
    ordering = ("-number", "kind", "key")
