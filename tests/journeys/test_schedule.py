"""What script adds to the schedule, in a real browser: filters, stars, one's own clock, what is on now; and print."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from talks.models import Talk
from tests.factories import make_appearance, make_edition, make_room, make_talk, make_track, make_type
from tests.journeys.test_pages import CHROMIUM, browser, opened

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO CHROMIUM WAS FOUND: the schedule was not tried in a browser"
    ),
    pytest.mark.django_db(transaction=True),
]
Numbers = dict[str, int]


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


@pytest.fixture
def numbers() -> Numbers:
    """Two days in Vancouver, three rooms, a lunch, a night, something cancelled: the talks' numbers by title."""
    edition = make_edition(key="tide-31")
    hall, attic, cellar = (
        make_room(edition=edition, name=name, slug=name.lower(), floor=floor, position=place)
        for place, (name, floor) in enumerate((("Hall", ""), ("Attic", "Deck 2"), ("Cellar", "")))
    )
    deep, shallow = (
        make_track(edition=edition, name=name, slug=name.lower()) for name in ("Deep", "Shallow")
    )
    lecture = make_type(key="lecture", label="Lecture")
    given = {"edition": edition, "type": lecture}
    tides = make_talk(**given, title="Tides", room=hall, track=deep, starts_at=at(9), ends_at=at(10))
    make_appearance(talk=tides, name="Łukasz Źdźbło")
    waves = make_talk(**given, title="Waves", room=attic, starts_at=at(9), video_url="https://v.example/1")
    make_appearance(talk=waves, name="अनामिका वर्तक")
    make_talk(**given, title="Void", room=cellar, track=shallow, starts_at=at(9), state=Talk.State.CANCELLED)
    lunch = make_type(key="lunch", label="Lunch", kind="break")
    make_talk(edition=edition, type=lunch, title="", starts_at=at(12), ends_at=at(13))
    make_talk(
        edition=edition,
        type=make_type(key="meal", label="Meal", kind="break"),
        title="Soup",
        room=hall,
        track=deep,
        starts_at=at(13),
        video_url="https://v.example/2",
    )
    make_talk(**given, title="Night", room=hall, starts_at=at(22), ends_at=at(1, day=16))
    make_talk(**given, title="Foam", room=hall, track=deep, starts_at=at(9, day=16), ends_at=at(10, day=16))
    panel = make_type(key="panel", label="Panel")
    make_talk(edition=edition, type=panel, title="Some day", starts_at=None)
    return dict(Talk.objects.values_list("title", "number"))


@pytest.fixture
def address(live_server: LiveServer, numbers: Numbers) -> str:
    """The schedule's address."""
    return f"{live_server.url}/tide-31/schedule/"


def shown(page: Page) -> list[str]:
    """The titles that can be seen."""
    return [text.strip() for text in page.locator("li.row:visible h3").all_text_contents()]


def star(page: Page, title: str) -> None:
    """Press a talk's star."""
    page.get_by_role("button", name=f"Save {title}", exact=True).click()


@pytest.mark.parametrize(
    "words",
    [
        *("lukasz", "ZDZBLO tides", "वर्तक", "वरतक", "attic", "deck", "attic, deck", "deep", "lecture 9"),
        *("video", "lunch", "soup", "meal", "whale", "  "),
    ],
)
def test_script_finds_what_the_server_finds(address: str, words: str) -> None:
    with browser() as chromium:
        typed, asked = opened(chromium, 360), opened(chromium, 360, java_script_enabled=False)
        typed.goto(address)
        typed.get_by_role("searchbox").fill(words)
        asked.goto(f"{address}?q={quote(words)}")
        assert shown(typed) == shown(asked)
        assert typed.locator(".status").inner_text() == asked.locator(".status").inner_text()


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("room", "hall", ["Tides", "Night", "Foam"]),
        ("track", "deep", ["Tides", "Foam"]),
        ("type", "lecture", ["Tides", "Waves", "Void", "Night", "Foam"]),
        ("type", "panel", ["Some day"]),
        ("day", "2031-05-15", ["Tides", "Waves", "Void", "Lunch", "Soup", "Night"]),
        ("video", "1", ["Waves"]),
    ],
)
def test_script_chooses_what_the_server_chooses(address: str, name: str, value: str, left: list[str]) -> None:
    with browser() as chromium:
        chosen, asked = opened(chromium, 360), opened(chromium, 360, java_script_enabled=False)
        chosen.goto(address)
        chosen.locator(f"[name={name}][value='{value}']").evaluate_all(
            "boxes => boxes.forEach((b) => b.click())"
        )
        asked.goto(f"{address}?{name}={value}")
        assert shown(asked) == left
        assert shown(chosen) == left


def test_a_filter_answers_at_once_and_leads_back(address: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 1280)
        page.goto(address)
        everything = shown(page)
        page.get_by_text("Filter").click()
        page.locator(".chip", has_text="Deep").click()
        assert shown(page) == ["Tides", "Foam"]
        assert page.url == f"{address}?track=deep"
        page.locator(".chip", has_text="Fri 16").click()
        assert shown(page) == ["Foam"]
        assert page.locator("summary").first.text_content() == "Filter 2"
        page.reload()
        assert shown(page) == ["Foam"]
        page.get_by_role("link", name="Show the whole schedule").click()
        assert (page.url, shown(page)) == (address, everything)


def test_stars_stay_in_the_browser(address: str, numbers: Numbers) -> None:
    with browser() as chromium:
        page = opened(chromium, 360)
        page.goto(address)
        star(page, "Tides")
        star(page, "Foam")
        other = page.context.new_page()
        other.goto(address)
        assert other.locator(".is-saved h3").all_inner_texts() == ["Tides", "Foam"]
        star(other, "Tides")
        page.locator(".saved b", has_text="1").wait_for()
        page.locator(".saved").click()
        assert (shown(page), page.url) == (["Foam"], f"{address}?ids={numbers['Foam']}")


def test_a_programme_is_carried_by_link_and_calendar(address: str, numbers: Numbers) -> None:
    ids = f"ids={numbers['Tides']},{numbers['Foam']}"
    with browser() as chromium:
        page = opened(chromium, 360)
        page.goto(address)
        page.get_by_text("My programme").first.click()
        assert page.locator("[data-to=ics]").get_attribute("href") == address.replace(
            "/schedule/", "/schedule.ics"
        )
        star(page, "Tides")
        star(page, "Foam")
        calendar = f"{address.replace('/schedule/', '/schedule.ics')}?{ids}"
        webcal = calendar.replace("http", "webcal", 1)
        assert [
            page.locator(f"[data-to={name}]").get_attribute("href")
            for name in ("link", "webcal", "ics", "google")
        ] == [
            f"{address}?{ids}",
            webcal,
            calendar,
            f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        ]
        assert (
            page.locator(".carry img").get_attribute("src")
            == f"{address.replace('/schedule/', '/qr.svg')}?{ids}"
        )

        elsewhere = opened(chromium, 360)
        elsewhere.goto(f"{address}?{ids}")
        assert shown(elsewhere) == ["Tides", "Foam"]
        elsewhere.get_by_role("button", name="Save them in this browser").click()
        assert not elsewhere.locator(".linked").is_visible()
        elsewhere.goto(address)
        assert elsewhere.locator(".is-saved h3").all_inner_texts() == ["Tides", "Foam"]


def test_saved_talks_that_overlap_are_pointed_out(address: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 360)
        page.clock.install(time=datetime(2031, 5, 1, tzinfo=UTC))
        page.goto(address)
        for title in ("Tides", "Foam", "Void"):
            star(page, title)
        assert page.locator(".clash").count() == 0
        star(page, "Waves")
        assert page.locator(".clash").all_inner_texts() == ["Overlaps with “Waves”", "Overlaps with “Tides”"]
        assert page.locator(".heard").inner_text() == "Overlaps with “Tides”"
        star(page, "Waves")
        assert page.locator(".clash").count() == 0


def test_a_code_that_fails_to_load_leaves_no_hole(address: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 360, service_workers="block")
        page.route("**/qr.svg*", lambda route: route.abort())
        page.goto(address)
        page.get_by_text("My programme").first.click()
        with page.expect_request("**/qr.svg*"):
            star(page, "Tides")
        page.locator(".carry img").wait_for(state="detached")


def times(page: Page) -> list[str]:
    """When each row is, as one sees it."""
    return ["–".join(when.locator("time").all_inner_texts()) for when in page.locator("li.row .when").all()]


def test_times_of_the_readers_own_zone(address: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 1280, timezone_id="Asia/Kolkata")
        page.goto(address)
        venue = times(page)
        page.get_by_role("button", name="My time zone").click()
        assert times(page)[0] == "21:30–22:30"
        assert times(page)[5] == "Fri 10:30–13:30"
        assert page.locator(".tick").all_inner_texts() == [
            "21:30",
            "Fri 00:30",
            "Fri 01:30",
            "Fri 10:30",
            "21:30",
        ]
        assert page.locator("section.day h2").first.inner_text() == "Thursday 15 May"
        page.reload()
        assert times(page)[0] == "21:30–22:30"
        page.get_by_role("button", name="My time zone").click()
        assert times(page) == venue
        at_home = opened(chromium, 1280, timezone_id="America/Vancouver")
        at_home.goto(address)
        assert not at_home.get_by_role("button", name="My time zone").is_visible()


def test_a_talks_page_tells_the_readers_own_date(live_server: LiveServer, numbers: Numbers) -> None:
    tides = Talk.objects.get(title="Tides")
    tides.starts_at, tides.ends_at = at(8), at(8, 30)
    tides.save()
    with browser() as chromium:
        page = opened(chromium, 360, timezone_id="Asia/Kolkata")
        page.goto(f"{live_server.url}/tide-31/talks/night/")
        facts = page.locator(".facts .days")
        assert facts.inner_text() == "Thursday, 15 May 2031, 22:00–01:00 the next day"
        page.get_by_role("button", name="My time zone").click()
        assert facts.inner_text() == "Friday, 16 May 2031, 10:30–13:30"
        assert page.locator(".pager time").all_inner_texts() == ["Thu 21:30", "21:30"]
        page.goto(f"{live_server.url}/tide-31/talks/tides/")
        assert facts.inner_text() == "Thursday, 15 May 2031, 20:30–21:00"
        assert page.locator(".moved").inner_text() == "Moved: was 21:30, Hall"
        assert page.locator(".pager time").all_inner_texts() == ["21:30"]


def test_a_saved_talks_page_says_so_and_its_button_keeps_its_name(
    live_server: LiveServer, numbers: Numbers
) -> None:
    with browser() as chromium:
        page = opened(chromium, 360)
        page.goto(f"{live_server.url}/tide-31/talks/tides/")
        button = page.get_by_role("button", name="Save Tides", exact=True)
        assert button.inner_text() == "Save"
        button.click()
        assert (button.inner_text(), button.get_attribute("aria-pressed")) == ("Saved", "true")


@pytest.mark.parametrize("width", [360, 1280])
def test_now_is_marked_only_while_the_edition_is_on(address: str, width: int) -> None:
    with browser() as chromium:
        page = opened(chromium, width)
        page.clock.install(time=datetime(2031, 5, 15, 16, 20, tzinfo=UTC))
        page.goto(address)
        assert page.locator(".is-now h3").all_inner_texts() == ["Tides", "Waves"]
        assert page.locator(".is-next h3").all_inner_texts() == ["Lunch"]
        line = page.locator(".line").bounding_box()
        lunch = page.locator(".is-next").bounding_box()
        assert line and lunch
        assert line["y"] <= lunch["y"]
        page.evaluate("scrollTo(0, 9e9)")
        page.get_by_role("button", name="Jump to now").click()
        assert page.locator(":focus").inner_text() == "Tides"
        page.clock.run_for(48 * 60 * 60 * 1000)
        assert page.locator(".is-now, .is-next, .is-past, .line").count() == 0
        assert not page.get_by_role("button", name="Jump to now").is_visible()


def test_the_day_that_is_read_is_marked(address: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 360)
        page.goto(address)
        assert page.locator(".days [aria-current]").all_inner_texts() == ["Thu\n15"]
        page.get_by_role("link", name="Fri 16").click()
        page.locator(".days [aria-current]", has_text="Fri 16").wait_for()


def test_filters_leave_the_first_talk_on_a_phones_screen(address: str) -> None:
    with browser() as chromium:
        for javascript in (True, False):
            page = opened(chromium, 360, java_script_enabled=javascript)
            page.goto(address)
            box = page.locator("li.row").first.bounding_box()
            assert box
            assert box["y"] + box["height"] < 640, javascript


def test_paper_takes_the_grid_across_and_the_list_upright(address: str) -> None:
    with browser() as chromium:
        page = opened(chromium, 1280)
        page.goto(address)
        star(page, "Tides")
        page.emulate_media(media="print")
        for width, height, display in ((1047, 718, "grid"), (718, 1047, "block")):
            page.set_viewport_size({"width": width, "height": height})
            assert (
                page.locator("section.grid > ol").first.evaluate("one => getComputedStyle(one).display")
                == display
            )
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.locator(".star:visible").count() == 1
            assert not page.locator(".tools").is_visible()
