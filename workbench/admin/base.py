"""What every list and form of the workbench shares: rights by edition, frozen editions, venue time, folded search."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _

from editions.clock import WallClockField
from editions.models import Edition
from editions.querysets import works_everywhere
from history.frozen import FrozenEditionError
from texts.fields import MarkdownField
from texts.folding import fold
from workbench.admin.inputs import ClockField, ClockInput, DateInput, KeyAutocomplete, is_key
from workbench.naming import edition_words
from workbench.past.collisions import Collisions
from workbench.past.told import told_of
from workbench.rights import (
    choices_for,
    edition_of,
    hide_unseen,
    is_frozen,
    may_add,
    may_delete,
    may_write,
    seen_by,
    sees_past,
)
from workbench.tools import tools_of
from workbench.writing import MarkdownWidget

if TYPE_CHECKING:
    _Options = admin.options.BaseModelAdmin[Any]
    _ModelAdmin = admin.ModelAdmin[Any]
    _StackedInline = admin.StackedInline[Any, Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _ModelForm = forms.ModelForm[Any]
else:
    _Options = object
    _ModelAdmin = admin.ModelAdmin
    _StackedInline = admin.StackedInline
    _TabularInline = admin.TabularInline
    _ModelForm = forms.ModelForm

INPUTS: dict[Any, Any] = {
    MarkdownField: {"widget": MarkdownWidget},
    WallClockField: {"form_class": ClockField, "widget": ClockInput},
    models.DateField: {"widget": DateInput},
}


def name_zone(fields: dict[str, forms.Field], edition: Edition | None) -> None:
    """Say beside each venue-time field whose clock it is."""
    zone = edition.timezone if edition is not None else ""
    # Django's templates take a help text for HTML.
    words = (
        _("By the clock in %(zone)s.") % {"zone": escape(zone)}
        if zone
        else _("By the clock of the edition's venue.")
    )
    for field in fields.values():
        if isinstance(field, ClockField):
            field.help_text = words


class BenchForm(_ModelForm):
    """A form that refuses, with a sentence, what would end up in a frozen edition."""

    def clean(self) -> dict[str, Any]:
        """The edition that the form leads to isn't frozen."""
        cleaned = super().clean() or self.cleaned_data
        path = getattr(self._meta.model, "edition_path", "")
        first, _sep, rest = path.partition("__")
        target = cleaned.get(first)
        for step in filter(None, rest.split("__")):
            target = getattr(target, step, None)
        if isinstance(target, Edition) and target.is_frozen:
            self.add_error(first, frozen_words(target))
        return cleaned


def frozen_words(edition: Edition) -> str:
    """What is said of a frozen edition, in one sentence."""
    return _("“%(edition)s” is frozen: nothing in it changes until the edition is unfrozen.") % {
        "edition": edition.name
    }


class EditionRights(_Options):
    """Rights for lists, forms and inlines alike: by edition, and nothing in a frozen one may change.

    Of an inline ``obj`` is the record above it.
    """

    formfield_overrides = INPUTS

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As Django has it, but only where the user works, and nothing in a frozen edition."""
        allowed = super().has_change_permission(request, obj) and not is_frozen(obj)
        return allowed and may_write(request, _kind_of(self, obj), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As Django has it, but only where the user works, and nothing in a frozen edition."""
        allowed = super().has_delete_permission(request, obj) and not is_frozen(obj)
        # A part goes with the record that it is a part of.
        may = may_delete if obj is None or isinstance(obj, self.model) else may_write
        return allowed and may(request, _kind_of(self, obj), obj)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet[Any]:
        """What a field may lead to: rows of editions in which the user works."""
        found = super().get_field_queryset(db, db_field, request)
        rows = db_field.remote_field.model._default_manager.using(db) if found is None else found
        return choices_for(request.user, rows)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """As Django has it, but an edition goes with its name, and is left empty only by who works in all."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeyAutocomplete(db_field, self.admin_site)
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Edition:
            field.label_from_instance = edition_words
            field.required = field.required or not works_everywhere(request.user)
        return field


def _kind_of(options: Any, record: Any) -> Any:
    """The model whose rows are asked for: an inline's rights are those of the record above it."""
    return options.model if record is None else type(record)


class BenchInline(EditionRights):
    """What our inlines share."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]
        """As Django has it, but only where the user works, and nothing in a frozen edition."""
        allowed = super().has_add_permission(request, obj) and not is_frozen(obj)  # type: ignore[call-arg]
        return allowed and (obj is None or may_write(request, type(obj), obj))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Name the zone of venue times."""
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        name_zone(formset.form.base_fields, edition_of(obj))
        return formset


class BenchStacked(BenchInline, _StackedInline):
    """An inline with a block a row."""

    # Django's link would lead to a 404 where visitors don't see the edition.
    view_on_site = False


class BenchTabular(BenchInline, _TabularInline):
    """An inline with a line a row."""

    view_on_site = False


class FoldedSearch(_ModelAdmin):
    """Search in folded columns: “lukasz” finds Łukasz."""

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search as Django does, for the folded words."""
        return super().get_search_results(request, queryset, fold(search_term))


class PlainLookups(_ModelAdmin):
    """Lists that no address can ask by a pattern: a broken one is an error of the database, and so a 500."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """As Django has it, but no pattern."""
        refused = lookup.endswith(("__regex", "__iregex"))
        return not refused and super().lookup_allowed(lookup, value, request)


class BenchAdmin(Collisions, EditionRights, PlainLookups):
    """What our lists and forms share."""

    form = BenchForm
    list_per_page = 50
    save_on_top = True
    # Counting what a search leaves out would cost a query more.
    show_full_result_count = False

    class Media:
        css: ClassVar = {"all": ["workbench/workbench.css"]}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Name the zone of venue times."""
        form = super().get_form(request, obj, change, **kwargs)
        name_zone(form.base_fields, edition_of(obj))
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As Django has it, for who works somewhere."""
        return super().has_add_permission(request) and may_add(request, self.model)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The rows that the user may see."""
        return seen_by(request.user, super().get_queryset(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record, if the user may see it; what it leads to, likewise."""
        record: Any = super().get_object(request, object_id, from_field)
        if record is not None and not self.has_change_permission(request, record):
            hide_unseen(request.user, record)
        return record

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What an address asks a new record to begin with, but no link that can't be one."""
        links = {field.name for field in self.opts.fields if field.is_relation}
        given = super().get_changeform_initial_data(request)
        return {name: value for name, value in given.items() if name not in links or is_key(value)}

    def view_on_site(self, obj: Any) -> str | None:
        """The record's public page; None where it has none or visitors don't see it."""
        manager = type(obj)._default_manager
        if not (hasattr(obj, "get_absolute_url") and hasattr(manager, "visible_to")):
            return None
        try:
            return obj.get_absolute_url() if manager.visible_to(None).filter(pk=obj.pk).exists() else None
        except NoReverseMatch:
            # A key or slug that the form has just refused still stands on the record.
            return None

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say why nothing can be changed, where that is so; offer what else can be done with the record."""
        record = kwargs.get("obj")
        context["tools"] = tools_of(request.user, record)
        context["has_history"] = record is not None and sees_past(request, record)
        edition = edition_of(record)
        if edition is not None and edition.is_frozen:
            address = reverse("admin:editions_edition_change", args=[edition.pk])
            messages.warning(
                request,
                format_html('{} <a href="{}">{}</a>', frozen_words(edition), address, _("Open the edition")),
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Django's form page; what a frozen edition refuses becomes a message."""
        answer = super().changeform_view
        return self._kindly(request, object_id, lambda: answer(request, object_id, form_url, extra_context))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Django's page that asks before deleting; what a frozen edition refuses becomes a message."""
        answer = super().delete_view
        return self._kindly(request, object_id, lambda: answer(request, object_id, extra_context))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's list; what a frozen edition refuses to an action becomes a message."""
        answer = super().changelist_view
        return self._kindly(request, None, lambda: answer(request, extra_context))

    def _kindly(self, request: HttpRequest, object_id: str | None, answer: Callable[[], Any]) -> Any:
        """Answer; a refusal because of a frozen edition sends back to the record, with the reason."""
        try:
            return answer()
        except FrozenEditionError as refusal:
            messages.error(request, str(refusal))
        except PermissionDenied:
            record = self.get_object(request, unquote(object_id)) if object_id else None
            edition = edition_of(record)
            if edition is None or not edition.is_frozen or not self.has_view_permission(request, record):
                raise
            messages.error(request, frozen_words(edition))
        page, keys = ("change", [object_id]) if object_id else ("changelist", [])
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=keys)
        )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What would be deleted; records of a frozen edition count as protected, so that the page says so."""
        found, counts, lacking, protected = super().get_deleted_objects(objs, request)
        frozen = [_("%(record)s (its edition is frozen)") % {"record": one} for one in objs if is_frozen(one)]
        # Django's page names the rights that are lacking before what is protected; frozen rows lack both.
        return found, counts, set() if protected or frozen else lacking, [*protected, *frozen]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of the record and its parts, by whomever or whatever; not only those made by forms."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return super().history_view(request, object_id)
        # Its history tells a published record's drafts too, and what it led to then.
        if not self.has_view_or_change_permission(request, record) or not sees_past(request, record):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": record},
            "told": told_of([record, *self._parts(request, record)]),
            "object": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "workbench/history.html", context)

    def _parts(self, request: HttpRequest, record: Any) -> Iterable[models.Model]:
        """The records that the form of this one holds inline."""
        for inline in self.get_inline_instances(request, record):
            link: Any = inline.get_formset(request, record).fk
            yield from inline.model._default_manager.filter(**{link.name: record})


class ReadOnlyAdmin(PlainLookups):
    """Lists to look at: nothing is added, changed or deleted by hand."""

    list_per_page = 50
    show_full_result_count = False

    class Media:
        css: ClassVar = {"all": ["workbench/workbench.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
