"""One page for the thumb, on the day: what is on, cancel, another room, shift the rest, put up a notice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from editions.clock import wall_clock
from editions.models import Edition, Room
from talks.models import Notice, Talk
from talks.schedule import order
from website.clocks import day_name, weekday, zone_name
from website.shown import Item, entry, items, session_heads
from website.views.now import Board, Spot, board
from workbench.checks.clashing import clashes_among, clashes_of
from workbench.pages import demand, find_edition, show
from workbench.programme.done import keep, kept
from workbench.programme.errands import STEPS, run, version_of
from workbench.switching import working_edition

DAYS_END = time(23, 59)
FORM_CLOCK = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Card:
    """A talk with its buttons; `room` is the primary key of its room, `until` how long a notice for it stands."""

    item: Item
    room: int | None
    until: str


@dataclass(frozen=True, slots=True)
class Corner:
    """A room, or what goes on in none: its name, and what is on there and next."""

    label: str
    room: int | None
    now: tuple[Card, ...]
    next: tuple[Card, ...]


def today(request: HttpRequest, edition: str = "") -> HttpResponse:
    """Show what is on in the edition in which one works; `?at=2031-05-15T11:05` shows another moment."""
    if not edition:
        return _the_edition(request)
    found = find_edition(request, edition)
    demand(request, "talks.view_talk")
    if request.method == "POST":
        keep(request, request.path, run(request, found))
        return HttpResponseRedirect(request.get_full_path())
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    title = _("Today at %(edition)s") % {"edition": found.name}
    return show(request, "workbench/today.html", title, **_context(request, found))


def _the_edition(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the edition in which one works; nobody without one has anything to do there."""
    demand(request, "talks.view_talk")
    working = working_edition(request)
    if working is not None:
        return redirect("admin:today-edition", working.key)
    return show(request, "workbench/today.html", _("Today"))


def _context(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    asked = _asked(request)
    at = asked or wall_clock(timezone.now(), edition.timezone)
    talks = list(Talk.objects.filter(edition=edition).with_names())
    rooms = list(edition.rooms.all())
    found, cards = _board(edition, talks, at)
    done = kept(request, request.path)
    rights = request.user
    return {
        "edition": edition,
        "at": at,
        "elsewhen": asked is not None,
        "today": f"{weekday(at)}, {day_name(at)}, {at:%H:%M}",
        "zone": zone_name(edition.timezone, at),
        "board": found,
        "corners": tuple(_corner(spot, cards, rooms) for spot in found.spots),
        "coming": [cards[item.id] for item in found.coming.first] if found.coming else [],
        "rooms": rooms,
        "steps": STEPS,
        "until": datetime.combine(at.date(), DAYS_END).strftime(FORM_CLOCK),
        "version": version_of(edition),
        "notices": Notice.objects.filter(edition=edition).standing(at).select_related("room", "talk__type"),
        "may_change": rights.has_perm("talks.change_talk"),
        "may_notify": rights.has_perm("talks.add_notice"),
        "may_take_down": rights.has_perm("talks.change_notice"),
        "done": done,
        "clashes": clashes_among(done.talks, clashes_of(edition)) if done and done.talks else [],
    }


def _board(edition: Edition, talks: Iterable[Talk], at: datetime) -> tuple[Board, dict[int, Card]]:
    """The public page's board, drafts included, and a card for each talk."""
    heads = session_heads(talks)
    entries = sorted((entry(talk, heads) for talk in talks if talk.starts_at), key=order)
    shown = items(talks, edition)
    cards = {talk.pk: Card(shown[talk.pk], talk.room_id, _until(talk, at)) for talk in talks}
    return board(edition, entries, shown, at), cards


def _corner(spot: Spot, cards: dict[int, Card], rooms: Iterable[Room]) -> Corner:
    slug = spot.room.slug if spot.room else None
    nowhere = _("For everyone") if spot.everywhere else _("Elsewhere")
    return Corner(
        spot.room.name if spot.room else nowhere,
        next((room.pk for room in rooms if room.slug == slug), None),
        tuple(cards[item.id] for item in spot.now),
        tuple(cards[item.id] for item in spot.next),
    )


def _until(talk: Talk, at: datetime) -> str:
    """How long a notice for a talk stands unless somebody says otherwise: until it ends, else that day's."""
    day = (talk.starts_at or at).date()
    return (talk.ends_at or datetime.combine(day, DAYS_END)).strftime(FORM_CLOCK)


def _asked(request: HttpRequest) -> datetime | None:
    """The clock of the venue that the address names, None for now."""
    named = request.GET.get("at", "")
    try:
        found = parse_datetime(named)
    except ValueError:
        found = None
    if named and found is None:
        raise Http404(_("There is no such moment."))
    return found.replace(tzinfo=None) if found else None
