"""Django's own admin over the same records, without anything of the workbench: what its pages are compared with."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.urls import path

from editions.models import Edition, Room, Track
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Paper, Talk, TalkType

site = admin.AdminSite(name="admin")
site.register(User, UserAdmin)
site.register([Room, Track, TalkType, Paper, SpeakerAlias, Appearance])
CLOSED = {"classes": ["collapse"]}


class AppearanceInline(admin.StackedInline[Appearance, Talk]):
    """People in a talk."""

    model = Appearance
    autocomplete_fields = ("speaker",)
    fieldsets = ((None, {"fields": [("name", "role")]}), ("More", {**CLOSED, "fields": ["bio", "photo"]}))


class RoomInline(admin.StackedInline[Room, Edition]):
    """Rooms of an edition."""

    model = Room


class AliasInline(admin.TabularInline[SpeakerAlias, Speaker]):
    """Other names."""

    model = SpeakerAlias


@admin.register(Talk, site=site)
class TalkAdmin(admin.ModelAdmin[Talk]):
    """Talks."""

    list_display = ("title", "starts_at", "room", "type", "state")
    list_filter = ("edition", "state", "type")
    search_fields = ("title",)
    date_hierarchy = "starts_at"
    inlines = (AppearanceInline,)
    autocomplete_fields = ("edition",)
    readonly_fields = ("guid",)
    fieldsets = (
        (None, {"fields": ["edition", ("type", "state"), "title", "abstract"]}),
        ("When", {"fields": [("starts_at", "ends_at"), "room"]}),
        ("More", {**CLOSED, "fields": ["slides", "guid"]}),
    )


@admin.register(Speaker, site=site)
class SpeakerAdmin(admin.ModelAdmin[Speaker]):
    """People."""

    search_fields = ("name",)
    inlines = (AliasInline,)


@admin.register(Edition, site=site)
class EditionAdmin(admin.ModelAdmin[Edition]):
    """Editions."""

    search_fields = ("key",)
    inlines = (RoomInline,)


urlpatterns: list[Any] = [path("admin/", site.urls)]
