"""The list of talks: what it is filtered by, and what it knows of the talks on a page besides their own columns."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from editions.models import Edition, Room, Track
from exchange.models import SourceRecord
from talks.models import TalkType
from workbench.checks.checking import WITHOUT_PHOTO, marks_of, warned_talks
from workbench.rights import open_editions
from workbench.switching import FILTER, working_edition

ALL = "all"
UNSHOWN = ("abstract", "words_folded", "title_folded", "extra", "edition__summary", "edition__notice")


def once(request: HttpRequest, name: str, ask: Callable[[], Any]) -> Any:
    """What was asked under that name in this request: Django makes all filters anew for the counts beside each."""
    kept = vars(request).setdefault("talk_list", {})
    if name not in kept:
        kept[name] = ask()
    return kept[name]


def seen_editions(request: HttpRequest) -> list[Edition]:
    """The editions that the user may see, newest first."""
    seen = Edition.objects.visible_to(request.user).newest_first()
    found: list[Edition] = once(request, "editions", lambda: list(seen))
    return found


def listed_edition(request: HttpRequest) -> Edition | None:
    """The edition whose talks are listed: the one that is chosen, else the working edition; None for all."""
    chosen = request.GET.get(FILTER, "")
    if chosen == ALL:
        return None
    found = (one for one in seen_editions(request) if str(one.pk) == chosen)
    return next(found, None) or working_edition(request)


class TalkList(ChangeList):
    """A page of talks, each with its source file and its warnings."""

    def get_results(self, request: HttpRequest) -> None:
        """Django's page; two queries for all its files and, while nothing changes, none for its warnings but one."""
        # Of the page alone: an action that saves talks needs all of their columns.
        self.queryset = self.queryset.defer(*UNSHOWN)
        super().get_results(request)
        talks: list[Any] = list(self.result_list)
        mine = {one.pk for one in open_editions(request)}
        marks = marks_of({one.edition_id: one.edition for one in talks if one.edition_id in mine}.values())
        files = SourceRecord.objects.filter(talk__in=talks).values_list("talk_id", "file__path")
        paths: dict[int | None, str] = dict(files)
        for talk in talks:
            talk.marks, talk.path = marks.get(talk.pk, []), paths.get(talk.pk, "")
        self.result_list = talks


class EditionFilter(admin.SimpleListFilter):
    """One edition, or all; begins with the one in which the user works."""

    title = _("edition")
    parameter_name = FILTER

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.edition = listed_edition(request)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All, then the editions that the user may see."""
        return [(ALL, gettext("All")), *((str(one.pk), one.key) for one in seen_editions(request))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The talks of the edition."""
        return queryset.filter(edition=self.edition) if self.edition else queryset

    def get_facet_counts(self, pk_attname: str, filtered_qs: QuerySet[Any]) -> dict[str, Any]:
        """How many talks each edition has."""
        return {
            f"{index}__c": Count(pk_attname, filter=Q() if lookup == ALL else Q(edition=lookup))
            for index, (lookup, _words) in enumerate(self.lookup_choices)
        }

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Those of the lookups, with the edition that is shown selected; Django's own “All” is among them."""
        chosen = str(self.edition.pk) if self.edition else ALL
        _first, *found = super().choices(changelist)
        for (lookup, _words), choice in zip(self.lookup_choices, found, strict=True):
            yield {**choice, "selected": lookup == chosen}


class PartFilter(admin.SimpleListFilter):
    """Parts of the edition that is listed; without one the lists would mix the rooms of all years."""

    part: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The parts of the listed edition; without one none, which hides the filter."""
        edition = listed_edition(request)
        if edition is None:
            return []
        parts = self.part.objects.filter(edition=edition).values_list("pk", "name")
        found = once(request, str(self.parameter_name), lambda: list(parts))
        return [(str(pk), name) for pk, name in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Talks of the chosen part."""
        chosen = self.value() or ""
        return queryset.filter(**{str(self.parameter_name): chosen}) if chosen.isdecimal() else queryset


class RoomFilter(PartFilter):
    """Rooms of the listed edition."""

    title, parameter_name, part = _("room"), "room", Room


class TrackFilter(PartFilter):
    """Tracks of the listed edition."""

    title, parameter_name, part = _("track"), "track", Track


class DayFilter(admin.SimpleListFilter):
    """Days of the listed edition, by the venue's clock."""

    title, parameter_name = _("day"), "day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The days on which anything begins."""
        edition = listed_edition(request)
        if edition is None:
            return []
        days = once(request, "day", lambda: list(edition.talks.scheduled().datetimes("starts_at", "day")))
        return [(f"{day:%Y-%m-%d}", date_format(day, "D j M")) for day in days]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What begins on the chosen day."""
        try:
            day = datetime.combine(date.fromisoformat(self.value() or ""), datetime.min.time())
        except ValueError:
            return queryset
        return queryset.filter(starts_at__gte=day, starts_at__lt=day + timedelta(days=1))


class Warned(admin.SimpleListFilter):
    """Talks of the listed edition with an error or a warning, and those without."""

    title, parameter_name = _("warnings"), "warned"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.edition = listed_edition(request)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Yes and no, where the user works in the edition."""
        if self.edition is None or self.edition.pk not in {one.pk for one in open_editions(request)}:
            return []
        return [("yes", gettext("with a warning")), ("no", gettext("without"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those chosen."""
        if self.edition is None or not self.lookup_choices or self.value() not in ("yes", "no"):
            return queryset
        warned = Q(pk__in=warned_talks(self.edition))
        return queryset.filter(warned if self.value() == "yes" else ~warned)


class HasVideo(admin.SimpleListFilter):
    """Talks with a video, and those without."""

    title = _("video")
    parameter_name = "video"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Yes and no."""
        return [("yes", gettext("with a video")), ("no", gettext("without"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those chosen."""
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.exclude(video_url="") if self.value() == "yes" else queryset.filter(video_url="")


class HasAbstract(admin.SimpleListFilter):
    """Talks that lack an abstract; sessions and breaks need none."""

    title = _("abstract")
    parameter_name = "abstract"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Missing."""
        return [("missing", gettext("missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those chosen."""
        lacking = {"abstract": "", "type__kind": TalkType.Kind.TALK}
        return queryset.filter(**lacking) if self.value() == "missing" else queryset


class Scheduled(admin.SimpleListFilter):
    """Talks that have a time, and those whose time is to be announced."""

    title = _("time")
    parameter_name = "scheduled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Yes and no."""
        return [("yes", gettext("scheduled")), ("no", gettext("unscheduled"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those chosen."""
        chosen = {"yes": queryset.scheduled, "no": queryset.unscheduled}.get(self.value() or "")
        return chosen() if chosen else queryset


class HasPhoto(admin.SimpleListFilter):
    """Appearances of people without any photo: neither of then nor of today."""

    title = _("photo")
    parameter_name = "photo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Missing."""
        return [("missing", gettext("missing"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those chosen."""
        return queryset.filter(WITHOUT_PHOTO) if self.value() == "missing" else queryset
