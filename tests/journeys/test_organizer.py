"""An organizer's day in a real browser, from the first import to the frozen edition, as somebody works who knows no YAML."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Locator, Page
from pytest_django.live_server_helper import LiveServer

from editions.models import Edition
from speakers.models import Speaker
from talks.models import Notice, Talk
from tests import factories
from tests.journeys.test_pages import CHROMIUM, browser
from tests.journeys.watched import Cookie, session_of, sit_down, zipped

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: an organizer's day was not tried"),
    pytest.mark.django_db(transaction=True),
]
EDITION = """---
edition: tide-31
title: Tidewater 2031
event_date: 2031-05-15
event_end: 2031-05-16
event_location: Vancouver, Canada
timezone: America/Vancouver
---
Bring a **lamp**.
"""
TIDES = """---
edition: tide-31
type: keynote
title: Źródła pływów
time_start: 2031-05-15 09:00:00
time_end: 2031-05-15 10:00:00
room: Hall
speaker:
    name: Łukasz Źdźbło
    affiliation: Instytut Mielizn
---
Water *comes*.
"""
FOAM = """---
edition: tide-31
type: talk
title: 泡の話
time_start: 2031-05-15 11:00:00
time_end: 2031-05-15 11:30:00
room: Attic
speaker: 海野 渚
---
"""
FILES = {
    "_editions/1-tide-31.md": EDITION,
    "_programs/1-tide-31/01-tides.md": TIDES,
    "_programs/1-tide-31/02-foam.md": FOAM,
}
WRITTEN = "Water *comes* and **goes**:\n\n- 潮\n- [a chart](https://charts.example/)\n"


HOUR = timedelta(hours=1)
CLASH = "Łukasz Źdźbło is in “泡の話” (Thu 15 May, 11:00) while in “Źródła”."
FROZEN = "“Tidewater 2031” is frozen: nothing in it changes until the edition is unfrozen."


def at(hour: int, minute: int = 0) -> datetime:
    """A clock of the first day."""
    return datetime(2031, 5, 15, hour, minute)


@contextmanager
def office(address: str, cookie: Cookie | None = None) -> Iterator[tuple[Browser, Page]]:
    """The organizer's browser; at its end nothing has gone wrong in it."""
    with browser() as chromium:
        page, wrong = sit_down(chromium, address, cookie)
        yield chromium, page
        assert wrong == []


def press(page: Page, name: str) -> None:
    """Press a button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    """Follow a link."""
    with page.expect_navigation():
        page.get_by_role("link", name=name, exact=True).first.click()


def messages(page: Page) -> list[str]:
    """What stands on top of the page after it was sent."""
    return page.locator(".messagelist li").all_inner_texts()


def rows(page: Page, column: str) -> list[str]:
    """One column of a list."""
    return page.locator(f"#result_list .field-{column}").all_inner_texts()


def bring(page: Page, files: dict[str, str]) -> None:
    """Send a .zip, up to its plan."""
    page.goto("/admin/import/")
    file: Any = {"name": "series.zip", "mimeType": "application/zip", "buffer": zipped(files)}
    page.locator("#id_upload").set_input_files(file)
    press(page, "Show the plan")


def find(page: Page, words: str) -> None:
    """Search the list of talks."""
    page.goto("/admin/talks/talk/")
    page.locator("#searchbar").fill(words)
    press(page, "Search")


def test_a_programme_comes_in_is_edited_published_and_comes_in_again(live_server: LiveServer) -> None:
    factories.make_series()
    User.objects.create_superuser("ines", password="tidal-lamp-31")
    with office(live_server.url) as (chromium, page):
        visitor, not_found = sit_down(chromium, live_server.url)
        sign_in(page)
        import_all(page)
        find(page, "lukasz")
        assert (rows(page, "called"), rows(page, "speakers")) == (["Źródła pływów"], ["Łukasz Źdźbło"])
        follow(page, "Źródła pływów")
        preview = edit_with_preview(page)
        public = publish(page, visitor)
        assert public == preview
        conflict(page)
        restore(page)
        assert [one.split()[0] for one in not_found] == [f"{live_server.url}/tide-31/talks/01-tides/:"]
    talk = Talk.objects.get(key="01-tides")
    assert (talk.title, talk.abstract.replace("\r\n", "\n"), talk.state) == (
        "Źródła pływów",
        WRITTEN.strip(),
        "published",
    )


def sign_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("ines")
    page.get_by_label("Password").fill("tidal-lamp-31")
    press(page, "Log in")
    assert page.get_by_role("heading", level=1).inner_text() == "Workbench"


def import_all(page: Page) -> None:
    bring(page, FILES)
    assert page.locator(".exchange-counts > div").all_inner_texts() == ["created\n3"]
    press(page, "Import")
    assert messages(page) == ["Imported: 3 created (1 warning)."]


def edit_with_preview(page: Page) -> str:
    page.locator("#id_abstract").fill(WRITTEN)
    page.locator("#id_state").select_option("draft")
    shown = page.locator(".field-abstract .markdownx-preview")
    shown.get_by_role("link", name="a chart").wait_for()
    preview = shown.inner_html()
    press(page, "Save and continue editing")
    return preview


def publish(page: Page, visitor: Page) -> str:
    slug = page.locator("#id_slug").input_value()
    address = f"/tide-31/talks/{slug}/"
    answer = visitor.goto(address)
    assert answer is not None
    assert answer.status == 404
    page.locator("#id_state").select_option("published")
    press(page, "Save and continue editing")
    visitor.goto(address)
    return visitor.locator(".talk section.prose").inner_html()


def conflict(page: Page) -> None:
    page.locator("#id_title").fill("Skąd pływy")
    press(page, "Save and continue editing")
    bring(
        page,
        {**FILES, "_programs/1-tide-31/01-tides.md": TIDES.replace("Źródła pływów", "Pływy raz jeszcze")},
    )
    told = page.locator(".exchange-group.exchange-warning tbody tr").all_inner_texts()
    assert told == ["talk tide-31/01-tides\ttitle\tŹródła pływów\tSkąd pływy\tPływy raz jeszcze"]
    press(page, "Import")
    assert messages(page) == [
        "Imported: 3 unchanged, 1 in conflict (1 warning).",
        "Conflicts are left: choose between site and file for each.",
    ]
    page.goto("/admin/exchange/conflict/")
    with page.expect_navigation():
        page.locator("#result_list .field-all_of_it a").click()
    assert page.locator(".exchange-column").all_inner_texts() == [
        "Last agreed\n\nŹródła pływów",
        "On the site\n\nSkąd pływy",
        "In the file\n\nPływy raz jeszcze",
    ]
    page.get_by_label("Take the file's value").check()
    press(page, "Settle what is chosen")
    assert messages(page) == ["1 conflict is settled."]


def restore(page: Page) -> None:
    find(page, "raz jeszcze")
    follow(page, "Pływy raz jeszcze")
    with page.expect_navigation():
        page.locator(".historylink").click()
    assert page.locator(".workbench-change p", has_text=":").all_inner_texts() == [
        "Talk “Pływy raz jeszcze”: updated",
        "Talk “Skąd pływy”: updated",
        *["Talk “Źródła pływów”: updated"] * 2,
        "Appearance “Łukasz Źdźbło”: created",
        "Talk “Źródła pływów”: created",
    ]
    with page.expect_navigation():
        page.get_by_role("link", name="Restore this version").nth(1).click()
    assert page.locator(".workbench-told tbody tr").all_inner_texts() == [
        "Title\tPływy raz jeszcze\tŹródła pływów"
    ]
    press(page, "Restore this version")
    assert messages(page) == ["The earlier version of “Źródła pływów” is back."]


def day(page: Page) -> None:
    """Open the grid of the first day."""
    page.goto("/admin/grid/tide-31/?day=2031-05-15")


def block(page: Page, title: str) -> Locator:
    """A talk in the grid."""
    return page.locator(".grid-talk", has=page.get_by_role("link", name=title, exact=True))


def moved(page: Page) -> list[str]:
    """What is told of a move, once it is answered, and the clashes that it made."""
    page.locator(".grid-done").wait_for()
    return page.locator(".grid-done .grid-words").all_inner_texts()


@pytest.fixture
def programme(transactional_db: None) -> Edition:
    """Two rooms and three talks of one morning, one of them somebody's second."""
    edition = factories.make_edition(key="tide-31", title="Tidewater 2031")
    hall, attic = (
        factories.make_room(edition=edition, name=name, key=name, slug=name.lower(), position=place)
        for place, name in enumerate(("Hall", "Attic"))
    )
    lukasz = factories.make_speaker(name="Łukasz Źdźbło", slug="lukasz")
    for title, room, start in (("Źródła", hall, at(9)), ("泡の話", attic, at(11)), ("Wrack", hall, at(14))):
        talk = factories.make_talk(
            edition=edition, title=title, room=room, starts_at=start, ends_at=start + HOUR
        )
        factories.make_appearance(talk=talk, speaker=lukasz)
    return edition


@pytest.fixture
def cookie(live_server: LiveServer) -> Cookie:
    """An organizer's session."""
    return session_of(factories.make_organizer(username="ines"), live_server.url)


def test_the_day_is_laid_out_clashes_are_mended_and_the_afternoon_shifts(
    programme: Edition, cookie: Cookie
) -> None:
    with office(cookie["url"], cookie) as (_chromium, page):
        day(page)
        drag(page, "Źródła", "泡の話")
        assert moved(page) == [
            "“Źródła”: Thu 15 May 11:00–12:00, Attic.",
            "“泡の話” begins in Attic (Thu 15 May, 11:00) while “Źródła” is on there.",
            CLASH,
        ]
        block(page, "Źródła").locator("a").focus()
        for key in ("Space", "ArrowLeft", *["Shift+ArrowUp"] * 3, "Enter"):
            page.keyboard.press(key)
        page.locator(".grid-words", has_text="Hall").first.wait_for()
        assert moved(page) == ["“Źródła”: Thu 15 May 11:00–11:45, Hall.", CLASH]
        page.goto("/admin/check/tide-31/")
        assert page.locator("#content-main li").all_inner_texts()[0] == CLASH
        day(page)
        assert page.locator(".grid-troubles li").all_inner_texts() == [CLASH]
        block(page, "Źródła").click()
        dialog = page.get_by_role("dialog", name="Źródła")
        dialog.get_by_label("Start").fill("09:00")
        dialog.get_by_role("button", name="Move").click()
        page.locator(".grid-words", has_text="09:00").first.wait_for()
        assert (moved(page), page.locator(".grid-troubles").count()) == (
            ["“Źródła”: Thu 15 May 09:00–09:45, Hall."],
            0,
        )
        shift(page)
    assert list(
        Talk.objects.order_by("starts_at").values_list("title", "starts_at", "ends_at", "room__key")
    ) == [
        ("Źródła", at(9), at(9, 45), "Hall"),
        ("泡の話", at(11), at(12), "Attic"),
        ("Wrack", at(14, 15), at(15, 15), "Hall"),
    ]


def drag(page: Page, title: str, onto: str) -> None:
    """Take a talk with the mouse and let it go where another begins."""
    box, there = block(page, title).bounding_box(), block(page, onto).bounding_box()
    assert box
    assert there
    page.mouse.move(box["x"] + 40, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.move(there["x"] + 40, there["y"] + 12)
    page.mouse.up()


def shift(page: Page) -> None:
    """Shift what begins after noon by a quarter of an hour."""
    page.goto("/admin/today/tide-31/?at=2031-05-15T12:00")
    page.get_by_text("Running late everywhere").click()
    press(page, "+15")
    assert page.get_by_role("status").locator("p").all_inner_texts() == ["1 entry begins 15 minutes later."]


def test_a_notice_from_a_phone_is_public_at_once(programme: Edition, cookie: Cookie) -> None:
    with office(cookie["url"]) as (chromium, visitor):
        phone, wrong = sit_down(
            chromium,
            cookie["url"],
            cookie,
            viewport={"width": 360, "height": 740},
            has_touch=True,
            is_mobile=True,
        )
        visitor.goto("/tide-31/schedule/")
        assert visitor.locator("aside.notice").count() == 0
        phone.goto("/admin/today/tide-31/?at=2031-05-15T09:30")
        assert phone.evaluate("document.documentElement.scrollWidth") == 360
        phone.get_by_text("Notice for everyone").tap()
        phone.get_by_role("textbox", name="Words").fill("The ferry is late: 渡し船")
        phone.locator("details[open]").get_by_label("Until, by the venue's clock").fill("2031-05-15T12:00")
        phone.get_by_role("button", name="Put up the notice for Tidewater 2031").tap()
        phone.get_by_role("status").wait_for()
        assert phone.get_by_role("status").locator("p").all_inner_texts() == [
            "The notice stands until Thu 15 May 12:00: The ferry is late: 渡し船"
        ]
        for path in ("/tide-31/", "/tide-31/schedule/"):
            visitor.goto(path)
            assert visitor.locator("aside.notice").all_inner_texts() == ["The ferry is late: 渡し船"]
        assert wrong == []
    assert list(Notice.objects.values_list("text", "until")) == [("The ferry is late: 渡し船", at(12))]


def test_two_people_are_one_and_an_edition_is_cloned_and_frozen(programme: Edition, cookie: Cookie) -> None:
    double = factories.make_speaker(name="Lukasz Zdzblo", slug="l-zdzblo", bio="Keeps *tides*.")
    factories.make_appearance(talk=factories.make_talk(edition=programme, title="Kelp"), speaker=double)
    with office(cookie["url"], cookie) as (chromium, page):
        visitor, _wrong = sit_down(chromium, cookie["url"])
        page.goto("/admin/merging/")
        follow(page, "Merge: Lukasz Zdzblo into Łukasz Źdźbło")
        press(page, "Merge")
        assert messages(page) == ["“Lukasz Zdzblo” is one with “Łukasz Źdźbło” now."]
        visitor.goto("/speakers/l-zdzblo/")
        assert (visitor.url, visitor.locator("h1").inner_text()) == (
            f"{cookie['url']}/speakers/lukasz/",
            "Łukasz Źdźbło",
        )
        page.goto("/admin/clone/tide-31/")
        press(page, "Make the edition")
        assert messages(page) == ["“tide-32 · Tidewater 2032” was made, a draft with 0 entries."]
        work_in(page, programme)
        freeze(page, programme)
        page.goto("/admin/talks/talk/")
        follow(page, "Źródła")
        assert page.locator("#id_title").count() == 0
        day(page)
        assert page.locator("#grid > .grid-clash").all_inner_texts() == [
            "The edition is frozen: nothing can be moved. Unfreeze it first."
        ]
        assert page.locator("#grid-move").count() == 0
        page.goto("/admin/today/tide-31/?at=2031-05-15T09:30")
        press(page, "Cancel Źródła")
        assert page.locator(".today-done.refused p").all_inner_texts() == [
            "talk: its edition is frozen. Unfreeze the edition first."
        ]
    assert list(Speaker.objects.values_list("name", "bio")) == [("Łukasz Źdźbło", "Keeps *tides*.")]
    assert list(Edition.objects.order_by("key").values_list("key", "state")) == [
        ("tide-31", "frozen"),
        ("tide-32", "draft"),
    ]


def work_in(page: Page, edition: Edition) -> None:
    """Choose an edition in the header: a clone had taken its place."""
    page.locator("#edition-switch").select_option(edition.key)
    press(page, "Switch")
    assert page.locator("#edition-switch").input_value() == edition.key


def freeze(page: Page, edition: Edition) -> None:
    """Freeze an edition while a form of one of its talks is open, which then cannot be saved."""
    form = page.context.new_page()
    form.goto("/admin/talks/talk/?q=wrack")
    follow(form, "Wrack")
    form.locator("#id_title").fill("Flotsam")
    page.goto(f"/admin/editions/edition/{edition.pk}/change/")
    page.locator("#id_state").select_option("frozen")
    press(page, "Save and continue editing")
    assert messages(page)[0] == "“Tidewater 2031” is frozen: visitors see it, and nothing in it changes."
    press(form, "Save and continue editing")
    assert messages(form)[0] == FROZEN
    form.close()


def test_two_browsers_save_one_talk_and_nothing_is_lost(programme: Edition, cookie: Cookie) -> None:
    other = session_of(factories.make_organizer(username="zoë"), cookie["url"])
    talk = Talk.objects.get(title="Wrack")
    path = f"/admin/talks/talk/{talk.pk}/change/"
    with office(cookie["url"], cookie) as (chromium, ines):
        zoe, wrong = sit_down(chromium, cookie["url"], other)
        ines.goto(path)
        zoe.goto(path)
        zoe.locator("#id_location").fill("Quay, 海")
        press(zoe, "Save and continue editing")
        ines.locator("#id_abstract").fill("Of *wrack*.")
        press(ines, "Save and continue editing")
        assert collision(ines) == ["Changed meanwhile by zoë", "Location\t–\tQuay, 海"]
        assert (ines.locator("#id_location").input_value(), ines.locator("#id_abstract").input_value()) == (
            "Quay, 海",
            "Of *wrack*.",
        )
        press(ines, "Save and continue editing")
        assert [one.rpartition(" was ")[2] for one in messages(ines)] == [
            "changed successfully. You may edit it again below."
        ]
        zoe.goto(path)
        ines.goto(path)
        zoe.locator("#id_title").fill("Wrack and Kelp")
        press(zoe, "Save and continue editing")
        ines.locator("#id_title").fill("Wrack, 海藻")
        press(ines, "Save and continue editing")
        assert collision(ines) == [
            "Changed meanwhile by zoë",
            "Title\tWrack\tWrack and Kelp",
            "Meanwhile: Wrack and Kelp",
        ]
        assert ines.locator("#id_title").input_value() == "Wrack, 海藻"
        press(ines, "Save mine anyway")
        assert wrong == []
    talk.refresh_from_db()
    assert (talk.title, talk.location, talk.abstract) == ("Wrack, 海藻", "Quay, 海", "Of *wrack*.")


def collision(page: Page) -> list[str]:
    """What is told on top of a form of what others changed meanwhile, and beside its fields."""
    told = page.locator(".meanwhile :is(h2, tbody tr)").all_inner_texts()
    return told + page.locator("#content .form-row .errorlist li").all_inner_texts()
