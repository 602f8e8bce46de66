"""The sitemap with its dates, and what crawlers are asked to leave alone."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from lxml import etree

from tests.factories import (
    make_appearance,
    make_edition,
    make_member,
    make_page,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_type,
)

pytestmark = pytest.mark.django_db
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def sitemap(client: Client) -> dict[str, str]:
    """The day of the last change by path."""
    root = etree.fromstring(client.get("/sitemap.xml").content)
    return {
        url.findtext("s:loc", namespaces=NAMESPACE).removeprefix("http://testserver"): url.findtext(
            "s:lastmod", "", NAMESPACE
        )
        for url in root.findall("s:url", NAMESPACE)
    }


def on(day: int) -> time_machine.travel:
    return time_machine.travel(datetime(2031, 4, day, 12, tzinfo=UTC), tick=False)


def test_every_page_with_its_last_change(client: Client) -> None:
    with on(1):
        make_series()
        # What is in the menu stands on every page.
        make_page(slug="about")
        make_member()
        old = make_edition(key="tide-30")
        make_talk(edition=old, slug="old")
    with on(2):
        edition = make_edition(key="tide-31")
        hall = make_room(edition=edition, slug="hall")
        make_room(edition=edition, slug="empty")
        make_page(edition=edition, slug="venue")
    with on(3):
        talk = make_talk(edition=edition, slug="eddies", room=hall)
        make_talk(edition=edition, slug="tea", type=make_type(kind="break"), abstract="")
        make_talk(edition=edition, slug="again", repeats=talk)
        make_appearance(talk=talk, speaker=make_speaker(slug="ada"))
    with on(4):
        talk.title = "On Eddies"
        talk.save()
    assert sitemap(client) == {
        "/": "2031-04-04",
        "/editions/": "2031-04-04",
        "/speakers/": "2031-04-04",
        "/committee/": "2031-04-04",
        "/pages/about/": "2031-04-04",
        "/tide-30/": "2031-04-01",
        "/tide-30/schedule/": "2031-04-01",
        "/tide-30/speakers/": "2031-04-01",
        "/tide-30/changes/": "2031-04-01",
        "/tide-30/talks/old/": "2031-04-01",
        "/tide-31/": "2031-04-04",
        "/tide-31/schedule/": "2031-04-04",
        "/tide-31/speakers/": "2031-04-04",
        "/tide-31/changes/": "2031-04-04",
        "/tide-31/rooms/hall/": "2031-04-04",
        "/tide-31/venue/": "2031-04-04",
        "/tide-31/talks/eddies/": "2031-04-04",
        "/speakers/ada/": "2031-04-04",
    }
    assert all(client.get(path).status_code == 200 for path in sitemap(client))


def test_drafts_are_in_no_sitemap(client: Client) -> None:
    hidden = make_edition(key="hidden-32", state="draft")
    make_appearance(talk=make_talk(edition=hidden), speaker=make_speaker(slug="hidden"))
    edition = make_edition(key="tide-31")
    make_talk(edition=edition, slug="draft", state="draft", room=make_room(edition=edition, slug="attic"))
    make_page(edition=edition, slug="plans", state="draft")
    assert set(sitemap(client)) == {
        "/",
        "/editions/",
        "/speakers/",
        "/tide-31/",
        "/tide-31/schedule/",
        "/tide-31/speakers/",
        "/tide-31/changes/",
    }


def test_an_empty_site_has_a_sitemap(client: Client) -> None:
    assert sitemap(client) == {"/": "", "/editions/": "", "/speakers/": ""}


def test_what_crawlers_leave_alone(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /*/schedule/?",
        "",
        "Sitemap: http://testserver/sitemap.xml",
    ]
