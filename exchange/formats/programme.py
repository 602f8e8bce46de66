"""What formats are made from: the programme and its works as plain values, every word already in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

State = Literal["draft", "published", "cancelled"]
WorkKind = Literal["talk", "paper", "proceedings"]
LinkKind = Literal["slides", "paper", "media", "related"]

BREAKS = re.compile("\r\n|[\r\u2028\u2029\x0b\x0c\x85]")
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in an event, as printed then; `role` is what they do there in a reader's words."""

    name: str
    affiliation: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something that belongs to an event: what it is called, its absolute address (ASCII), what sort of thing it is."""

    title: str
    url: str
    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the programme.

    `starts_at` and `ends_at` are the venue's clock in `zone` (naive; None while they are unknown), `changed_at` is
    aware. `room` and `place` (venue, town) say where, `abstract` is Markdown. `url` is absolute, or "" where no
    absolute address is known. `state_label` is what to call a state that readers must know of, else "".

    What schedules hold beyond calendars: `number` is positive and the event's own for ever, `hall` is the key of its
    room ("" for none), `papers` are lines, `may_record` is None where nobody has said.
    """

    guid: UUID
    sequence: int
    changed_at: datetime
    title: str
    zone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    state: State = "published"
    state_label: str = ""
    is_break: bool = False
    type: str = ""
    track: str = ""
    room: str = ""
    place: str = ""
    abstract: str = ""
    people: tuple[Person, ...] = ()
    url: str = ""
    number: int = 0
    slug: str = ""
    language: str = ""
    hall: str = ""
    papers: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    may_record: bool | None = None

    @property
    def headline(self) -> str:
        """The title on one line, behind what readers must know of its state: `Cancelled: Ebb`."""
        return one_line(f"{self.state_label}: {self.title}" if self.state_label else self.title)


@dataclass(frozen=True, slots=True)
class Hall:
    """A room: its key in the events, and its name, which another room may have too."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Track:
    """A track with its colour (`#rrggbb`)."""

    name: str
    slug: str
    colour: str


@dataclass(frozen=True, slots=True)
class Conference:
    """The edition that a programme is part of: `key` is its own for ever, `version` rises with every change of it.

    `elsewhere` is where events are that name no place. `colour` is `#rrggbb`, `logo` absolute; both may be "".
    """

    key: str
    zone: str
    elsewhere: str
    version: str = "0"
    starts_on: date | None = None
    ends_on: date | None = None
    colour: str = ""
    logo: str = ""
    halls: tuple[Hall, ...] = ()
    tracks: tuple[Track, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme or a part of it: what it is called, what is to say about it, its page, its feed, its events."""

    name: str
    events: tuple[Event, ...]
    description: str = ""
    url: str = ""
    feed_url: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """Something to cite. `key` is its own for ever; `authors` are names as printed, in order.

    `genre` is a talk's type, `event` where it was given or printed, `publisher` of the proceedings, if any.
    """

    key: str
    kind: WorkKind
    title: str
    authors: tuple[str, ...] = ()
    genre: str = ""
    event: str = ""
    place: str = ""
    publisher: str = ""
    day: date | None = None
    language: str = ""
    doi: str = ""
    url: str = ""


def printable(text: str) -> str:
    """Return a text without control characters and lone surrogates, every break of a line as a line feed."""
    return UNPRINTABLE.sub("", BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Return a printable text on one line, blanks collapsed."""
    return " ".join(printable(text).split())
