"""The site's menu and an edition's tabs."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from tests.factories import make_edition, make_member, make_page
from tests.website.reading import read
from website.context import frame
from website.viewpoint import Viewpoint

pytestmark = pytest.mark.django_db


def tabs(at: datetime, zone: str) -> list[tuple[str, str]]:
    """The tabs of an edition of 15 and 16 May 2031 in a zone, at a moment."""
    edition = make_edition(
        key="tide-31", timezone=zone, starts_on=date(2031, 5, 15), ends_on=date(2031, 5, 16)
    )
    make_page(edition=edition, slug="venue", title="Venue")
    viewpoint = Viewpoint(AnonymousUser(), at, "en")
    return [(link.label, link.url) for link in frame(viewpoint, "/tide-31/", edition).tabs]


def test_the_menu_leads_to_search(client: Client) -> None:
    make_member()
    make_page(slug="about", title="About")
    page = read(client, "/search/")
    menu = [(link.text, link.get("href")) for link in page.xpath("//header//nav//a")]
    assert menu == [
        ("Editions", "/editions/"),
        ("Speakers", "/speakers/"),
        ("Committee", "/committee/"),
        ("About", "/pages/about/"),
        ("Search", "/search/"),
    ]
    assert page.xpath("//header//nav//a[@aria-current='page']/text()") == ["Search"]


def test_an_edition_leads_to_its_changes() -> None:
    assert tabs(datetime(2031, 1, 1, tzinfo=UTC), "UTC") == [
        ("Overview", "/tide-31/"),
        ("Schedule", "/tide-31/schedule/"),
        ("Speakers", "/tide-31/speakers/"),
        ("Venue", "/tide-31/venue/"),
        ("Changes", "/tide-31/changes/"),
    ]


@pytest.mark.parametrize(
    "zone, hour, on",
    [
        ("Pacific/Auckland", datetime(2031, 5, 14, 11, 59, tzinfo=UTC), False),
        ("Pacific/Auckland", datetime(2031, 5, 14, 12, 0, tzinfo=UTC), True),
        ("Pacific/Auckland", datetime(2031, 5, 16, 12, 0, tzinfo=UTC), False),
        ("America/Vancouver", datetime(2031, 5, 15, 6, 59, tzinfo=UTC), False),
        ("America/Vancouver", datetime(2031, 5, 17, 6, 59, tzinfo=UTC), True),
        ("America/Vancouver", datetime(2031, 5, 17, 7, 0, tzinfo=UTC), False),
    ],
)
def test_now_is_offered_on_the_days_of_the_venue(zone: str, hour: datetime, on: bool) -> None:
    assert (("Now", "/tide-31/now/") in tabs(hour, zone)) is on
