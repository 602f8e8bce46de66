"""The schedule of an edition, and the door sheet of a room."""

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.models import Room
from talks.models import Talk
from website.changes import moved_from
from website.context import find_edition, frame
from website.filters import Filters, fields
from website.links import any_link
from website.moments import fresh_until, standing_notices
from website.pages import Page
from website.programme import kept, programme, zone_of
from website.shown import Item, room_place
from website.viewpoint import Query, Viewpoint


def schedule(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Show the schedule, or what of it the filters leave."""
    found = find_edition(viewpoint, edition)
    talks = list(Talk.objects.visible_to(viewpoint.user).filter(edition=found).with_names())
    notices = standing_notices(viewpoint, found, Q())
    moved = moved_from(found, talks, viewpoint.moment)
    whole = programme(talks, found, moved=moved, notices=notices.of_talks)
    filters = Filters.read(query)
    left = filters.chosen_of(whole.items)
    data = {
        "frame": frame(viewpoint, reverse("website:schedule", args=[edition]), found),
        "notices": notices.texts,
        "zone": zone_of(found, talks),
        "programme": kept(whole, (item.id for item in left)) if filters.active else whole,
        "days": whole.days,
        "filters": filters,
        "fields": fields(whole, filters),
        "videos": sum(item.has_video for item in whole.items),
        "count": _talks(left),
        "of": _talks(whole.items),
    }
    return Page("website/schedule.html", data, fresh_until(viewpoint, found, notices.until))


def room(viewpoint: Viewpoint, query: Query, edition: str, slug: str) -> Page:
    """Show what is on in a room, to be read at its door."""
    found = find_edition(viewpoint, edition)
    shown = Room.objects.filter(edition=found, slug=slug).first()
    if shown is None:
        raise Http404(_("There is no such room."))
    talks = list(Talk.objects.visible_to(viewpoint.user).filter(edition=found, room=shown).with_people())
    about = Q(room=shown) | Q(room=None, talk=None) | Q(talk__room=shown)
    notices = standing_notices(viewpoint, found, about)
    moved = moved_from(found, talks, viewpoint.moment)
    data = {
        "frame": frame(viewpoint, reverse("website:room", args=[edition, slug]), found),
        "room": room_place(shown, found),
        "capacity": shown.capacity,
        "directions": shown.directions,
        "access_notes": shown.access_notes,
        "stream": any_link(shown.stream_url),
        "notices": notices.texts,
        "zone": zone_of(found, talks),
        "programme": programme(talks, found, moved=moved, notices=notices.of_talks, full=True),
    }
    return Page("website/room.html", data, fresh_until(viewpoint, found, notices.until))


def _talks(items: list[Item]) -> int:
    return sum(item.kind != "break" for item in items)
