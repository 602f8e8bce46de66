"""What an organizer sees first: today, drafts, what has no time, warnings, conflicts, what is missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from editions.clock import wall_clock
from editions.models import Edition
from editions.querysets import works_everywhere
from exchange.models import Conflict
from history.models import Change
from talks.models import Appearance, Talk, TalkType
from talks.schedule import Entry, now_and_next
from talks.warnings import Level
from website.moments import is_on
from workbench.checks.checking import WITHOUT_PHOTO, Told, counts_of, warnings_of
from workbench.checks.warning_words import HEADINGS
from workbench.files.settling import records_open_to
from workbench.pages import demand, find_edition, show
from workbench.past.seeing import told_to
from workbench.switching import FILTER, working_edition

MOST_CHANGES = 10
TALKS = "admin:talks_talk_changelist"


@dataclass(frozen=True)
class Figure:
    """A number with its words and the list that it counts; `bad` where it should be none."""

    words: str
    count: int
    url: str
    bad: bool = False


@dataclass(frozen=True)
class Quick:
    """A link to what is often done."""

    words: str
    url: str


@dataclass(frozen=True)
class Group:
    """Warnings of one kind."""

    level: Level
    heading: str
    label: str
    hint: str
    warnings: list[Told]


@dataclass(frozen=True)
class Running:
    """What is on at the venue now, and what begins next."""

    clock: datetime
    now: list[Talk]
    next: list[Talk]


def index_context(request: HttpRequest) -> dict[str, Any]:
    """Return what stands above Django's list of apps: the working edition, as far as the user may see it."""
    user: Any = request.user
    edition = working_edition(request)
    sees_talks = user.has_perm("talks.view_talk")
    board: dict[str, Any] = {"edition": edition, "quick": list(_quick(user, edition))}
    if edition is not None and sees_talks:
        board |= {"figures": list(_figures(user, edition)), "running": _running(edition)}
    if user.has_perm("history.view_change"):
        board["changes"] = _changes(request, edition)
    return {"board": board}


def check(request: HttpRequest, edition: str) -> HttpResponse:
    """Show all warnings of an edition by level and kind, each with the way to its form."""
    found = find_edition(request, edition)
    demand(request, "talks.view_talk")
    told = warnings_of(found)
    return show(
        request,
        "workbench/check.html",
        _("Warnings of %(edition)s") % {"edition": found.name},
        edition=found,
        groups=list(_groups(told)),
    )


def _groups(told: Iterable[Told]) -> Iterator[Group]:
    ordered = sorted(told, key=lambda one: (list(Level).index(one.level), one.code))
    for _key, group in groupby(ordered, key=lambda one: (one.level, one.code)):
        warnings = list(group)
        first = warnings[0]
        yield Group(first.level, str(HEADINGS[first.level]), first.label, first.hint, warnings)


# The parts of the dashboard


def _figures(user: Any, edition: Edition) -> Iterator[Figure]:
    """The numbers of an edition, each with the list that it counts; conflicts are those of all open editions."""
    counts = edition.talks.aggregate(
        talks=Count("pk"),
        drafts=Count("pk", filter=Q(state=Talk.State.DRAFT)),
        unscheduled=Count("pk", filter=Q(starts_at=None)),
        abstracts=Count("pk", filter=Q(abstract="", type__kind=TalkType.Kind.TALK)),
    )
    yield Figure(_("talks"), counts["talks"], _list(TALKS, edition))
    yield Figure(_("drafts"), counts["drafts"], _list(TALKS, edition, state__exact="draft"))
    yield Figure(_("unscheduled"), counts["unscheduled"], _list(TALKS, edition, scheduled="no"))
    yield Figure(_("without abstract"), counts["abstracts"], _list(TALKS, edition, abstract="missing"))
    if user.has_perm("talks.view_appearance"):
        photos = Appearance.objects.filter(WITHOUT_PHOTO, talk__edition=edition).count()
        of_edition = {"talk__edition__id__exact": edition.pk, "photo": "missing"}
        address = f"{reverse('admin:talks_appearance_changelist')}?{urlencode(of_edition)}"
        yield Figure(_("without photo"), photos, address)
    if user.has_perm("exchange.view_conflict"):
        open_ones = Conflict.objects.filter(records_open_to(user, "record")).count()
        address = reverse("admin:exchange_conflict_changelist")
        yield Figure(_("open conflicts"), open_ones, address, bad=bool(open_ones))
    check_page = reverse("admin:check", args=[edition.key])
    for level, count in counts_of(edition).items():
        bad = level is Level.ERROR and count > 0
        yield Figure(str(HEADINGS[level]), count, f"{check_page}#{level}" if count else check_page, bad=bad)


def _list(name: str, edition: Edition, **chosen: object) -> str:
    return f"{reverse(name)}?{urlencode({FILTER: edition.pk, **chosen})}"


def _running(edition: Edition) -> Running | None:
    """What is on and what is next, on the days of the edition; None on others."""
    moment = timezone.now()
    if not is_on(edition, moment):
        return None
    clock = wall_clock(moment, edition.timezone)
    talks = edition.talks.scheduled().exclude(state=Talk.State.CANCELLED).with_names()
    shown = {talk.pk: talk for talk in talks.defer("abstract", "words_folded", "title_folded")}
    entries = (
        Entry(talk.pk, talk.starts_at, talk.ends_at, talk.room.name if talk.room else None)
        for talk in shown.values()
    )
    found = now_and_next(entries, clock)
    return Running(clock, [shown[one.id] for one in found.now], [shown[one.id] for one in found.next])


def _changes(request: HttpRequest, edition: Edition | None) -> list[Change]:
    """The latest changes in the edition; of people and the series too, for who works everywhere."""
    mine = Q(edition=edition.pk) if edition is not None else Q(pk__in=[])
    if works_everywhere(request.user):
        mine |= Q(edition=None)
    return list(told_to(request, Change.objects.filter(mine))[:MOST_CHANGES])


def _quick(user: Any, edition: Edition | None) -> Iterator[Quick]:
    """What is often done, as far as the user may do it."""
    if edition is not None and user.has_perm("talks.view_talk"):
        yield Quick(_("Day grid"), reverse("admin:grid", args=[edition.key]))
        if user.has_perm("talks.add_talk") and not edition.is_frozen:
            yield Quick(_("Add a talk"), reverse("admin:talks_talk_add"))
        yield Quick(_("Check"), reverse("admin:check", args=[edition.key]))
        yield Quick(_("Today, on a phone"), reverse("admin:today-edition", args=[edition.key]))
        address = edition.get_absolute_url().lstrip("/")
        yield Quick(_("Preview"), reverse("admin:preview", args=[address]))
    if user.has_perms(["talks.add_talk", "talks.change_talk"]):
        yield Quick(_("Import"), reverse("admin:import"))
    if user.has_perm("talks.view_talk"):
        yield Quick(_("Export"), reverse("admin:export"))
    if edition is None and user.has_perm("editions.add_edition"):
        yield Quick(_("Add an edition"), reverse("admin:editions_edition_add"))
