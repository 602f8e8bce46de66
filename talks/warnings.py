"""What an organizer should look at in an edition's programme: clashes, gaps, what is missing. Pure, codes with values.

All clocks are naive datetimes, the clock on the venue's wall. The sentences are written elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain, combinations
from typing import TypeVar

from talks.schedule import UNKNOWN_LENGTH
from texts.folding import fold

K = TypeVar("K")
V = TypeVar("V")
Value = str | int | date
"""What a sentence tells: a name, a number of minutes, a day or a clock."""

LONG_GAP = timedelta(minutes=90)
"""A room may stand empty for so long without a word."""

MOST_AT_ONCE = 10
"""So many clashes are told of one entry: a programme whose times are all the same has no need of thousands."""

MOMENT = timedelta(minutes=1)
"""For so long, at least, an entry without an end is on."""


class Level(StrEnum):
    """How much a warning matters: an error cannot take place, a warning is likely a slip, an info is good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


RANKS = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: `code` is kebab-case, `talk` and `other` are ids of entries, `values` is for sentences."""

    level: Level
    code: str
    talk: int | None = None
    other: int | None = None
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in an entry: the person's id (None: still to be named) and the name as printed."""

    speaker: int | None
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that a talk's source names and that isn't there; `photo` if it is somebody's picture."""

    name: str
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the programme, as far as warnings look at it.

    `kind` is talk, session or break; `part_of` the id of the session that it is a part of; `location` free words.
    """

    id: int
    title: str
    kind: str = "talk"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room: int | None = None
    room_name: str = ""
    location: str = ""
    cancelled: bool = False
    has_abstract: bool = True
    people: tuple[Person, ...] = ()
    missing: tuple[File, ...] = ()
    part_of: int | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """An edition's entries and its days; `skipped` holds the clocks among theirs that the zone's summer time skips."""

    entries: tuple[Listed, ...]
    first_day: date | None = None
    last_day: date | None = None
    skipped: frozenset[datetime] = frozenset()


def find_warnings(programme: Programme) -> list[Finding]:
    """Return everything to look at, errors first, then by kind and in the order of the programme.

    What is cancelled takes no place: nothing is said of it.
    """
    standing = [one for one in programme.entries if not one.cancelled]
    starts = {one.id: one.starts_at or datetime.max for one in standing}
    found = chain(
        *(rule(standing) for rule in RULES), _outside(standing, programme), _skipped(standing, programme)
    )
    return sorted(
        found, key=lambda one: (RANKS[one.level], one.code, starts.get(one.talk or 0, datetime.max))
    )


# Times that cannot be


def _clashes_of_rooms(entries: Iterable[Listed]) -> Iterator[Finding]:
    """Two entries in one room at once."""
    rooms = _grouped((one.room, one) for one in entries if one.room is not None)
    for group in rooms.values():
        for one, other in _overlaps(group):
            yield Finding(
                Level.ERROR, "room-clash", other.id, one.id, _both(one, other, room=other.room_name)
            )


def _clashes_of_people(entries: Iterable[Listed]) -> Iterator[Finding]:
    """One person in two entries at once."""
    names: dict[int, str] = {}
    busy: dict[int, dict[int, Listed]] = defaultdict(dict)
    for one in entries:
        for person in one.people:
            if person.speaker is not None:
                names.setdefault(person.speaker, person.name)
                busy[person.speaker][one.id] = one
    for speaker, theirs in busy.items():
        for one, other in _overlaps(theirs.values()):
            yield Finding(
                Level.ERROR, "speaker-clash", other.id, one.id, _both(one, other, name=names[speaker])
            )


def _overlaps(entries: Iterable[Listed]) -> Iterator[tuple[Listed, Listed]]:
    """Pairs that are on at once, the earlier first; a session and its parts belong together."""
    on: list[Listed] = []
    for one in sorted(entries, key=lambda one: (_start(one), one.id)):
        if one.starts_at is None or one.ends_at == one.starts_at:
            continue
        on = [other for other in on if _until(other) > one.starts_at]
        apart = (other for other in on if one.part_of != other.id and other.part_of != one.id)
        yield from ((other, one) for other, _count in zip(apart, range(MOST_AT_ONCE), strict=False))
        on.append(one)


def _order_of_times(entries: Iterable[Listed]) -> Iterator[Finding]:
    """Ends that are missing, before the start, or at it."""
    for one in entries:
        if one.starts_at is None:
            continue
        if one.ends_at is None:
            yield Finding(Level.WARNING, "no-end", one.id, values={"title": one.title})
        elif one.ends_at < one.starts_at:
            yield Finding(Level.ERROR, "end-before-start", one.id, values={"title": one.title})
        elif one.ends_at == one.starts_at:
            yield Finding(Level.WARNING, "zero-length", one.id, values=_at(one))


def _outside(entries: Iterable[Listed], programme: Programme) -> Iterator[Finding]:
    """Entries before the edition's first day or after its last; a night may run into the next morning."""
    first, last = programme.first_day, programme.last_day or programme.first_day
    if first is None or last is None:
        return
    for one in entries:
        if one.starts_at is None:
            continue
        ends_on = max(one.starts_at, one.ends_at or one.starts_at).date()
        if not first <= one.starts_at.date() <= last or ends_on > last + timedelta(days=1):
            values = {**_at(one), "first": first, "last": last}
            yield Finding(Level.WARNING, "outside-edition", one.id, values=values)


def _skipped(entries: Iterable[Listed], programme: Programme) -> Iterator[Finding]:
    """Clocks that the venue's clock skips in the night in which summer time begins."""
    for one in entries:
        for clock in (one.starts_at, one.ends_at):
            if clock in programme.skipped and clock is not None:
                yield Finding(
                    Level.WARNING, "skipped-time", one.id, values={"title": one.title, "clock": clock}
                )


# What is missing


def _without_place(entries: Iterable[Listed]) -> Iterator[Finding]:
    """Entries without a time; entries without a room while others at that time have one."""
    rooms = _grouped(
        (_start(one).date(), one) for one in entries if one.room is not None and one.kind != "break"
    )
    for one in entries:
        if one.starts_at is None:
            yield Finding(Level.WARNING, "no-time", one.id, values={"title": one.title})
        elif one.room is None and not one.location and one.kind != "break":
            beside = (other for other in rooms.get(one.starts_at.date(), ()) if _at_once(one, other))
            if any(other.id != one.part_of and other.part_of != one.id for other in beside):
                yield Finding(Level.WARNING, "no-room", one.id, values=_at(one))


def _without_words(entries: Iterable[Listed]) -> Iterator[Finding]:
    """Talks without anybody to give them, and talks without an abstract."""
    for one in entries:
        if one.kind != "talk":
            continue
        if all(person.speaker is None for person in one.people):
            yield Finding(Level.WARNING, "no-speaker", one.id, values={"title": one.title})
        if not one.has_abstract:
            yield Finding(Level.INFO, "no-abstract", one.id, values={"title": one.title})


def _missing_files(entries: Iterable[Listed]) -> Iterator[Finding]:
    """Photos and documents that are named and aren't there."""
    for one in entries:
        for file in dict.fromkeys(one.missing):
            code = "missing-photo" if file.photo else "missing-file"
            yield Finding(Level.WARNING, code, one.id, values={"title": one.title, "file": file.name})


# Gaps


def _gaps(entries: Iterable[Listed]) -> Iterator[Finding]:
    """Holes between two entries of a room that no break, and nothing that is for everybody, lies over.

    On a day on which nothing has a room, the whole day is one room.
    """
    days = _grouped((one.starts_at.date(), one) for one in entries if one.starts_at is not None)
    for day in days.values():
        one_room = all(one.room is None for one in day)
        everywhere = [one for one in day if one.kind == "break" or (one.room is None and not one_room)]
        rooms = _grouped((one.room, one) for one in day if one_room or one.room is not None)
        for group in rooms.values():
            yield from _gaps_of_room(group, everywhere)


def _gaps_of_room(entries: Iterable[Listed], everywhere: Iterable[Listed]) -> Iterator[Finding]:
    """Holes in one room on one day."""
    before: Listed | None = None
    for one in sorted((one for one in entries if one.kind != "break"), key=lambda one: (_start(one), one.id)):
        hole = _longest_hole(_end(before), _start(one), everywhere) if before is not None else timedelta()
        if before is not None and hole > LONG_GAP:
            values = _both(before, one, room=one.room_name, minutes=hole // timedelta(minutes=1))
            yield Finding(Level.INFO, "gap", one.id, before.id, values)
        if before is None or _end(one) > _end(before):
            before = one


def _longest_hole(start: datetime, end: datetime, over: Iterable[Listed]) -> timedelta:
    """The longest time between two clocks over which nothing lies."""
    longest = timedelta()
    for one in sorted(over, key=_start):
        if start < _start(one) < end:
            longest = max(longest, _start(one) - start)
        if _start(one) < end:
            start = max(start, _end(one))
    return max(longest, end - start)


# Names


def _name_variants(entries: Iterable[Listed]) -> Iterator[Finding]:
    """Two people whose names look like one, and one person under two spellings."""
    first: dict[int, dict[str, Listed]] = defaultdict(dict)
    for one in entries:
        for person in one.people:
            if person.speaker is not None:
                first[person.speaker].setdefault(person.name, one)
    for spellings in first.values():
        name, *others = spellings
        for other in others:
            yield _variant(Level.INFO, "two-spellings", (name, spellings[name]), (other, spellings[other]))
    for mine, theirs in _pairs_alike(first):
        (name, one), (other, two) = next(iter(first[mine].items())), next(iter(first[theirs].items()))
        yield _variant(Level.WARNING, "name-variant", (name, one), (other, two))


def _variant(level: Level, code: str, one: tuple[str, Listed], other: tuple[str, Listed]) -> Finding:
    values = {**_both(one[1], other[1]), "name": other[0], "other_name": one[0]}
    return Finding(level, code, other[1].id, one[1].id, values)


def _pairs_alike(people: Mapping[int, Iterable[str]]) -> list[tuple[int, int]]:
    """Pairs of different people whose names are alike; only those who share a key are compared."""
    sharing: dict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for speaker, names in people.items():
        for name in names:
            words = tuple(fold(name).replace(".", " ").replace(",", " ").replace("-", " ").split())
            for key in {"".join(words), " ".join(sorted(words)), *words[-1:]}:
                sharing[key][speaker] = words
    found = (
        tuple(sorted((one, other)))
        for group in sharing.values()
        for one, other in combinations(group, 2)
        if _alike(group[one], group[other])
    )
    return [(one, other) for one, other in dict.fromkeys(found)]


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names, as folded words, are the same but for order, blanks, and initials for given names."""
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return bool(one)
    if min(len(one), len(other)) < 2 or one[-1] != other[-1]:
        return False
    given, short = one[0], other[0]
    same = given == short or (given[0] == short[0] and 1 in (len(given), len(short)))
    middle = {*one[1:-1]} ^ {*other[1:-1]}
    return same and all(len(word) == 1 for word in middle)


# What the rules share


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _start(one: Listed) -> datetime:
    """The start; what has none comes last."""
    return one.starts_at or datetime.max


def _until(one: Listed) -> datetime:
    """The end as far as it is known."""
    return one.ends_at or _start(one) + MOMENT


def _end(one: Listed) -> datetime:
    """The end, guessed where it is not known."""
    return max(_start(one), one.ends_at or _start(one) + UNKNOWN_LENGTH)


def _at_once(one: Listed, other: Listed) -> bool:
    return _start(one) < _until(other) and _start(other) < _until(one)


def _at(one: Listed) -> dict[str, Value]:
    return {"title": one.title, "starts": _start(one)}


def _both(one: Listed, other: Listed, **values: Value) -> dict[str, Value]:
    return {"title": other.title, "other": one.title, "starts": _start(other), **values}


RULES: tuple[Callable[[list[Listed]], Iterator[Finding]], ...] = (
    _clashes_of_rooms,
    _clashes_of_people,
    _order_of_times,
    _without_place,
    _without_words,
    _missing_files,
    _gaps,
    _name_variants,
)
