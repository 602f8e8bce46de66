"""iCalendar (RFC 5545, with RFC 7986's names, descriptions and refresh hints): a programme that calendars subscribe to.

What clients make of it is in the design's notes on interchange: a UID for ever, SEQUENCE and LAST-MODIFIED of the
record, zones under their IANA names with a VTIMEZONE each, cancelled events kept as such, nothing of the moment of
asking, so that the same programme always is the same text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar

from exchange.formats.programme import Event, Person, Programme, one_line, printable
from texts.plain import to_plain

PRODUCT = "-//Lectern//Programme//EN"
REFRESH = timedelta(hours=1)
"""How often subscribers may ask again."""


def to_ics(programme: Programme) -> str:
    """Return a programme as the text of a calendar. Events without a start can't be in one and are left out."""
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    _add_words(calendar, one_line(programme.name), "NAME", "X-WR-CALNAME")
    _add_words(calendar, printable(programme.description), "DESCRIPTION", "X-WR-CALDESC")
    _add_address(calendar, "URL", programme.url)
    _add_address(calendar, "SOURCE", programme.feed_url)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", icalendar.vDuration(REFRESH))
    timed = [event for event in programme.events if event.starts_at]
    for component in (*_zones(timed), *map(_event, timed)):
        calendar.add_component(component)
    return bytes(calendar.to_ical()).decode()


def where(event: Event) -> str:
    """Return where an event is, nearest first: room, venue, town; nothing twice."""
    return ", ".join(dict.fromkeys(part for text in (event.room, event.place) if (part := one_line(text))))


def instant_of(clock: datetime, zone: str) -> datetime:
    """Return the moment (aware, in UTC) at which the wall clock in `zone` shows `clock` (naive)."""
    return clock.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _event(event: Event) -> icalendar.Event:
    found = icalendar.Event()
    found.add("UID", str(event.guid))
    found.add("DTSTAMP", event.changed_at.astimezone(UTC))
    found.add("LAST-MODIFIED", event.changed_at.astimezone(UTC))
    found.add("SEQUENCE", event.sequence)
    _add_times(found, event)
    _add_words(found, event.headline, "SUMMARY")
    found.add("STATUS", "CANCELLED" if event.state == "cancelled" else "CONFIRMED")
    found.add("TRANSP", "TRANSPARENT" if event.is_break or event.state == "cancelled" else "OPAQUE")
    _add_words(found, where(event), "LOCATION")
    _add_words(found, _description(event), "DESCRIPTION")
    if words := [one_line(word) for word in (event.type, event.track) if word]:
        found.add("CATEGORIES", words)
    _add_address(found, "URL", event.url)
    return found


def _add_times(found: icalendar.Event, event: Event) -> None:
    """Add the start, and the end if it is later: RFC 5545 has no other, a clock put forward may make one."""
    start, end = event.starts_at, event.ends_at
    if start is None:
        return
    found.add("DTSTART", _in_zone(start, event.zone))
    if end and instant_of(end, event.zone) > instant_of(start, event.zone):
        found.add("DTEND", _in_zone(end, event.zone))


def _in_zone(clock: datetime, zone: str) -> datetime:
    return clock.replace(tzinfo=UTC if _is_utc(zone) else ZoneInfo(zone))


def _description(event: Event) -> str:
    """Who, what, and where to read more, a paragraph each."""
    parts = (_people(event.people), printable(to_plain(event.abstract)), event.url)
    return "\n\n".join(part for part in parts if part)


def _people(people: Iterable[Person]) -> str:
    """A line for each role, a person's affiliation behind their name."""
    roles: dict[str, list[str]] = {}
    for one in people:
        name, affiliation = one_line(one.name), one_line(one.affiliation)
        roles.setdefault(one.role, []).append(f"{name} ({affiliation})" if affiliation else name)
    return "\n".join(
        f"{role}: {', '.join(names)}" if role else ", ".join(names) for role, names in roles.items()
    )


def _add_words(component: icalendar.Component, words: str, *names: str) -> None:
    """Add a text under its names, marked as such: the library escapes nothing in those that it doesn't know."""
    for name in names if words else ():
        component.add(name, icalendar.vText(words))


def _add_address(component: icalendar.Component, name: str, url: str) -> None:
    """Add an address; a path alone leads nowhere from a calendar."""
    if urlsplit(url).scheme:
        component.add(name, url, parameters={"VALUE": "URI"} if name == "SOURCE" else {})


def _zones(timed: Iterable[Event]) -> list[icalendar.Timezone]:
    """Return a VTIMEZONE for each zone but UTC, for the years in which something is on."""
    years: dict[str, list[int]] = {}
    for event in timed:
        if event.starts_at and not _is_utc(event.zone):
            last = event.ends_at or event.starts_at
            years.setdefault(event.zone, []).extend((event.starts_at.year, last.year))
    return [_zone(zone, min(found), max(found)) for zone, found in sorted(years.items())]


def _is_utc(zone: str) -> bool:
    """Whether a zone is UTC under one of its names, which calendars write with a Z."""
    return zone.removeprefix("Etc/") in {"UTC", "UCT", "GMT", "Universal", "Zulu", "Greenwich"}


@lru_cache(maxsize=256)
def _zone(zone: str, first_year: int, last_year: int) -> icalendar.Timezone:
    found = icalendar.Timezone.from_tzinfo(
        ZoneInfo(zone), zone, date(first_year, 1, 1), date(last_year + 1, 1, 2)
    )
    del found["COMMENT"]  # RFC 5545 has none there.
    for part in found.subcomponents:
        _put_onset_right(part)
    return found


def _put_onset_right(part: Any) -> None:
    """Give a change of the clock the hour that it is told by: the clock before it (RFC 5545, 3.6.5).

    The library gives the clock after it, which is an hour too late wherever clocks are put forward.
    """
    leap = part.TZOFFSETTO - part.TZOFFSETFROM
    if leap <= timedelta():
        return
    part.DTSTART -= leap
    if "RDATE" in part:
        part.add("RDATE", [one.dt - leap for one in part.pop("RDATE").dts])
