"""An organizer's day in a real browser: a talk moved by mouse and by keys, a clash, Undo; then the phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import FloatRect, Locator, Page
from pytest_django.live_server_helper import LiveServer

from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_notice,
    make_organizer,
    make_room,
    make_speaker,
    make_talk,
    make_type,
)
from tests.journeys.test_pages import CHROMIUM, browser, opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: the grid was not tried in a browser"),
    pytest.mark.django_db(transaction=True),
]
GRID = "/admin/grid/tide-31/?day=2031-05-15"
TODAY = "/admin/today/tide-31/?at=2031-05-15T09:30"


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


@pytest.fixture
def cookie(live_server: LiveServer) -> dict[str, str]:
    """A day in two rooms, and an organizer's session there."""
    edition = make_edition(key="tide-31")
    hall, attic = (
        make_room(edition=edition, name=name, slug=name.lower(), position=place)
        for place, name in enumerate(("Hall", "Attic"))
    )
    tides = make_talk(edition=edition, title="Tides", room=hall, starts_at=at(9), ends_at=at(10))
    foam = make_talk(edition=edition, title="Foam", room=attic, starts_at=at(11), ends_at=at(12))
    lukasz = make_speaker(name="Łukasz Źdźbło")
    for talk in (tides, foam):
        make_appearance(talk=talk, speaker=lukasz)
    lunch = make_type(kind="break", label="Lunch")
    make_talk(edition=edition, title="", type=lunch, starts_at=at(12), ends_at=at(13))
    make_talk(edition=edition, title="Some day", starts_at=None)
    client = Client()
    client.force_login(make_organizer())
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": live_server.url}


@contextmanager
def desk(cookie: dict[str, str], path: str, width: int = 1280, **given: Any) -> Iterator[Page]:
    """The organizer's browser at a page."""
    with browser() as chromium:
        page = opened(chromium, width, **given)
        page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"]}])
        page.goto(cookie["url"] + path)
        yield page


def block(page: Page, title: str) -> Locator:
    """A talk in the grid."""
    return page.locator(".grid-talk", has=page.get_by_role("link", name=title, exact=True))


def box_of(found: Locator) -> FloatRect:
    """Where something is on the screen."""
    box = found.bounding_box()
    assert box is not None
    return box


def told(page: Page) -> str:
    """What is read out, once the move of a moment ago is answered."""
    page.locator(".grid-done").wait_for()
    return page.locator("#grid-said").inner_text()


def places() -> dict[str, tuple[Any, ...]]:
    """Where the talks are."""
    rows = Talk.objects.exclude(title="").values_list("title", "starts_at", "ends_at", "room__slug")
    return {title: tuple(place) for title, *place in rows}


def drag(page: Page, title: str, right: float, down: float, *, edge: bool = False) -> None:
    """Take a talk, or its lower edge, with the mouse, and let it go elsewhere."""
    box = box_of(block(page, title))
    x, y = box["x"] + 40, box["y"] + (box["height"] - 3 if edge else 12)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2)
    page.mouse.move(x + right, y + down)
    page.mouse.up()


def test_the_mouse_moves_and_stretches_and_undo_brings_back(cookie: dict[str, str]) -> None:
    with desk(cookie, GRID) as page:
        column = box_of(page.locator(".grid-head").nth(1))["width"]
        drag(page, "Tides", column, 3 * 60 - 1)
        assert told(page) == "“Tides”: Thu 15 May 10:30–11:30, Attic. " + " ".join(
            page.locator(".grid-done .grid-clash").all_inner_texts()
        )
        clashes = page.locator(".grid-done .grid-clash").all_inner_texts()
        assert [("Attic" in one, "Łukasz" in one) for one in clashes] == [(True, False), (False, True)]
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("“Tides”: Thu 15 May 09:00–10:00, Hall.").first.wait_for()
        drag(page, "Tides", 0, 2 * 30, edge=True)
        page.locator(".grid-words", has_text="09:00–10:30").wait_for()
        later = box_of(page.locator(".grid-later"))
        box = box_of(block(page, "Foam"))
        drag(page, "Foam", later["x"] + 60 - box["x"] - 40, 20)
        page.locator(".grid-words", has_text="“Foam”: no time yet.").wait_for()
    assert places() == {
        "Tides": (at(9), at(10, 30), "hall"),
        "Foam": (None, None, "attic"),
        "Some day": (None, None, None),
    }


def test_a_click_opens_the_form_and_the_form_moves(cookie: dict[str, str]) -> None:
    with desk(cookie, GRID) as page:
        block(page, "Tides").click()
        dialog = page.get_by_role("dialog", name="Tides")
        dialog.get_by_label("Start").fill("14:05")
        dialog.get_by_label("Room").select_option("No room")
        dialog.get_by_role("button", name="Move").click()
        assert told(page) == "“Tides”: Thu 15 May 14:05–15:05."
        block(page, "Foam").click()
        dialog = page.get_by_role("dialog", name="Foam")
        dialog.get_by_label("Or swap with").select_option("14:05 Tides")
        dialog.get_by_role("button", name="Swap").click()
        page.locator(".grid-words", has_text="have changed places").wait_for()
    assert places()["Foam"] == (at(14, 5), at(15, 5), None)
    assert places()["Tides"] == (at(11), at(12), "attic")


def test_keys_do_all_that_the_mouse_does(cookie: dict[str, str]) -> None:
    with desk(cookie, GRID) as page:
        link = block(page, "Tides").locator("a")
        link.focus()
        page.keyboard.press("Space")
        said = page.locator("#grid-said")
        assert said.inner_text().startswith("Picked up: Tides, 09:00–10:00, Hall.")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        assert said.inner_text() == "09:05–10:10, Attic"
        page.keyboard.press("Escape")
        assert said.inner_text() == "Put back."
        assert block(page, "Tides").locator(".grid-when").inner_text() == "09:00–10:00"
        page.keyboard.press("Space")
        for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "Shift+ArrowUp", "Enter"):
            page.keyboard.press(key)
        assert told(page) == "“Tides”: Thu 15 May 09:10–10:05."
        assert page.evaluate("document.activeElement.textContent") == "Tides"
        block(page, "Some day").locator("a").focus()
        for key in ("Space", "ArrowLeft", "Enter"):
            page.keyboard.press(key)
        page.locator(".grid-words", has_text="“Some day”: Thu 15 May 09:00–09:30, Attic.").wait_for()
        block(page, "Foam").locator("a").focus()
        for key in ("Space", "ArrowRight", "Space"):
            page.keyboard.press(key)
        page.locator(".grid-words", has_text="“Foam”: no time yet.").wait_for()
    assert places() == {
        "Tides": (at(9, 10), at(10, 5), None),
        "Foam": (None, None, "attic"),
        "Some day": (at(9), at(9, 30), "attic"),
    }


def test_two_browsers_move_one_talk_and_the_second_is_told(cookie: dict[str, str]) -> None:
    with desk(cookie, GRID) as page:
        other = page.context.new_page()
        other.goto(cookie["url"] + GRID)
        drag(page, "Tides", 0, 120)
        told(page)
        drag(other, "Tides", 0, 360)
        assert "was changed meanwhile by" in told(other)
        assert block(other, "Tides").locator(".grid-when").inner_text() == "10:00–11:00"
    assert places()["Tides"] == (at(10), at(11), "hall")


def test_without_script_and_on_a_phone_the_form_is_a_page(cookie: dict[str, str]) -> None:
    with desk(cookie, GRID, 360, java_script_enabled=False) as page:
        page.get_by_role("link", name="Tides", exact=True).click()
        page.get_by_label("Start").fill("16:00")
        page.get_by_role("button", name="Move", exact=True).click()
        assert page.locator(".grid-words").all_inner_texts() == ["“Tides”: Thu 15 May 16:00–17:00, Hall."]
        page.get_by_role("button", name="Undo").click()
    assert places()["Tides"] == (at(9), at(10), "hall")


def test_a_thumb_cancels_shifts_and_puts_up_a_notice(cookie: dict[str, str]) -> None:
    with desk(cookie, TODAY, 360, has_touch=True, java_script_enabled=False) as page:
        chromium = page.context.browser
        assert chromium is not None
        visitor = opened(chromium, 360)
        page.get_by_role("button", name="Cancel Tides").tap()
        status = page.get_by_role("status")
        status.filter(has_text="“Tides” is cancelled.").wait_for()
        page.get_by_role("button", name="Undo").tap()
        status.filter(has_text="“Tides” takes place.").wait_for()
        page.get_by_text("Running late everywhere").tap()
        page.get_by_role("button", name="+15").tap()
        status.filter(has_text="2 entries begin 15 minutes later.").wait_for()
        page.get_by_label("Notice for Tides", exact=True).tap()
        page.get_by_role("textbox", name="Words").fill("Bring lamps, 燈")
        page.get_by_role("button", name="Put up the notice for Tides").tap()
        status.filter(has_text="The notice stands until Thu 15 May 10:00: Bring lamps, 燈").wait_for()
        for path in ("/tide-31/talks/tides/", "/tide-31/schedule/"):
            visitor.goto(cookie["url"] + path)
            assert visitor.get_by_text("Bring lamps, 燈").count() == 1
        page.get_by_role("button", name="Take down: Bring lamps, 燈").tap()
        status.filter(has_text="The notice is taken down: Bring lamps, 燈").wait_for()
        visitor.reload()
        assert visitor.get_by_text("Bring lamps, 燈").count() == 0
    assert Talk.objects.get(title="Tides").state == "published"
    assert places()["Foam"] == (at(11, 15), at(12, 15), "attic")


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe finds in the page's own part; the frame around it is Django's."""
    found = Axe().run(page, "#content").response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [GRID, TODAY])
def test_nothing_is_inaccessible_or_too_wide(
    cookie: dict[str, str], path: str, width: int, scheme: str
) -> None:
    make_notice(edition=Talk.objects.get(title="Tides").edition)
    with desk(cookie, path, width, color_scheme=scheme) as page:
        assert faults(page) == []
        page.locator("#content details").evaluate_all("all => all.forEach((one) => (one.open = true))")
        if path == GRID:
            block(page, "Tides").click()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_targets_on_the_page_for_the_thumb_are_big(cookie: dict[str, str]) -> None:
    with desk(cookie, TODAY, 360) as page:
        small = (
            page.locator("#content-main")
            .locator("button, summary, .today-ways a")
            .evaluate_all(
                "all => all.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())"
                ".filter((box) => box.height < 44 || box.width < 44).length"
            )
        )
        assert small == 0
