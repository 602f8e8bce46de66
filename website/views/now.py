"""What is on now and next, room by room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.clock import instant, wall_clock
from editions.models import Edition
from talks.models import Talk
from talks.schedule import Entry, next_change, now_and_next, order
from website.changes import moved_from
from website.clocks import day_name, weekday, zone_name
from website.context import find_edition, frame
from website.links import any_link
from website.moments import fresh_until, standing_notices
from website.pages import Page
from website.shown import Item, Link, Place, entry, items, session_heads
from website.viewpoint import Query, Viewpoint


@dataclass(frozen=True, slots=True)
class Spot:
    """What is on and what is next in a room; without a room: in none, or in all (`everywhere`: breaks)."""

    room: Place | None
    everywhere: bool
    now: tuple[Item, ...]
    next: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """A day that is still to come: how it begins, and its place in the schedule."""

    label: str
    date: date
    url: str
    first: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Where the programme stands: before, on, between, over; or empty, where nothing has a time.

    `spots` are the rooms while it is on, `coming` is the day on which it begins or goes on.
    """

    state: str
    spots: tuple[Spot, ...] = ()
    coming: Coming | None = None


def now(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Show what is on at the viewpoint's moment and what comes next, by room."""
    found = find_edition(viewpoint, edition)
    talks = list(Talk.objects.visible_to(viewpoint.user).filter(edition=found).with_names())
    notices = standing_notices(viewpoint, found, Q())
    at = wall_clock(viewpoint.moment, found.timezone)
    heads = session_heads(talks)
    entries = sorted((entry(talk, heads) for talk in talks if talk.starts_at), key=order)
    moved = moved_from(found, talks, viewpoint.moment)
    shown = items(talks, found, moved=moved, notices=notices.of_talks)
    state = board(found, entries, shown, at)
    day = datetime.combine(state.coming.date, time()) if state.coming else at if state.spots else None
    recordings = any_link(found.recordings_url)
    data = {
        "frame": frame(viewpoint, reverse("website:now", args=[edition]), found),
        "notices": notices.texts,
        "zone": zone_name(found.timezone, day) if day else "",
        "today": f"{weekday(at)}, {day_name(at)}" if state.spots else "",
        "board": state,
        "recordings": Link(_("Recordings"), recordings) if recordings else None,
    }
    change = _turn(entries, at)
    turn = instant(change, found.timezone) if change else None
    return Page("website/now.html", data, fresh_until(viewpoint, found, turn, notices.until))


def board(edition: Edition, entries: Sequence[Entry], shown: Mapping[int, Item], at: datetime) -> Board:
    """Return where the programme stands at a clock of the venue; `entries` have times and are in order."""
    if not entries:
        return Board("empty")
    ahead = [one for one in entries if one.starts_at and one.starts_at > at]
    today = [one for one in ahead if one.starts_at and one.starts_at.date() == at.date()]
    if today or now_and_next(entries, at).now:
        return Board("on", _spots(entries, shown, at))
    if not ahead:
        return Board("over")
    start = next((one for one in ahead if shown[one.id].state != "cancelled"), ahead[0]).starts_at or at
    first = tuple(shown[one.id] for one in ahead if one.starts_at == start)
    return Board(
        "between" if len(ahead) < len(entries) else "before", coming=_coming(edition, start, first, at)
    )


def _coming(edition: Edition, start: datetime, first: tuple[Item, ...], at: datetime) -> Coming:
    day = start.date()
    name = f"{weekday(day)}, {day_name(day)}"
    tomorrow = day - at.date() == timedelta(days=1)
    url = reverse("website:schedule", args=[edition.key])
    label = _("Tomorrow, %(day)s") % {"day": name} if tomorrow else name
    return Coming(label, day, f"{url}#d{day:%Y-%m-%d}", first)


def _spots(entries: Sequence[Entry], shown: Mapping[int, Item], at: datetime) -> tuple[Spot, ...]:
    """The rooms in their order, as far as anything is left of the day there; first what is on in none or in all."""
    tonight = datetime.combine(at.date(), time()) + timedelta(days=1)
    left = [one for one in entries if one.starts_at and one.starts_at < tonight]
    left.sort(key=lambda one: ((one.room is not None, one.room_position, one.room or ""), order(one)))
    spots = (
        _spot(list(group), shown, at)
        for _room, group in groupby(left, key=lambda one: (one.room_position, one.room))
    )
    found = [spot for spot in spots if spot.now or spot.next]
    return tuple(sorted(found, key=lambda spot: spot.room is None and not spot.now))


def _spot(entries: list[Entry], shown: Mapping[int, Item], at: datetime) -> Spot:
    on = tuple(shown[one.id] for one in now_and_next(entries, at).now)
    coming = tuple(shown[one.id] for one in _next(entries, shown, at))
    everywhere = all(item.kind == "break" for item in (*on, *coming))
    return Spot(shown[entries[0].id].room, everywhere, on, coming)


def _next(entries: Iterable[Entry], shown: Mapping[int, Item], at: datetime) -> list[Entry]:
    """What begins next and takes place, with what was cancelled before and beside it."""
    coming = [one for one in entries if one.starts_at and one.starts_at > at]
    taking_place = (one.starts_at for one in coming if shown[one.id].state != "cancelled")
    start = next(taking_place, None) or (coming[-1].starts_at if coming else None)
    return [one for one in coming if one.starts_at and start and one.starts_at <= start]


def _turn(entries: Sequence[Entry], at: datetime) -> datetime | None:
    """The next clock at which the page changes by itself: something begins or ends, or tomorrow becomes today."""
    change = next_change(entries, at)
    midnight = datetime.combine(at.date(), time()) + timedelta(days=1)
    return min(change, midnight) if change else None
