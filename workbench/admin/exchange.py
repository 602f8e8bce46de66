"""What the exchange remembers, to look at: runs, files, records, conflicts."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from exchange.models import Conflict, Run, SourceDialect, SourceFile, SourceRecord
from exchange.resolving import ChoiceRefused, Side, resolve
from history.frozen import FrozenEditionError
from workbench.admin.base import ReadOnlyAdmin, is_frozen


def as_text(value: Any) -> SafeString:
    """A JSON value as it would be written."""
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=2))


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Imports that wrote something, newest first."""

    list_display = ("__str__", "actor", "source", "counted")
    search_fields = ("actor", "source")
    date_hierarchy = "at"
    fields = ("at", "actor", "source", "counted", "options_text", "report_text")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the report, which may be long."""
        return super().get_queryset(request).defer("report")

    @admin.display(description=_("counts"))
    def counted(self, run: Run) -> str:
        """Created, updated and so on, in words."""
        return ", ".join(f"{name} {count}" for name, count in run.counts.items() if count) or "–"

    @admin.display(description=_("options"))
    def options_text(self, run: Run) -> SafeString:
        """The options as they were given."""
        return as_text(run.options)

    @admin.display(description=_("report"))
    def report_text(self, run: Run) -> SafeString:
        """The report as JSON."""
        return as_text(run.report)


@admin.register(SourceDialect)
class SourceDialectAdmin(ReadOnlyAdmin):
    """Mappings by which files were read, as the last run brought them."""

    list_display = ("key", "name")
    fields = ("key", "name", "words")
    readonly_fields = ("words",)

    @admin.display(description=_("text"))
    def words(self, mapping: SourceDialect) -> SafeString:
        """The mapping as it was written."""
        return format_html("<pre>{}</pre>", mapping.text)


@admin.register(SourceFile)
class SourceFileAdmin(ReadOnlyAdmin):
    """Files as last imported; their bytes stay in the database unless one file is opened."""

    list_display = ("path", "size", "read_at", "warned", "gone_at")
    list_filter = (("gone_at", admin.EmptyFieldListFilter),)
    search_fields = ("path",)
    fields = (
        "path",
        "size",
        "digest",
        "read_at",
        "mapping",
        "dialect",
        "reader",
        "warnings_text",
        "assets_text",
        "text",
        "gone_at",
    )
    readonly_fields = ("warnings_text", "assets_text", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the bytes, which a list never shows."""
        return super().get_queryset(request).defer("data")

    @admin.display(description=_("warnings"))
    def warned(self, file: SourceFile) -> str:
        """How many warnings."""
        count = len(file.warnings)
        return ngettext("%(count)d warning", "%(count)d warnings", count) % {"count": count} if count else "–"

    @admin.display(description=_("warnings"))
    def warnings_text(self, file: SourceFile) -> SafeString:
        """The warnings as JSON."""
        return as_text(file.warnings)

    @admin.display(description=_("assets"))
    def assets_text(self, file: SourceFile) -> SafeString:
        """The assets as JSON."""
        return as_text(file.assets)

    @admin.display(description=_("text"))
    def text(self, file: SourceFile) -> SafeString:
        """The file as text."""
        return format_html("<pre>{}</pre>", bytes(file.data).decode("utf-8", "replace"))


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnlyAdmin):
    """Records in files, and what they feed."""

    list_display = ("key", "kind", "edition_key", "file", "feeds")
    list_filter = ("kind",)
    search_fields = ("key", "edition_key", "file__path")
    fields = ("file", "kind", "edition_key", "key", "talk", "edition", "member", "agreed_text")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the file's path, without its bytes."""
        return super().get_queryset(request).select_related("file").defer("file__data")

    @admin.display(description=_("on the site"), boolean=True)
    def feeds(self, record: SourceRecord) -> bool:
        """Whether the row is still there; deleted on the site otherwise."""
        return record.target is not None

    @admin.display(description=_("agreed"))
    def agreed_text(self, record: SourceRecord) -> SafeString:
        """What file and site last agreed on, as JSON."""
        return as_text(record.agreed)


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    """Fields that file and site changed apart, each to be settled for the one or the other."""

    list_display = ("field", "path", "record_key", "base_text", "site_text", "file_text", "found_at")
    search_fields = ("field", "record__key", "record__file__path")
    fields = ("record_key", "path", "field", "base_text", "site_text", "file_text", "found_at")
    readonly_fields = fields
    actions = ("take_file", "keep_site")
    change_form_template = "workbench/conflict.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With record and file, without the file's bytes."""
        return super().get_queryset(request).select_related("record__file").defer("record__file__data")

    @admin.action(description=_("Take the file's value"))
    def take_file(self, request: HttpRequest, conflicts: QuerySet[Conflict]) -> None:
        """Settle each for the file."""
        self._settle(request, conflicts, "file")

    @admin.action(description=_("Keep the site's value"))
    def keep_site(self, request: HttpRequest, conflicts: QuerySet[Conflict]) -> None:
        """Settle each for the site."""
        self._settle(request, conflicts, "site")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The three values; the buttons below them send the side, and what was shown."""
        conflict = self.get_object(request, unquote(object_id))
        side = request.POST.get("side")
        if request.method != "POST" or side not in ("file", "site"):
            seen = {"seen": shown_values(conflict)} if conflict else {}
            return super().change_view(request, object_id, form_url, {**seen, **(extra_context or {})})
        if not self.has_view_permission(request, conflict):
            raise PermissionDenied
        if conflict is None:
            messages.error(request, gettext("Somebody else has settled this conflict meanwhile."))
        elif request.POST.get("seen") != shown_values(conflict):
            messages.error(
                request, gettext("The values have changed meanwhile. Look at them and choose again.")
            )
            return HttpResponseRedirect(request.path)
        else:
            self._settle(request, [conflict], cast("Side", side))
        return HttpResponseRedirect(reverse("admin:exchange_conflict_changelist"))

    def _settle(self, request: HttpRequest, conflicts: Iterable[Conflict], side: Side) -> None:
        """Carry out the choice for each conflict; what is refused is said, and the others go on."""
        settled = 0
        for conflict in conflicts:
            if not may_settle(request, conflict):
                words = gettext("%(conflict)s: you may not change this record.")
                messages.error(request, words % {"conflict": conflict})
                continue
            try:
                resolve(conflict, side, request.user.get_username())
                settled += 1
            except (ChoiceRefused, FrozenEditionError) as refusal:
                messages.error(request, f"{conflict}: {refusal}")
        if settled:
            words = ngettext("%(count)d conflict is settled.", "%(count)d conflicts are settled.", settled)
            messages.success(request, words % {"count": settled})

    @admin.display(description=_("record"), ordering="record__key")
    def record_key(self, conflict: Conflict) -> str:
        """The record's edition and key."""
        return str(conflict.record)

    @admin.display(description=_("file"), ordering="record__file__path")
    def path(self, conflict: Conflict) -> str:
        """The file's path."""
        return conflict.record.file.path

    @admin.display(description=_("last agreed"))
    def base_text(self, conflict: Conflict) -> str:
        """The value on which both agreed."""
        return value_text(conflict.base)

    @admin.display(description=_("on the site"))
    def site_text(self, conflict: Conflict) -> str:
        """The site's value."""
        return value_text(conflict.site)

    @admin.display(description=_("in the file"))
    def file_text(self, conflict: Conflict) -> str:
        """The file's value."""
        return value_text(conflict.file)


def may_settle(request: HttpRequest, conflict: Conflict) -> bool:
    """Whether somebody may change the record; a frozen edition is left to say so itself."""
    record = conflict.record
    row = getattr(record, record.kind)
    model: Any = SourceRecord._meta.get_field(record.kind).related_model
    options = model._meta
    if row is not None and not is_frozen(row):
        # The right to this one row is its own form's to say.
        form = admin.site.get_model_admin(model)
        return form.has_change_permission(request, row)
    right = "change" if row is not None or conflict.field != record.kind else "add"
    return cast("User", request.user).has_perm(f"{options.app_label}.{right}_{options.model_name}")


def shown_values(conflict: Conflict) -> str:
    """A digest of the values that somebody chooses between."""
    values = json.dumps([conflict.base, conflict.site, conflict.file], sort_keys=True)
    return hashlib.sha256(values.encode()).hexdigest()


def value_text(value: Any) -> str:
    """A value of a conflict in words."""
    if value in (None, "", []):
        return gettext("nothing")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
