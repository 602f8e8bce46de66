"""What pages tell machines: JSON-LD in the words of schema.org, Open Graph, Highwire, canonical links."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from editions.models import Edition
from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_type,
)
from tests.website.reading import Node, read
from website import meta, structured
from website.context import frame
from website.feeds import talk_works
from website.pages import Page, render
from website.shown import Link, Person, Picture, item
from website.templatetags.heads import as_json
from website.viewpoint import Viewpoint

pytestmark = pytest.mark.django_db
HERE = Viewpoint(AnonymousUser(), datetime(2031, 5, 1, tzinfo=UTC), "en", "https://tide.example")
NOWHERE = Viewpoint(HERE.user, HERE.moment, "en")
THING = {"@type", "name", "url", "description", "image", "sameAs"}
# From the pages of schema.org: what a thing of each type may have.
VOCABULARY: dict[str, set[str]] = {
    "Event": THING
    | {"startDate", "endDate", "eventStatus", "eventAttendanceMode", "location", "performer", "inLanguage"}
    | {"organizer", "superEvent"},
    "EventSeries": THING,
    "Place": THING | {"address", "containedInPlace"},
    "VirtualLocation": THING,
    "Person": THING | {"affiliation"},
    "Organization": THING,
}
TERMS = {
    "eventStatus": {"EventScheduled", "EventCancelled"},
    "eventAttendanceMode": {
        "OfflineEventAttendanceMode",
        "OnlineEventAttendanceMode",
        "MixedEventAttendanceMode",
    },
}


def check(node: dict[str, Any]) -> None:
    """Every property belongs to its type, every term to its list, and nothing is empty."""
    assert set(node) <= VOCABULARY[node["@type"]], node
    for name, value in node.items():
        assert value not in ("", [], {}, None), name
        if name in TERMS:
            assert value.removeprefix("https://schema.org/") in TERMS[name]
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                check(one)


def of_talk(talk: Talk, viewpoint: Viewpoint = HERE) -> dict[str, Any]:
    edition = talk.edition
    around = frame(viewpoint, "/", edition)
    return structured.of_talk(viewpoint, around, edition, item(talk, edition, full=True), talk.abstract)


def cited(talk: Talk, viewpoint: Viewpoint = HERE) -> list[tuple[str, str]]:
    works = talk_works(talk, talk.edition, "Tidewater", viewpoint)
    return list(meta.citation(viewpoint, item(talk, talk.edition, full=True), works))


@pytest.fixture
def edition() -> Edition:
    make_series(name="Tidewater")
    return make_edition(
        key="tide-31",
        title="Tide 31",
        timezone="Asia/Kathmandu",
        location="Kathmandu, Nepal",
        venue="Old Mill",
    )


def test_a_talk_is_an_event_within_its_edition(edition: Edition) -> None:
    talk = make_talk(
        edition=edition,
        slug="eddies",
        title="On Eddies",
        abstract="Why *they* turn.",
        room=make_room(edition=edition, name="Hall"),
        starts_at=datetime(2031, 5, 15, 23, 30),
        ends_at=datetime(2031, 5, 16, 0, 15),
        language="de",
    )
    make_appearance(
        talk=talk, speaker=make_speaker(slug="ada"), name="Ada Łoś", affiliation="Shoal Institute"
    )
    make_appearance(talk=talk, speaker=None, name="TBD", position=1)
    where = {"@type": "Place", "name": "Old Mill", "address": "Kathmandu, Nepal"}
    assert of_talk(talk) == {
        "@type": "Event",
        "name": "On Eddies",
        "url": "https://tide.example/tide-31/talks/eddies/",
        "description": "Why they turn.",
        "startDate": "2031-05-15T23:30:00+05:45",
        "endDate": "2031-05-16T00:15:00+05:45",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "Hall",
            "address": "Kathmandu, Nepal",
            "containedInPlace": {"@type": "Place", "name": "Old Mill"},
        },
        "performer": [
            {
                "@type": "Person",
                "name": "Ada Łoś",
                "url": "https://tide.example/speakers/ada/",
                "affiliation": {"@type": "Organization", "name": "Shoal Institute"},
            }
        ],
        "inLanguage": "de",
        "image": "https://tide.example/tide-31/talks/eddies/card.png",
        "organizer": {"@type": "Organization", "name": "Tidewater", "url": "https://tide.example/"},
        "superEvent": {
            "@type": "Event",
            "name": "Tide 31",
            "url": "https://tide.example/tide-31/",
            "startDate": "2031-05-15",
            "endDate": "2031-05-16",
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "location": where,
        },
    }


def test_what_is_not_known_is_left_out() -> None:
    bare = make_edition(key="tide-31", starts_on=None, ends_on=None, location="")
    found = of_talk(make_talk(edition=bare, title="潮", slug="ushio", starts_at=None), NOWHERE)
    assert found == {
        "@type": "Event",
        "name": "潮",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "organizer": {"@type": "Organization", "name": "Lectern"},
        "superEvent": {
            "@type": "Event",
            "name": "tide-31",
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        },
    }


def test_a_cancelled_talk_says_so(edition: Edition) -> None:
    assert of_talk(make_talk(edition=edition, state="cancelled"))["eventStatus"] == (
        "https://schema.org/EventCancelled"
    )


@pytest.mark.parametrize(
    ("location", "online_url", "mode", "places"),
    [
        ("Online", "", "Online", "VirtualLocation https://tide.example/tide-31/"),
        ("online, two streams", "live.example/1", "Online", "VirtualLocation https://live.example/1"),
        ("Apia, Samoa", "https://live.example/1", "Mixed", "Place ; VirtualLocation https://live.example/1"),
        ("Apia, Samoa", "", "Offline", "Place "),
    ],
)
def test_where_one_attends(location: str, online_url: str, mode: str, places: str) -> None:
    edition = make_edition(key="tide-31", location=location, online_url=online_url)
    found = structured.of_edition(HERE, frame(HERE, "/", edition), edition)
    where = found["location"] if isinstance(found["location"], list) else [found["location"]]
    assert found["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert "; ".join(f"{one['@type']} {one.get('url', '')}" for one in where) == places


def test_an_edition_is_an_event_of_the_series(edition: Edition) -> None:
    edition.summary = "All *about* tides."
    found = structured.of_edition(HERE, frame(HERE, "/", edition), edition)
    assert found["superEvent"] == {
        "@type": "EventSeries",
        "name": "Tidewater",
        "url": "https://tide.example/",
    }
    assert (found["description"], found["image"]) == (
        "All about tides.",
        "https://tide.example/tide-31/card.png",
    )


def test_a_person() -> None:
    photo = Picture("/media/renditions/0-portrait-384.jpg", "", 384, 384)
    person = Person(
        "Ада Лис", "Shoal Institute", "/speakers/ada/", "https://ada.example", bio="Sails.", photo=photo
    )
    links = [
        Link("ORCID", "https://orcid.org/0"),
        Link("Me", "https://ada.example"),
        Link("Mail", "mailto:a@b.c"),
    ]
    assert structured.of_person(HERE, person, links) == {
        "@type": "Person",
        "name": "Ада Лис",
        "url": "https://tide.example/speakers/ada/",
        "affiliation": {"@type": "Organization", "name": "Shoal Institute"},
        "description": "Sails.",
        "image": "https://tide.example/media/renditions/0-portrait-384.jpg",
        "sameAs": ["https://ada.example", "https://orcid.org/0"],
    }
    assert structured.of_person(NOWHERE, Person("Ada")) == {"@type": "Person", "name": "Ada"}


@pytest.mark.parametrize("count", [1, 3])
def test_every_word_is_one_of_schema_org(edition: Edition, count: int) -> None:
    edition.online_url = "https://live.example/1"
    talk = make_talk(edition=edition, room=make_room(edition=edition), abstract="So.", language="pt-BR")
    for _ in range(count):
        make_appearance(talk=talk, speaker=make_speaker())
    person = Person("Ada", "Shoal", "/speakers/ada/", "https://ada.example", bio="Sails.")
    check(of_talk(talk))
    check(structured.of_edition(HERE, frame(HERE, "/", edition), edition))
    check(structured.of_person(HERE, person))


def blocks(page: Node) -> list[dict[str, Any]]:
    return [json.loads(block.text) for block in page.xpath("//script[@type='application/ld+json']")]


def test_pages_carry_one_block_that_nothing_can_leave(client: Client, edition: Edition) -> None:
    evil = "</script><script>alert(1)</script><!-- & \u2028 'x' \"y\""
    talk = make_talk(edition=edition, slug="eddies", title=evil)
    make_appearance(talk=talk, speaker=make_speaker(slug="ada", name=evil), name=evil)
    for path in ("/tide-31/talks/eddies/", "/speakers/ada/"):
        page = read(client, path)
        assert [found["name"] for found in blocks(page)] == [evil], path
        assert {found["@context"] for found in blocks(page)} == {"https://schema.org"}
        assert b"<script>alert" not in client.get(path).content


def test_json_that_may_stand_in_a_script() -> None:
    assert as_json({"a": "</script>&\u2029é"}) == '{"a":"\\u003C/script\\u003E\\u0026\\u2029é"}'


def tags(page: Node, prefix: str) -> dict[str, str]:
    found = page.xpath("//head/meta[@property or @name]")
    named = {(one.get("property") or one.get("name")): one.get("content") for one in found}
    return {name: content for name, content in named.items() if name.startswith(prefix)}


def test_a_talk_unfolds_with_its_card(client: Client, edition: Edition) -> None:
    talk = make_talk(edition=edition, slug="eddies", title='On "Eddies"', abstract="Why *they* turn.")
    make_appearance(talk=talk, name="Ada Łoś")
    page = read(client, "/tide-31/talks/eddies/?utm_source=post")
    assert tags(page, "og:") == {
        "og:site_name": "Tidewater",
        "og:type": "article",
        "og:title": 'On "Eddies"',
        "og:description": "Why they turn.",
        "og:url": "http://testserver/tide-31/talks/eddies/",
        "og:image": "http://testserver/tide-31/talks/eddies/card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": 'On "Eddies" · Ada Łoś · Tide 31',
    }
    assert tags(page, "twitter:") == {"twitter:card": "summary_large_image"}
    assert page.xpath("//link[@rel='canonical']/@href") == ["http://testserver/tide-31/talks/eddies/"]
    assert client.get(tags(page, "og:")["og:image"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "title", "image"),
    [
        ("/", "Tidewater", ""),
        ("/editions/", "Editions · Tidewater", ""),
        ("/tide-31/schedule/?track=deep", "Schedule · Tide 31", "http://testserver/tide-31/card.png"),
    ],
)
def test_any_page_says_what_it_is(
    client: Client, edition: Edition, path: str, title: str, image: str
) -> None:
    page = read(client, path)
    found = tags(page, "og:")
    assert (found["og:title"], found.get("og:image", "")) == (title, image)
    assert page.xpath("//link[@rel='canonical']/@href") == [f"http://testserver{path.partition('?')[0]}"]
    assert page.xpath("//link[@hreflang]") == []


def test_nothing_is_said_of_a_page_that_is_not_there(client: Client) -> None:
    page = read(client, "/no-such-page/", 404)
    assert (tags(page, "og:"), page.xpath("//link[@rel='canonical']")) == ({}, [])


def test_no_card_where_no_host_is_known(edition: Edition) -> None:
    around = frame(NOWHERE, "/tide-31/", edition)
    text = render(
        Page("website/base.html", {"frame": around, "meta": meta.of_edition(NOWHERE, around, edition)}),
        NOWHERE,
    )
    assert "og:title" in text
    assert "og:image" not in text and "og:url" not in text
    assert '<meta name="twitter:card" content="summary">' in text


def test_a_persons_picture_is_their_photo() -> None:
    make_series(name="Tidewater")
    around = frame(HERE, "/speakers/ada/")
    photo = Picture("/media/renditions/0-portrait-384.jpg", "", 384, 384)
    found = meta.of_person(HERE, around, Person("Ada", "Shoal", photo=photo))
    assert found.image == meta.Image(
        "https://tide.example/media/renditions/0-portrait-384.jpg", 384, 384, "Ada"
    )
    assert not found.image.is_card
    assert (found.kind, found.description) == ("profile", "Shoal · Tidewater")
    assert meta.of_person(NOWHERE, around, Person("Ada", photo=photo)).image is None


def test_how_a_talk_is_cited(edition: Edition) -> None:
    talk = make_talk(
        edition=edition, slug="eddies", title="/dev/eddies", starts_at=datetime(2031, 5, 16, 9), doi="10.1/x"
    )
    make_appearance(talk=talk, speaker=make_speaker(), name="Ada Łoś", affiliation="Shoal Institute")
    make_appearance(talk=talk, speaker=make_speaker(), name="Ora Fen", affiliation="", position=1)
    make_appearance(talk=talk, speaker=make_speaker(), name="Al Chair", role="chair", position=2)
    make_appearance(talk=talk, speaker=None, name="TBD", position=3)
    assert cited(talk) == [
        ("citation_title", "/dev/eddies"),
        ("citation_author", "Ada Łoś"),
        ("citation_author_institution", "Shoal Institute"),
        ("citation_author", "Ora Fen"),
        ("citation_doi", "10.1/x"),
        ("citation_publication_date", "2031/05/16"),
        ("citation_conference_title", "Tidewater, Tide 31"),
        ("citation_abstract_html_url", "https://tide.example/tide-31/talks/eddies/"),
    ]


def test_how_the_one_paper_of_a_talk_is_cited(edition: Edition) -> None:
    talk = make_talk(edition=edition, slug="eddies", starts_at=None, language="en")
    make_appearance(talk=talk, speaker=make_speaker(), name="Ada Łoś")
    make_paper(
        talk=talk,
        title="Turning",
        authors="Ł. Brine, O. Fen and 李明",
        affiliation="Shoal",
        paper="https://papers.example/1.pdf",
        slides="https://papers.example/2.pdf",
        doi="10.1/y",
    )
    assert cited(talk, NOWHERE) == [
        ("citation_title", "Turning"),
        ("citation_author", "Ł. Brine"),
        ("citation_author", "O. Fen"),
        ("citation_author", "李明"),
        ("citation_author_institution", "Shoal"),
        ("citation_doi", "10.1/y"),
        ("citation_pdf_url", "https://papers.example/1.pdf"),
        ("citation_publication_date", "2031/05/15"),
        ("citation_conference_title", "Tidewater, Tide 31"),
    ]


def test_a_page_names_one_work_or_none(edition: Edition) -> None:
    session, tea = make_type(kind="session"), make_type(kind="break")
    three = make_talk(edition=edition, type=session)
    for _ in range(3):
        make_paper(talk=three)
    assert cited(three) == []
    assert cited(make_talk(edition=edition, type=session)) == []
    assert cited(make_talk(edition=edition, type=tea, abstract="Tea.")) == []
    off = make_talk(edition=edition, state="cancelled")
    make_appearance(talk=off, speaker=make_speaker())
    make_paper(talk=off)
    assert cited(off) == []
    panel = make_talk(edition=edition, type=session, title="Who owns the sea?")
    make_appearance(talk=panel, speaker=make_speaker(), name="Ora Fen", role="panelist")
    assert dict(cited(panel))["citation_author"] == "Ora Fen"


def test_tags_and_citations_name_the_same_authors(client: Client, edition: Edition) -> None:
    talk = make_talk(edition=edition, slug="eddies")
    make_appearance(talk=talk, speaker=make_speaker(), name="Ada Łoś")
    make_paper(talk=talk, authors="Brine, I.; Fen, O. (Shoal) et al.")
    given = read(client, "/tide-31/talks/eddies/").xpath("//meta[@name='citation_author']/@content")
    csl = client.get("/tide-31/talks/eddies.csl.json").json()
    printed = [
        one.get("literal") or f"{one['given']} {one['family']}" for work in csl[1:] for one in work["author"]
    ]
    assert given == ["I. Brine", "O. Fen"]
    assert printed[:2] == given


def test_highwire_on_the_page(client: Client, edition: Edition) -> None:
    talk = make_talk(edition=edition, slug="eddies", title="On Eddies", starts_at=datetime(2031, 5, 15, 9))
    make_appearance(talk=talk, speaker=make_speaker(), name="Ada Łoś")
    found = tags(read(client, "/tide-31/talks/eddies/"), "citation_")
    assert (found["citation_title"], found["citation_author"]) == ("On Eddies", "Ada Łoś")


def test_an_edition_without_words_is_told_by_days_and_place(edition: Edition) -> None:
    found = meta.of_edition(HERE, frame(HERE, "/tide-31/", edition), edition)
    assert (found.title, found.description) == ("Tide 31", "15–16 May 2031 · Kathmandu, Nepal")
    assert edition.starts_on == date(2031, 5, 15)
