"""The days of a programme as lists and as grids, and what is on now and next: pure, on the venue's clock.

All clocks are naive datetimes, the clock on the venue's wall. A day is laid out on the distinct times at which
something begins or ends, never on a scale of minutes: a talk of five minutes keeps its line, an empty hour takes none.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

MAX_LANES = 3
"""So many overlapping entries of a room stand side by side; a bigger crowd gets a line each."""

UNKNOWN_LENGTH = timedelta(hours=1)
"""How long an entry without an end is taken to be on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the programme, as far as its place depends on it.

    `room` is any key of a room (None: no room), `kind` is talk, session or break, `position` the order among equals.
    """

    id: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room: str | None = None
    room_position: int = 0
    kind: str = "talk"
    position: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in its day's grid: lines counted from 1, ends exclusive; `whole` spans all columns."""

    entry: Entry
    row: int
    end_row: int
    column: int
    end_column: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A room's columns; room None collects what has no room while something else is on."""

    room: str | None
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A time at which something begins, and its row."""

    row: int
    clock: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One date: places line by line as the grid draws them, so by start and then by room, and the grid's measures.

    `rooms` are all rooms of that date in their order; `heads` only those that need a column of their own, so a day
    in which nothing runs in parallel has none and one column.
    """

    date: date
    rooms: tuple[str, ...]
    heads: tuple[Head, ...]
    ticks: tuple[Tick, ...]
    places: tuple[Place, ...]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Programme:
    """The days in order, then what has no time yet."""

    days: tuple[Day, ...]
    unscheduled: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class NowAndNext:
    """What is on, and all that begins at the next time at which anything begins."""

    now: tuple[Entry, ...]
    next: tuple[Entry, ...]


def lay_out(entries: Iterable[Entry]) -> Programme:
    """Return the days of `entries`. An entry belongs to the date on which it begins, however late it ends."""
    in_order = sorted(entries, key=order)
    days = groupby((entry for entry in in_order if entry.starts_at), key=lambda entry: _start(entry).date())
    return Programme(
        tuple(_Sheet(tuple(group)).day(day) for day, group in days),
        tuple(entry for entry in in_order if entry.starts_at is None),
    )


def order(entry: Entry) -> tuple[datetime, int, str, int, int]:
    """Sort by start, then room (no room first), then position; what has no start comes last."""
    room = (-1, "") if entry.room is None else (entry.room_position, entry.room)
    return (entry.starts_at or datetime.max, *room, entry.position, entry.id)


def now_and_next(entries: Iterable[Entry], at: datetime) -> NowAndNext:
    """Return what is on at the clock `at` (ends exclusive) and what begins next, each in the list's order."""
    timed = sorted((entry for entry in entries if entry.starts_at), key=order)
    coming = [entry for entry in timed if _start(entry) > at]
    return NowAndNext(
        tuple(entry for entry in timed if _start(entry) <= at < _end(entry)),
        tuple(entry for entry in coming if entry.starts_at == coming[0].starts_at),
    )


def next_change(entries: Iterable[Entry], at: datetime) -> datetime | None:
    """Return the first clock after `at` at which something begins or ends, None when nothing does any more."""
    clocks = (clock for entry in entries if entry.starts_at for clock in (_start(entry), _end(entry)))
    return min((clock for clock in clocks if clock > at), default=None)


def _start(entry: Entry) -> datetime:
    """The entry's start; what has none never comes here, and would sort last."""
    return entry.starts_at or datetime.max


def _end(entry: Entry) -> datetime:
    """The entry's end, never before its start; an unknown one is guessed."""
    return max(_start(entry), entry.ends_at or _start(entry) + UNKNOWN_LENGTH)


class _Sheet:
    """The working sheet of one day.

    A "moment" is an entry with a line of its own and no extent: of no length, or one of a crowd. All other entries
    reach from the line of their start to the line of their end. What overlaps nothing is whole, but where several
    rooms have columns a talk in one of them keeps to its own.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Take the entries of one date in the list's order."""
        self.entries = entries
        clocks = sorted({clock for e in entries for clock in (_start(e), e.ends_at) if clock})
        following = dict(pairwise(clocks))
        self.ends = {e.id: _end(e) if e.ends_at else following.get(_start(e), _end(e)) for e in entries}
        self.moments = {e.id for e in entries if self.ends[e.id] == _start(e)} | self._crowds()
        self.clashes = self._clashes()
        self.spread = self._spread()
        beside = (e for e in entries if self.clashes[e.id] and e.id not in self.spread)
        self.shared = {e.room for e in beside if e.room is not None}
        self.lines = self._lines()
        self.rows = self._number_rows()

    def day(self, day: date) -> Day:
        """Return the finished day."""
        spans = {e.id: self._rows_of(e) for e in self.entries}
        lanes = self._lanes(spans)
        heads, last = self._heads(lanes)
        places = sorted(
            (self._place(e, spans[e.id], lanes, heads, last) for e in self.entries),
            key=lambda place: (place.row, place.column),
        )
        ticks: dict[datetime, int] = {}
        for place in places:
            clock = _start(place.entry)
            ticks[clock] = min(place.row, ticks.get(clock, place.row))
        rooms = {e.room: e.room_position for e in self.entries if e.room is not None}
        return Day(
            day,
            tuple(sorted(rooms, key=lambda room: (rooms[room], room))),
            tuple(heads.values()),
            tuple(Tick(row, clock) for clock, row in sorted(ticks.items())),
            tuple(places),
            len(self.rows),
            last - 1,
        )

    def _crowds(self) -> set[int]:
        """Entries of a room that overlap in a chain in which more than MAX_LANES are on at once."""
        found: set[int] = set()
        for group in _by_room(self.entries).values():
            for chain in _chains(group, self.ends):
                ends = sorted(self.ends[e.id] for e in chain)
                begun = enumerate(chain, start=1)
                if any(count - bisect_right(ends, _start(e)) > MAX_LANES for count, e in begun):
                    found.update(e.id for e in chain)
        return found

    def _clashes(self) -> Mapping[int, list[Entry]]:
        """For each entry the others that are on beside it, and so can't share its cells."""
        found: dict[int, list[Entry]] = {e.id: [] for e in self.entries}
        for index, one in enumerate(self.entries):
            limit = _start(one) if one.id in self.moments else self.ends[one.id]
            for other in self.entries[index + 1 :]:
                if _start(other) > limit:
                    break
                if self._overlap(one, other):
                    found[one.id].append(other)
                    found[other.id].append(one)
        return found

    def _overlap(self, one: Entry, other: Entry) -> bool:
        moments = (one.id in self.moments) + (other.id in self.moments)
        if moments == 2:
            return one.starts_at == other.starts_at and one.room != other.room
        if moments == 1:
            moment, long = (one, other) if one.id in self.moments else (other, one)
            return _start(long) < _start(moment) < self.ends[long.id]
        return _start(one) < self.ends[other.id] and _start(other) < self.ends[one.id]

    def _spread(self) -> Mapping[int, set[str | None]]:
        """Breaks without a room that cover the columns beside what is on, and the rooms that they leave out."""
        busy = {
            e.id: {other.room for other in self.clashes[e.id]}
            for e in self.entries
            if e.kind == "break" and e.room is None and self.clashes[e.id] and e.id not in self.moments
        }
        columns = {e.room for e in self.entries if self.clashes[e.id] and e.id not in busy}
        return {id: rooms for id, rooms in busy.items() if None not in rooms and columns - rooms}

    def _in_column(self, e: Entry) -> bool:
        if self.clashes[e.id]:
            return e.id not in self.spread
        return e.kind != "break" and e.room in self.shared and len(self.shared) > 1

    def _lines(self) -> Mapping[int, int]:
        """For each entry the line of its start's clock on which it begins: moments first, one below the other."""
        lines: dict[int, int] = {}
        for _, group in groupby(self.entries, key=_start):
            at_once = list(group)
            moments = [e for e in at_once if e.id in self.moments]
            whole = [e for e in moments if not self._in_column(e)]
            lines.update({e.id: line for line, e in enumerate(whole)})
            used: dict[str | None, int] = {}
            for e in moments:
                if self._in_column(e):
                    lines[e.id] = used.get(e.room, len(whole))
                    used[e.room] = lines[e.id] + 1
            deepest = max([len(whole), *used.values()])
            for e in at_once:
                if e.id not in self.moments:
                    lines[e.id] = used.get(e.room, len(whole)) if self._in_column(e) else deepest
        return lines

    def _number_rows(self) -> Mapping[tuple[datetime, int], int]:
        last: dict[datetime, int] = {}
        for e in self.entries:
            last[_start(e)] = max(last.get(_start(e), 0), self.lines[e.id])
            if e.id not in self.moments:
                last.setdefault(self.ends[e.id], 0)
        places = ((clock, line) for clock in sorted(last) for line in range(last[clock] + 1))
        return {place: row for row, place in enumerate(places, start=1)}

    def _rows_of(self, e: Entry) -> tuple[int, int]:
        row = self.rows[_start(e), self.lines[e.id]]
        return (row, row + 1) if e.id in self.moments else (row, self.rows[self.ends[e.id], 0])

    def _lanes(self, spans: Mapping[int, tuple[int, int]]) -> Mapping[int, tuple[int, int]]:
        """For each entry in a column its lane within the room and the lanes of its chain of overlaps."""
        lanes: dict[int, tuple[int, int]] = {}
        for group in _by_room(filter(self._in_column, self.entries)).values():
            open_until: list[int] = []
            chain: list[tuple[Entry, int]] = []
            for e in sorted(group, key=lambda e: spans[e.id]):
                row, end_row = spans[e.id]
                if all(end <= row for end in open_until):
                    lanes.update({member.id: (lane, len(open_until)) for member, lane in chain})
                    open_until, chain = [], []
                free = (lane for lane, end in enumerate(open_until) if end <= row)
                lane = next(free, len(open_until))
                open_until[lane : lane + 1] = [end_row]
                chain.append((e, lane))
            lanes.update({member.id: (lane, len(open_until)) for member, lane in chain})
        return lanes

    def _heads(self, lanes: Mapping[int, tuple[int, int]]) -> tuple[dict[str | None, Head], int]:
        """The rooms with columns in their order, no room last, and the grid line after the last column."""
        width: dict[str | None, int] = defaultdict(int)
        placed: dict[str | None, tuple[bool, int, str]] = {}
        for e in filter(self._in_column, self.entries):
            width[e.room] = max(width[e.room], lanes[e.id][1])
            placed[e.room] = (e.room is None, e.room_position, e.room or "")
        heads: dict[str | None, Head] = {}
        column = 1
        for room in sorted(width, key=lambda room: placed[room]):
            heads[room] = Head(room, column, column + width[room])
            column += width[room]
        return heads, max(column, 2)

    def _place(
        self,
        e: Entry,
        rows: tuple[int, int],
        lanes: Mapping[int, tuple[int, int]],
        heads: Mapping[str | None, Head],
        last: int,
    ) -> Place:
        if e.id in self.spread:
            return Place(e, *rows, *self._free_columns(e, heads), whole=False)
        if not self._in_column(e):
            return Place(e, *rows, 1, last, whole=True)
        lane, of = lanes[e.id]
        head = heads[e.room]
        column = head.column + lane
        return Place(e, *rows, column, head.end_column if lane == of - 1 else column + 1, whole=False)

    def _free_columns(self, e: Entry, heads: Mapping[str | None, Head]) -> tuple[int, int]:
        free = groupby(heads.values(), key=lambda head: head.room not in self.spread[e.id])
        runs = [list(run) for is_free, run in free if is_free]
        widest = max(runs, key=lambda run: run[-1].end_column - run[0].column)
        return widest[0].column, widest[-1].end_column


def _by_room(entries: Iterable[Entry]) -> Mapping[str | None, list[Entry]]:
    groups: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.room].append(entry)
    return groups


def _chains(entries: Sequence[Entry], ends: Mapping[int, datetime]) -> Iterator[list[Entry]]:
    """Split entries, in the order of their starts, where nothing is on any more."""
    chain: list[Entry] = []
    until = datetime.min
    for entry in entries:
        if chain and _start(entry) >= until:
            yield chain
            chain, until = [], datetime.min
        chain.append(entry)
        until = max(until, ends[entry.id])
    if chain:
        yield chain
