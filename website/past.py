"""What readers of a programme saw, and when: history watched from its beginning, with their eyes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from editions.models import Edition
from history.models import Change
from history.rewinding import Record, Step, rewind
from history.versioned import Row, plain
from talks.models import Appearance, Talk

EDITION, ROOM, TALK, APPEARANCE = "editions.edition", "editions.room", "talks.talk", "talks.appearance"
COLUMNS = {
    EDITION: ("state",),
    TALK: ("edition_id", "state", "title", "starts_at", "ends_at", "room_id", "location"),
    APPEARANCE: ("talk_id", "speaker_id", "name"),
}
"""The columns that the story is told from."""

AT_ONCE = timedelta(hours=1)
"""So long after the first of them the same person's edits of a talk are one change."""

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""The moment of what was so before history began."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What readers see of a talk; `people` are (primary key of the speaker or None, printed name)."""

    cancelled: bool
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    room: str
    location: str
    people: frozenset[tuple[int | None, str]]

    @property
    def place(self) -> tuple[str, str]:
        """Where it is: the room's primary key ("" for none) and free words."""
        return self.room, self.location


@dataclass(frozen=True, slots=True)
class Sight:
    """What readers see of a talk from a moment on (None: nothing); `gone` if there is no talk any more."""

    at: datetime
    actor: str
    run: int | None
    standing: Standing | None
    gone: bool

    def goes_with(self, first: "Sight") -> bool:
        """Say whether this is one change with an earlier one."""
        if self.run is not None and self.run == first.run:
            return True
        return self.actor == first.actor and self.at - first.at <= AT_ONCE


@dataclass
class Past:
    """An edition's past: when it was published (None: never) and in which run, and each talk's sights by its key."""

    published: datetime | None = None
    run: int | None = None
    sights: dict[str, list[Sight]] = field(default_factory=dict)

    def settle(self) -> None:
        """Take the run that brought the first talks into an empty programme as its publication."""
        firsts = [first for sights in self.sights.values() if (first := first_seen(sights))]
        first = min(firsts, key=lambda one: one.at, default=None)
        if first and self.published and first.run is not None and first.at > self.published:
            self.published, self.run = first.at, first.run

    def came_with(self, sight: Sight) -> bool:
        """Say whether a talk that was first seen then was published with the programme."""
        if self.published is None:
            return False
        return sight.at <= self.published or (sight.run is not None and sight.run == self.run)


def first_seen(sights: Iterable[Sight]) -> Sight | None:
    """Return the moment from which readers first saw a talk, None if they never did."""
    return next((sight for sight in sights if sight.standing), None)


def last_seen(sights: Sequence[Sight]) -> Standing | None:
    """Return what readers see of a talk, or saw before it was gone; None for what is a draft now, or was one then."""
    return next((sight.standing for sight in reversed(sights) if not sight.gone), None)


def row(one: Talk | Appearance) -> Row:
    """Return the columns of a talk or an appearance that the story is told from, as history writes them."""
    return {name: plain(getattr(one, name)) for name in COLUMNS[one._meta.label_lower]}


def recorded(edition: Edition, *kinds: str) -> QuerySet[Change]:
    """Return the changes of an edition's records that tell of the columns, and of its rooms, which give their names."""
    told = Q(kind=ROOM)
    for kind in kinds:
        told |= Q(kind=kind) & (~Q(action=Change.Action.UPDATED) | Q(fields__has_any_keys=COLUMNS[kind]))
    return Change.objects.filter(told, edition=edition.pk).select_related("deletion").order_by("at", "pk")


def past(edition: Edition, rows: Mapping[Record, Row], changes: Sequence[Change]) -> Past:
    """Watch the programme from the beginning of what is recorded to the `rows` of now."""
    now = {**rows, (EDITION, str(edition.pk)): {"state": edition.state}}
    start, steps = rewind([change for change in changes if change.kind != ROOM], now)
    watch = _Watch(edition.pk)
    for record, standing in start.items():
        watch.take(Step(ALWAYS, "", None, record, standing))
    for step in steps:
        watch.take(step)
    watch.past.settle()
    return watch.past


class _Watch:
    """Somebody who looks at the programme after each step and notes what is to be seen."""

    def __init__(self, edition: int) -> None:
        self.edition = edition
        self.open = False
        self.talks: dict[str, Row] = {}
        self.appearances: dict[str, Row] = {}
        self.casts: dict[str, dict[str, Row]] = {}
        self.past = Past()

    def take(self, step: Step) -> None:
        """Note what a step changes for readers."""
        kind, key = step.record
        if kind == TALK:
            _put(self.talks, key, step.row)
            touched: Iterable[str] = (key,)
        elif kind == APPEARANCE:
            touched = self._cast(key, step.row)
        else:
            touched = self._turn(step)
        for talk in touched:
            self._look(talk, step)

    def _cast(self, key: str, row: Row | None) -> set[str]:
        """Move an appearance to its talk; return the talks that it left and entered."""
        talks = [str(one["talk_id"]) for one in (self.appearances.get(key), row) if one]
        for talk in talks:
            _put(self.casts.setdefault(talk, {}), key, None)
        _put(self.appearances, key, row)
        if row:
            _put(self.casts[talks[-1]], key, row)
        return set(talks)

    def _turn(self, step: Step) -> list[str]:
        """Open or close the edition; return the talks that this shows or hides."""
        was_open, self.open = self.open, bool(step.row and step.row["state"] != Edition.State.DRAFT)
        if self.open and self.past.published is None:
            self.past.published, self.past.run = step.at, step.run
        return list(self.talks) if self.open != was_open else []

    def _look(self, key: str, step: Step) -> None:
        talk = self.talks.get(key)
        sight = Sight(step.at, step.actor, step.run, self._standing(key, talk), gone=talk is None)
        sights = self.past.sights.setdefault(key, [])
        if sights and step.run is not None and sights[-1].run == step.run:
            sights.pop()  # A run is one transaction: nobody saw what was between.
        if not sights or (sight.standing, sight.gone) != (sights[-1].standing, sights[-1].gone):
            sights.append(sight)

    def _standing(self, key: str, talk: Row | None) -> Standing | None:
        if not self.open or talk is None:
            return None
        if talk["state"] == Talk.State.DRAFT or talk["edition_id"] != self.edition:
            return None
        return Standing(
            talk["state"] == Talk.State.CANCELLED,
            talk["title"],
            datetime.fromisoformat(talk["starts_at"]) if talk["starts_at"] else None,
            datetime.fromisoformat(talk["ends_at"]) if talk["ends_at"] else None,
            str(talk["room_id"] or ""),
            talk["location"],
            frozenset((one["speaker_id"], one["name"]) for one in self.casts.get(key, {}).values()),
        )


def _put(rows: dict[str, Row], key: str, row: Row | None) -> None:
    if row is None:
        rows.pop(key, None)
    else:
        rows[key] = row
