"""What the exchange remembers, to look at: runs, files, records, conflicts."""

import json
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from editions.querysets import works_everywhere
from exchange.models import Conflict, Run, SourceDialect, SourceFile, SourceRecord
from exchange.problems import Level, Place, Problem
from exchange.resolving import Side
from history.models import Change
from workbench.admin.base import ReadOnlyAdmin
from workbench.files.plan_page import (
    MOST_RECORDS,
    ConflictTold,
    count_words,
    field_label,
    group_problems,
    values_words,
)
from workbench.files.settling import records_open_to, settle, shown_values
from workbench.past.told import told


def as_text(value: Any) -> SafeString:
    """A JSON value as it would be written."""
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=2))


class OfTheWholeSite(ReadOnlyAdmin):
    """What tells of all editions at once: only those who work in every one of them see it."""

    class Media:
        css: ClassVar = {"all": ["workbench/exchange.css"]}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As Django has it, for those who work in every edition."""
        return super().has_view_permission(request, obj) and works_everywhere(request.user)


@admin.register(Run)
class RunAdmin(OfTheWholeSite):
    """The log of all imports that wrote something, newest first."""

    list_display = ("__str__", "actor", "source", "counted")
    search_fields = ("actor", "source")
    date_hierarchy = "at"
    fields = (
        "at",
        "actor",
        "source",
        "counted",
        "options_text",
        "changed",
        "conflicts_told",
        "problems_told",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the report, which may be long."""
        return super().get_queryset(request).defer("report")

    @admin.display(description=_("counts"))
    def counted(self, run: Run) -> str:
        """Created, updated and so on, in words."""
        return ", ".join(f"{count} {words}" for words, count in count_words(run.counts)) or "–"

    @admin.display(description=_("options"))
    def options_text(self, run: Run) -> str:
        """The options that were given."""
        given = ((OPTIONS.get(name, name), value) for name, value in run.options.items() if value)
        return ", ".join(str(name) if value is True else f"{name}: {value}" for name, value in given) or "–"

    @admin.display(description=_("records"))
    def changed(self, run: Run) -> SafeString:
        """What it changed, record by record, as history tells it."""
        changes = Change.objects.filter(run=run.pk).order_by("pk")
        shown = told(list(changes[:MOST_RECORDS]))
        more = changes.count() - len(shown)
        return render_to_string("workbench/_run_changes.html", {"changes": shown, "more": more})

    @admin.display(description=_("conflicts left"))
    def conflicts_told(self, run: Run) -> SafeString:
        """The conflicts that it left, with their three values."""
        found = run.report.get("conflicts", [])
        shown = [
            ConflictTold(
                one["path"],
                field_label("talk", one["field"]),
                *values_words(*(one[name] for name in ("base", "site", "file"))),
            )
            for one in found[:MOST_RECORDS]
        ]
        return render_to_string(
            "workbench/_run_conflicts.html", {"conflicts": shown, "more": len(found) - len(shown)}
        )

    @admin.display(description=_("problems"))
    def problems_told(self, run: Run) -> SafeString | str:
        """What it had to say of the files, in sentences."""
        groups = group_problems([problem_of(one) for one in run.report.get("problems", [])], {})
        return render_to_string("workbench/_problems.html", {"groups": groups}) if groups else gettext("none")


OPTIONS = {
    "timezone": _("time zone"),
    "prefer": _("who wins"),
    "edition": _("only this edition"),
    "prune": _("remove what is gone"),
    "keep_going": _("leave out files with errors"),
    "dialect": _("keys"),
}


def problem_of(said: dict[str, Any], path: str = "") -> Problem:
    """A problem as it was kept; line 0 is the file as a whole."""
    place = Place(said["line"], said["column"]) if said.get("line") else None
    level = Level(said.get("level", Level.WARNING))
    return Problem(said.get("path", path), place, level, said["code"], said.get("values", {}))


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
class SourceFileAdmin(OfTheWholeSite):
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
    def warnings_text(self, file: SourceFile) -> SafeString | str:
        """The warnings in sentences."""
        groups = group_problems([problem_of(one, file.path) for one in file.warnings], {})
        return render_to_string("workbench/_problems.html", {"groups": groups}) if groups else "–"

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
        """Of editions in which the user works, with the file's path, without its bytes."""
        found = super().get_queryset(request).filter(records_open_to(request.user))
        return found.select_related("file").defer("file__data")

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

    list_display = (
        "field",
        "path",
        "record_key",
        "base_text",
        "site_text",
        "file_text",
        "found_at",
        "all_of_it",
    )
    search_fields = ("field", "record__key", "record__file__path")
    fields = ("record_key", "path", "field", "base_text", "site_text", "file_text", "found_at")
    readonly_fields = fields
    actions = ("take_file", "keep_site")
    change_form_template = "workbench/conflict.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Of editions in which the user works, with record and file, without the file's bytes."""
        found = super().get_queryset(request).filter(records_open_to(request.user, "record"))
        return found.select_related("record__file").defer("record__file__data")

    @admin.action(description=_("Take the file's value"))
    def take_file(self, request: HttpRequest, conflicts: QuerySet[Conflict]) -> None:
        """Settle each for the file."""
        settle(request, [(one, "file") for one in conflicts])

    @admin.action(description=_("Keep the site's value"))
    def keep_site(self, request: HttpRequest, conflicts: QuerySet[Conflict]) -> None:
        """Settle each for the site."""
        settle(request, [(one, "site") for one in conflicts])

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
            settle(request, [(conflict, cast("Side", side))])
        return HttpResponseRedirect(reverse("admin:exchange_conflict_changelist"))

    @admin.display(description=_("record"), ordering="record__key")
    def record_key(self, conflict: Conflict) -> str:
        """The record's edition and key."""
        return str(conflict.record)

    @admin.display(description=_("all of the record"))
    def all_of_it(self, conflict: Conflict) -> SafeString:
        """A link to the page on which all conflicts of the record stand side by side."""
        address = reverse("admin:conflicts", args=[conflict.record_id])
        words = gettext("Side by side: %(record)s") % {"record": conflict.record}
        return format_html('<a href="{}" aria-label="{}">{}</a>', address, words, gettext("Side by side"))

    @admin.display(description=_("file"), ordering="record__file__path")
    def path(self, conflict: Conflict) -> str:
        """The file's path."""
        return conflict.record.file.path

    @admin.display(description=_("last agreed"))
    def base_text(self, conflict: Conflict) -> str:
        """The value on which both agreed."""
        return values_of(conflict)[0]

    @admin.display(description=_("on the site"))
    def site_text(self, conflict: Conflict) -> str:
        """The site's value."""
        return values_of(conflict)[1]

    @admin.display(description=_("in the file"))
    def file_text(self, conflict: Conflict) -> str:
        """The file's value."""
        return values_of(conflict)[2]


def values_of(conflict: Conflict) -> list[str]:
    """The three values of a conflict in words, cut where they are long."""
    shown = values_words(conflict.base, conflict.site, conflict.file)
    return [one or gettext("nothing") for one in shown]
