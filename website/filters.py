"""The schedule's filters: GET parameters to a choice of items, and to the form that shows the choice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from texts.folding import fold
from website.clocks import day_name
from website.programme import ShownProgramme
from website.shown import Item
from website.viewpoint import Query, all_chosen, chosen

MOST_SAVED = 200
"""So many saved talks an address may name, as many as a code to scan holds; what it names beyond is not read."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose: what the address says, what the form says, how many talks have it, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter with its options; `tracks` are drawn in their colours."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked for. Values of one parameter are alternatives, parameters add up."""

    days: tuple[str, ...]
    rooms: tuple[str, ...]
    tracks: tuple[str, ...]
    types: tuple[str, ...]
    video: bool
    words: str
    ids: tuple[int, ...]

    @classmethod
    def read(cls, query: Query) -> Self:
        """Read the parameters; what they name needn't exist."""
        return cls(
            all_chosen(query, "day"),
            all_chosen(query, "room"),
            all_chosen(query, "track"),
            all_chosen(query, "type"),
            bool(chosen(query, "video")),
            chosen(query, "q"),
            saved(query),
        )

    @property
    def active(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.chosen or self.words or self.ids)

    @property
    def chosen(self) -> int:
        """How many of the form's choices are made."""
        return sum(map(len, (self.days, self.rooms, self.tracks, self.types))) + self.video

    def chosen_of(self, items: Iterable[Item]) -> list[Item]:
        """Return the items that are asked for. All but days and words concern talks: then breaks drop out."""
        terms, ids = fold(self.words).split(), frozenset(self.ids)
        of_talks = bool(self.rooms or self.tracks or self.types or self.video or ids)
        return [
            item
            for item in items
            if not (of_talks and item.kind == "break")
            and (not ids or item.number in ids)
            and self._fits(item)
            and (not terms or _has(item, terms))
        ]

    def _fits(self, item: Item) -> bool:
        asked = (
            (self.days, item.start.date.isoformat() if item.start else None),
            (self.rooms, item.room.slug if item.room else None),
            (self.tracks, item.track.slug if item.track else None),
            (self.types, item.type_key),
        )
        return (item.has_video or not self.video) and all(
            value in wanted for wanted, value in asked if wanted
        )


def saved(query: Query) -> tuple[int, ...]:
    """Return the numbers of the saved talks that `ids` names, with commas between them; what is none is passed over."""
    words = ",".join(query.get("ids", ())).split(",")
    numbers = (int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= 10)
    return tuple(dict.fromkeys(numbers))[:MOST_SAVED]


def fields(found: ShownProgramme, filters: Filters) -> tuple[Field, ...]:
    """Return the choices that a whole programme offers; one with a single option is none."""
    talks = [item for item in found.items if item.kind != "break"]
    names = {day.date: f"{day.short} {day_name(day.date)}" for day in found.days}
    days = [(f"{item.start.date:%Y-%m-%d}", names[item.start.date]) for item in talks if item.start]
    tracks = [(item.track.slug, item.track.name) for item in talks if item.track]
    rooms = [(item.room.slug, item.room.name) for item in talks if item.room]
    order = [room.slug for day in found.days for room in day.rooms]
    types = [(item.type_key, item.type) for item in talks]
    made = (
        _field("track", _("Track"), sorted(tracks, key=_by_label), filters.tracks),
        _field("day", _("Day"), days, filters.days),
        _field("room", _("Room"), sorted(rooms, key=lambda pair: _place(pair[0], order)), filters.rooms),
        _field("type", _("Type"), sorted(types, key=_by_label), filters.types),
    )
    return tuple(field for field in made if len(field.options) > 1)


def _has(item: Item, terms: Iterable[str]) -> bool:
    """Whether all the folded `terms` stand in what the schedule's row says: schedule.js reads the same there."""
    room = ", ".join(filter(None, (item.room.name, item.room.floor))) if item.room else ""
    kind = item.type if item.kind != "break" else ""
    track = item.track.name if item.track else ""
    text = fold(" ".join((item.title, ", ".join(item.names), kind, track, room, item.location)))
    return all(term in text for term in terms)


def _by_label(pair: tuple[str, str]) -> str:
    return fold(pair[1])


def _place(value: str, order: list[str]) -> int:
    """The place of a value in an order that may not have it."""
    return order.index(value) if value in order else len(order)


def _field(name: str, label: str, pairs: Iterable[tuple[str, str]], wanted: tuple[str, ...]) -> Field:
    """A parameter with an option for each of the pairs of value and label, counted, in the order they come."""
    counts = Counter(pairs)
    options = (Option(value, text, count, value in wanted) for (value, text), count in counts.items())
    return Field(name, label, tuple(options))
