"""People in the workbench: their record, their other names, and where they appear."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from attachments.fields import PictureFile
from editions.querysets import works_everywhere
from speakers.addresses import leave_address
from speakers.models import Speaker, SpeakerAlias
from talks import identity
from talks.models import Appearance
from workbench.admin.base import BenchAdmin, BenchForm, BenchTabular, FoldedSearch
from workbench.admin.inputs import PairsField
from workbench.people import carrying
from workbench.people.carrying import Printing
from workbench.people.merging import may_merge
from workbench.rights import open_editions, seen_by

FEW = 6
"""So many appearances are listed openly, more behind a press."""


class AliasInline(BenchTabular):
    """Other spellings and old slugs of a person."""

    model = SpeakerAlias
    fields = ("name", "slug")


class SpeakerForm(BenchForm):
    """A person; the slug may be left to the name, and what changed may be carried over to what is printed."""

    # What the person's appearances print, set for each request by the admin.
    offer: Printing | None = None
    was: carrying.Shown

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
    carry = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.offer is None:
            self.fields.pop("carry", None)
        elif "carry" in self.fields:
            self.fields["carry"].label = _carry_label(len(self.offer.rows))
            self.fields["carry"].help_text = _carry_list(self.offer)

    def clean(self) -> dict[str, Any]:
        """Make the slug where there is none."""
        cleaned = super().clean()
        if not cleaned.get("slug") and "slug" not in self.errors and cleaned.get("name"):
            people = Speaker.objects.exclude(pk=self.instance.pk)
            old = SpeakerAlias.objects.exclude(speaker=self.instance.pk)
            wished = identity.slug_of(
                cleaned["name"], "speaker", identity.guid_of("", "speaker", cleaned["name"])
            )
            cleaned["slug"] = identity.free_slug(
                wished, lambda slug: people.filter(slug=slug).exists() or old.filter(slug=slug).exists()
            )
        return cleaned


def _carry_label(count: int) -> str:
    return ngettext(
        "Carry a changed name, affiliation or link over to %(count)d appearance that still prints the old one",
        "Carry a changed name, affiliation or link over to %(count)d appearances that still print the old one",
        count,
    ) % {"count": count}


def _carry_list(offer: Printing) -> SafeString:
    """Which appearances these are, and how many stay apart. Django's templates take a help text for HTML."""
    lines = [(one.talk, " · ".join(filter(None, (one.name, one.affiliation)))) for one in offer.rows]
    return format_html(
        '<details class="carry"{}><summary>{}</summary><ul class="workbench-list">{}</ul></details>{}',
        " open" if len(lines) <= FEW else "",
        gettext("Where"),
        format_html_join("", "<li>{}<br>{}</li>", lines),
        _apart_words(offer.apart),
    )


def _apart_words(count: int) -> str:
    """How many appearances stay as they are, and why."""
    if not count:
        return ""
    return ngettext(
        "%(count)d more stays as it is: its edition is frozen, or not one that you edit.",
        "%(count)d more stay as they are: their editions are frozen, or not ones that you edit.",
        count,
    ) % {"count": count}


class PhotoFilter(admin.SimpleListFilter):
    """People with a photo, in their own record or in an appearance, or without any."""

    title, parameter_name = _("photo"), "photo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """With and without."""
        return [("1", gettext("With a photo")), ("0", gettext("Without a photo"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those chosen."""
        printed = Appearance.objects.filter(speaker=OuterRef("pk")).exclude(photo="")
        shown = ~Q(photo="") | Exists(printed)
        return queryset.filter({"1": shown, "0": ~shown}.get(self.value() or "", Q()))


class EditionFilter(admin.SimpleListFilter):
    """People who appear in an edition in which the user works."""

    title, parameter_name = _("edition"), "edition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The editions, by key; "nowhere" for people who appear in none at all."""
        return [*((one.key, one.key) for one in open_editions(request)), ("nowhere", gettext("Nowhere"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those chosen."""
        chosen, mine = self.value(), Appearance.objects.filter(speaker=OuterRef("pk"))
        if chosen == "nowhere":
            return queryset.filter(~Exists(mine))
        if chosen not in {one.key for one in open_editions(request)}:
            return queryset
        return queryset.filter(Exists(mine.filter(talk__edition__key=chosen)))


class NamesFilter(admin.SimpleListFilter):
    """People with other names or old slugs, or without."""

    title, parameter_name = _("other names"), "names"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """With and without."""
        return [("1", gettext("With other names")), ("0", gettext("Without"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those chosen."""
        others = Exists(SpeakerAlias.objects.filter(speaker=OuterRef("pk")))
        return queryset.filter({"1": others, "0": ~others}.get(self.value() or "", Q()))


@admin.register(Speaker)
class SpeakerAdmin(FoldedSearch, BenchAdmin):
    """People over all editions."""

    form = SpeakerForm
    inlines = (AliasInline,)
    list_display = ("name", "portrait", "affiliation", "appearances_count", "slug")
    list_filter = (EditionFilter, PhotoFilter, NamesFilter)
    search_fields = ("name_folded", "aliases__name_folded", "slug")
    search_help_text = _("Names and other spellings, with or without accents.")
    ordering = ("name_folded", "pk")
    readonly_fields = ("appearances_list",)
    change_list_template = "workbench/speaker_list.html"
    fieldsets = (
        (None, {"fields": [("name", "slug"), "affiliation", "url", "bio", "photo"]}),
        (
            _("Pronouns, pronunciation, links"),
            {"classes": ["collapse"], "fields": [("pronouns", "pronunciation"), "orcid", "links"]},
        ),
        (_("Appearances"), {"fields": ["appearances_list"]}),
    )

    class Media:
        css: ClassVar = {"all": ["workbench/merging.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """People with the number of their appearances, as far as the user sees them."""
        seen = seen_by(request.user, Appearance.objects.order_by()).values("pk")
        within = None if works_everywhere(request.user) else Q(appearances__in=seen)
        people = super().get_queryset(request)
        found: QuerySet[Any] = people.annotate(appearing=Count("appearances", filter=within))
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The person, with the appearances that the user sees: a readonly field knows no request."""
        person: Any = super().get_object(request, object_id, from_field)
        if person is not None:
            person.seen = seen_by(request.user, Appearance.objects.filter(speaker=person))
        return person

    @admin.display(description=_("appearances"), ordering="appearing")
    def appearances_count(self, speaker: Any) -> int:
        """In how many entries of the programme the person appears."""
        return int(speaker.appearing)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with the way to likely doubles for those who may merge."""
        return super().changelist_view(
            request, {"may_merge": may_merge(request.user), **(extra_context or {})}
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields; with the offer to carry changes over, where something prints what is shown now."""
        fieldsets = super().get_fieldsets(request, obj)
        if self._offer(request, obj) is None:
            return fieldsets
        (title, first), *rest = fieldsets
        fields = list(first["fields"])
        fields.insert(fields.index("url") + 1, "carry")
        return [(title, {**first, "fields": fields}), *rest]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Let the form know what it may offer."""
        form = super().get_form(request, obj, change, **kwargs)
        form.offer = self._offer(request, obj)
        return form

    def _offer(self, request: HttpRequest, person: Speaker | None) -> Printing | None:
        """What prints what is shown of the person, asked once a request; None if nothing may change."""
        kept = vars(request)
        if "carrying_offer" not in kept:
            offer = None
            if person is not None and self.has_change_permission(request, person):
                offer = carrying.printing(person, carrying.shown_of(person), request.user)
            kept["carrying_offer"] = offer if offer and offer.rows else None
        return kept["carrying_offer"]  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and keep what was shown before."""
        form.was = carrying.shown_of(Speaker.objects.get(pk=obj.pk)) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the other names; the old address becomes one, and what is printed follows if that is asked for."""
        super().save_related(request, form, formsets, change)
        person = form.instance
        if change and leave_address(person, form.initial.get("slug", "")):
            messages.info(request, gettext("The old address leads here from now on."))
        if form.cleaned_data.get("carry"):
            carried = carrying.carry(person, form.was, request.user)
            if carried.rows:
                count = len(carried.rows)
                words = ngettext(
                    "Carried over to %(count)d appearance.", "Carried over to %(count)d appearances.", count
                )
                told = " ".join(filter(None, (words % {"count": count}, _apart_words(carried.apart))))
                messages.success(request, told)

    @admin.display(description=_("photo"), ordering="photo")
    def portrait(self, speaker: Speaker) -> SafeString | str:
        """The photo of the person's own record, small."""
        shown = cast("PictureFile", speaker.photo).rendition(96)
        return (
            format_html(
                '<img class="portrait" src="{}" width="40" height="{}" alt="{}" loading="lazy">',
                shown.url,
                round(40 * shown.height / shown.width),
                gettext("Photo"),
            )
            if shown
            else "–"
        )

    @admin.display(description=_("appears in"))
    def appearances_list(self, speaker: Any) -> SafeString | str:
        """Every appearance with what was printed then, newest first, each leading to its talk."""
        if speaker.pk is None:
            return "–"
        found = speaker.seen.select_related("talk__edition", "talk__room", "talk__type")
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

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        """A name leads to people whom the user may change."""
        found = super().get_field_queryset(db, db_field, request)
        return (
            found.filter(pk__in=Speaker.objects.open_to(request.user))
            if db_field.name == "speaker"
            else found
        )
