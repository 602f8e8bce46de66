"""A programme as the schedule formats of Pentabarf and its heirs have it: days, their rooms, the events in each.

What their readers need is in the design's notes on interchange: rooms in which nothing overlaps, durations below a
day, the offset of each instant, identities for ever, nothing of the moment of asking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from itertools import groupby
from zoneinfo import ZoneInfo

from exchange.formats.programme import Conference, Event, Programme, one_line, printable
from talks.schedule import UNKNOWN_LENGTH
from texts.plain import to_plain

LONGEST = timedelta(hours=23, minutes=59)
"""Clients read a duration as a time of day: one of 24 hours or more breaks the whole schedule in some of them."""
UNDATED = date(1970, 1, 1)
"""The day of a schedule without any date: the formats want one."""
TIMESLOT = "00:05"

_Place = tuple[str, str]
"""A room's key ("" for a place without one) and its name."""
_Spot = tuple[_Place, int]
"""A place and which of its lanes: what overlaps stands side by side."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An event in its room. All words are plain and printable; `end` is None while it is unknown.

    `start` and `end` are aware, at the offset that the venue's clock has then, to the minute.
    """

    event: Event
    room: str
    start: datetime
    end: datetime | None
    length: timedelta
    abstract: str
    description: str

    @property
    def duration(self) -> str:
        """The length as HH:MM."""
        hours, minutes = divmod(int(self.length.total_seconds()) // 60, 60)
        return f"{hours:02}:{minutes:02}"

    @property
    def people(self) -> tuple[str, ...]:
        """The names of all who appear, each once."""
        return tuple(dict.fromkeys(name for one in self.event.people if (name := one_line(one.name))))


@dataclass(frozen=True, slots=True)
class Room:
    """A room on one day, with what is on in it, in order."""

    name: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the venue, from its first minute until it is over and all that began on it (both aware)."""

    index: int
    date: date
    start: datetime
    end: datetime
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule; `first` and `last` are the dates of its conference and of all that is on. It may have no days."""

    title: str
    description: str
    url: str
    feed_url: str
    conference: Conference
    first: date
    last: date
    days: tuple[Day, ...]


def schedule_of(programme: Programme, conference: Conference) -> Schedule:
    """Return the schedule of a programme. Events without a start can't be in one and are left out."""
    slots = _slots(programme.events, conference)
    grouped = groupby(slots, key=lambda slot: slot.start.date())
    days = tuple(
        day_of(index, day, conference.zone, tuple(group)) for index, (day, group) in enumerate(grouped, 1)
    )
    dates = [one for one in (conference.starts_on, conference.ends_on, *(day.date for day in days)) if one]
    return Schedule(
        one_line(programme.name),
        printable(programme.description),
        web_address(programme.url),
        web_address(programme.feed_url),
        conference,
        min(dates, default=UNDATED),
        max(dates, default=UNDATED),
        days,
    )


def day_of(index: int, day: date, zone: str, slots: Sequence[Slot] = ()) -> Day:
    """Return a day with the slots that begin on it, those of a room together and in order."""
    ends = [slot.start + slot.length for slot in slots]
    return Day(
        index,
        day,
        at_offset(datetime.combine(day, time()), zone),
        max([at_offset(datetime.combine(day, time(23, 59, 59)), zone), *ends]),
        tuple(Room(name, tuple(group)) for name, group in groupby(slots, key=lambda slot: slot.room)),
    )


def at_offset(clock: datetime, zone: str) -> datetime:
    """Return the moment at which the clock in `zone` shows `clock` (naive), at its offset in whole minutes.

    Offsets of old days have seconds, which XML knows not.
    """
    offset = clock.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()
    return clock.replace(tzinfo=timezone(timedelta(minutes=round(offset.total_seconds() / 60))))


def stamp(moment: datetime) -> str:
    """Return a moment as the formats write it: 2031-05-15T09:30:00-07:00."""
    return moment.isoformat(timespec="seconds")


def web_address(url: str) -> str:
    """Return an http(s) address as it stands, "" for anything else."""
    return url if url.startswith(("http://", "https://")) else ""


def _slots(events: Iterable[Event], conference: Conference) -> list[Slot]:
    """Events with a start, day by day and room by room, each in a room in which nothing else is on with it."""
    made = (_slot(event, event.starts_at, conference) for event in events if event.starts_at)
    in_time = sorted(made, key=lambda slot: (slot.start, slot.event.number))
    lanes: dict[_Place, list[datetime]] = {}
    spots = [_take(lanes, _place(slot.event, conference), slot) for slot in in_time]
    rank = _ranks(conference, lanes)
    names = _names(sorted(set(spots), key=lambda spot: (spot[1] > 0, rank[spot[0]], spot[1])))
    found = sorted(
        zip(spots, in_time, strict=True),
        key=lambda pair: (pair[1].start.date(), rank[pair[0][0]], pair[0][1]),
    )
    return [replace(slot, room=names[spot]) for spot, slot in found]


def _ranks(conference: Conference, others: Iterable[_Place]) -> dict[_Place, int]:
    """The order of places: rooms in theirs, then the others as they come."""
    halls = ((hall.key, one_line(hall.name) or conference.elsewhere) for hall in conference.halls)
    return {place: index for index, place in enumerate(dict.fromkeys((*halls, *others)))}


def _place(event: Event, conference: Conference) -> _Place:
    """Where an event is: its room, else the place that it names, else elsewhere."""
    names = {hall.key: hall.name for hall in conference.halls}
    return event.hall, one_line(names.get(event.hall, event.room)) or conference.elsewhere


def _take(lanes: dict[_Place, list[datetime]], place: _Place, slot: Slot) -> _Spot:
    """Put a slot into the first lane of its place that is free by then; `lanes` has until when each is taken."""
    open_until = lanes.setdefault(place, [])
    free = (lane for lane, until in enumerate(open_until) if until <= slot.start)
    lane = next(free, len(open_until))
    open_until[lane : lane + 1] = [slot.start + slot.length]
    return place, lane


def _names(spots: Iterable[_Spot]) -> dict[_Spot, str]:
    """A name for each lane of each place, which no other has: Hall, Hall (2)."""
    found: dict[_Spot, str] = {}
    for place, lane in spots:
        found[place, lane] = _free(place[1], found.values())
    return found


def _free(name: str, taken: Collection[str]) -> str:
    count, wished = 1, name
    while wished in taken:
        count += 1
        wished = f"{name} ({count})"
    return wished


def _slot(event: Event, clock: datetime, conference: Conference) -> Slot:
    """An event that begins when the venue's clock shows `clock`, not yet in a room."""
    start = at_offset(clock, event.zone)
    end = at_offset(event.ends_at, event.zone) if event.ends_at else None
    length = UNKNOWN_LENGTH if end is None else _between(start, end)
    parts = (
        _own_place(event, conference),
        "\n".join(filter(None, map(one_line, event.papers))),
        f"{_clock(start)} → {_clock(end)}" if end and length > LONGEST else "",
    )
    return Slot(
        event,
        "",
        start,
        end,
        min(length, LONGEST),
        printable(to_plain(event.abstract)),
        "\n\n".join(part for part in parts if part),
    )


def _between(start: datetime, end: datetime) -> timedelta:
    """How long something takes; where a clock put forward leaves nothing of it, as long as the clocks say."""
    clocks = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return end - start if end > start else max(clocks, timedelta())


def _clock(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "minutes")


def _own_place(event: Event, conference: Conference) -> str:
    """Where an event is, as far as the name of its room doesn't say it: stage left."""
    place = one_line(event.room)
    return place if place != _place(event, conference)[1] else ""
