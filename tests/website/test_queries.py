"""Every page asks the same, literal number of times, with one item of each kind and with three."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from tests.factories import (
    make_appearance,
    make_date,
    make_edition,
    make_member,
    make_notice,
    make_page,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_sponsor,
    make_talk,
    make_track,
)

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]


def fill(count: int) -> None:
    """A series with `count` of everything, each talk with that many people and papers."""
    make_series()
    people = [make_speaker(slug=f"person-{number}") for number in range(count)]
    for number in range(count):
        edition = make_edition(key=f"tide-{number}", starts_on=date(2031 + number, 5, 15), ends_on=None)
        make_page(edition=edition, slug="venue")
        make_page(slug=f"page-{number}")
        make_member()
        for place in range(count):
            room, track = make_room(edition=edition, slug=f"room-{place}"), make_track(edition=edition)
            talk = make_talk(edition=edition, slug=f"talk-{place}", room=room, track=track)
            for each in (make_date, make_sponsor, make_member, make_notice):
                each(edition=edition)
            make_notice(edition=edition, talk=talk)
            make_notice(edition=edition, room=room)
            for person in people:
                make_appearance(talk=talk, speaker=person)
                make_paper(talk=talk)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/", 11),
        ("/editions/", 4),
        ("/committee/", 4),
        ("/pages/page-0/", 4),
        ("/speakers/", 5),
        ("/speakers/person-0/", 5),
        ("/tide-0/", 12),
        ("/tide-0/schedule/", 8),
        ("/tide-0/schedule/?q=talk", 8),
        ("/tide-0/talks/talk-0/", 15),
        ("/tide-0/speakers/", 5),
        ("/tide-0/rooms/room-0/", 10),
        ("/tide-0/now/", 8),
        ("/tide-0/changes/", 7),
        ("/tide-0/changes/feed.atom", 6),
        ("/tide-0/qr.svg?ids=1", 1),
        ("/tide-0/schedule.ics", 5),
        ("/tide-0/talks/talk-0.ics", 4),
        ("/tide-0/talks/talk-0.bib", 6),
        ("/tide-0/proceedings.bib", 6),
        ("/proceedings.bib", 6),
        ("/speakers/person-0.ics", 4),
        ("/tide-0/venue/", 5),
        ("/tide-0/theme.css", 3),
        ("/theme.css", 1),
        ("/sitemap.xml", 7),
        ("/robots.txt", 0),
    ],
)
def test_queries(
    client: Client, django_assert_num_queries: Counting, path: str, queries: int, count: int
) -> None:
    fill(count)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200
