"""The schedule's filters: GET parameters to a choice of items, and to the form that shows the choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from texts.folding import fold
from website.clocks import day_name, weekday
from website.programme import ShownProgramme
from website.shown import Item
from website.viewpoint import Query, all_chosen, chosen


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose: what the address says, what the form says, and whether it is chosen."""

    value: str
    label: str
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
        )

    @property
    def active(self) -> bool:
        """Whether anything is asked for."""
        return self.chosen or bool(self.words)

    @property
    def chosen(self) -> bool:
        """Whether anything besides the words is asked for: the form then shows its choices."""
        return any((self.days, self.rooms, self.tracks, self.types, self.video))

    def keep(self, item: Item) -> bool:
        """Say whether an item is among what was asked for."""
        if self.video and not item.has_video:
            return False
        asked = (
            (self.days, item.start.date.isoformat() if item.start else None),
            (self.rooms, item.room.slug if item.room else None),
            (self.tracks, item.track.slug if item.track else None),
            (self.types, item.type_key),
        )
        if not all(value in wanted for wanted, value in asked if wanted):
            return False
        if not self.words:
            return True
        text = fold(" ".join((item.title, item.type, *item.names, item.track.name if item.track else "")))
        return all(word in text for word in fold(self.words).split())


def fields(found: ShownProgramme, filters: Filters) -> tuple[Field, ...]:
    """Return the choices that a whole programme offers; one with a single option is none."""
    days = [(f"{day.date:%Y-%m-%d}", f"{weekday(day.date)}, {day_name(day.date)}") for day in found.days]
    tracks = [(item.track.slug, item.track.name) for item in found.items if item.track]
    rooms = [(room.slug, room.name) for day in found.days for room in day.rooms]
    types = [(item.type_key, item.type) for item in found.items if item.kind != "break"]
    made = (
        _field("track", _("Track"), sorted(tracks, key=lambda pair: fold(pair[1])), filters.tracks),
        _field("day", _("Day"), days, filters.days),
        _field("room", _("Room"), rooms, filters.rooms),
        _field("type", _("Type"), sorted(types, key=lambda pair: fold(pair[1])), filters.types),
    )
    return tuple(field for field in made if len(field.options) > 1)


def _field(name: str, label: str, pairs: Iterable[tuple[str, str]], wanted: tuple[str, ...]) -> Field:
    options = (Option(value, text, value in wanted) for value, text in dict(pairs).items())
    return Field(name, label, tuple(options))
