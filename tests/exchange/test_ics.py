"""iCalendar: what calendars read out of a programme, and what they must not find in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest

from exchange.formats.ics import to_ics
from exchange.formats.programme import Event, Person, Programme, one_line, printable

CHANGED = datetime(2031, 5, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
EBB = Event(
    guid=UUID("6f4f2b39-6a2f-5d55-9f6e-3a1f6a0f5d11"),
    sequence=2,
    changed_at=CHANGED,
    title="Ebb, flow; and 潮汐",
    zone="America/Vancouver",
    starts_at=datetime(2031, 5, 15, 9, 30),
    ends_at=datetime(2031, 5, 15, 10, 15),
    type="Keynote",
    track="Moon, sun",
    room="Hall",
    place="Pier 4, Vancouver",
    abstract="It *goes* and\n**comes**.\n\n- in\n- out",
    people=(Person("Ada", "Shoals", "Speakers"), Person("李雷", "", "Speakers"), Person("Bo", "", "Chair")),
    url="https://tide.example/tide-31/talks/ebb/",
)


def read(*events: Event, **given: Any) -> Any:
    """The calendar of some events, parsed without an error; the library's types are too wide to ask them more."""
    found = icalendar.Calendar.from_ical(to_ics(Programme("Tide", events, **given)))
    assert [component.errors for component in found.walk()] == [[] for _ in found.walk()]
    return found


def only(event: Event) -> Any:
    """The one event of a calendar."""
    (found,) = read(event).events
    return found


def test_an_event_says_all_that_is_known_in_plain_words() -> None:
    found = only(EBB)
    assert {name: str(found[name]) for name in ("UID", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "URL")} == {
        "UID": "6f4f2b39-6a2f-5d55-9f6e-3a1f6a0f5d11",
        "SUMMARY": "Ebb, flow; and 潮汐",
        "LOCATION": "Hall, Pier 4, Vancouver",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "URL": "https://tide.example/tide-31/talks/ebb/",
    }
    assert str(found["DESCRIPTION"]) == (
        "Speakers: Ada (Shoals), 李雷\nChair: Bo\n\nIt goes and comes.\n\nin\nout\n\n"
        "https://tide.example/tide-31/talks/ebb/"
    )
    assert found.categories == ["Keynote", "Moon, sun"]
    assert found["SEQUENCE"] == 2
    stamp = datetime(2031, 5, 1, 12, tzinfo=UTC)
    assert (found["DTSTAMP"].dt, found["LAST-MODIFIED"].dt) == (stamp, stamp)


def test_what_is_not_known_is_left_out() -> None:
    bare = Event(EBB.guid, 0, CHANGED, "Ebb", "UTC", datetime(2031, 5, 15, 9, 30))
    assert set(only(bare)) == {
        "UID",
        "DTSTAMP",
        "LAST-MODIFIED",
        "SEQUENCE",
        "DTSTART",
        "SUMMARY",
        "STATUS",
        "TRANSP",
    }
    assert "URL" not in only(replace(bare, url="/tide-31/talks/ebb/"))


def test_the_calendar_names_itself_and_says_when_to_ask_again() -> None:
    found = read(
        EBB, description="3 more.", url="https://tide.example/", feed_url="https://tide.example/s.ics"
    )
    assert {name: value.to_ical().decode() for name, value in found.items()} == {
        "VERSION": "2.0",
        "PRODID": "-//Lectern//Programme//EN",
        "NAME": "Tide",
        "X-WR-CALNAME": "Tide",
        "DESCRIPTION": "3 more.",
        "X-WR-CALDESC": "3 more.",
        "URL": "https://tide.example/",
        "SOURCE": "https://tide.example/s.ics",
        "REFRESH-INTERVAL": "PT1H",
        "X-PUBLISHED-TTL": "PT1H",
    }


@pytest.mark.parametrize(
    ("zone", "start", "offset"),
    [
        ("America/Vancouver", "DTSTART;TZID=America/Vancouver:20310515T093000", -7),
        ("Asia/Tokyo", "DTSTART;TZID=Asia/Tokyo:20310515T093000", 9),
        ("Asia/Kolkata", "DTSTART;TZID=Asia/Kolkata:20310515T093000", 5.5),
        ("UTC", "DTSTART:20310515T093000Z", 0),
        ("Etc/UTC", "DTSTART:20310515T093000Z", 0),
    ],
)
def test_the_venues_clock_stands_under_its_zones_name(zone: str, start: str, offset: float) -> None:
    event = replace(EBB, zone=zone)
    assert start in to_ics(Programme("Tide", (event,))).split("\r\n")
    assert only(event).start.utcoffset() == timedelta(hours=offset)
    assert [one.tz_name for one in read(event).timezones] == ([zone] if offset else [])


def test_a_zone_stands_once_for_all_the_years_of_its_events() -> None:
    years = [replace(EBB, starts_at=datetime(year, 5, 15, 9), ends_at=None) for year in (2031, 2029, 2030)]
    there = replace(EBB, zone="Asia/Tokyo")
    found = read(*years, there, replace(EBB, zone="UTC"))
    assert [one.tz_name for one in found.timezones] == ["America/Vancouver", "Asia/Tokyo"]


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/Lisbon", "Australia/Sydney", "Asia/Tehran", "Asia/Kolkata"]
)
def test_a_zone_gives_the_right_offset_at_every_hour(zone: str) -> None:
    """Read as RFC 5545 has it: an observance begins when the clock before it shows its DTSTART or RDATE."""
    event = replace(EBB, zone=zone, starts_at=datetime(2020, 5, 1, 9), ends_at=datetime(2021, 12, 31, 23))
    onsets = sorted(
        (onset - part.TZOFFSETFROM, part.TZOFFSETTO)
        for part in read(event).timezones[0].subcomponents
        for onset in (part.DTSTART, *(one.dt for one in (part["RDATE"].dts if "RDATE" in part else ())))
    )
    place, moment = ZoneInfo(zone), datetime(2020, 1, 2, 0, 30)
    while moment < datetime(2022, 1, 1):
        offset = [to for onset, to in onsets if onset <= moment][-1]
        assert offset == moment.replace(tzinfo=UTC).astimezone(place).utcoffset(), moment
        moment += timedelta(hours=1)


def test_ends_that_a_calendar_takes() -> None:
    night = replace(EBB, starts_at=datetime(2031, 5, 15, 23), ends_at=datetime(2031, 5, 16, 1))
    assert only(night).end.replace(tzinfo=None) == datetime(2031, 5, 16, 1)
    assert "DTEND" not in only(replace(EBB, ends_at=None))
    assert "DTEND" not in only(replace(EBB, ends_at=EBB.starts_at))
    # The hour from two to three is skipped that night: the start is after the end.
    skipped = replace(
        EBB,
        zone="America/New_York",
        starts_at=datetime(2024, 3, 10, 2, 30),
        ends_at=datetime(2024, 3, 10, 3, 10),
    )
    assert "DTEND" not in only(skipped)
    twice = replace(
        EBB, zone="America/New_York", starts_at=datetime(2024, 11, 3, 0, 30), ends_at=datetime(2024, 11, 3, 2)
    )
    assert (only(twice).start.utcoffset(), only(twice).end.utcoffset()) == (
        timedelta(hours=-4),
        timedelta(hours=-5),
    )


def test_cancelled_stays_and_says_so() -> None:
    found = only(replace(EBB, state="cancelled", state_label="Cancelled"))
    assert (found["STATUS"], found["TRANSP"], found["SUMMARY"]) == (
        "CANCELLED",
        "TRANSPARENT",
        "Cancelled: Ebb, flow; and 潮汐",
    )


def test_a_break_leaves_its_hour_free() -> None:
    assert only(replace(EBB, is_break=True))["TRANSP"] == "TRANSPARENT"


def test_without_a_time_there_is_no_event() -> None:
    found = read(replace(EBB, starts_at=None, ends_at=None))
    assert (found.events, found.timezones) == ([], [])


def test_places_are_not_told_twice() -> None:
    assert only(replace(EBB, room="Online", place="Online"))["LOCATION"] == "Online"


def test_lines_are_folded_and_end_as_they_must() -> None:
    text = to_ics(Programme("潮" * 80, (replace(EBB, abstract="長い文章 " * 300, title="é" * 200),)))
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert only(replace(EBB, title="é" * 200))["SUMMARY"] == "é" * 200


HOSTILE = "a\x00b\x07c\rd\r\ne\u2028f\x0bg\x85h\ud800i\x7f"


def test_nothing_breaks_out_of_its_line() -> None:
    event = replace(
        EBB,
        title=f"{HOSTILE}\r\nBEGIN:VEVENT",
        room="x\nSTATUS:CANCELLED",
        track="t\r\nUID:1",
        abstract=f"one{HOSTILE}\n\nEND:VCALENDAR",
        people=(Person("Ada\r\nUID:2", "Sea\nUID:3", "Speaker"),),
    )
    text = to_ics(Programme(f"Tide\r\n{HOSTILE}", (event,), HOSTILE))
    assert {sign for sign in text if ord(sign) < 32 or 127 <= ord(sign) < 160} == {"\r", "\n"}
    found = only(event)
    assert found["SUMMARY"] == "abc d e f g hi BEGIN:VEVENT"
    assert found["LOCATION"] == "x STATUS:CANCELLED, Pier 4, Vancouver"
    assert found["UID"] == str(EBB.guid)
    assert text.count("\r\nUID:") == text.count("\r\nBEGIN:VEVENT") == 1


def test_the_same_programme_is_the_same_text() -> None:
    assert to_ics(Programme("Tide", (EBB,))) == to_ics(Programme("Tide", (replace(EBB),)))


def test_printable() -> None:
    assert printable(HOSTILE) == "abc\nd\ne\nf\ng\nhi"
    assert one_line("  a \n\t b\x00 ") == "a b"
