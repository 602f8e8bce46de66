"""What changed in a programme since it was published, in words: for the changes page, its feed and the badges."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.models import Edition
from history.models import Change
from talks.models import Appearance, Talk
from texts.folding import fold
from website.clocks import Clock, Was, clock, day_name, weekday
from website.moments import is_ahead
from website.past import (
    ALWAYS,
    APPEARANCE,
    EDITION,
    ROOM,
    TALK,
    Past,
    Sight,
    Standing,
    first_seen,
    last_seen,
    past,
    recorded,
    row,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that changed: its kind for machines, its name and the words for readers."""

    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of a talk: a lasting `id` (UUID), the venue's clock, its begin and end in UTC, and what it was.

    `url` is the talk's page, "" where there is none any more.
    """

    id: str
    title: str
    url: str
    clock: Clock
    first: datetime
    last: datetime
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """When the programme was published (aware; None if never or before history began), and what changed since."""

    since: datetime | None
    entries: tuple[Entry, ...]


def story(edition: Edition, moment: datetime) -> Story:
    """Return what changed up to a moment (aware), newest first. Three queries."""
    talks = {
        str(talk.pk): talk for talk in Talk.objects.filter(edition=edition).select_related("type", "room")
    }
    appearances = Appearance.objects.filter(talk__edition=edition)
    rows = {(TALK, key): row(talk) for key, talk in talks.items()}
    rows |= {(APPEARANCE, str(one.pk)): row(one) for one in appearances}
    changes = list(recorded(edition, EDITION, TALK, APPEARANCE))
    found = past(edition, rows, changes)
    teller = _Teller(edition, talks, changes)
    entries = [one for key in found.sights for one in teller.entries(key, found) if one.last <= moment]
    entries.sort(key=lambda one: fold(one.title))
    entries.sort(key=lambda one: one.last, reverse=True)
    return Story(found.published if found.published != ALWAYS else None, tuple(entries))


def moved_from(edition: Edition, talks: Iterable[Talk], moment: datetime) -> dict[int, Was]:
    """Return where talks that have moved were first published (“was 10:30, Sala Norte”), by primary key. One query.

    Nobody needs to know once the edition is over: then there is none, and no query. The talks come with their rooms.
    The day is named if it is another one than the talk's day now.
    """
    if not is_ahead(edition, moment):
        return {}
    by_key = {str(talk.pk): talk for talk in talks}
    of_these = ~Q(kind=TALK) | Q(key__in=list(by_key))
    changes = list(recorded(edition, EDITION, TALK).filter(of_these))
    found = past(edition, {(TALK, key): row(talk) for key, talk in by_key.items()}, changes)
    rooms = room_names(by_key.values(), changes)
    moved = {}
    for key, talk in by_key.items():
        sights = found.sights.get(key, [])
        first, now = first_seen(sights), last_seen(sights)
        if first and first.standing and now and has_moved(first.standing, now):
            moved[talk.pk] = _was(first.standing, rooms, now.starts_at, edition.timezone)
    return moved


def _was(at: Standing, rooms: Mapping[str, str], beside: datetime | None, zone: str) -> Was:
    words = _("was %(place)s") % {"place": where(at, rooms, beside=beside, ends=False)}
    start = clock(at.starts_at, zone)
    if start is None:
        return Was(words)
    told = when(at, beside=beside, ends=False)
    before, _told, after = words.partition(told)
    return Was(before, replace(start, text=told), after)


def has_moved(before: Standing, now: Standing) -> bool:
    """Say whether a talk has left the time or the place where it was announced."""
    new_time = before.starts_at is not None and before.starts_at != now.starts_at
    return new_time or (any(before.place) and before.place != now.place)


def room_names(talks: Iterable[Talk], changes: Iterable[Change]) -> dict[str, str]:
    """Return what rooms are called, by primary key: those of the talks, and those that history knows of."""
    known = {change.key: change.label for change in changes if change.kind == ROOM}
    return known | {str(talk.room_id): talk.room.name for talk in talks if talk.room}


def where(
    at: Standing, rooms: Mapping[str, str], *, beside: datetime | None = None, ends: bool = True
) -> str:
    """Return when and where a talk is in words; its day is named unless it is that of `beside`."""
    parts = [when(at, beside=beside, ends=ends), rooms.get(at.room, ""), at.location]
    return ", ".join(filter(None, parts)) or _("time to be announced")


def when(at: Standing, *, beside: datetime | None, ends: bool) -> str:
    """Return when a talk is in words, "" while it has no time; its day is named unless it is that of `beside`."""
    if at.starts_at is None:
        return ""
    same_day = beside is not None and beside.date() == at.starts_at.date()
    day = "" if same_day else f"{weekday(at.starts_at)}, {day_name(at.starts_at)}, "
    end = f"–{at.ends_at:%H:%M}" if ends and at.ends_at and at.ends_at != at.starts_at else ""
    return f"{day}{at.starts_at:%H:%M}{end}"


class _Teller:
    """Puts what was seen of an edition's talks into words."""

    def __init__(self, edition: Edition, talks: Mapping[str, Talk], changes: Sequence[Change]) -> None:
        self.edition = edition
        self.talks = talks
        self.rooms = room_names(talks.values(), changes)
        self.labels = {change.key: change.label for change in changes if change.kind == TALK}
        kept = (one.deletion.row for one in changes if one.kind == TALK and hasattr(one, "deletion"))
        self.guids = {str(lost["id"]): str(lost["guid"]) for lost in kept}

    def entries(self, key: str, found: Past) -> Iterator[Entry]:
        """The changes of a talk after it was published with the programme; a later one's first is that it was added.

        Nothing is told of a draft, nor of what was one when it was deleted.
        """
        sights = found.sights[key]
        first = first_seen(sights)
        if first is None or last_seen(sights) is None:
            return
        seen = [sight for sight in sights[sights.index(first) :] if sight.standing or sight.gone]
        before = None
        if found.came_with(first):
            before, seen = first.standing, seen[1:]
        for group in _groups(seen):
            after = group[-1].standing
            if facts := self.facts(before, after):
                yield self._entry(key, group, after or before, facts)
            before = after

    def facts(self, before: Standing | None, after: Standing | None) -> tuple[Fact, ...]:
        """What differs between two sights of a talk; None is no talk at all."""
        if before is None and after is None:
            return ()
        if before is None or after is None:
            return tuple(self._came_or_went(before, after))
        return (
            *self._held(before, after),
            *self._moved(before, after),
            *_retitled(before, after),
            *_people(before, after),
        )

    def _came_or_went(self, before: Standing | None, after: Standing | None) -> Iterator[Fact]:
        if after:
            yield Fact("added", _("Added"), where(after, self.rooms))
        if after and after.cancelled:
            yield Fact("cancelled", _("Cancelled"), "")
        if before:
            yield Fact("removed", _("Removed"), where(before, self.rooms))

    def _held(self, before: Standing, after: Standing) -> Iterator[Fact]:
        if after.cancelled and not before.cancelled:
            yield Fact("cancelled", _("Cancelled"), where(before, self.rooms))
        if before.cancelled and not after.cancelled:
            yield Fact("reinstated", _("Takes place after all"), where(after, self.rooms))

    def _moved(self, before: Standing, after: Standing) -> Iterator[Fact]:
        if (before.starts_at, before.ends_at, before.place) == (after.starts_at, after.ends_at, after.place):
            return
        now, was = where(after, self.rooms), where(before, self.rooms, beside=after.starts_at)
        text = _("%(now)s (was %(was)s)") % {"now": now, "was": was}
        if has_moved(before, after):
            yield Fact("moved", _("Moved"), text)
        elif before.starts_at is None:
            yield Fact("scheduled", _("Scheduled"), now)
        else:
            yield Fact("scheduled", _("Time and place"), text)

    def _entry(
        self, key: str, group: Sequence[Sight], standing: Standing | None, facts: tuple[Fact, ...]
    ) -> Entry:
        talk, first, last = self.talks.get(key), group[0].at.astimezone(UTC), group[-1].at.astimezone(UTC)
        shown = self._told(talk) if talk else None
        title = (standing.title if standing else "") or (shown.name if shown else self.labels[key])
        return Entry(
            str(uuid5(talk.guid if talk else UUID(self.guids[key]), first.isoformat())),
            title,
            reverse("website:talk", args=[self.edition.key, shown.slug]) if shown and shown.has_page else "",
            moment_clock(last, self.edition.timezone),
            first,
            last,
            facts,
        )

    def _told(self, talk: Talk) -> Talk:
        """The talk that a repetition repeats, as far as readers see it; any other talk itself."""
        told = self.talks.get(str(talk.repeats_id), talk)
        return talk if told.state == Talk.State.DRAFT else told


def _retitled(before: Standing, after: Standing) -> Iterator[Fact]:
    if before.title != after.title:
        text = _("was “%(title)s”") % {"title": before.title} if before.title else ""
        yield Fact("retitled", _("New title"), text)


def _people(before: Standing, after: Standing) -> Iterator[Fact]:
    """Who joined and who left. Somebody whose printed name was put right did neither: the old name isn't told."""
    joined, left = _without(after.people, before.people), _without(before.people, after.people)
    if joined:
        yield Fact("people", _("Now with"), ", ".join(joined))
    if left:
        yield Fact("people", _("No longer with"), ", ".join(left))


def _without(ones: Iterable[tuple[int | None, str]], others: Iterable[tuple[int | None, str]]) -> list[str]:
    """The names of those among `ones` who are not among `others`, neither as a person nor by name."""
    people = list(others)
    keys, names = {key for key, _name in people if key is not None}, {fold(name) for _key, name in people}
    return sorted({name for key, name in ones if key not in keys and fold(name) not in names})


def _groups(sights: Iterable[Sight]) -> list[list[Sight]]:
    groups: list[list[Sight]] = []
    for sight in sights:
        if groups and sight.goes_with(groups[-1][0]):
            groups[-1].append(sight)
        else:
            groups.append([sight])
    return groups


def moment_clock(moment: datetime, zone: str) -> Clock:
    """Return what the clock on the venue's wall shows at a moment (aware), to the second."""
    there = moment.astimezone(ZoneInfo(zone))
    return Clock(f"{there:%H:%M}", there.isoformat(timespec="seconds"), there.date())
