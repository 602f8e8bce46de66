"""The schedule: one list in time order, its places in the grid, its filters."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from talks.models import Talk
from tests.factories import make_appearance, make_edition, make_room, make_talk, make_track, make_type
from tests.website.reading import all_words, having, read, words
from website.filters import MOST_SAVED, saved

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


@pytest.fixture
def edition() -> object:
    """Two days, two rooms, two tracks, a lunch and something without a time."""
    edition = make_edition(key="tide-31")
    hall, attic = (
        make_room(edition=edition, name=name, slug=name.lower(), floor=floor, position=place)
        for place, (name, floor) in enumerate((("Hall", ""), ("Attic", "Deck 2")))
    )
    deep, shallow = (
        make_track(edition=edition, name=name, slug=name.lower()) for name in ("Deep", "Shallow")
    )
    lecture = make_type(key="lecture", label="Lecture")
    panel = make_type(key="panel", label="Panel", kind="session")
    lunch = make_type(key="lunch", label="Lunch", kind="break")
    video = "https://videos.example/1"
    one = make_talk(
        edition=edition, type=lecture, title="Tides", room=hall, track=deep, starts_at=at(9), video_url=video
    )
    make_appearance(talk=one, name="Łukasz Źdźbło")
    make_talk(edition=edition, type=lecture, title="Waves", room=attic, track=shallow, starts_at=at(9))
    make_talk(edition=edition, type=lunch, title="", starts_at=at(12), ends_at=at(13))
    make_talk(edition=edition, type=panel, title="Foam", room=hall, track=deep, starts_at=at(9, day=16))
    make_talk(edition=edition, type=lecture, title="Some day", starts_at=None)
    return edition


def titles(client: Client, query: str = "") -> list[str]:
    """The titles in the schedule's list."""
    return [words(node) for node in read(client, f"/tide-31/schedule/{query}").xpath("//li//h3")]


@pytest.mark.usefixtures("edition")
def test_one_list_a_day(client: Client) -> None:
    page = read(client, "/tide-31/schedule/")
    assert titles(client) == ["Tides", "Waves", "Lunch", "Foam", "Some day"]
    assert [words(node) for node in page.xpath("//section/h2")] == [
        "Thursday 15 May",
        "Friday 16 May all in Hall",
        "Time to be announced",
    ]
    assert [
        words(node) for node in page.xpath("//section")[0].xpath(".//li[@class='row break r3 e4 c1 d3']")
    ] != []
    assert all_words(page, "rooms") == ["Hall Attic Deck 2"]
    assert [node.get("href") for node in page.xpath("//nav[contains(@class,'days')]//a")] == [
        "#d2031-05-15",
        "#d2031-05-16",
        "#unscheduled",
    ]


@pytest.mark.usefixtures("edition")
def test_places_in_the_grid_are_classes(client: Client) -> None:
    page = read(client, "/tide-31/schedule/")
    assert page.get_element_by_id("t-tides").get("class").split() == "row talk r1 e2 c1 d2 k-deep".split()
    assert page.get_element_by_id("t-waves").get("class").split() == "row talk r1 e2 c2 d3 k-shallow".split()
    assert [words(node) for node in having(page, "tick")] == ["09:00", "12:00", "09:00"]
    assert [node.get("aria-hidden") for node in having(page, "tick")] == ["true"] * 3
    assert page.xpath("//li[starts-with(@class, 'tick')]/time/@datetime") == [
        "2031-05-15T09:00:00-07:00",
        "2031-05-15T12:00:00-07:00",
        "2031-05-16T09:00:00-07:00",
    ]


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?day=2031-05-16", ["Foam"]),
        ("?room=attic", ["Waves"]),
        ("?track=deep", ["Tides", "Foam"]),
        ("?track=deep&track=shallow", ["Tides", "Waves", "Foam"]),
        ("?track=deep&day=2031-05-15", ["Tides"]),
        ("?type=panel", ["Foam"]),
        ("?video=1", ["Tides"]),
        ("?q=lukasz", ["Tides"]),
        ("?q=ZDZBLO+tides", ["Tides"]),
        ("?q=attic", ["Waves"]),
        ("?q=%00", []),
        ("?room=nowhere", []),
        ("?type=lunch", []),
        ("?q=lunch", ["Lunch"]),
        ("?q=lecture", ["Tides", "Waves", "Some day"]),
        ("?q=deck", ["Waves"]),
        ("?q=attic,+deck", ["Waves"]),
        ("?day=2031-05-15", ["Tides", "Waves", "Lunch"]),
        ("?room=", ["Tides", "Waves", "Lunch", "Foam", "Some day"]),
        ("?unknown=1", ["Tides", "Waves", "Lunch", "Foam", "Some day"]),
    ],
)
def test_filters_work_without_script(client: Client, query: str, found: list[str]) -> None:
    assert titles(client, query) == found


@pytest.mark.usefixtures("edition")
def test_saved_talks_come_by_their_numbers(client: Client) -> None:
    tides, foam = (Talk.objects.get(title=title).number for title in ("Tides", "Foam"))
    assert titles(client, f"?ids={tides},{foam}") == ["Tides", "Foam"]
    assert titles(client, f"?ids={tides}&ids={foam}") == ["Tides", "Foam"]
    assert titles(client, f"?ids={foam},no,-1,²,99999999999999999999,") == ["Foam"]
    assert titles(client, f"?ids={tides},{foam}&day=2031-05-16") == ["Foam"]
    assert titles(client, "?ids=1") == []
    assert titles(client, "?ids=,") == ["Tides", "Waves", "Lunch", "Foam", "Some day"]
    page = read(client, f"/tide-31/schedule/?ids={tides},{foam}")
    assert page.xpath("//input[@name='ids']/@value") == [f"{tides},{foam}"]
    assert having(page, "linked")[0].get("hidden") is None
    assert having(read(client, "/tide-31/schedule/"), "linked")[0].get("hidden") == ""


def test_an_address_names_no_more_than_so_many_talks() -> None:
    assert saved({"ids": [",".join(str(number) for number in range(1000)), "7"]}) == tuple(range(MOST_SAVED))
    assert saved({}) == ()


@pytest.mark.usefixtures("edition")
def test_what_a_talk_is_found_by(client: Client) -> None:
    page = read(client, "/tide-31/schedule/")
    tides = Talk.objects.get(title="Tides")
    row = page.get_element_by_id("t-tides")
    assert {name: row.get(f"data-{name}") for name in ("n", "type", "room", "track", "video")} == {
        "n": str(tides.number),
        "type": "lecture",
        "room": "hall",
        "track": "deep",
        "video": "1",
    }
    lunch = page.get_element_by_id("t-lunch")
    assert [name for name in lunch.attrib if name.startswith("data-")] == []


@pytest.mark.usefixtures("edition")
def test_choices_are_counted(client: Client) -> None:
    page = read(client, "/tide-31/schedule/")
    assert [words(node) for node in page.xpath("//legend")] == ["Track", "Day", "Room", "Type", "Material"]
    assert all_words(page, "chip") == [
        "Deep 2",
        "Shallow 1",
        "Thu 15 May 2",
        "Fri 16 May 1",
        "Hall 2",
        "Attic 1",
        "Lecture 3",
        "Panel 1",
        "With video 1",
        "Saved 0",
    ]
    assert page.xpath("//form/@data-whole") == [""]
    assert [words(node) for node in page.xpath("//summary")] == ["Filter", "My programme"]


@pytest.mark.usefixtures("edition")
def test_a_span_of_time_is_read_aloud(client: Client) -> None:
    when = having(read(client, "/tide-31/schedule/").get_element_by_id("t-lunch"), "when")[0]
    assert words(when) == "12:00– to 13:00"
    assert [words(node) for node in when.xpath("./*[not(@aria-hidden)]")] == ["12:00", "to", "13:00"]


@pytest.mark.usefixtures("edition")
def test_a_filtered_schedule_says_how_much_and_leads_back(client: Client) -> None:
    page = read(client, "/tide-31/schedule/?track=deep&q=tides")
    assert all_words(page, "status") == ["1 of 4 talks Show the whole schedule"]
    assert page.xpath("//p[@class='status']/a/@href") == ["/tide-31/schedule/"]
    assert page.xpath("//input[@checked]/@value") == ["deep"]
    assert page.xpath("//input[@name='q']/@value") == ["tides"]
    assert page.xpath("//form/@data-whole") == []
    assert [words(node) for node in page.xpath("//summary")] == ["Filter 1", "My programme"]
    assert [node.get("hidden") for node in having(page, "empty")] == [""]
    nothing = read(client, "/tide-31/schedule/?q=whale")
    assert all_words(nothing, "status") == ["0 of 4 talks Show the whole schedule"]
    assert [node.get("hidden") for node in having(nothing, "empty")] == [None]


@pytest.mark.usefixtures("edition")
def test_the_whole_schedule_leads_to_a_calendar_without_script(client: Client) -> None:
    page = read(client, "/tide-31/schedule/")
    assert page.xpath("//noscript//a/@href") == ["/tide-31/schedule.ics"]
    assert page.xpath("//p[@class='status']/a/@hidden") == [""]


def test_a_moved_talk_says_where_it_was_on_every_page_until_the_edition_is_over(client: Client) -> None:
    edition = make_edition(key="tide-31")
    attic = make_room(edition=edition, name="Attic", slug="attic")
    talk = make_talk(
        edition=edition,
        title="Tides",
        slug="tides",
        room=make_room(edition=edition, name="Hall"),
        starts_at=at(9),
    )
    make_talk(edition=edition, title="Stays", starts_at=at(14))
    talk.room, talk.starts_at, talk.ends_at = attic, at(10), at(11)
    talk.save()
    pages = [f"/tide-31/{path}" for path in ("", "schedule/", "talks/tides/", "rooms/attic/", "now/")]
    for moment, said in ((at(0, day=15), ["Moved: was 09:00, Hall"]), (at(8, day=17), [])):
        with time_machine.travel(moment.replace(tzinfo=UTC), tick=False):
            for path in pages:
                assert all_words(read(client, path), "moved") == said, (path, moment)


def test_rooms_say_where_they_are(client: Client) -> None:
    edition = make_edition(key="tide-31")
    hall, attic = (
        make_room(edition=edition, name="Hall", floor="Deck 2"),
        make_room(edition=edition, name="Attic"),
    )
    for room in (hall, attic):
        make_talk(edition=edition, room=room)
    page = read(client, "/tide-31/schedule/")
    assert sorted(all_words(page, "room")) == ["Attic", "Hall, Deck 2"]
    assert sorted(words(node) for node in having(page, "rooms")[0]) == ["Attic", "Hall Deck 2"]


def test_an_edition_without_programme(client: Client) -> None:
    make_edition(key="tide-31")
    page = read(client, "/tide-31/schedule/")
    assert all_words(page, "empty") == ["The programme will be announced."]
    assert not page.xpath("//form")


def test_a_placeholder_slot_shows_every_entry(client: Client) -> None:
    edition = make_edition(key="tide-31")
    for number in range(38):
        make_talk(
            edition=edition, title=f"Poster {number:02}", starts_at=at(9), ends_at=at(17), position=number
        )
    assert titles(client) == [f"Poster {number:02}" for number in range(38)]


def test_a_session_with_timed_parts_is_the_line_above_them(client: Client) -> None:
    edition = make_edition(key="tide-31")
    room = make_room(edition=edition)
    session = make_talk(edition=edition, title="Session", room=room, starts_at=at(9), ends_at=at(11))
    make_talk(edition=edition, title="Part one", room=room, session=session, starts_at=at(9), ends_at=at(10))
    make_talk(edition=edition, title="Part two", room=room, session=session, starts_at=at(10), ends_at=at(11))
    page = read(client, "/tide-31/schedule/")
    classes = [
        page.get_element_by_id(f"t-{slug}").get("class") for slug in ("session", "part-one", "part-two")
    ]
    assert classes == ["row talk r1 e2 c1 d2", "row talk r2 e3 c1 d2", "row talk r3 e4 c1 d2"]


@pytest.mark.parametrize(
    ("rooms", "day", "body", "least"),
    [(6, "day grid n6", None, 60), (8, "day grid n8", "wide", 75), (9, "day", None, 60)],
)
def test_many_rooms_want_a_wide_page_and_more_a_list(
    client: Client, rooms: int, day: str, body: str | None, least: int
) -> None:
    edition = make_edition(key="tide-31")
    for number in range(rooms):
        make_talk(edition=edition, room=make_room(edition=edition, position=number), starts_at=at(9))
    page = read(client, "/tide-31/schedule/")
    assert page.xpath("//section/@class") == [day]
    assert page.find("body").get("class") == body
    assert page.xpath("//link[contains(@href, 'grid')]/@media") == [
        f"(min-width:{least}rem), print and (orientation:landscape)"
    ]
    assert len(having(page, "row")) == rooms


def test_a_door_sheet_shows_one_room(client: Client) -> None:
    edition = make_edition(key="tide-31")
    room = make_room(
        edition=edition, name="Hall", slug="hall", floor="Upper deck", capacity=80, directions="Left"
    )
    make_talk(edition=edition, title="Here", room=room)
    make_talk(edition=edition, title="There", room=make_room(edition=edition))
    make_talk(edition=edition, title="Secret", room=room, state=Talk.State.DRAFT)
    page = read(client, "/tide-31/rooms/hall/")
    assert [words(node) for node in page.xpath("//h1|//h4")] == ["Hall", "Here"]
    assert all_words(page, "lede")[0] == "Upper deck · 80 seats"
    assert client.get("/tide-31/rooms/nowhere/").status_code == 404
