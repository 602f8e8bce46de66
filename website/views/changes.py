"""The changes of a programme since it was published: a page, and an Atom feed (RFC 4287)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from uuid import uuid5

from django.urls import reverse
from django.utils.translation import gettext as _

from editions.clock import wall_clock
from editions.models import Edition, Series
from talks.identity import NAMESPACE
from talks.models import Talk
from texts.cleaning import REFUSED
from website.changes import Entry, story
from website.clocks import weekday, whole_date, zone_name
from website.context import find_edition, frame
from website.moments import fresh_until
from website.pages import Page
from website.viewpoint import Query, Viewpoint

ATOM = "application/atom+xml; charset=utf-8"
ON_PAGE = 200
IN_FEED = 50
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed, where nobody knows when the programme was published."""


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day of the venue's calendar with its changes, newest first."""

    date: date
    weekday: str
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of the feed: texts without what XML can't hold, an absolute address, times of RFC 3339."""

    id: str
    title: str
    url: str
    published: str
    updated: str
    kinds: tuple[str, ...]
    lines: tuple[str, ...]


def changes(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """List the changes by day, newest first, at most ON_PAGE of them."""
    found = find_edition(viewpoint, edition)
    told = story(found, viewpoint.moment)
    shown = told.entries[:ON_PAGE]
    data = {
        "frame": frame(viewpoint, reverse("website:changes", args=[edition]), found),
        "since": whole_date(wall_clock(told.since, found.timezone).date()) if told.since else "",
        "zone": _zone(found, shown),
        "programme": bool(shown) or Talk.objects.visible_to(viewpoint.user).filter(edition=found).exists(),
        "days": tuple(_day(day, group) for day, group in groupby(shown, key=lambda one: one.clock.date)),
        "older": len(told.entries) - len(shown),
        "feed": reverse("website:changes-feed", args=[edition]),
    }
    return Page("website/changes.html", data, fresh_until(viewpoint, found))


def feed(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give the newest changes, at most IN_FEED of them, to a feed reader."""
    found = find_edition(viewpoint, edition)
    series = Series.objects.the_one()
    told = story(found, viewpoint.moment)
    here = viewpoint.absolute(reverse("website:changes", args=[edition]))
    data = {
        "id": str(uuid5(NAMESPACE, f"{series.key}/{found.key}/changes/feed.atom")),
        "title": _clean(_("%(edition)s: changes of the programme") % {"edition": found.name}),
        "author": _clean(series.name),
        "page": here,
        "self": viewpoint.absolute(reverse("website:changes-feed", args=[edition])),
        "updated": _stamp(max((one.last for one in told.entries), default=told.since or NEVER)),
        "entries": tuple(_feed_entry(viewpoint, one, here) for one in told.entries[:IN_FEED]),
    }
    return Page("website/changes.atom", data, content_type=ATOM)


def _zone(edition: Edition, shown: tuple[Entry, ...]) -> str:
    """What the venue's zone is called at the newest change, "" without any."""
    return zone_name(edition.timezone, wall_clock(shown[0].last, edition.timezone)) if shown else ""


def _day(day: date, entries: Iterable[Entry]) -> ChangedDay:
    return ChangedDay(day, weekday(day), whole_date(day), tuple(entries))


def _feed_entry(viewpoint: Viewpoint, one: Entry, page: str) -> FeedEntry:
    labels = ", ".join(fact.label for fact in one.facts)
    return FeedEntry(
        one.id,
        _clean(f"{labels}: {one.title}"),
        viewpoint.absolute(one.url) if one.url else f"{page}#c-{one.id}",
        _stamp(one.first),
        _stamp(one.last),
        tuple(dict.fromkeys(fact.kind for fact in one.facts)),
        tuple(_clean(f"{fact.label}: {fact.text}" if fact.text else fact.label) for fact in one.facts),
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _clean(text: str) -> str:
    """The text without control characters, which no XML may hold."""
    return REFUSED.sub("", text)
