"""What is on now and next: before, during, between the days, after; on the venue's clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from editions.models import Edition
from tests.factories import (
    make_appearance,
    make_edition,
    make_notice,
    make_organizer,
    make_room,
    make_talk,
    make_type,
)
from tests.website.reading import all_words, clocks, having, read, words
from website.pages import Page
from website.viewpoint import Viewpoint
from website.views.now import Board, now

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock of the venue in May 2031."""
    return datetime(2031, 5, day, hour, minute)


def moment(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """The moment of that clock in Auckland, in winter twelve hours ahead of UTC."""
    return datetime.fromisoformat(f"2031-05-{day:02}T{hour:02}:{minute:02}:00+12:00").astimezone(UTC)


@pytest.fixture
def edition() -> Edition:
    """Two days in Auckland: two rooms in parallel, a tea break for all, an open end."""
    found = make_edition(key="tide-31", timezone="Pacific/Auckland")
    hall = make_room(edition=found, name="Hall", slug="hall", floor="Ground", position=1)
    attic = make_room(edition=found, name="Attic", slug="attic", position=2)
    tea = make_type(kind="break", key="break", label="Tea")
    lecture = make_type(key="lecture", label="Lecture")
    make_talk(edition=found, type=lecture, title="Tides", room=hall, starts_at=at(9), ends_at=at(10))
    make_talk(edition=found, type=lecture, title="Waves", room=attic, starts_at=at(9, 30), ends_at=at(10))
    make_talk(edition=found, type=tea, title="", starts_at=at(10), ends_at=at(10, 30))
    make_talk(
        edition=found,
        type=lecture,
        title="Off",
        room=hall,
        starts_at=at(10, 30),
        ends_at=at(11),
        state="cancelled",
    )
    make_talk(edition=found, type=lecture, title="Foam", room=hall, starts_at=at(11), ends_at=at(12))
    make_talk(edition=found, type=lecture, title="Secret", room=attic, starts_at=at(9), state="draft")
    make_talk(edition=found, type=lecture, title="Ebb", room=attic, starts_at=at(9, day=16), ends_at=None)
    return found


def board(edition: Edition, when: datetime) -> tuple[Board, Page]:
    """The board at a moment, and its page."""
    page = now(Viewpoint(AnonymousUser(), when, "en"), {}, edition=edition.key)
    return page.data["board"], page


def spots(found: Board) -> list[tuple[str, list[str], list[str]]]:
    """Each place with the titles of what is on and what is next."""
    return [
        (
            spot.room.name if spot.room else "everywhere" if spot.everywhere else "",
            [item.title for item in spot.now],
            [item.title for item in spot.next],
        )
        for spot in found.spots
    ]


@pytest.mark.parametrize(
    ("when", "expected", "fresh_until"),
    [
        (
            moment(0),
            [("Hall", [], ["Tides"]), ("Attic", [], ["Waves"]), ("everywhere", [], ["Tea"])],
            moment(9),
        ),
        (
            moment(9),
            [("Hall", ["Tides"], ["Off", "Foam"]), ("Attic", [], ["Waves"]), ("everywhere", [], ["Tea"])],
            moment(9, 30),
        ),
        (
            moment(9, 59),
            [("Hall", ["Tides"], ["Off", "Foam"]), ("Attic", ["Waves"], []), ("everywhere", [], ["Tea"])],
            moment(10),
        ),
        (moment(10), [("everywhere", ["Tea"], []), ("Hall", [], ["Off", "Foam"])], moment(10, 30)),
        (moment(10, 30), [("Hall", ["Off"], ["Foam"])], moment(11)),
        (moment(11, 59), [("Hall", ["Foam"], [])], moment(12)),
        (moment(9, 59, day=16), [("Attic", ["Ebb"], [])], moment(10, day=16)),
    ],
)
def test_on_by_room(
    edition: Edition, when: datetime, expected: list[tuple[str, list[str], list[str]]], fresh_until: datetime
) -> None:
    found, page = board(edition, when)
    assert (found.state, spots(found), page.fresh_until) == ("on", expected, fresh_until)


@pytest.mark.parametrize(
    ("when", "state", "label", "titles", "fresh_until"),
    [
        (moment(12, day=2), "before", "Thursday, 15 May", ["Tides"], moment(0, day=3)),
        (moment(23, 59, day=14), "before", "Tomorrow, Thursday, 15 May", ["Tides"], moment(0)),
        (moment(12), "between", "Tomorrow, Friday, 16 May", ["Ebb"], moment(0, day=16)),
    ],
)
def test_a_day_is_coming(
    edition: Edition, when: datetime, state: str, label: str, titles: list[str], fresh_until: datetime
) -> None:
    found, page = board(edition, when)
    assert (found.state, found.spots, page.fresh_until) == (state, (), fresh_until)
    assert found.coming is not None
    assert (found.coming.label, [item.title for item in found.coming.first]) == (label, titles)


def test_a_day_off_between(edition: Edition) -> None:
    edition.talks.filter(title="Ebb").update(starts_at=at(9, day=18))
    found, _page = board(edition, moment(13, day=16))
    assert found.coming is not None
    assert (found.state, found.coming.label) == ("between", "Sunday, 18 May")


def test_over_with_a_way_to_the_recordings(client: Client, edition: Edition) -> None:
    Edition.objects.update(recordings_url="https://www.video.example/tide")
    found, page = board(edition, moment(10, day=16))
    assert (found, page.fresh_until) == (Board("over"), moment(0, day=17))
    assert board(edition, moment(0, day=17))[1].fresh_until is None
    assert page.data["recordings"].url == "https://www.video.example/tide"


def test_what_is_on_past_midnight_is_on(edition: Edition) -> None:
    make_talk(edition=edition, title="Night", starts_at=at(23, day=16), ends_at=at(2, day=17))
    found, page = board(edition, moment(1, day=17))
    assert (spots(found), page.fresh_until) == ([("", ["Night"], [])], moment(2, day=17))


def test_data_are_plain(edition: Edition) -> None:
    one, other = (board(edition, moment(9, minute))[1] for minute in (0, 1))
    assert one.digest() == other.digest() != board(edition, moment(9, 30))[1].digest()


def test_nothing_has_a_time(client: Client) -> None:
    edition = make_edition(key="tide-31", starts_on=None, ends_on=None)
    make_talk(edition=edition, starts_at=None)
    assert board(edition, moment(9))[0] == Board("empty")
    page = read(client, "/tide-31/now/")
    assert all_words(page, "empty") == ["The programme will be announced."]


def test_only_what_was_cancelled_is_left(edition: Edition) -> None:
    edition.talks.exclude(title="Tides").update(state="cancelled")
    assert spots(board(edition, moment(9, 45))[0])[0] == ("Hall", ["Tides"], ["Off", "Foam"])
    found, _page = board(edition, moment(12))
    assert found.coming is not None
    assert [item.title for item in found.coming.first] == ["Ebb"]


def test_a_session_with_parts_is_next_and_then_its_parts_are_on(edition: Edition) -> None:
    edition.talks.all().delete()
    session = make_talk(edition=edition, title="Session", starts_at=at(9), ends_at=at(10))
    make_talk(edition=edition, title="Part", session=session, starts_at=at(9), ends_at=at(10))
    assert spots(board(edition, moment(8))[0]) == [("", [], ["Session", "Part"])]
    assert spots(board(edition, moment(9))[0]) == [("", ["Part"], [])]


def test_notices_and_zone(edition: Edition) -> None:
    make_notice(edition=edition, text="Doors at eight.", until=at(8))
    make_notice(edition=edition, text="Bring lamps.", room=edition.rooms.get(slug="attic"))
    make_notice(edition=edition, text="Of one talk.", talk=edition.talks.get(title="Tides"))
    _found, page = board(edition, moment(7))
    assert page.data["notices"] == ("Attic: Bring lamps.", "Doors at eight.")
    found, _page = board(edition, moment(9))
    noted = {
        item.title: item.notices for spot in found.spots for item in (*spot.now, *spot.next) if item.notices
    }
    assert noted == {"Tides": ("Of one talk.",)}
    assert (page.data["zone"], page.fresh_until) == ("Auckland, UTC+12", moment(8))


def test_the_zone_is_that_of_the_day_that_is_coming(edition: Edition) -> None:
    summer = datetime(2031, 1, 10, tzinfo=UTC)
    assert board(edition, summer)[1].data["zone"] == "Auckland, UTC+12"


def test_an_organizer_sees_drafts_at_any_moment(edition: Edition) -> None:
    page = now(Viewpoint(make_organizer(), moment(9), "en"), {}, edition="tide-31")
    assert spots(page.data["board"])[1] == ("Attic", ["Secret"], ["Waves"])


@time_machine.travel(moment(9, 15), tick=False)
def test_the_page(client: Client, edition: Edition) -> None:
    page = read(client, "/tide-31/now/")
    assert [words(node) for node in page.xpath("//h1|//h2|//h3")] == [
        "Now and next",
        "Hall Ground",
        "Tides",
        "Off",
        "Foam",
        "Attic",
        "Waves",
        "For everyone",
        "Tea",
    ]
    assert all_words(page, "lede") == ["Thursday, 15 May. Times are the venue's: Auckland, UTC+12."]
    assert clocks(page)[:2] == ["2031-05-15T09:00:00+12:00", "2031-05-15T10:00:00+12:00"]
    assert [words(node) for node in having(page, "kind", "p")] == ["Now", "Next", "Next", "Next"]
    assert "/tide-31/changes/" in page.xpath("//main//a/@href")


@time_machine.travel(moment(12), tick=False)
def test_the_page_between_the_days(client: Client, edition: Edition) -> None:
    page = read(client, "/tide-31/now/")
    assert [words(node) for node in page.xpath("//h2|//h3")] == ["Tomorrow, Friday, 16 May", "Ebb"]
    assert "/tide-31/schedule/#d2031-05-16" in page.xpath("//main//a/@href")


@time_machine.travel(moment(12, day=20), tick=False)
def test_the_page_after_the_event(client: Client, edition: Edition) -> None:
    Edition.objects.update(recordings_url="https://video.example/tide")
    page = read(client, "/tide-31/now/")
    assert all_words(page, "empty") == ["The programme is over."]
    assert page.xpath("//main//a/@href") == ["https://video.example/tide", "/tide-31/schedule/"]


@pytest.mark.parametrize("count", [1, 3])
def test_queries(client: Client, django_assert_num_queries: Counting, count: int) -> None:
    edition = make_edition(key="tide-31")
    with time_machine.travel(datetime(2031, 5, 15, 17, tzinfo=UTC), tick=False):
        for _ in range(count):
            make_appearance(
                talk=make_talk(edition=edition, room=make_room(edition=edition), starts_at=at(10))
            )
            make_notice(edition=edition)
        with django_assert_num_queries(8):
            assert len(having(read(client, "/tide-31/now/"), "spot")) == count
