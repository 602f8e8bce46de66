"""People in the workbench: their record, their other names, and where they appear."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from speakers.models import Speaker, SpeakerAlias
from talks import identity
from workbench.admin.base import BenchAdmin, BenchForm, BenchTabular, FoldedSearch
from workbench.admin.inputs import PairsField


class AliasInline(BenchTabular):
    """Other spellings and old slugs of a person."""

    model = SpeakerAlias
    fields = ("name", "slug")


class SpeakerForm(BenchForm):
    """A person; the slug may be left to the name."""

    slug = forms.SlugField(
        label=_("Slug"),
        max_length=255,
        required=False,
        help_text=_("The name in the address. Empty: made from the name."),
    )
    links = PairsField(
        label=_("Links"),
        keys=("label", "url"),
        required=False,
        help_text=_("More links. As JSON: [{“label”: “Code”, “url”: “https://…”}], with straight quotes."),
    )

    def clean(self) -> dict[str, Any]:
        """Make the slug where there is none."""
        cleaned = super().clean()
        if not cleaned.get("slug") and "slug" not in self.errors and cleaned.get("name"):
            others = Speaker.objects.exclude(pk=self.instance.pk)
            wished = identity.slug_of(
                cleaned["name"], "speaker", identity.guid_of("", "speaker", cleaned["name"])
            )
            cleaned["slug"] = identity.free_slug(wished, lambda slug: others.filter(slug=slug).exists())
        return cleaned


@admin.register(Speaker)
class SpeakerAdmin(FoldedSearch, BenchAdmin):
    """People over all editions."""

    form = SpeakerForm
    inlines = (AliasInline,)
    list_display = ("name", "affiliation", "appearances_count", "has_photo", "slug")
    search_fields = ("name_folded", "aliases__name_folded", "slug")
    search_help_text = _("Names and other spellings, with or without accents.")
    ordering = ("name_folded", "pk")
    readonly_fields = ("appearances_list",)
    fieldsets = (
        (None, {"fields": [("name", "slug"), "affiliation", "url", "bio", "photo"]}),
        (
            _("Pronouns, pronunciation, links"),
            {"classes": ["collapse"], "fields": [("pronouns", "pronunciation"), "orcid", "links"]},
        ),
        (_("Appearances"), {"fields": ["appearances_list"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """People with the number of their appearances."""
        found: QuerySet[Any] = super().get_queryset(request).annotate(appearing=Count("appearances"))
        return found

    @admin.display(description=_("appearances"), ordering="appearing")
    def appearances_count(self, speaker: Any) -> int:
        """In how many entries of the programme the person appears."""
        return int(speaker.appearing)

    @admin.display(description=_("photo"), boolean=True, ordering="photo")
    def has_photo(self, speaker: Speaker) -> bool:
        """Whether the person's own record has a photo."""
        return bool(speaker.photo)

    @admin.display(description=_("appears in"))
    def appearances_list(self, speaker: Speaker) -> SafeString | str:
        """Every appearance with what was printed then, newest first, each leading to its talk."""
        found = speaker.appearances.select_related("talk__edition", "talk__room", "talk__type")
        rows = [
            (
                reverse("admin:talks_talk_change", args=[one.talk_id]),
                one.talk,
                one.name,
                one.affiliation or "–",
            )
            for one in found.order_by("-talk__edition__starts_on", "-talk__starts_at", "pk")
        ]
        if not rows:
            return "–"
        items = format_html_join("", '<li><a href="{}">{}</a><br>{} · {}</li>', rows)
        return format_html('<ul class="workbench-list">{}</ul>', items)


@admin.register(SpeakerAlias)
class SpeakerAliasAdmin(FoldedSearch, BenchAdmin):
    """Other names of everybody."""

    list_display = ("__str__", "name", "slug", "speaker")
    list_select_related = ("speaker",)
    search_fields = ("name_folded", "slug", "speaker__name_folded")
    autocomplete_fields = ("speaker",)
