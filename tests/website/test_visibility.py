"""A draft shows nowhere; what isn't public answers like what isn't there; every link of the site leads somewhere."""

from datetime import date

import pytest
from django.test import Client
from lxml import html

from speakers.models import Speaker
from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_date,
    make_edition,
    make_member,
    make_notice,
    make_organizer,
    make_page,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_sponsor,
    make_talk,
    make_track,
    make_type,
)
from tests.website.reading import links

pytestmark = pytest.mark.django_db
SECRET = "Quetzal"


@pytest.fixture
def site() -> None:
    """A series with all kinds of records, published beside drafts that have the secret in every text."""
    make_series()
    make_page(slug="about", title="About")
    make_page(slug="plans", title=f"{SECRET} plans", body=SECRET, state="draft")
    make_member(name="Corwin")
    for key, number in (("tide-31", 2), ("tide-30", 1)):
        edition = make_edition(
            key=key, number=number, title=f"Tide {number}", starts_on=date(2029 + number, 5, 15), ends_on=None
        )
        room, track = make_room(edition=edition), make_track(edition=edition)
        make_page(edition=edition, slug="venue", title="Venue")
        make_page(edition=edition, slug="party", title=f"{SECRET} party", state="draft")
        make_date(edition=edition)
        make_sponsor(edition=edition)
        make_member(edition=edition)
        session = make_talk(edition=edition, title="Session", room=room, track=track)
        make_paper(talk=session)
        ada = make_speaker(name=f"Ada {number}")
        make_appearance(talk=session, speaker=ada)
        make_talk(edition=edition, title="Tea", type=make_type(kind="break"))
        make_talk(edition=edition, title="Cancelled", state=Talk.State.CANCELLED)
        draft = make_talk(
            edition=edition, title=SECRET, slug="secret", state=Talk.State.DRAFT, session=session, room=room
        )
        make_appearance(talk=draft, speaker=ada, name=SECRET, affiliation=SECRET)
        make_appearance(
            talk=draft, speaker=make_speaker(name=f"{SECRET} Person {number}", slug=f"secret-{number}")
        )
        make_paper(talk=draft, title=SECRET)
        make_notice(edition=edition, room=room, talk=draft, text=SECRET)
        again = make_talk(edition=edition, title="Again", slug="again", repeats=draft)
        make_appearance(talk=again, speaker=ada)
        make_talk(edition=edition, title="Echo", slug="echo", repeats=draft)
    hidden = make_edition(
        key="hidden-32", title=SECRET, state="draft", starts_on=date(2032, 5, 15), ends_on=None
    )
    make_appearance(
        talk=make_talk(edition=hidden, title=SECRET, slug="talk"),
        speaker=make_speaker(slug="hidden", name=SECRET),
    )
    make_page(edition=hidden, slug="venue", title=SECRET)
    make_track(edition=hidden)
    make_room(edition=hidden, slug="hall")


def crawl(client: Client) -> dict[str, str]:
    """Follow every link of this site from the home page; the texts by path."""
    found: dict[str, str] = {}
    waiting = ["/", "/sitemap.xml", "/robots.txt"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert answer.status_code == 200, path
        found[path] = body.decode(errors="replace")
        if answer["Content-Type"].startswith("text/html"):
            here = [link.split("#")[0] for link in links(html.fromstring(body))]
            waiting += [
                link for link in here if link.startswith("/") and not link.startswith(("/static/", "/admin/"))
            ]
    return found


@pytest.mark.usefixtures("site")
def test_a_crawl_finds_no_dead_link_and_no_draft(client: Client) -> None:
    found = crawl(client)
    assert not [
        path for path, text in found.items() if SECRET in text or "secret" in path or "hidden" in path
    ]
    for path in (
        "/tide-31/talks/session/",
        "/tide-30/schedule/",
        "/speakers/",
        "/pages/about/",
        "/tide-31/venue/",
    ):
        assert path in found
    assert not [path for path, text in found.items() if "style=" in text and "stylesheet" not in path]


@pytest.mark.usefixtures("site")
def test_a_persons_calendar_does_not_tell_who_is_on_a_draft(client: Client) -> None:
    slug = Speaker.objects.get(name="Ada 1").slug
    told = client.get(f"/speakers/{slug}.ics").content.decode().splitlines()
    assert sorted(line for line in told if line.startswith("SUMMARY")) == ["SUMMARY:Again", "SUMMARY:Session"]


@pytest.mark.usefixtures("site")
def test_the_sitemap_lists_every_page(client: Client) -> None:
    found = crawl(client)
    listed = set(html.fromstring(found["/sitemap.xml"].encode()).xpath("//loc/text()"))
    pages = {path for path in found if path.endswith("/") and not path.endswith(("/now/", "/search/"))}
    assert {f"http://testserver{path}" for path in pages} == listed


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "/hidden-32/",
        "/hidden-32/schedule/",
        "/hidden-32/speakers/",
        "/hidden-32/talks/talk/",
        "/hidden-32/venue/",
        "/hidden-32/rooms/hall/",
        "/hidden-32/theme.css",
        "/tide-31/talks/secret/",
        "/tide-31/party/",
        "/pages/plans/",
        "/speakers/secret-1/",
        "/speakers/hidden/",
    ],
)
def test_what_is_not_public_answers_like_what_is_not_there(
    client: Client, path: str, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(make_organizer())
    hidden, missing = client.get(path), client.get("/no-such-thing/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(path.encode(), b"") == missing.content.replace(b"/no-such-thing/", b"")
    assert SECRET not in hidden.content.decode()


@pytest.mark.usefixtures("site")
def test_other_methods_are_refused_and_head_has_no_body(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in crawl(client):
        assert strict.post(path).status_code == 405, path
        head = client.head(path)
        assert (head.status_code, b"".join(head)) == (200, b""), path
