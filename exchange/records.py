"""Records: the plain form of what a file says, shared by dialects, formats, merge and plan.

A field's value is text, a whole number, a flag, a tuple of texts, or None for "no value". Days and clock times
are ISO text (``2019-12-13``, ``2019-12-13T11:00:00``), always by the venue's clock, so that values compare and
go into JSON as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from exchange.problems import Place

Value = str | int | bool | tuple[str, ...] | None
Kind = Literal["talk", "edition", "member"]
LISTS_OF: Mapping[Kind, tuple[str, ...]] = {
    "talk": ("appearances", "papers"),
    "edition": ("dates", "sponsors"),
    "member": (),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One element of a record's list: an appearance, a paper, a date, a sponsor.

    ``place`` is where it stands in its file, as a dotted way: ``speaker``, ``panelists.2``, ``papers.0``.
    """

    place: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture or document that a value names: which field of the record it feeds, and where it may lie."""

    field: str
    item: str
    name: str
    kind: Literal["portrait", "logo", "banner", "document"]
    candidates: tuple[str, ...]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: the fields that its dialect has keys for, and its lists.

    ``places`` tells where each value stands: by field name, for an item's by ``<item place>.<field>``.
    ``offsets`` holds, in minutes, the zone offsets that stood beside clock times. ``defaults`` are fields that its
    files have no say in, and what they are at first; ``zone`` is its edition's, if that has no file to tell it.

    What a file of another system says of a talk that is made of the record: ``called``, its key, where ``key`` is a
    guid; ``guid`` and ``number``, which it keeps if they are free. Of an edition: its ``rooms``, and its ``tracks``
    with their colours (``#rrggbb``, "" for none), in order.
    """

    kind: Kind
    path: str
    edition: str
    key: str
    fields: Mapping[str, Value]
    lists: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    offsets: Mapping[str, int] = field(default_factory=dict)
    assets: tuple[Asset, ...] = ()
    old_paths: tuple[str, ...] = ()
    defaults: Mapping[str, Value] = field(default_factory=dict)
    zone: str = ""
    called: str = ""
    guid: str = ""
    number: int | None = None
    rooms: tuple[str, ...] = ()
    tracks: Mapping[str, str] = field(default_factory=dict)

    @property
    def row_key(self) -> str:
        """The key of the row that is made of it."""
        return self.called or self.key


@dataclass(frozen=True, slots=True)
class Meant:
    """What a record's files shall say: fields and lists; an element's place tells which one of the file it is."""

    fields: Mapping[str, Value]
    lists: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)


def as_json(fields: Mapping[str, Value], lists: Mapping[str, Iterable[Item]]) -> dict[str, Any]:
    """Fields and lists as one JSON object: a list is a list of objects with their ``place``."""
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()},
        **{
            name: [{"place": one.place, **as_json(one.fields, {})} for one in items]
            for name, items in lists.items()
        },
    }


def value_from_json(value: Any) -> Value:
    """A field's value as it came out of JSON, where a tuple has become a list."""
    return tuple(value) if isinstance(value, list) else value


def items_from_json(items: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """A record's list as it came out of JSON."""
    return tuple(
        Item(one["place"], {name: value_from_json(value) for name, value in one.items() if name != "place"})
        for one in items
    )


def clock_text(clock: datetime | None) -> str | None:
    """A clock time (naive) as a record holds it."""
    return clock.isoformat() if clock else None
