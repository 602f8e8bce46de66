"""A day of the programme as the grid draws it: minutes down, rooms across, lanes where two overlap in a room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from editions.models import Edition, Room
from talks.models import Talk
from talks.schedule import UNKNOWN_LENGTH

HOUR = 60
DAY = 24 * HOUR
OPENS, CLOSES = 9 * HOUR, 18 * HOUR
"""What an empty day shows, in minutes."""
MOST_DAYS = 60
"""So many days of an edition have a tab even if nothing is on: a slip in a year must not make thousands."""
LEAST_SHOWN = 15
"""So many minutes high a talk is drawn at least; what begins within them stands beside it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A talk in the grid: minutes since midnight, its length (None: no end), and its lane of so many.

    `start` is None for what has no time yet. `clashes` are sentences.
    """

    talk: Talk
    start: int | None
    length: int | None
    lane: int
    lanes: int
    clashes: tuple[str, ...]

    @property
    def names(self) -> str:
        """Who appears, in one line."""
        return ", ".join(one.name for one in self.talk.appearances.all())


@dataclass(frozen=True, slots=True)
class Tick:
    """A full hour: minutes since midnight, and as a clock shows it."""

    minute: int
    clock: str


@dataclass(frozen=True, slots=True)
class DayShape:
    """A day: from which minute to which it is drawn, its hours, rooms and talks in the order of their starts."""

    date: date | None
    first: int
    last: int
    ticks: tuple[Tick, ...]
    rooms: tuple[Room, ...]
    blocks: tuple[Block, ...]
    unscheduled: tuple[Block, ...]


def days_of(edition: Edition, clocks: Iterable[datetime | None]) -> list[date]:
    """Return the days of an edition and those on which something begins, in order."""
    found = {clock.date() for clock in clocks if clock}
    if edition.starts_on:
        last = max(edition.starts_on, edition.ends_on or edition.starts_on)
        count = min((last - edition.starts_on).days + 1, MOST_DAYS)
        found |= {edition.starts_on + timedelta(days=number) for number in range(count)}
    return sorted(found)


def today_or_first(days: list[date], today: date) -> date | None:
    """The day that a page shows unless one is chosen: today's if it is among them, else the first."""
    return today if today in days else days[0] if days else None


def shape(
    day: date | None, talks: Sequence[Talk], rooms: Sequence[Room], clashes: dict[int, tuple[str, ...]]
) -> DayShape:
    """Return a day with its talks and those without a time, both in their order; `clashes` by talk."""
    timed = [talk for talk in talks if talk.starts_at and talk.starts_at.date() == day]
    lanes = _lanes(timed)
    blocks = tuple(_block(talk, lanes[talk.pk], clashes) for talk in timed)
    first, last = _hours(blocks)
    return DayShape(
        day,
        first,
        last,
        tuple(Tick(minute, f"{minute // HOUR % 24:02}:00") for minute in range(first, last + 1, HOUR)),
        tuple(rooms),
        blocks,
        tuple(_block(talk, (0, 1), clashes) for talk in talks if talk.starts_at is None),
    )


def _block(talk: Talk, lane: tuple[int, int], clashes: dict[int, tuple[str, ...]]) -> Block:
    start = _minutes(talk.starts_at - _midnight(talk.starts_at)) if talk.starts_at else None
    length = _minutes(talk.ends_at - talk.starts_at) if talk.starts_at and talk.ends_at else None
    return Block(talk, start, length, *lane, clashes.get(talk.pk, ()))


def _hours(blocks: Sequence[Block]) -> tuple[int, int]:
    """From which full hour to which a day is drawn: an hour more at both ends, within the day."""
    timed = [
        (block.start, block.start + (block.length or HOUR)) for block in blocks if block.start is not None
    ]
    if not timed:
        return OPENS, CLOSES
    first = min(start for start, _ in timed) // HOUR * HOUR - HOUR
    last = -(-max(end for _, end in timed) // HOUR) * HOUR + HOUR
    return max(first, 0), min(last, DAY)


def _lanes(talks: Iterable[Talk]) -> dict[int, tuple[int, int]]:
    """For each talk its lane in its room, and how many lanes its chain of overlaps takes."""
    rooms: dict[int | None, list[Talk]] = {}
    for talk in talks:
        rooms.setdefault(talk.room_id, []).append(talk)
    return {pk: lane for group in rooms.values() for pk, lane in _side_by_side(group).items()}


def _side_by_side(talks: Iterable[Talk]) -> dict[int, tuple[int, int]]:
    """The same for the talks of one room, given by start."""
    found: dict[int, tuple[int, int]] = {}
    ends: list[datetime] = []
    chain: dict[int, int] = {}
    for talk in talks:
        start = talk.starts_at or datetime.max
        if all(end <= start for end in ends):
            found |= {pk: (lane, len(ends)) for pk, lane in chain.items()}
            ends, chain = [], {}
        lane = next((lane for lane, end in enumerate(ends) if end <= start), len(ends))
        ends[lane : lane + 1] = [_shown_until(talk)]
        chain[talk.pk] = lane
    return found | {pk: (lane, len(ends)) for pk, lane in chain.items()}


def _shown_until(talk: Talk) -> datetime:
    start = talk.starts_at or datetime.max
    return max(talk.ends_at or start + UNKNOWN_LENGTH, start + timedelta(minutes=LEAST_SHOWN))


def _midnight(clock: datetime) -> datetime:
    return datetime.combine(clock.date(), time())


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60
