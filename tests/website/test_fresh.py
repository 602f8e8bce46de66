"""Until when pages hold: no page in an edition's frame changes by itself before it says so."""

from datetime import UTC, date, datetime, timedelta
from inspect import unwrap
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern

from editions.clock import instant
from tests.factories import (
    make_appearance,
    make_date,
    make_edition,
    make_notice,
    make_page,
    make_room,
    make_talk,
)
from website.urls import urlpatterns
from website.viewpoint import Viewpoint

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)
TURNS = [datetime(2031, 5, *clock) for clock in ((15,), (15, 8), (15, 9), (15, 10), (16,), (17,), (18,))]
"""By the venue's clock: its days begin, notices end, a talk begins and ends, and all is over."""
CALL_ENDS = datetime(2031, 5, 13, 12, tzinfo=UTC)
"""When the day of the last submissions, 12 May, is over everywhere on earth."""
INVITATIONS = {"registration_url": "https://a.example", "submission_url": "https://b.example"}
SLUGS = {"talk": "tides", "room": "hall", "page": "venue"}
PICTURES = {"edition-card", "talk-card"}
"""They hold an hour, whatever comes."""
OF_EDITIONS = [one for one in urlpatterns if "edition" in one.pattern.converters and one.name not in PICTURES]


@pytest.mark.parametrize("zone", ["America/Vancouver", "Pacific/Auckland"])
@pytest.mark.parametrize("programme", [True, False])
@pytest.mark.parametrize("url", OF_EDITIONS, ids=lambda url: url.name)
def test_no_page_of_an_edition_changes_before_it_says_so(url: URLPattern, programme: bool, zone: str) -> None:
    edition = make_edition(key="tide-31", timezone=zone, **INVITATIONS)
    make_date(edition=edition, key="submission_deadline", date=date(2031, 5, 12))
    make_page(edition=edition, slug="venue")
    hall = make_room(edition=edition, slug="hall")
    times = {"starts_at": datetime(2031, 5, 15, 9), "ends_at": datetime(2031, 5, 15, 10)}
    talk = make_talk(
        edition=edition, slug="tides", room=hall, **(times if programme else {"starts_at": None})
    )
    make_appearance(talk=talk)
    talk.room = make_room(edition=edition)
    talk.save()
    if programme:
        for about in ({}, {"talk": talk}, {"room": hall}):
            make_notice(edition=edition, until=datetime(2031, 5, 15, 8), **about)
    view = unwrap(url.callback)
    given = {"edition": "tide-31", **url.default_args}
    if "slug" in url.pattern.converters:
        given["slug"] = SLUGS[str(url.name).partition("-")[0]]
    pages = []
    turns = (CALL_ENDS, *(instant(clock, zone) for clock in TURNS))
    for moment in (one for turn in turns for one in (turn - MOMENT, turn)):
        viewpoint = Viewpoint(AnonymousUser(), moment, "en", "https://tide.example")
        pages.append((moment, view(viewpoint, {"ids": ["1"]}, **given)))
    for (before, one), (after, other) in pairwise(pages):
        if one.digest() != other.digest():
            assert one.fresh_until is not None, (before, after)
            assert before < one.fresh_until <= after
