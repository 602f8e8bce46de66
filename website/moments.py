"""What about an edition holds at a moment: whether it is on, what it invites to, which notices stand."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.clock import instant, wall_clock
from editions.models import Edition, ImportantDate
from talks.models import Notice, Talk
from website.links import any_link, host_of
from website.shown import Link
from website.viewpoint import Viewpoint

CALL = re.compile(r"submi|proposal|abstract", re.IGNORECASE)
ANSWER = re.compile(r"accept|notif|camera|final|review|decision", re.IGNORECASE)
"""What the names of dates by which something is to be submitted have in them, and those of the dates that follow."""
LAST_PLACE = "Etc/GMT+12"
"""The zone in which a day ends last."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Words that stand at a moment, and until when nothing about them changes (aware, None for ever).

    `texts` are those for an edition and its rooms, `of_talks` those for its talks, by the talk's primary key.
    """

    texts: tuple[str, ...]
    of_talks: dict[int, tuple[str, ...]]
    until: datetime | None


def is_ahead(edition: Edition, moment: datetime) -> bool:
    """Say whether an edition is on or still to come at a moment, by the venue's calendar."""
    last = edition.ends_on or edition.starts_on
    return last is None or last >= wall_clock(moment, edition.timezone).date()


def is_on(edition: Edition, moment: datetime) -> bool:
    """Say whether the venue's day at a moment is one of an edition's."""
    today = wall_clock(moment, edition.timezone).date()
    return bool(edition.starts_on and edition.starts_on <= today and is_ahead(edition, moment))


def turns(edition: Edition) -> tuple[datetime, ...]:
    """Return the moments at which an edition begins to be on and to be over, none while it has no dates."""
    last = edition.ends_on or edition.starts_on
    days = (edition.starts_on, last + timedelta(days=1) if last else None)
    return tuple(instant(datetime.combine(day, time()), edition.timezone) for day in days if day)


def call_ends(edition: Edition, dates: Iterable[ImportantDate]) -> datetime | None:
    """Return from when on nothing can be submitted to an edition, None while nobody knows.

    That is its first day, or when the last of its submission dates is over everywhere on earth, whichever is first.
    """
    called = (
        one for one in dates if CALL.search(words := f"{one.key} {one.label}") and not ANSWER.search(words)
    )
    days = [day for one in called if (day := one.extended_to or one.date)]
    ends = [instant(datetime.combine(max(days) + timedelta(days=1), time()), LAST_PLACE)] if days else []
    return min((*turns(edition)[:1], *ends), default=None)


def actions(edition: Edition, moment: datetime, dates: Iterable[ImportantDate]) -> tuple[Link, ...]:
    """Return what an edition invites to while it is ahead, and what it left behind; `dates` are its own."""
    ends = call_ends(edition, dates)
    invitations = (
        (_("Register"), edition.registration_url),
        (_("Submit"), edition.submission_url if ends is None or moment < ends else ""),
        (_("Join online"), edition.online_url),
    )
    ways = (*(invitations if is_ahead(edition, moment) else ()), (_("Recordings"), edition.recordings_url))
    return tuple(Link(label, link, host_of(link)) for label, url in ways if (link := any_link(url)))


def ways(
    edition: Edition, moment: datetime, dates: Iterable[ImportantDate], *, programme: bool
) -> tuple[Link, ...]:
    """Return an edition's buttons, the first the one that matters most: to register until it begins, then the schedule.

    An edition without a `programme` has none to its schedule.
    """
    invitations = actions(edition, moment, dates)
    schedule = (Link(_("Schedule"), reverse("website:schedule", args=[edition.key])),) if programme else ()
    first = any_link(edition.registration_url) and is_ahead(edition, moment) and not is_on(edition, moment)
    return (*invitations[:1], *schedule, *invitations[1:]) if first else (*schedule, *invitations)


def soonest(viewpoint: Viewpoint, *moments: datetime | None) -> datetime | None:
    """Return the first of the moments that is still to come, None if none is."""
    return min((moment for moment in moments if moment and moment > viewpoint.moment), default=None)


def fresh_until(viewpoint: Viewpoint, edition: Edition, *moments: datetime | None) -> datetime | None:
    """Return until when a page in an edition's frame stays as it is, None for ever.

    `moments` are those at which what is in the frame changes by itself; its tabs do as the edition begins and ends.
    """
    return soonest(viewpoint, *turns(edition), *moments)


def standing_notices(viewpoint: Viewpoint, edition: Edition, about: Q) -> Notices:
    """Return the notices of an edition that are `about` something and stand at the viewpoint's moment. One query."""
    at = wall_clock(viewpoint.moment, edition.timezone)
    seen = Q(talk=None) | Q(talk__in=Talk.objects.visible_to(viewpoint.user).filter(edition=edition))
    standing = Notice.objects.filter(about, seen, edition=edition).standing(at)
    found = list(standing.select_related("room"))
    ends = [instant(one.until, edition.timezone) for one in found if one.until]
    of_talks: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for one in found:
        if one.talk_id:
            of_talks[one.talk_id] += (_words(one),)
    texts = tuple(_words(one) for one in found if not one.talk_id)
    return Notices(texts, dict(of_talks), min(ends, default=None))


def notices_beside(viewpoint: Viewpoint, talk: Talk) -> Notices:
    """Return what stands about a talk, its edition and, on the talk's day, its room; all as `texts`. One query."""
    day = talk.starts_at.date() if talk.starts_at else None
    dates = (day, day + timedelta(days=1)) if day else ()
    days = [instant(datetime.combine(one, time()), talk.edition.timezone) for one in dates]
    about = Q(talk=talk) | Q(talk=None, room=None)
    if days and days[0] <= viewpoint.moment < days[1]:
        about |= Q(talk=None, room=talk.room_id)
    found = standing_notices(viewpoint, talk.edition, about)
    texts = (*found.of_talks.get(talk.pk, ()), *found.texts)
    return Notices(texts, {}, soonest(viewpoint, found.until, *days))


def _words(notice: Notice) -> str:
    return f"{notice.room.name}: {notice.text}" if notice.room else notice.text
