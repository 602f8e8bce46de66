"""The home page: the edition that is on, next or latest, and all the others."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.clock import instant, wall_clock
from editions.models import Edition, ImportantDate
from talks.models import Talk
from talks.schedule import next_change, now_and_next
from website.clocks import day_name, weekday
from website.context import EditionHead, edition_head, frame
from website.moments import (
    call_ends,
    fresh_until,
    is_ahead,
    is_on,
    soonest,
    standing_notices,
    ways,
)
from website.pages import Page
from website.shown import Deadline, Featured, Item, Link, deadline, entry, featured, items, session_heads
from website.viewpoint import Query, Viewpoint


@dataclass(frozen=True, slots=True)
class OnStage:
    """What is on in the current edition, what comes next, and on which day that is if it isn't today's."""

    now: tuple[Item, ...]
    next: tuple[Item, ...]
    next_day: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """What the home page tells of the current edition; `dates` are there while there is nobody to feature."""

    summary: str
    actions: tuple[Link, ...]
    stage: OnStage
    featured: Featured
    dates: tuple[Deadline, ...]
    notices: tuple[str, ...]
    until: datetime | None


def home(viewpoint: Viewpoint, query: Query) -> Page:
    """Show the current edition and the list of all."""
    visible = Edition.objects.visible_to(viewpoint.user)
    editions = list(visible.newest_first())
    current = visible.current(viewpoint.moment)
    here = reverse("website:home")
    front = _front(viewpoint, current) if current else None
    data = {
        "frame": frame(viewpoint, here),
        "current": edition_head(current) if current else None,
        "front": front,
        "ahead": bool(current and is_ahead(current, viewpoint.moment)),
        "on": bool(current and is_on(current, viewpoint.moment)),
        "editions": others(editions, current),
    }
    return Page("website/home.html", data, front.until if front else None)


def others(editions: list[Edition], current: Edition | None) -> tuple[EditionHead, ...]:
    """Return all editions but the one that stands above."""
    return tuple(edition_head(edition) for edition in editions if current is None or edition.pk != current.pk)


def _front(viewpoint: Viewpoint, edition: Edition) -> Front:
    """Read the current edition's programme, dates and notices. Five queries."""
    talks = list(
        Talk.objects.visible_to(viewpoint.user)
        .filter(edition=edition)
        .exclude(state="cancelled")
        .with_people()
        .in_order()
    )
    dates = list(edition.dates.all())
    ahead = is_ahead(edition, viewpoint.moment)
    shown = items(talks, edition, full=True)
    faces = featured(shown.values())
    stage, change = _stage(viewpoint, edition, talks, shown) if ahead else (OnStage((), ()), None)
    notices = standing_notices(viewpoint, edition, Q(room=None, talk=None))
    turn = fresh_until(viewpoint, edition, change, call_ends(edition, dates)) if ahead else None
    return Front(
        edition.summary,
        _offers(edition, viewpoint.moment, dates, programme=bool(talks)),
        stage,
        faces,
        tuple(map(deadline, dates)) if ahead and not faces.people else (),
        notices.texts,
        soonest(viewpoint, turn, notices.until),
    )


def _offers(
    edition: Edition, moment: datetime, dates: list[ImportantDate], *, programme: bool
) -> tuple[Link, ...]:
    """The edition's buttons; without a programme there is its overview, and its dates if it has some."""
    found = ways(edition, moment, dates, programme=programme)
    if programme:
        return found
    overview = reverse("website:edition", args=[edition.key])
    rest = [
        Link(_("Overview"), overview),
        *([Link(_("Important dates"), f"{overview}#dates")] if dates else []),
    ]
    return (*found, *rest)


def _stage(
    viewpoint: Viewpoint, edition: Edition, talks: list[Talk], shown: dict[int, Item]
) -> tuple[OnStage, datetime | None]:
    """What is on and next, and when that changes."""
    heads = session_heads(talks)
    entries = [entry(talk, heads) for talk in talks]
    at = wall_clock(viewpoint.moment, edition.timezone)
    found = now_and_next(entries, at)
    coming = found.next[0].starts_at if found.next else None
    stage = OnStage(
        tuple(shown[one.id] for one in found.now),
        tuple(shown[one.id] for one in found.next),
        f"{weekday(coming)}, {day_name(coming)}" if coming and coming.date() != at.date() else "",
    )
    change = next_change(entries, at)
    return stage, instant(change, edition.timezone) if change else None
