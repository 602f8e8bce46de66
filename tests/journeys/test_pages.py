"""The public pages in a real browser: nothing overflows, nothing is inaccessible, all works without script."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

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

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: the pages were not tried in a browser"
    ),
    pytest.mark.django_db(transaction=True),
]
PATHS = (
    "/",
    "/editions/",
    "/committee/",
    "/speakers/",
    "/speakers/ada/",
    "/pages/about/",
    "/tide-31/",
    "/tide-31/schedule/",
    "/tide-31/schedule/?track=deep",
    "/tide-31/schedule/?q=nothing-like-that",
    "/tide-31/talks/keynote/",
    "/tide-31/talks/panel/",
    "/tide-31/speakers/",
    "/tide-31/rooms/hall/",
    "/tide-31/now/",
    "/tide-31/changes/",
    "/tide-30/",
    "/tide-30/schedule/",
    "/search/",
    "/search/?q=ada",
    "/search/?q=nothing-like-that",
    "/no-such-page/",
)
SEEN = """[...document.querySelectorAll('a[href],button,input,summary,select,textarea')].filter(
    (one) => one.checkVisibility({visibilityProperty: true}) && one.tabIndex >= 0 && !one.disabled)"""
CONTROLS = f"{SEEN}.length"
NOT_MET = f"{SEEN}.filter((one) => !one.dataset.met).map((one) => one.outerHTML.slice(0, 100))"
ADDED = "main noscript, main .mine, main .saved"
"""What a schedule has in only one of its two ways: the panel and the choice of saved talks, and the link instead."""
LONG = (
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungen and what they teach us about " * 2
)


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """A series with everything that a page can show, long words included; its address."""
    make_series(accent="#c0ffee")
    make_page(
        slug="about",
        title="About",
        body="# Us\n\n| a | b |\n|---|---|\n| `code` | [link](https://a.example) |\n",
    )
    make_member(bio="Keeps the *lamp*.", url="https://a.example")
    edition = make_edition(
        key="tide-31", number=3, summary="Some *words*.", registration_url="https://a.example"
    )
    rooms = [
        make_room(edition=edition, name=name, slug=name.lower(), floor="Upper deck", position=place)
        for place, name in enumerate(("Hall", "Attic", "Cellar"))
    ]
    tracks = [make_track(edition=edition, name=name, slug=name.lower()) for name in ("Deep", "Shallow")]
    tea, panel = make_type(kind="break", label="Tea"), make_type(kind="session", label="Panel")
    ada = make_speaker(
        name="Ada Łoś", slug="ada", bio="Sails.", links=[{"label": "Boat", "url": "https://b.example"}]
    )
    start = datetime(2031, 5, 15, 9)
    keynote = make_talk(
        edition=edition, title=LONG, slug="keynote", room=rooms[0], starts_at=start, abstract="# Why\n\nSo."
    )
    make_appearance(talk=keynote, speaker=ada, bio="Then.", url="https://c.example")
    for place, room in enumerate(rooms):
        talk = make_talk(
            edition=edition, room=room, track=tracks[place % 2], starts_at=start + timedelta(hours=1)
        )
        make_appearance(talk=talk)
    make_talk(
        edition=edition,
        title="",
        type=tea,
        starts_at=start + timedelta(hours=2),
        ends_at=start + timedelta(hours=3),
    )
    debate = make_talk(
        edition=edition, title="Debate", slug="panel", type=panel, starts_at=start + timedelta(hours=4)
    )
    for role in ("moderator", "panelist", "panelist"):
        make_appearance(talk=debate, role=role)
    make_paper(talk=debate, paper="https://papers.example/1")
    make_talk(
        edition=edition, title="Gone", state="cancelled", room=rooms[1], starts_at=start + timedelta(days=1)
    )
    make_talk(edition=edition, title="Some day", starts_at=None, video_url="https://videos.example/1")
    make_date(edition=edition, extended_to=date(2031, 2, 15))
    make_sponsor(edition=edition, description="Lamps.")
    make_notice(edition=edition)
    make_edition(key="tide-30", starts_on=None, ends_on=None)
    # Something has changed since the programme was published.
    debate.title, debate.room = "Debate about everything", rooms[1]
    debate.save()
    return live_server.url


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium, ended with the block. No query may be asked meanwhile: its loop is this thread's."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


def opened(chromium: Browser, width: int, **given: Any) -> Page:
    """A page of a width, in a context of its own, that fails on a broken script or policy."""
    page = chromium.new_context(viewport={"width": width, "height": 900}, **given).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def test_nothing_overflows_sideways(site: str) -> None:
    wide: list[tuple[str, int, int]] = []
    with browser() as chromium:
        for width in (320, 360, 768, 1280):
            page = opened(chromium, width)
            for path in PATHS:
                page.goto(site + path)
                over = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                wide += [(path, width, over)] if over else []
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(site: str, width: int, scheme: str) -> None:
    found: list[tuple[str, str, str, Any]] = []
    with browser() as chromium:
        page = opened(chromium, width, color_scheme=scheme, bypass_csp=True)
        for path in PATHS:
            page.goto(site + path)
            results = Axe().run(page).response
            found += [
                (path, kind, rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
                for kind in ("violations", "incomplete")
                for rule in results[kind]
            ]
    assert not found, "\n".join(map(str, found))


def test_the_policy_is_kept(site: str) -> None:
    complaints: list[str] = []
    with browser() as chromium:
        page = opened(chromium, 1280)
        page.on("console", lambda message: complaints.append(message.text))
        for path in PATHS[:-1]:
            page.goto(site + path)
    assert complaints == []


def test_no_page_asks_another_host(site: str) -> None:
    asked: set[str] = set()
    with browser() as chromium:
        page = opened(chromium, 1280)
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        for path in PATHS:
            page.goto(site + path)
    assert asked == {urlsplit(site).netloc}


def test_every_page_says_the_same_without_script(site: str) -> None:
    """Script adds buttons; every word and link of the page itself is there without it."""
    with browser() as chromium:
        said: list[dict[str, Any]] = []
        for javascript in (True, False):
            page = opened(chromium, 360, java_script_enabled=javascript)
            said.append({path: _said(page, site + path) for path in PATHS})
    for path in PATHS:
        assert said[0][path] == said[1][path], path


def _said(page: Page, address: str) -> tuple[str, list[str]]:
    """All that can be read in the main part without its buttons, and where its links lead."""
    page.goto(address)
    links = [link.get_attribute("href") or "" for link in page.locator("main a:visible").all()]
    if "/schedule/" in address:
        # Script puts the calendar of a schedule into a panel; without it a plain link stands there.
        page.evaluate(f"document.querySelectorAll('{ADDED}').forEach((one) => one.remove())")
        links = [link for link in links if not link.endswith(".ics")]
    page.evaluate("document.querySelectorAll('main button').forEach((one) => one.remove())")
    return " ".join(page.locator("main").inner_text().split()), links


def test_every_control_is_reached_by_the_tab_key(site: str) -> None:
    missed: list[tuple[str, list[str]]] = []
    with browser() as chromium:
        page = opened(chromium, 768)
        for path in PATHS:
            page.goto(site + path)
            wanted = page.evaluate(CONTROLS)
            for _press in range(wanted + 3):
                page.keyboard.press("Tab")
                page.evaluate("document.activeElement.dataset.met = '1'")
            left = page.evaluate(NOT_MET)
            missed += [(path, left)] if left else []
    assert missed == []


def test_filters_with_and_without_script(site: str) -> None:
    with browser() as chromium:
        for javascript in (True, False):
            page = opened(chromium, 360, java_script_enabled=javascript)
            page.goto(f"{site}/tide-31/schedule/")
            page.get_by_role("searchbox").fill("some day")
            if not javascript:
                page.get_by_role("button", name="Search").click()
            shown = [text.strip() for text in page.locator("li.row:visible h3").all_text_contents()]
            assert shown == ["Some day"], javascript


def test_the_grid_names_its_rooms_and_the_list_follows_time(site: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 1280)
        page.goto(f"{site}/tide-31/schedule/")
        rooms = page.locator(".rooms").first.locator("li")
        boxes = [rooms.nth(place).bounding_box() for place in range(rooms.count())]
        talks = page.locator("section").first.locator("li.row.e4.talk")
        assert [box["x"] for box in boxes if box] == [
            box["x"] for t in talks.all() if (box := t.bounding_box())
        ]
        narrow = opened(chromium, 360)
        narrow.goto(f"{site}/tide-31/schedule/")
        tops = [box["y"] for row in narrow.locator("li.row").all() if (box := row.bounding_box())]
        assert tops == sorted(tops)


def test_the_grid_is_drawn_in_the_order_in_which_it_is_read(site: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 1280)
        page.goto(f"{site}/tide-31/schedule/")
        for day in page.locator("section.day").all():
            rows = day.locator("li.row").all()
            places = [(box["y"], box["x"]) for row in rows if (box := row.bounding_box())]
            assert places
            assert places == sorted(places)


def test_the_workbench_shows_whole_lines_of_the_programme(site: str, client: Client) -> None:
    client.force_login(make_organizer())
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    with browser() as chromium:
        page = opened(chromium, 1280)
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(f"{site}/admin/talks/talk/?edition__id__exact=all")
        box = page.locator("#result_list .column-edition").bounding_box()
        around = page.locator("#changelist .results").bounding_box()
        assert box and around
        assert box["x"] + box["width"] <= around["x"] + around["width"] + 1


def test_the_keyboard_alone_reaches_the_content(site: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 360)
        page.goto(f"{site}/tide-31/schedule/")
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        box = skip.bounding_box()
        assert skip.text_content() == "Skip to the content"
        assert box and box["y"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator("main :focus").count() == 1


def test_targets_are_large_enough_for_a_thumb(site: str) -> None:
    small: list[tuple[str, str]] = []
    with browser() as chromium:
        page = opened(chromium, 360)
        for path in PATHS:
            page.goto(site + path)
            for target in page.locator(
                "nav a:visible, button:visible, summary:visible, input:visible, .ways a"
            ).all():
                box = target.bounding_box()
                if box and box["height"] < 43.5:
                    small.append((path, target.text_content() or ""))
    assert small == []


def test_now_and_next_are_marked(site: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 360)
        page.clock.install(time=datetime(2031, 5, 15, 16, 20, tzinfo=timezone.get_default_timezone()))
        page.goto(f"{site}/tide-31/schedule/")
        assert page.locator(".is-now h3").count() == 1
        assert page.locator(".is-now .when").get_attribute("data-word") == "Now"
        assert page.locator(".is-next").count() == 3
        page.clock.run_for(3 * 60 * 60 * 1000)
        assert page.locator(".is-past").count() == 5
