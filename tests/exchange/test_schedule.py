"""schedule.xml and schedule.json: every rule by which phone apps and recorders keep all events, a test each."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.formats.programme import (
    Conference,
    Event,
    Hall,
    Link,
    Person,
    Programme,
    Track,
)
from exchange.formats.schedule import Schedule, schedule_of
from exchange.formats.schedule_json import acronym_of, to_json
from exchange.formats.schedule_xml import to_xml
from tests.exchange.schedules import (
    clocks_of_xml,
    hold,
    in_fahrplan,
    in_giggity,
    json_faults,
    need_judges,
    parse,
    xml_faults,
)

SPACE = UUID("6f4f2b39-6a2f-5d55-9f6e-3a1f6a0f5d11")
TIDE = Conference(
    key="tide-31",
    zone="America/Vancouver",
    elsewhere="Pier 4",
    version="17",
    starts_on=date(2031, 5, 15),
    ends_on=date(2031, 5, 16),
    colour="#8a3218",
    logo="https://tide.example/logo.svg",
    halls=(Hall("hall", "Hall"), Hall("attic", "Attic")),
    tracks=(Track("Moon, sun", "moon", "#1d5187"), Track("潮", "Chao-", "#1f5f4a")),
)
EBB = Event(
    guid=SPACE,
    sequence=2,
    changed_at=datetime(2031, 5, 1, 12, tzinfo=UTC),
    title="Ebb, flow & <潮汐>",
    zone="America/Vancouver",
    starts_at=datetime(2031, 5, 15, 9, 30),
    ends_at=datetime(2031, 5, 15, 10, 15),
    type="Keynote",
    track="Moon, sun",
    room="Hall",
    place="Pier 4, Vancouver",
    abstract="It *goes* & **comes**.\n\n- in\n- out",
    people=(Person("Ada", "Shoals", "Speakers"), Person("李雷", "", "Speakers"), Person("Ada", "", "Chair")),
    url="https://tide.example/tide-31/talks/ebb/",
    number=41,
    slug="ebb",
    language="en",
    hall="hall",
)


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


def events(*given: dict[str, Any]) -> tuple[Event, ...]:
    """Events that differ from the first one in what is given, each with an identity of its own."""
    return tuple(
        replace(EBB, **{"number": index, "guid": uuid5(SPACE, str(index)), **one})
        for index, one in enumerate(given, 1)
    )


def made(*given: dict[str, Any], conference: Conference = TIDE, **about: Any) -> Schedule:
    """The schedule of events that differ from the first one in what is given; all judges have looked at it."""
    found = schedule_of(Programme("Tidewater, Tide 31", events(*given), **about), conference)
    hold(to_xml(found), to_json(found), sum(one.get("starts_at", at(9)) is not None for one in given))
    return found


def rooms(found: Schedule) -> list[list[tuple[str, list[int]]]]:
    """The numbers of the events by day and room."""
    return [
        [(room.name, [slot.event.number for slot in room.slots]) for room in day.rooms] for day in found.days
    ]


def json_of(found: Schedule) -> Any:
    """The conference of a schedule.json."""
    return json.loads(to_json(found))["schedule"]["conference"]


def only(found: Schedule) -> Any:
    """The one event of a schedule.json."""
    ((event,),) = json_of(found)["days"][0]["rooms"].values()
    return event


def test_a_schedule_names_its_conference() -> None:
    found = made(
        {},
        url="https://tide.example/tide-31/schedule/",
        feed_url="https://tide.example/s.xml",
        description="2 more.",
    )
    root = parse(to_xml(found))
    assert [(node.tag, node.text) for node in root.find("conference")] == [
        ("title", "Tidewater, Tide 31"),
        ("acronym", "tide-31"),
        ("start", "2031-05-15"),
        ("end", "2031-05-16"),
        ("days", "1"),
        ("timeslot_duration", "00:05"),
        ("logo", "https://tide.example/logo.svg"),
        ("url", "https://tide.example/tide-31/schedule/"),
        ("time_zone_name", "America/Vancouver"),
        ("color", None),
        ("track", None),
        ("track", None),
    ]
    assert [(root[0].get("name"), root[1].text, root[2].text)] == [
        ("Lectern", "https://tide.example/s.xml", "17")
    ]
    assert {name: value for name, value in json_of(found).items() if name != "days"} == {
        "acronym": "tide_31",
        "title": "Tidewater, Tide 31",
        "start": "2031-05-15",
        "end": "2031-05-16",
        "daysCount": 1,
        "timeslot_duration": "00:05",
        "description": "2 more.",
        "time_zone_name": "America/Vancouver",
        "logo": "https://tide.example/logo.svg",
        "colors": {"primary": "#8a3218"},
        "url": "https://tide.example/tide-31/schedule/",
        "tracks": [
            {"name": "Moon, sun", "slug": "moon", "color": "#1d5187"},
            {"name": "潮", "color": "#1f5f4a"},
        ],
    }
    assert json.loads(to_json(found))["schedule"]["version"] == "17"


def test_an_event_says_all_that_is_known() -> None:
    links = (
        Link("Slides", "https://tide.example/s.pdf", "slides"),
        Link("Video", "https://v.example/1", "media"),
    )
    found = made({"links": links, "papers": ("On Eddies (Brine)", "潮"), "may_record": False})
    event = only(found)
    assert event == {
        "guid": str(uuid5(SPACE, "1")),
        "id": 1,
        "date": "2031-05-15T09:30:00-07:00",
        "start": "09:30",
        "duration": "00:45",
        "room": "Hall",
        "slug": "ebb",
        "url": "https://tide.example/tide-31/talks/ebb/",
        "title": "Ebb, flow & <潮汐>",
        "subtitle": None,
        "track": "Moon, sun",
        "type": "Keynote",
        "language": "en",
        "abstract": "It goes & comes.\n\nin\nout",
        "persons": [{"name": "Ada"}, {"name": "李雷"}],
        "links": [
            {"title": "Slides", "url": "https://tide.example/s.pdf", "type": "slides"},
            {"title": "Video", "url": "https://v.example/1", "type": "media"},
        ],
        "end": "2031-05-15T10:15:00-07:00",
        "description": "On Eddies (Brine)\n潮",
        "do_not_record": True,
    }
    (node,) = parse(to_xml(found)).iter("event")
    assert dict(node.attrib) == {"id": "1", "guid": event["guid"]}
    plain = {one.tag: one.text for one in node if not len(one) and one.text}
    assert plain == {
        name: event[name]
        for name in (
            "room",
            "title",
            "type",
            "date",
            "start",
            "duration",
            "abstract",
            "track",
            "language",
            "description",
            "url",
        )
    }
    assert [one.text for one in node.find("persons")] == ["Ada", "李雷"]
    assert [(one.text, dict(one.attrib)) for one in node.find("links")] == [
        ("Slides", {"href": "https://tide.example/s.pdf", "type": "slides"}),
        ("Video", {"href": "https://v.example/1", "type": "media"}),
    ]
    assert [(one.tag, one.text) for one in node.find("recording")] == [("license", None), ("optout", "true")]


def test_what_is_not_known_is_left_out() -> None:
    bare = Event(SPACE, 0, EBB.changed_at, "", "UTC", at(9), number=7)
    found = schedule_of(
        Programme("Tide", (bare,), url="/s/", feed_url="/s.xml"), Conference("tide", "UTC", "Here")
    )
    hold(to_xml(found), to_json(found), 1)
    event = only(found)
    assert (event["room"], event["slug"], event["url"], event["track"], event["language"]) == (
        "Here",
        "talk-7",
        "",
        None,
        None,
    )
    (node,) = parse(to_xml(found)).iter("event")
    assert [one.tag for one in node] == [
        *("room", "title", "type", "date", "start", "duration", "abstract", "track", "persons", "links")
    ]
    assert [one.tag for one in parse(to_xml(found))] == ["generator", "version", "conference", "day"]


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("America/Vancouver", "-07:00"),
        ("Asia/Tokyo", "+09:00"),
        ("Asia/Kolkata", "+05:30"),
        ("Asia/Kathmandu", "+05:45"),
        ("UTC", "+00:00"),
    ],
)
def test_the_venues_clock_stands_with_the_offset_of_its_zone(zone: str, offset: str) -> None:
    found = made({"zone": zone}, conference=replace(TIDE, zone=zone))
    assert clocks_of_xml(to_xml(found)) == [(1, f"2031-05-15T09:30:00{offset}", "09:30")]
    assert [one.start for one in in_giggity(to_xml(found))] == [at(9, 30)]
    assert [one.start for one in in_fahrplan(to_xml(found))] == [at(9, 30)]


def test_each_instant_has_its_own_offset_on_the_day_on_which_clocks_change() -> None:
    york = replace(TIDE, zone="America/New_York", starts_on=None, ends_on=None)
    early, late = datetime(2024, 11, 3, 0, 30), datetime(2024, 11, 3, 9)
    autumn = made(
        {"zone": york.zone, "starts_at": early, "ends_at": early + timedelta(hours=3)},
        {"zone": york.zone, "starts_at": late, "ends_at": late + timedelta(hours=1)},
        conference=york,
    )
    assert [(date, start) for _, date, start in clocks_of_xml(to_xml(autumn))] == [
        ("2024-11-03T00:30:00-04:00", "00:30"),
        ("2024-11-03T09:00:00-05:00", "09:00"),
    ]
    assert [slot.duration for slot in autumn.days[0].rooms[0].slots] == ["04:00", "01:00"]
    (day,) = json_of(autumn)["days"]
    assert (day["day_start"], day["day_end"]) == ("2024-11-03T00:00:00-04:00", "2024-11-03T23:59:59-05:00")
    gap = datetime(2024, 3, 10, 2, 30)
    spring = made(
        {"zone": york.zone, "starts_at": gap, "ends_at": datetime(2024, 3, 10, 3, 10)}, conference=york
    )
    assert only(spring)["duration"] == "00:40"


def test_offsets_that_had_seconds_are_told_in_minutes() -> None:
    monrovia = replace(TIDE, zone="Africa/Monrovia", starts_on=None, ends_on=None)
    then = datetime(1971, 5, 1, 9)
    found = made({"zone": monrovia.zone, "starts_at": then, "ends_at": then}, conference=monrovia)
    assert only(found)["date"] == "1971-05-01T09:00:00-00:44"


def test_every_timed_event_is_in_the_day_on_which_it_begins() -> None:
    found = made(
        {"starts_at": at(23, 30), "ends_at": at(1, 30, day=16)},
        {"starts_at": at(0, 15, day=16), "ends_at": at(1, day=16), "hall": "attic"},
        {"starts_at": at(9, day=13), "ends_at": at(10, day=13)},
        {"starts_at": at(9, day=20), "ends_at": at(10, day=20), "is_break": True},
        {"starts_at": None, "ends_at": None},
        description="1 entry has no time yet.",
    )
    assert [
        (day.index, day.date.day, [s.event.number for r in day.rooms for s in r.slots]) for day in found.days
    ] == [
        (1, 13, [3]),
        (2, 15, [1]),
        (3, 16, [2]),
        (4, 20, [4]),
    ]
    assert (found.first, found.last) == (date(2031, 5, 13), date(2031, 5, 20))
    assert [(day["day_start"], day["day_end"]) for day in json_of(found)["days"]][1] == (
        "2031-05-15T00:00:00-07:00",
        "2031-05-16T01:30:00-07:00",
    )
    assert json_of(found)["description"] == "1 entry has no time yet."


def test_cancelled_stays_and_says_so() -> None:
    found = made({"state": "cancelled", "state_label": "Cancelled", "title": "Ebb\nflow"})
    assert only(found)["title"] == "Cancelled: Ebb flow"


def test_what_overlaps_in_a_room_gets_a_room_of_its_own() -> None:
    hour = timedelta(hours=1)
    found = made(
        *(
            {"starts_at": at(start), "ends_at": at(start) + length}
            for start, length in ((9, 3 * hour), (10, hour), (10, 3 * hour), (11, hour), (12, hour))
        ),
        {"starts_at": at(9), "ends_at": at(9), "hall": "attic"},
    )
    assert rooms(found) == [[("Hall", [1, 5]), ("Hall (2)", [2, 4]), ("Hall (3)", [3]), ("Attic", [6])]]


def test_what_has_no_room_stands_where_it_says_or_elsewhere() -> None:
    found = made(
        {"hall": "", "room": "", "starts_at": at(9), "ends_at": at(10)},
        {"hall": "", "room": "", "starts_at": at(9, 30), "ends_at": at(10)},
        {"hall": "", "room": "Aquarium"},
        {"hall": "attic", "room": "Attic, stage left"},
    )
    assert rooms(found) == [[("Attic", [4]), ("Pier 4", [1]), ("Pier 4 (2)", [2]), ("Aquarium", [3])]]
    assert json_of(found)["days"][0]["rooms"]["Attic"][0]["description"] == "Attic, stage left"


def test_two_rooms_of_one_name_are_two() -> None:
    halls = (Hall("a", "Hall"), Hall("b", " Hall"), Hall("c", "Hall (2)"), Hall("d", "\x07"))
    given = [{"hall": key, "room": "Hall"} for key in ("b", "a", "c", "a", "d", "")]
    found = made(*given, conference=replace(TIDE, halls=halls))
    assert rooms(found) == [
        [
            ("Hall", [2]),
            ("Hall (4)", [4]),
            ("Hall (2)", [1]),
            ("Hall (2) (2)", [3]),
            ("Pier 4", [5]),
            ("Hall (3)", [6]),
        ]
    ]


def test_a_length_is_told_in_hours_and_minutes_below_a_day() -> None:
    day = timedelta(days=1)
    found = made(
        {"starts_at": at(9), "ends_at": None},
        {"starts_at": at(9), "ends_at": at(9), "hall": "attic"},
        {"starts_at": at(10), "ends_at": at(10) + day - timedelta(minutes=1)},
        {"starts_at": at(11), "ends_at": at(11) + 2 * day, "hall": "attic", "papers": ("On Eddies",)},
    )
    told = {
        slot.event.number: (slot.duration, slot.description)
        for day in found.days
        for room in day.rooms
        for slot in room.slots
    }
    assert told == {
        1: ("01:00", ""),
        2: ("00:00", "Hall"),
        3: ("23:59", ""),
        4: ("23:59", "Hall\n\nOn Eddies\n\n2031-05-15 11:00 → 2031-05-17 11:00"),
    }


@pytest.mark.parametrize(("starts_on", "first"), [(date(2031, 5, 15), "2031-05-15"), (None, "1970-01-01")])
def test_without_a_time_there_still_is_a_schedule(starts_on: date | None, first: str) -> None:
    conference = replace(TIDE, starts_on=starts_on, ends_on=None)
    for untimed in ((), ({"starts_at": None, "ends_at": None},)):
        found = made(*untimed, conference=conference)
        (day,) = parse(to_xml(found)).iterfind("day")
        assert (dict(day.attrib)["date"], len(day), json_of(found)["days"]) == (first, 0, [])
        assert (json_of(found)["start"], json_of(found)["daysCount"]) == (first, 0)


@pytest.mark.parametrize(
    ("key", "acronym"),
    [
        ("neurips-19", "neurips_19"),
        ("emc2-2019-neurips", "emc2-2019-neurips"),
        ("-oct", "-oct"),
        ("a-b-c", "a_b_c"),
        ("spring_24", "spring_24"),
    ],
)
def test_acronyms(key: str, acronym: str) -> None:
    assert acronym_of(key) == acronym
    found = made({}, conference=replace(TIDE, key=key))
    assert parse(to_xml(found)).findtext("conference/acronym") == key


def test_zones_that_the_json_schema_does_not_know_are_left_out() -> None:
    need_judges()
    told = set()
    for zone in sorted(available_timezones() - {"localtime"}):
        found = schedule_of(Programme("Tide", (replace(EBB, zone=zone),)), replace(TIDE, zone=zone))
        assert json_faults(to_json(found)) == []
        told.add(json_of(found).get("time_zone_name", ""))
    assert {"UTC", "America/New_York", "America/Argentina/Buenos_Aires", "Asia/Kolkata", ""} <= told
    assert told & {"CET", "GMT", "US/Eastern", "Etc/GMT+5", "Etc/UTC"} == set()


HOSTILE = 'a\x00b\x07c\rd\r\ne\u2028f\x0bg\x85h\ud800i\x7f\ufffe]]>&<x a="1">'


def test_nothing_breaks_out_of_its_place() -> None:
    hostile = {
        "title": HOSTILE,
        "type": HOSTILE,
        "track": HOSTILE,
        "language": HOSTILE,
        "abstract": HOSTILE,
        "room": HOSTILE,
        "hall": "hall",
        "slug": "Ebb-",
        "people": (Person(HOSTILE), Person("\x00")),
        "papers": (HOSTILE, ""),
        "links": (Link(HOSTILE, "https://v.example/?a=1&b=%3C", "media"),),
    }
    conference = replace(TIDE, halls=(Hall("hall", HOSTILE),), tracks=(Track(HOSTILE, "moon", "#1d5187"),))
    found = made(hostile, hostile, conference=conference, description=HOSTILE)
    assert only_titles(to_xml(found)) == ['abc d e f g hi]]>&<x a="1">'] * 2


def only_titles(text: str) -> list[str]:
    """The titles of a schedule.xml."""
    return [event.findtext("title") for event in parse(text).iter("event")]


def test_the_same_programme_is_the_same_text_in_whatever_order_it_comes() -> None:
    given = events(*({"starts_at": at(9), "ends_at": at(10)} for _ in range(4)))
    one, other = (schedule_of(Programme("Tide", order), TIDE) for order in (given, given[::-1]))
    assert (to_xml(one), to_json(one)) == (to_xml(other), to_json(other))


def test_the_judges_see_faults() -> None:
    """A judge that is always content holds nothing: each must see what it is there for."""
    need_judges()
    found = schedule_of(
        Programme("Tide", events({}, {"hall": "attic", "starts_at": at(11), "ends_at": at(12)})), TIDE
    )
    xml, as_json = to_xml(found), to_json(found)
    assert "'0' is not a valid value" in xml_faults(xml.replace('id="1"', 'id="0"'))[0]
    assert len(json_faults(as_json.replace('"tide_31"', '"tide-31"'))) == 1
    assert [one.title for one in in_giggity(xml.replace("<duration>01:00</duration>", ""))] == [EBB.title]
    for app, wrong in (
        (in_giggity, xml.replace("01:00", "24:00")),
        (in_giggity, xml.replace("<version>", f"<version>{'1' * 1024}")),
        (in_fahrplan, xml.replace('id="2"', 'id="1"')),
        (in_fahrplan, xml.replace("Attic", "Hall").replace("11:00", "09:30").replace("12:00", "10:30")),
        (in_fahrplan, xml.replace(' end="2031-05-15T23:59:59', ' end="2031-05-15T11:30:00')),
    ):
        with pytest.raises(ValueError):
            app(wrong)


ZONES = (
    "America/Vancouver",
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/Lisbon",
    "Pacific/Apia",
)
WORDS = st.text(max_size=30) | st.sampled_from([HOSTILE, "Hall", "Hall (2)", "ملح", "潮"])
CLOCKS = st.datetimes(datetime(2024, 3, 8), datetime(2024, 3, 12)) | st.datetimes(
    datetime(2024, 11, 1), datetime(2024, 11, 4)
)


@st.composite
def nasty(draw: st.DrawFn) -> tuple[Programme, Conference]:
    """A programme of any events in a few rooms, on days on which clocks change."""
    zone = draw(st.sampled_from(ZONES))
    halls = tuple(Hall(str(index), draw(WORDS)) for index in range(draw(st.integers(0, 3))))
    given: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.none() | CLOCKS)
        length = draw(st.none() | st.timedeltas(timedelta(), timedelta(days=3)))
        given.append(
            {
                "zone": zone,
                "starts_at": start,
                "ends_at": start + length if start and length is not None else None,
                "title": draw(WORDS),
                "room": draw(WORDS),
                "hall": draw(st.sampled_from(["", *(hall.key for hall in halls)])),
                "abstract": draw(WORDS),
                "slug": draw(st.sampled_from(["", "a", "A", "ebb", "-ebb-"])),
                "may_record": draw(st.sampled_from([None, True, False])),
            }
        )
    conference = replace(TIDE, zone=zone, halls=halls, starts_on=draw(st.none() | st.dates()), ends_on=None)
    return Programme(draw(WORDS.map(lambda text: f"Tide {text}")), events(*given)), conference


@given(nasty())
@settings(max_examples=150, deadline=None)
def test_whatever_the_programme_nothing_is_dropped(found: tuple[Programme, Conference]) -> None:
    programme, conference = found
    schedule = schedule_of(programme, conference)
    timed = [one for one in programme.events if one.starts_at]
    hold(to_xml(schedule), to_json(schedule), len(timed))
    zone = ZoneInfo(conference.zone)
    assert {
        # In UTC: a clock that a night has twice equals none in another zone.
        slot.event.number: slot.start.astimezone(UTC)
        for day in schedule.days
        for room in day.rooms
        for slot in room.slots
    } == {one.number: one.starts_at.replace(tzinfo=zone).astimezone(UTC) for one in timed if one.starts_at}
