"""An edition's programme as pages show it: days with their items and, for the grid, their places."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from editions.models import Edition
from talks.models import Talk
from talks.schedule import Day, lay_out
from website.clocks import Clock, Was, day_name, short_weekday, weekday, zone_name
from website.shown import Item, Place, entry, items, session_heads

MOST_COLUMNS = 8
MOST_ROWS = 160
"""What a grid holds, as theme.css has classes for; a day beyond is a list on wide screens too."""
MANY_COLUMNS = 6
"""More columns than these want a wider screen and a wider page."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An item, the classes that place it in the grid ("" in a list), and whether it must name its room there."""

    item: Item
    classes: str
    names_room: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A room over its columns; no room: what goes on elsewhere."""

    room: Place | None
    classes: str


@dataclass(frozen=True, slots=True)
class ShownTick:
    """A time beside the grid."""

    clock: Clock
    classes: str


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day: `columns` counts the grid's (0: no grid), `only_room` is set where all goes on in one."""

    date: date
    anchor: str
    weekday: str
    short: str
    name: str
    columns: int
    heads: tuple[Column, ...]
    rooms: tuple[Place, ...]
    ticks: tuple[ShownTick, ...]
    cells: tuple[Cell, ...]

    @property
    def only_room(self) -> Place | None:
        """The day's room, where there is just one."""
        return self.rooms[0] if len(self.rooms) == 1 else None


@dataclass(frozen=True, slots=True)
class ShownProgramme:
    """The days and what has no time yet."""

    days: tuple[ShownDay, ...]
    unscheduled: tuple[Item, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all."""
        return not self.days and not self.unscheduled

    @property
    def is_wide(self) -> bool:
        """Whether some day has so many columns that the page must be wide for them."""
        return any(day.columns > MANY_COLUMNS for day in self.days)

    @property
    def items(self) -> list[Item]:
        """All items, the unscheduled last."""
        return [*(cell.item for day in self.days for cell in day.cells), *self.unscheduled]


def programme(
    talks: Sequence[Talk],
    edition: Edition,
    *,
    moved: Mapping[int, Was] = MappingProxyType({}),
    notices: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
    full: bool = False,
) -> ShownProgramme:
    """Return the programme of an edition's talks, which come with all that `items` needs."""
    shown = items(talks, edition, moved=moved, notices=notices, full=full)
    heads = session_heads(talks)
    plan = lay_out(entry(talk, heads) for talk in talks)
    return ShownProgramme(
        tuple(_day(day, shown) for day in plan.days), tuple(shown[one.id] for one in plan.unscheduled)
    )


def kept(found: ShownProgramme, ids: Iterable[int]) -> ShownProgramme:
    """Return a programme with only these items, as lists."""
    chosen = set(ids)
    days = (
        replace(
            day,
            columns=0,
            heads=(),
            ticks=(),
            cells=tuple(replace(cell, classes="") for cell in day.cells if cell.item.id in chosen),
        )
        for day in found.days
    )
    return ShownProgramme(
        tuple(day for day in days if day.cells),
        tuple(item for item in found.unscheduled if item.id in chosen),
    )


def zone_of(edition: Edition, talks: Sequence[Talk]) -> str:
    """Return what the venue's zone is called on the programme's first day, "" while nothing has a time."""
    first = min((talk.starts_at for talk in talks if talk.starts_at), default=None)
    return zone_name(edition.timezone, first) if first else ""


def _day(day: Day, shown: dict[int, Item]) -> ShownDay:
    rooms = {item.room.slug: item.room for p in day.places if (item := shown[p.entry.id]).room}
    starts = {start.text: start for p in day.places if (start := shown[p.entry.id].start)}
    grid = day.columns <= MOST_COLUMNS and day.rows < MOST_ROWS
    return ShownDay(
        date=day.date,
        anchor=f"d{day.date:%Y-%m-%d}",
        weekday=weekday(day.date),
        short=short_weekday(day.date),
        name=day_name(day.date),
        columns=day.columns if grid else 0,
        heads=tuple(
            Column(rooms[head.room] if head.room else None, f"c{head.column} d{head.end_column}")
            for head in day.heads
        ),
        rooms=tuple(rooms[room] for room in day.rooms),
        ticks=tuple(ShownTick(starts[f"{tick.clock:%H:%M}"], f"r{tick.row}") for tick in day.ticks)
        if grid
        else (),
        cells=tuple(
            Cell(
                shown[p.entry.id],
                f"r{p.row} e{p.end_row} c{p.column} d{p.end_column}" if grid else "",
                (p.whole or p.entry.room is None) and len(rooms) > 1,
            )
            for p in day.places
        ),
    )
