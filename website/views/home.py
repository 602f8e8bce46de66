"""The home page: the edition that is on, next or latest, and all the others."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.clock import instant, wall_clock
from editions.models import Edition
from talks.models import Talk
from talks.schedule import next_change, now_and_next
from website.clocks import day_name, weekday
from website.context import EditionHead, edition_head, frame
from website.moments import Notices, actions, fresh_until, is_ahead, is_on, soonest, standing_notices
from website.pages import Page
from website.shown import Item, Link, entry, items, session_heads
from website.viewpoint import Query, Viewpoint


@dataclass(frozen=True, slots=True)
class OnStage:
    """What is on in the current edition, what comes next, and on which day that is if it isn't today's."""

    now: tuple[Item, ...]
    next: tuple[Item, ...]
    next_day: str = ""


def home(viewpoint: Viewpoint, query: Query) -> Page:
    """Show the current edition and the list of all."""
    visible = Edition.objects.visible_to(viewpoint.user)
    editions = list(visible.newest_first())
    current = visible.current(viewpoint.moment)
    here = reverse("website:home")
    stage, until = _stage(viewpoint, current) if current else (OnStage((), ()), None)
    about = Q(room=None, talk=None)
    notices = standing_notices(viewpoint, current, about) if current else Notices((), {}, None)
    data = {
        "frame": frame(viewpoint, here),
        "current": edition_head(current) if current else None,
        "summary": current.summary if current else "",
        "actions": _ways(current, viewpoint.moment) if current else (),
        "notices": notices.texts,
        "stage": stage,
        "ahead": bool(current and is_ahead(current, viewpoint.moment)),
        "on": bool(current and is_on(current, viewpoint.moment)),
        "editions": others(editions, current),
    }
    return Page("website/home.html", data, soonest(viewpoint, until, notices.until))


def others(editions: list[Edition], current: Edition | None) -> tuple[EditionHead, ...]:
    """Return all editions but the one that stands above."""
    return tuple(edition_head(edition) for edition in editions if current is None or edition.pk != current.pk)


def _ways(edition: Edition, moment: datetime) -> tuple[Link, ...]:
    return (Link(_("Schedule"), reverse("website:schedule", args=[edition.key])), *actions(edition, moment))


def _stage(viewpoint: Viewpoint, edition: Edition) -> tuple[OnStage, datetime | None]:
    """What is on and next, and until when that and the choice of the edition hold."""
    if not is_ahead(edition, viewpoint.moment):
        return OnStage((), ()), None
    talks = list(
        Talk.objects.visible_to(viewpoint.user)
        .filter(edition=edition)
        .exclude(state="cancelled")
        .with_people()
    )
    heads = session_heads(talks)
    entries = [entry(talk, heads) for talk in talks]
    at = wall_clock(viewpoint.moment, edition.timezone)
    found = now_and_next(entries, at)
    shown = items(talks, edition)
    coming = found.next[0].starts_at if found.next else None
    stage = OnStage(
        tuple(shown[one.id] for one in found.now),
        tuple(shown[one.id] for one in found.next),
        f"{weekday(coming)}, {day_name(coming)}" if coming and coming.date() != at.date() else "",
    )
    change = next_change(entries, at)
    return stage, fresh_until(viewpoint, edition, instant(change, edition.timezone) if change else None)
