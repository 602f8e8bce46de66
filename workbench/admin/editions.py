"""The series and its editions in the workbench, with rooms, tracks, dates, sponsors, committee, pages, redirects."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from editions.models import (
    CommitteeMember,
    Edition,
    EditionEditor,
    ImportantDate,
    Page,
    Redirect,
    Room,
    Series,
    Sponsor,
    Track,
)
from editions.querysets import works_everywhere
from talks import identity
from talks.models import Talk
from workbench.admin.base import BenchAdmin, BenchForm, BenchStacked, BenchTabular
from workbench.publishing.states import STATE_HELP, tell_of_state

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

CLOSED = ["collapse"]


class NamingForm(_ModelForm):
    """A part of an edition whose key and slug may be left to its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("key", "slug"):
            if name in self.fields:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Make key and slug where there is none."""
        cleaned = super().clean() or self.cleaned_data
        words = cleaned.get("name") or cleaned.get("label") or ""
        kind = str(self._meta.model._meta.model_name)
        for name, made in (("key", words), ("slug", identity.slug_of(words, kind, uuid.uuid4()))):
            if name in self.fields and name not in self.errors and not cleaned.get(name):
                cleaned[name] = made
        return cleaned


class PartForm(NamingForm, BenchForm):
    """A part of an edition, alone in its form."""


class RoomInline(BenchStacked):
    """Rooms of an edition."""

    model = Room
    form = NamingForm
    fieldsets = (
        (None, {"fields": [("name", "position"), ("floor", "capacity")]}),
        (
            _("Directions, stream, names in files and addresses"),
            {"classes": CLOSED, "fields": ["directions", "access_notes", "stream_url", ("key", "slug")]},
        ),
    )


class TrackInline(BenchStacked):
    """Tracks of an edition."""

    model = Track
    form = NamingForm
    fieldsets = (
        (None, {"fields": [("name", "colour", "position")]}),
        (_("Names in files and addresses"), {"classes": CLOSED, "fields": [("key", "slug")]}),
    )


class ImportantDateInline(BenchStacked):
    """Important dates of an edition."""

    model = ImportantDate
    form = NamingForm
    fieldsets = (
        (None, {"fields": ["label", ("date", "extended_to")]}),
        (_("Order, name in files"), {"classes": CLOSED, "fields": [("position", "key")]}),
    )


class SponsorInline(BenchStacked):
    """Sponsors of an edition."""

    model = Sponsor
    fieldsets = (
        (None, {"fields": [("name", "tier", "position"), "url"]}),
        (_("Logo and description"), {"classes": CLOSED, "fields": ["logo", "logo_text", "description"]}),
    )


class CommitteeMemberInline(BenchStacked):
    """Committee of an edition."""

    model = CommitteeMember
    fieldsets = (
        (None, {"fields": [("name", "role", "position"), "affiliation"]}),
        (_("Link, photo, biography"), {"classes": CLOSED, "fields": ["url", "photo", "avatar", "bio"]}),
    )


class EditionEditorInline(BenchTabular):
    """Who may edit an edition."""

    model = EditionEditor
    autocomplete_fields = ("user",)


@admin.register(Series)
class SeriesAdmin(BenchAdmin):
    """The one row of the series."""

    list_display = ("name", "key")
    fields = ("name", "logo", "accent", "summary")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: identities stand on its key."""
        return False

    def view_on_site(self, obj: Series) -> str | None:
        """The home page."""
        return obj.get_absolute_url()


@admin.register(Edition)
class EditionAdmin(BenchAdmin):
    """Editions with their parts. Of a frozen one only the state can be changed."""

    inlines = (
        RoomInline,
        TrackInline,
        ImportantDateInline,
        SponsorInline,
        CommitteeMemberInline,
        EditionEditorInline,
    )
    list_display = ("key", "name", "starts_on", "ends_on", "timezone", "location", "talk_count", "state")
    list_filter = ("state",)
    search_fields = ("key", "title", "host_short", "location")
    date_hierarchy = "starts_on"
    ordering = (F("starts_on").desc(nulls_first=True), "-pk")
    fieldsets = (
        (None, {"fields": [("key", "number"), "title", "state", "summary"]}),
        (_("When and where"), {"fields": [("starts_on", "ends_on"), "timezone", ("location", "venue")]}),
        (_("Notice"), {"fields": ["notice", "notice_format"]}),
        (_("Host conference"), {"classes": CLOSED, "fields": ["host_name", "host_short", "host_url"]}),
        (_("Banner"), {"classes": CLOSED, "fields": ["banner", "banner_credit"]}),
        (
            _("Links and proceedings"),
            {
                "classes": CLOSED,
                "fields": [
                    "registration_url",
                    "submission_url",
                    "online_url",
                    "recordings_url",
                    ("proceedings_url", "proceedings_venue"),
                    "doi",
                ],
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """All; who edits the edition is for those who work in every one."""
        every = works_everywhere(request.user)
        return [one for one in self.inlines if every or one is not EditionEditorInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Editions with the number of those of their talks that the user may see."""
        user = request.user
        seen = None if works_everywhere(user) else Q(talks__in=Talk.objects.visible_to(user).values("pk"))
        found: QuerySet[Any] = super().get_queryset(request).annotate(talk_number=Count("talks", filter=seen))
        return found

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A frozen edition can be unfrozen, so its form takes a change, from those who may change the state."""
        if obj is None or not obj.is_frozen:
            return super().has_change_permission(request, obj)
        return works_everywhere(request.user) and super().has_change_permission(request, None)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Say what each state means."""
        form = super().get_form(request, obj, change, **kwargs)
        if "state" in form.base_fields:
            form.base_fields["state"].help_text = STATE_HELP
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Of a frozen edition all but the state; the state, unless the user works in every edition."""
        if obj is None or not obj.is_frozen:
            return [] if works_everywhere(request.user) else ["state"]
        return [one.name for one in Edition._meta.fields if one.editable and one.name not in ("id", "state")]

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """Save; an edition that freezes does so after its parts were saved with it."""
        obj.freezes = obj.is_frozen and "state" in form.changed_data  # type: ignore[attr-defined]
        if obj.freezes:  # type: ignore[attr-defined]
            obj.state = form.initial.get("state") or Edition.State.DRAFT
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the parts, then freeze."""
        super().save_related(request, form, formsets, change)
        if form.instance.freezes:
            form.instance.state = Edition.State.FROZEN
            form.instance.save(update_fields=["state"])
        if change and "state" in form.changed_data:
            tell_of_state(request, form.instance)

    @admin.display(description=_("talks"), ordering="talk_number")
    def talk_count(self, edition: Any) -> int:
        """How many entries the programme has."""
        return int(edition.talk_number)


class PartAdmin(BenchAdmin):
    """What the lists of an edition's parts share."""

    list_filter: ClassVar[Any] = ("edition",)
    list_select_related: ClassVar[Any] = ("edition",)
    autocomplete_fields: ClassVar[Any] = ("edition",)


@admin.register(Room)
class RoomAdmin(PartAdmin):
    """Rooms of all editions."""

    form = PartForm
    list_display = ("name", "floor", "capacity", "position", "edition")
    search_fields = ("name", "key")

    def view_on_site(self, obj: Room) -> str | None:
        """The door sheet, where visitors see the edition."""
        seen = Edition.objects.visible_to(None).filter(pk=obj.edition_id).exists()
        return obj.get_absolute_url() if seen else None


@admin.register(Track)
class TrackAdmin(PartAdmin):
    """Tracks of all editions."""

    form = PartForm
    list_display = ("name", "colour", "position", "edition")
    search_fields = ("name", "key")


@admin.register(ImportantDate)
class ImportantDateAdmin(PartAdmin):
    """Important dates of all editions."""

    form = PartForm
    list_display = ("label", "date", "extended_to", "edition")
    search_fields = ("label", "key")


@admin.register(Sponsor)
class SponsorAdmin(PartAdmin):
    """Sponsors of all editions."""

    list_display = ("name", "tier", "position", "edition")
    search_fields = ("name",)


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(PartAdmin):
    """Committees of the series and of its editions."""

    list_display = ("name", "role", "affiliation", "position", "edition")
    search_fields = ("name", "affiliation")


@admin.register(Page)
class PageAdmin(PartAdmin):
    """Pages of the series and of its editions."""

    list_display = ("title", "slug", "edition", "in_menu", "position", "state")
    list_filter = ("edition", "state", "in_menu")
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}


@admin.register(Redirect)
class RedirectAdmin(PartAdmin):
    """Old addresses."""

    list_display = ("old_path", "new_path", "edition")
    search_fields = ("old_path", "new_path")


@admin.register(EditionEditor)
class EditionEditorAdmin(PartAdmin):
    """Who may edit which edition."""

    list_display = ("user", "edition")
    list_select_related = ("user", "edition")
    autocomplete_fields = ("edition", "user")
    search_fields = ("user__username", "edition__key")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As Django has it, for those who work in every edition."""
        return works_everywhere(request.user) and super().has_view_permission(request, obj)
