"""Where a notice stands: on every page that it concerns, at once, and no other."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from editions.models import Edition
from tests.factories import make_edition, make_notice, make_room, make_talk
from website.viewpoint import Viewpoint
from website.views.home import home
from website.views.talks import talk as talk_page

pytestmark = pytest.mark.django_db
PAGES = {
    "home": "/",
    "edition": "/tide-31/",
    "schedule": "/tide-31/schedule/",
    "now": "/tide-31/now/",
    "hall": "/tide-31/rooms/hall/",
    "attic": "/tide-31/rooms/attic/",
    "tides": "/tide-31/talks/tides/",
    "foam": "/tide-31/talks/foam/",
}


@pytest.fixture
def edition() -> Edition:
    """An edition that is on in UTC: Tides in the hall today, Foam in the attic."""
    today = datetime.now(UTC).replace(tzinfo=None)
    edition = make_edition(key="tide-31", timezone="UTC", starts_on=today.date(), ends_on=None)
    # On until midnight, whatever the hour of this test.
    times = {
        "starts_at": datetime.combine(today.date(), datetime.min.time()),
        "ends_at": datetime.combine(today.date(), datetime.min.time()) + timedelta(days=1),
    }
    for title, name in (("Tides", "hall"), ("Foam", "attic")):
        room = make_room(edition=edition, name=name.title(), slug=name)
        make_talk(edition=edition, title=title, slug=title.lower(), room=room, **times)
    return edition


def standing_on(client: Client, words: str) -> set[str]:
    """The pages on which the words stand."""
    return {name for name, path in PAGES.items() if words in client.get(path).content.decode()}


def test_an_editions_notice_stands_everywhere(client: Client, edition: Edition) -> None:
    assert standing_on(client, "Łódź") == set()
    make_notice(edition=edition, text="To Łódź")
    assert standing_on(client, "To Łódź") == set(PAGES)


def test_a_rooms_notice_stands_where_the_room_is_spoken_of(client: Client, edition: Edition) -> None:
    assert standing_on(client, "Bring lamps") == set()
    make_notice(edition=edition, room=edition.rooms.get(slug="hall"), text="Bring lamps")
    assert standing_on(client, "Bring lamps") == {"schedule", "now", "hall", "tides"}


def test_a_talks_notice_stands_on_its_page_and_at_its_entry(client: Client, edition: Edition) -> None:
    assert standing_on(client, "小雨") == set()
    make_notice(edition=edition, talk=edition.talks.get(slug="tides"), text="小雨: no slides")
    assert standing_on(client, "小雨: no slides") == {"edition", "schedule", "now", "hall", "tides"}


def test_home_is_fresh_until_the_notice_ends() -> None:
    edition = make_edition(timezone="America/Vancouver")
    make_notice(edition=edition, text="Doors at eight.", until=datetime(2031, 5, 15, 8))
    page = home(Viewpoint(AnonymousUser(), datetime(2031, 5, 15, 12, tzinfo=UTC), "en"), {})
    assert page.data["front"].notices == ("Doors at eight.",)
    assert page.fresh_until == datetime(2031, 5, 15, 15, tzinfo=UTC)


def test_a_rooms_notice_is_on_a_talks_page_only_on_that_day() -> None:
    edition = make_edition(key="tide-31", timezone="Pacific/Auckland")
    hall = make_room(edition=edition, name="Hall")
    make_talk(edition=edition, slug="tides", room=hall, starts_at=datetime(2031, 5, 15, 9))
    make_talk(edition=edition, slug="later", room=hall, starts_at=None)
    make_notice(edition=edition, room=hall, text="Bring lamps")
    midnight = datetime(2031, 5, 14, 12, tzinfo=UTC)

    def at(moment: datetime, slug: str = "tides") -> tuple[object, object]:
        page = talk_page(Viewpoint(AnonymousUser(), moment, "en"), {}, edition="tide-31", slug=slug)
        return page.data["notices"], page.fresh_until

    assert at(midnight - timedelta(seconds=1)) == ((), midnight)
    assert at(midnight) == (("Hall: Bring lamps",), midnight + timedelta(days=1))
    assert at(midnight + timedelta(days=1))[0] == ()
    assert at(midnight, "later")[0] == ()
