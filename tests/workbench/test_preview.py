"""Public pages under /admin/preview/: as staff see them, drafts and all, at any moment, and never kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from lxml import html
from PIL import Image

from attachments.storing import Batch
from editions.models import Edition, EditionEditor
from talks.drafts import sign
from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_notice,
    make_page,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_track,
)
from tests.website.reading import having, links, words
from workbench.publishing.leading import lead
from workbench.rights import EDITORS, ORGANIZERS, REVIEWERS

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]
PREVIEW = "/admin/preview/"


@pytest.fixture
def draft(db: None) -> Edition:
    """A draft edition in Tbilisi with a talk of each state, and a published one in Honolulu beside it."""
    make_series()
    edition = make_edition(
        key="tide-32",
        state="draft",
        starts_on=date(2032, 5, 15),
        ends_on=None,
        timezone="Asia/Tbilisi",
        title="ზღვა",
    )
    room = make_room(edition=edition, slug="hall", name="დარბაზი")
    make_track(edition=edition, slug="currents")
    for state, hour in (("published", 9), ("draft", 10), ("cancelled", 11)):
        make_talk(
            edition=edition,
            slug=state,
            title=f"{state} talk",
            state=state,
            room=room,
            starts_at=datetime(2032, 5, 15, hour),
        )
    make_appearance(talk=Talk.objects.get(slug="draft"), speaker=make_speaker(slug="nino", name="ნინო"))
    make_page(edition=edition, slug="venue", title="Venue", state="draft")
    make_page(slug="about", title="About")
    other = make_edition(key="tide-31", timezone="Pacific/Honolulu", title="Kai")
    make_talk(edition=other, slug="open", title="Open")
    make_talk(edition=other, slug="hush", title="Hush", state="draft")
    return edition


def browser(group: str, *editions: Edition) -> Client:
    """The browser of a member of a group, who is given some editions."""
    user = User.objects.create_user(f"{group}-ada", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    for one in editions:
        EditionEditor.objects.create(edition=one, user=user)
    client = Client()
    client.force_login(user)
    return client


def look(client: Client, path: str) -> Any:
    """Open the preview of a public path, and parse it."""
    answer = client.get(PREVIEW + path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.fromstring(answer.text)


def bar(page: Any) -> str:
    """The words of the first line of the bar."""
    return words(having(page, "preview-bar")[0].xpath("./p")[0])


PATHS = {
    "": (200, 200),
    "editions/": (200, 200),
    "search/?q=talk": (200, 200),
    "speakers/nino/": (404, 200),
    "pages/about/": (200, 200),
    "tide-31/": (200, 200),
    "tide-31/talks/hush/": (404, 200),
    "tide-32/": (404, 200),
    "tide-32/schedule/?q=talk": (404, 200),
    "tide-32/talks/draft/": (404, 200),
    "tide-32/talks/published/": (404, 200),
    "tide-32/rooms/hall/": (404, 200),
    "tide-32/venue/": (404, 200),
    "tide-32/now/": (404, 200),
    "tide-32/changes/": (404, 200),
    "tide-32/changes/feed.atom": (404, 200),
    "tide-32/theme.css": (404, 200),
    "tide-32/talks/draft.ics": (404, 200),
}


@pytest.mark.parametrize(("path", "expected"), list(PATHS.items()))
def test_the_staff_sees_what_visitors_do_not(
    desk: Client, client: Client, draft: Edition, path: str, expected: tuple[int, int]
) -> None:
    answer = desk.get(PREVIEW + path)
    assert (client.get(f"/{path}").status_code, answer.status_code) == expected
    assert "no-store" in answer["Cache-Control"] and "public" not in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.get(PREVIEW + path)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "path",
    [
        "none",
        "tide-31",
        "tide-31/talks/none/",
        "admin/",
        "admin/talks/",
        "healthz",
        "static/website/site.css",
    ],
)
def test_what_is_no_page_is_missing(desk: Client, draft: Edition, path: str) -> None:
    assert desk.get(PREVIEW + path).status_code == 404


def test_each_group_sees_drafts_of_the_editions_in_which_it_works(draft: Edition) -> None:
    other = Edition.objects.get(key="tide-31")
    paths = ("tide-32/", "tide-32/talks/draft/", "tide-31/", "tide-31/talks/hush/", "speakers/nino/")
    seen = {
        name: [client.get(PREVIEW + path).status_code for path in paths]
        for name, client in (
            ("organizer", browser(ORGANIZERS)),
            ("reviewer", browser(REVIEWERS)),
            ("editor", browser(EDITORS, other)),
        )
    }
    assert seen == {
        "organizer": [200, 200, 200, 200, 200],
        "reviewer": [200, 200, 200, 200, 200],
        "editor": [404, 404, 200, 200, 404],
    }
    editor = Client()
    editor.force_login(User.objects.get(username="Editors-ada"))
    token = sign(Talk.objects.get(slug="draft"))
    assert editor.get(f"{PREVIEW}tide-32/talks/draft/?draft={token}").status_code == 404
    EditionEditor.objects.all().delete()
    assert [editor.get(PREVIEW + path).status_code for path in paths] == [404, 404, 200, 404, 404]


@pytest.mark.parametrize(
    ("path", "told", "form", "public"),
    [
        ("", "", None, "/"),
        ("tide-32/", "Draft", "edition", None),
        ("tide-31/", "Published", "edition", "/tide-31/"),
        ("tide-32/talks/draft/", "Draft its edition is a draft", "talk", None),
        ("tide-32/talks/published/", "Published its edition is a draft", "talk", None),
        ("tide-31/talks/hush/", "Draft", "talk", None),
        ("tide-31/talks/open/", "Published", "talk", "/tide-31/talks/open/"),
        ("tide-32/venue/", "Draft its edition is a draft", "page", None),
        ("tide-32/rooms/hall/", "its edition is a draft", "room", None),
        ("pages/about/", "Published", "page", "/pages/about/"),
        ("speakers/nino/", "", "speaker", None),
    ],
)
def test_the_bar_says_how_things_stand(
    desk: Client, draft: Edition, path: str, told: str, form: str | None, public: str | None
) -> None:
    page = look(desk, path)
    assert bar(page) == f"Preview: only staff see this. {told}".strip()
    ways = {words(link): link.get("href") for link in page.xpath("//aside//li/a")}
    assert ways.pop("Workbench") == "/admin/"
    assert (ways.get("Edit") or "//x//").split("/")[3] == (form or "")
    if form:
        assert desk.get(ways["Edit"]).status_code == 200
    assert ways.get("Public page") == (f"http://testserver{public}" if public else None)


def test_a_moment_is_told_by_the_clock_of_the_venue(desk: Client, draft: Edition) -> None:
    page = look(desk, "tide-32/now/?at=2032-05-15T10:05")
    assert page.xpath("//aside//input[@name='at']/@value") == ["2032-05-15T10:05"]
    assert words(page.xpath("//aside//label")[0]) == "As on (Tbilisi, UTC+4)"
    assert "draft talk" in [words(one) for one in page.xpath("//main//h3")]
    assert "Saturday, 15 May" in page.text_content()
    assert [link.get("href") for link in page.xpath("//aside//form/a")] == ["/admin/preview/tide-32/now/"]
    assert words(look(desk, "?at=2032-05-15").xpath("//aside//label")[0]) == "As on (UTC)"
    assert look(desk, "?at=2032-05-15").xpath("//aside//input/@value") == ["2032-05-15T00:00"]
    tabs = [words(one) for one in look(desk, "tide-32/?at=2032-05-15T00:00").xpath("//header//a")]
    assert "Now" in tabs
    before = [words(one) for one in look(desk, "tide-32/?at=2032-05-14T23:59").xpath("//header//a")]
    assert "Now" not in before


@pytest.mark.parametrize("at", ["x", "2032-13-01T00:00", "0001-01-01T00:00", "9999-12-31T23:59", "12:00"])
def test_what_is_no_moment_is_missing(desk: Client, draft: Edition, at: str) -> None:
    assert desk.get(f"{PREVIEW}tide-32/?at={at}").status_code == 404


def test_one_walks_through_a_draft_edition_by_its_links(desk: Client, draft: Edition) -> None:
    """From preview to preview, keeping the moment; feeds, files of the site and the workbench keep their addresses."""
    at = "at=2032-05-15T10%3A05"
    waiting, seen = [f"{PREVIEW}tide-32/?{at}"], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = desk.get(address)
        assert answer.status_code == 200, address
        if answer["Content-Type"].startswith("text/html"):
            page = html.fromstring(answer.text)
            found = [one for one in links(page) if one.startswith(PREVIEW)]
            assert [one for one in found if at not in one] in ([], [address.partition("?")[0]]), address
            waiting += [one for one in found if at in one]
            public = [
                one for one in links(page) if one.startswith(("/tide", "/speakers", "/editions", "/pages"))
            ]
            assert [
                one for one in public if not one.endswith((".ics", ".xml", ".bib", ".json", ".atom"))
            ] == [], address
    paths = {one.partition("?")[0].removeprefix(PREVIEW) for one in seen}
    assert paths >= {
        "",
        "tide-32/",
        "tide-32/talks/draft/",
        "tide-32/venue/",
        "tide-32/theme.css",
        "speakers/nino/",
        "tide-31/talks/hush/",
        "search/",
    }


def test_forms_stay_in_the_preview_and_keep_the_moment(desk: Client, draft: Edition) -> None:
    page = look(desk, "tide-32/schedule/?q=draft&at=2032-05-15T10:05")
    asked, own = page.xpath("//form[@role='search']")[0], page.xpath("//aside//form")[0]
    assert asked.get("action") == own.get("action") == "/admin/preview/tide-32/schedule/"
    assert dict(asked.form_values())["at"] == "2032-05-15T10:05"
    assert own.form_values() == [("q", "draft"), ("at", "2032-05-15T10:05")]
    assert [words(one) for one in page.xpath("//main//h3")] == ["draft talk"]


def test_nothing_keeps_a_preview_or_tells_machines_of_it(desk: Client, draft: Edition) -> None:
    for path in ("", "tide-31/", "tide-32/talks/draft/", "speakers/nino/"):
        page = look(desk, path)
        assert page.xpath("//link[@rel='canonical' or @rel='manifest']") == []
        assert page.xpath("//meta[@property] | //script[@type] | //script[contains(@src, 'offline')]") == []


def test_an_old_address_leads_to_the_preview_of_the_new_one(desk: Client, draft: Edition) -> None:
    told = Talk.objects.get(slug="draft")
    make_talk(edition=draft, slug="again", repeats=told, state="draft")
    answer = desk.get(f"{PREVIEW}tide-32/talks/again/?at=2032-05-15T10:05")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/admin/preview/tide-32/talks/draft/?at=2032-05-15T10%3A05",
    )


def test_pictures_of_drafts_show(desk: Client, client: Client, draft: Edition) -> None:
    stream = BytesIO()
    Image.new("RGB", (200, 200), "teal").save(stream, "PNG")
    with Batch() as batch:
        name = batch.picture(stream.getvalue(), "portrait", "x.png")
        batch.publish()
    make_appearance(talk=Talk.objects.get(slug="draft"), photo=name)
    page = look(desk, "tide-32/talks/draft/")
    source = page.xpath("//main//img/@src")[0]
    both = page.xpath("//main//source/@srcset")[0]
    assert [one.split(" ")[-1] for one in both.split(", ")][1:] == ["2x"]
    found = [source, *(one.split(" ")[0] for one in both.split(", "))]
    editor = browser(EDITORS, Edition.objects.get(key="tide-31"))
    for one in found:
        assert one.startswith("/admin/preview/media/renditions/")
        answer = desk.get(one)
        assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex")
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        answer.close()
        public = one.removeprefix("/admin/preview")
        assert [client.get(public).status_code, editor.get(one).status_code] == [404, 404]


def test_only_addresses_in_tags_are_changed() -> None:
    text = (
        "<!DOCTYPE html>\n<html><!-- <a href='/x/'> --><p title='<a href=\"/x/\">'>href=\"/x/\" 潮 &amp; é</p>\n"
        "<script>const a = '<a href=\"/x/\">';</script>\n"
        '<a  class="b" href="/x/?a=1&amp;b=2" data-href="/x/">/x/</a><img alt="" src=\'/x/\'>\n'
        '<img srcset="/x/ 1x, /y/ 2x"><form action="/x/"><input></form><form action="/z/"></form>\r\n<a href=/x/>'
    )
    changed = lead(text, lambda one: one.replace("/x/", '/"q"/'), "<b>")
    assert changed == (
        "<!DOCTYPE html>\n<html><!-- <a href='/x/'> --><p title='<a href=\"/x/\">'>href=\"/x/\" 潮 &amp; é</p>\n"
        "<script>const a = '<a href=\"/x/\">';</script>\n"
        '<a  class="b" href="/&quot;q&quot;/?a=1&amp;b=2" data-href="/x/">/x/</a><img alt="" src="/&quot;q&quot;/">\n'
        '<img srcset="/&quot;q&quot;/ 1x, /y/ 2x"><form action="/&quot;q&quot;/"><b><input></form>'
        '<form action="/z/"></form>\r\n<a href="/&quot;q&quot;/">'
    )
    assert lead(text, lambda one: one, "<b>") == text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"), [("", 13), ("tide-0/", 16), ("tide-0/talks/talk-0/", 21), ("tide-0/schedule/", 12)]
)
def test_the_queries_of_a_preview(
    desk: Client, django_assert_num_queries: Counting, path: str, queries: int, count: int
) -> None:
    make_series()
    for number in range(count):
        edition = make_edition(
            key=f"tide-{number}", state="draft", starts_on=date(2031 + number, 5, 15), ends_on=None
        )
        for place in range(count):
            room = make_room(edition=edition)
            talk = make_talk(edition=edition, slug=f"talk-{place}", state="draft", room=room)
            make_appearance(talk=talk)
            make_notice(edition=edition, talk=talk)
    with django_assert_num_queries(queries):
        desk.get(PREVIEW + path)
