"""Django's own admin over the same records, without anything of the workbench: what its pages are compared with."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.urls import path

from editions.models import Edition, EditionEditor, Room, Track
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Paper, Talk, TalkType

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _Stacked = admin.StackedInline[Any, Any]
    _Tabular = admin.TabularInline[Any, Any]
    _UserAdmin = UserAdmin[User]
else:
    _ModelAdmin, _Stacked, _Tabular = admin.ModelAdmin, admin.StackedInline, admin.TabularInline
    _UserAdmin = UserAdmin

site = admin.AdminSite(name="admin")
site.register([Room, Track, TalkType, Paper, SpeakerAlias, Appearance])


class AppearanceInline(_Stacked):
    """People in a talk."""

    model = Appearance
    autocomplete_fields = ("speaker",)
    fieldsets = (
        (None, {"fields": [("name", "role")]}),
        ("More", {"classes": ["collapse"], "fields": ["bio", "photo"]}),
    )


class RoomInline(_Stacked):
    """Rooms of an edition."""

    model = Room


class TrackInline(_Tabular):
    """Tracks of an edition."""

    model = Track


class ToLookAt:
    """What nobody may change."""

    def has_add_permission(self, *_asked: Any) -> bool:
        """Nobody."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


class AliasInline(ToLookAt, _Tabular):
    """Other names."""

    model = SpeakerAlias


@admin.register(Talk, site=site)
class TalkAdmin(_ModelAdmin):
    """Talks."""

    list_display = ("title", "starts_at", "room", "type", "state")
    list_filter = ("edition", "state", "type")
    search_fields = ("title",)
    search_help_text = "Titles."
    date_hierarchy = "starts_at"
    inlines = (AppearanceInline,)
    autocomplete_fields = ("edition", "session")
    readonly_fields = ("guid",)
    fieldsets = (
        (None, {"fields": ["edition", ("type", "state"), "title", "abstract"]}),
        ("When", {"fields": [("starts_at", "ends_at"), "room"]}),
        ("More", {"classes": ["collapse"], "fields": ["slides", "guid", "session"]}),
    )


@admin.register(Speaker, site=site)
class SpeakerAdmin(ToLookAt, _ModelAdmin):
    """People."""

    search_fields = ("name",)
    inlines = (AliasInline,)


@admin.register(Edition, site=site)
class EditionAdmin(_ModelAdmin):
    """Editions."""

    search_fields = ("key",)
    inlines = (RoomInline, TrackInline)


class EditorInline(_Tabular):
    """Editions that somebody edits."""

    model = EditionEditor


@admin.register(User, site=site)
class AccountAdmin(_UserAdmin):
    """Accounts."""

    inlines = (EditorInline,)


urlpatterns: list[Any] = [path("admin/", site.urls)]
