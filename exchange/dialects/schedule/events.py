"""A schedule as a file tells it, in whichever of the two formats: texts with their places, nothing understood yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exchange.problems import Place


@dataclass(frozen=True, slots=True)
class Said:
    """A text as it stands in a file, and where."""

    text: str
    place: Place


# By the names that schedule.xml has for them; what is empty is not there.
Words = Mapping[str, Said]


@dataclass(frozen=True, slots=True)
class Link:
    """Something that belongs to an event: its address, what it is called, what sort of thing it is said to be."""

    url: Said
    title: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in an event: name, and in schedule.json of some systems a biography."""

    place: Place
    words: Words


@dataclass(frozen=True, slots=True)
class Track:
    """A track, and its colour as it stands ("" for none)."""

    name: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``day``: the date (and ``start``) of the day that it stands under; ``hall``: the room that it does."""

    place: Place
    words: Words
    day: Words = field(default_factory=dict)
    hall: Said | None = None
    persons: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole file: what it says of the conference, and all events in its order. ``unknown``: names nobody knows."""

    place: Place
    words: Words
    events: tuple[Event, ...]
    tracks: tuple[Track, ...] = ()
    rooms: tuple[str, ...] = ()
    unknown: tuple[tuple[str, Place], ...] = ()
