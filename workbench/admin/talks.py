"""The programme in the workbench: talks with their people, papers and notices; types."""

from functools import reduce
from operator import or_
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from editions.models import Room, Track
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Notice, Paper, Talk, TalkType
from talks.warnings import Level
from texts.folding import fold
from workbench.admin.base import BenchAdmin, BenchForm, BenchStacked, FoldedSearch
from workbench.admin.inputs import PairsField, WordsField, is_key
from workbench.admin.talk_list import (
    DayFilter,
    EditionFilter,
    HasAbstract,
    HasPhoto,
    HasVideo,
    RoomFilter,
    Scheduled,
    TalkList,
    TrackFilter,
    Warned,
    listed_edition,
)
from workbench.checks.warning_words import label
from workbench.programme.bulk import BulkActions
from workbench.rights import open_editions
from workbench.switching import working_edition

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Appearance]
    _InlineFormSet = forms.BaseInlineFormSet[Notice, Talk, Any]
else:
    _ModelForm = forms.ModelForm
    _InlineFormSet = forms.BaseInlineFormSet

CLOSED = ["collapse"]
SIGNS = {Level.ERROR: "✖", Level.WARNING: "▲"}


class AppearanceForm(_ModelForm):
    """Somebody in a talk; name and affiliation may be left to the person's record, as it is today."""

    class Meta:
        model = Appearance
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = False
            self.fields["name"].help_text = _("As printed then. Empty: the speaker's name.")

    def clean(self) -> dict[str, Any]:
        """A name, given or the speaker's; a new appearance takes the speaker's affiliation with it."""
        cleaned = super().clean() or self.cleaned_data
        speaker = cleaned.get("speaker")
        if not cleaned.get("name"):
            if speaker is None:
                self.add_error("name", ValidationError(_("Choose a speaker or write a name."), code="nobody"))
                return cleaned
            cleaned["name"] = speaker.name
        if speaker is not None and self.instance.pk is None and not cleaned.get("affiliation"):
            cleaned["affiliation"] = speaker.affiliation
        return cleaned


class AppearanceInline(BenchStacked):
    """Who does what in a talk."""

    model = Appearance
    form = AppearanceForm
    autocomplete_fields = ("speaker",)
    verbose_name_plural = _("people")
    fieldsets = (
        (None, {"fields": [("speaker", "role"), ("name", "affiliation")]}),
        (
            _("Order; link, photo and biography of then"),
            {"classes": CLOSED, "fields": ["position", "url", "photo", "avatar", "bio"]},
        ),
    )


class PaperInline(BenchStacked):
    """Papers of a session."""

    model = Paper
    fieldsets = (
        (None, {"fields": ["title", "authors", ("affiliation", "position")]}),
        (
            _("Paper, slides, poster"),
            {
                "classes": CLOSED,
                "fields": [
                    ("paper", "paper_file"),
                    ("slides", "slides_file"),
                    ("poster", "poster_file"),
                    "doi",
                ],
            },
        ),
    )


class NoticeFormSet(_InlineFormSet):
    """Notices for a talk belong to its edition."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.instance.edition_id = self.instance.edition_id
        return form


class NoticeInline(BenchStacked):
    """Notices for a talk."""

    model = Notice
    formset = NoticeFormSet
    fields = (("text", "until"),)


class TalkForm(BenchForm):
    """A talk; tags as words."""

    tags = WordsField(
        label=_("Tags"),
        required=False,
        help_text=_(
            "With commas between: maps, open data. A tag that holds a comma stands in double quotes."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    extra = PairsField(
        label=_("More facts"),
        keys=("label", "value"),
        required=False,
        help_text=_(
            "Shown on the talk's page. As JSON: [{“label”: “Level”, “value”: “Introductory”}], with straight quotes."
        ),
    )


@admin.register(Talk)
class TalkAdmin(BulkActions, FoldedSearch, BenchAdmin):
    """The programme, by edition and time."""

    form = TalkForm
    inlines = (AppearanceInline, PaperInline, NoticeInline)
    list_display = ("when", "room", "called", "speakers", "kind", "warned", "edition")
    list_display_links = ("called",)
    list_filter = (
        EditionFilter,
        DayFilter,
        RoomFilter,
        TrackFilter,
        "type",
        "state",
        Warned,
        Scheduled,
        HasVideo,
        HasAbstract,
    )
    show_facets = admin.ShowFacets.ALLOW

    class Media:
        css: ClassVar = {"all": ["workbench/board.css"]}

    # It only says that there is a search: how is said by `get_search_results`.
    search_fields = ("title_folded",)
    search_help_text = _("Titles, names and affiliations, with or without accents.")
    date_hierarchy = "starts_at"
    ordering = (
        F("edition__starts_on").desc(nulls_first=True),
        "-edition_id",
        F("starts_at").asc(nulls_last=True),
        F("room__position").asc(nulls_first=True),
        "room__name",
        "position",
        "pk",
    )
    autocomplete_fields = ("edition", "session", "repeats")
    readonly_fields = ("guid", "number", "sequence", "changed_at")
    fieldsets = (
        (None, {"fields": ["edition", "title", ("type", "state"), "abstract"]}),
        (
            _("When and where"),
            {"fields": [("starts_at", "ends_at"), ("room", "track"), ("location", "position")]},
        ),
        (_("Slides and video"), {"fields": [("slides", "slides_file"), ("video_url", "recording"), "doi"]}),
        (
            _("Tags, language, more facts"),
            {"classes": CLOSED, "fields": ["tags", ("level", "language"), "extra"]},
        ),
        (_("Sessions and repetitions"), {"classes": CLOSED, "fields": ["session", "repeats"]}),
        (
            _("Names in files, addresses and feeds"),
            {"classes": CLOSED, "fields": [("key", "slug"), ("guid", "number"), ("sequence", "changed_at")]},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Talks with what their line needs: whoever prints a talk needs edition, room and type."""
        found = super().get_queryset(request).select_related("edition", "room", "type")
        return found.prefetch_related(Prefetch("appearances", Appearance.objects.only("talk_id", "name")))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows files and warnings."""
        return TalkList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Talks in whose title or key, or in whose people's names and affiliations, each word stands; none twice.

        Names are those printed, those of today and the other ones. Each is asked once, not once a talk.
        """
        for word in fold(search_term).split():
            # Each is asked of an index that holds all it needs: a scan of the talks would read their abstracts, too.
            titled = Talk.objects.order_by().filter(title_folded__contains=word)
            keyed = Talk.objects.order_by().filter(key__icontains=word)
            named = Appearance.objects.order_by().filter(
                Q(words_folded__contains=word)
                | Q(speaker__in=Speaker.objects.filter(name_folded__contains=word).values("pk"))
                | Q(speaker__in=SpeakerAlias.objects.filter(name_folded__contains=word).values("speaker"))
            )
            found = (titled.values("pk"), keyed.values("pk"), named.values("talk"))
            queryset = queryset.filter(reduce(or_, (Q(pk__in=rows) for rows in found)))
        return queryset, False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new talk begins in the edition in which the user works, where no other is named."""
        given = super().get_changeform_initial_data(request)
        if "edition" not in given:
            current = working_edition(request)
            given["edition"] = str(current.pk) if current else ""
        return given

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer rooms and tracks of the talk's own edition only."""
        form = super().get_form(request, obj, change, **kwargs)
        editions = self._editions(request, obj)
        for name, part in (("room", Room), ("track", Track)):
            if name in form.base_fields:
                form.base_fields[name].queryset = part.objects.filter(edition__in=editions).select_related(
                    "edition"
                )
                form.base_fields[name].help_text = gettext(
                    "Of the talk's edition. After changing that, save first."
                )
        return form

    def _editions(self, request: HttpRequest, obj: Talk | None) -> set[int]:
        """The edition that the talk is in, and the one where the form puts it, as primary keys."""
        named = request.POST.get("edition") or self.get_changeform_initial_data(request).get("edition", "")
        posted = {int(named)} if is_key(named) and (obj is None or request.method == "POST") else set()
        own = {obj.edition_id} if obj is not None else set()
        return (posted & {one.pk for one in open_editions(request)}) | own

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The edition needs no column where one is listed."""
        return [name for name in self.list_display if name != "edition" or listed_edition(request) is None]

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, talk: Talk) -> str:
        """Day, start and end by the venue's clock."""
        if talk.starts_at is None:
            return gettext("unscheduled")
        times = "–".join(date_format(clock, "H:i") for clock in (talk.starts_at, talk.ends_at) if clock)
        return format_html("{} <br>{}", date_format(talk.starts_at, "D j M Y"), times)

    @admin.display(description=_("title"), ordering="title_folded")
    def called(self, talk: Talk) -> str:
        """The title, or what stands for it."""
        return talk.name

    @admin.display(description=_("type, state, file"), ordering="type")
    def kind(self, talk: Any) -> str:
        """The type, below it the state, below that the name of the file it came from, with its path to point at."""
        said = format_html("{} <br>{}", talk.type.label, talk.get_state_display())
        if not talk.path:
            return said
        file = PurePosixPath(talk.path).name
        return format_html('{} <br><span class="quiet" title="{}">{}</span>', said, talk.path, file)

    @admin.display(description=_("speakers"))
    def speakers(self, talk: Talk) -> str:
        """Three names as printed, and how many more."""
        names = [one.name for one in talk.appearances.all()]
        more = len(names) - 3
        told = ", ".join(names[:3])
        return (
            told
            if more < 1
            else ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more)
            % {
                "names": told,
                "more": more,
            }
        )

    @admin.display(description=_("warnings"))
    def warned(self, talk: Any) -> SafeString | str:
        """What is the matter, in words; sign and colour only add to them."""
        codes = {one.code: one.level for one in talk.marks}
        lines = ((level, SIGNS[level], label(code)) for code, level in codes.items())
        return format_html_join(
            "", '<span class="mark mark-{}"><span aria-hidden="true">{}</span> {}</span> ', lines
        )


@admin.register(TalkType)
class TalkTypeAdmin(BenchAdmin):
    """Types of entries."""

    list_display = ("label", "key", "kind", "position")
    list_filter = ("kind",)
    search_fields = ("label", "key")


@admin.register(Appearance)
class AppearanceAdmin(FoldedSearch, BenchAdmin):
    """Everybody's appearances, as printed."""

    list_display = ("name", "affiliation", "role", "speaker", "talk")
    list_filter = ("role", "talk__edition", HasPhoto)
    list_select_related = ("speaker", "talk__edition", "talk__room", "talk__type")
    search_fields = ("speaker__name_folded", "talk__title_folded")
    search_help_text = _("Speakers and titles, with or without accents.")
    autocomplete_fields = ("talk", "speaker")
    ordering = ("name", "pk")


@admin.register(Paper)
class PaperAdmin(BenchAdmin):
    """Papers of all sessions."""

    list_display = ("title", "authors", "talk")
    list_filter = ("talk__edition",)
    list_select_related = ("talk__edition", "talk__room", "talk__type")
    search_fields = ("title", "authors", "doi")
    autocomplete_fields = ("talk",)
    ordering = ("title", "pk")


@admin.register(Notice)
class NoticeAdmin(BenchAdmin):
    """Notices for editions, rooms and talks."""

    list_display = ("text", "until", "edition", "room", "talk")
    list_filter = ("edition",)
    list_select_related = ("edition", "room", "talk__edition", "talk__room", "talk__type")
    search_fields = ("text",)
    autocomplete_fields = ("edition", "room", "talk")
