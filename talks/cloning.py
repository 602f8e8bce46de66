"""Next year's edition from this year's, and talks copied from one edition to another.

Clocks are the ones on the venue's wall: what was at 9:00 is at 9:00 in the new edition's zone, whatever the two zones
are; only days move. A clock that the new zone skips stays as it is; `skipped_clocks` finds those, for somebody to mend.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Max

from editions.clock import clock_oddity, later
from editions.models import CommitteeMember, Edition, ImportantDate, Page, Room, Series, Sponsor, Track
from history.telling import teller
from history.versioned import Versioned, VersionedQuerySet, derived_fields
from talks import identity
from talks.models import Appearance, Talk, TalkType
from talks.querysets import TalkQuerySet

PARTS = ("rooms", "tracks", "dates", "sponsors", "committee", "pages", "frame", "talks", "people")
"""What may be taken along. `frame` are breaks and sessions, `talks` the other entries, `people` who appears in them."""

USUAL = ("rooms", "tracks", "dates", "committee", "pages", "frame")
"""What is taken along unless somebody says otherwise."""

_KEPT = ("host_name", "host_short", "host_url", "summary")
_KEPT_IN_PLACE = ("location", "venue")
_LEFT = (
    "slides",
    "slides_file",
    "video_url",
    "recording",
    "doi",
    "session",
    "repeats",
    "sequence",
    "changed_at",
    "guid",
)

V = TypeVar("V", bound=Versioned)


def clone_edition(
    edition: Edition,
    key: str,
    starts_on: date,
    *,
    title: str = "",
    timezone: str = "",
    parts: Collection[str] = USUAL,
) -> Edition:
    """Make a draft of a new edition with the parts named (some of `PARTS`) of an old one; return it.

    All days move by the difference of the first days (an edition without one begins with its first talk). Pages and
    entries become drafts. Notice, banner, DOI and links are that year's and stay; in another time zone the place, too.
    Raises ValidationError: the key is taken or no key, the time zone is unknown.
    """
    by = starts_on - (first_day(edition) or starts_on)
    made = _new_edition(edition, by, key=key, title=title, starts_on=starts_on, timezone=timezone)
    with teller():
        made.full_clean()
        made.save()
        _copy_parts(edition, made, by, parts)
        copy_talks(_entries(edition, parts), made, by.days, people="people" in parts)
    return made


def copy_talks(talks: Iterable[Talk], edition: Edition, days: int, *, people: bool = False) -> list[Talk]:
    """Copy talks into an edition as drafts, that many days later by the same clocks; return the copies in order.

    Each is a talk of its own, with key, slug, guid and number of its own. Rooms and tracks are the edition's own with
    the same key, else none; sessions and repetitions hold among the copies. Slides, video, DOI, leave to record,
    papers and notices are the old talk's; with `people` who appears in it comes along, as printed.
    """
    chosen = list(talks)
    if not chosen:
        return []
    models.prefetch_related_objects(chosen, "type", "room", "track")
    places = {part: {one.key: one for one in part.objects.filter(edition=edition)} for part in (Room, Track)}
    copies = [_copied_talk(talk, edition, timedelta(days=days), places) for talk in chosen]
    with teller():
        _name(copies, edition)
        Talk.objects.bulk_create(copies)
        _relate(dict(zip((talk.pk for talk in chosen), copies, strict=True)), chosen)
        if people:
            _copy_people(chosen, copies)
    return copies


def first_day(edition: Edition) -> date | None:
    """The day from which an edition's other days are counted: its first, else that of its first talk."""
    first = edition.starts_on or edition.talks.aggregate(first=models.Min("starts_at"))["first"]
    return first.date() if hasattr(first, "date") else first


def skipped_clocks(talks: Iterable[Talk], zone: str) -> list[Talk]:
    """The talks that begin or end at a clock that a time zone skips, when its summer time begins."""
    return [
        talk
        for talk in talks
        if any(clock and clock_oddity(clock, zone) == "gap" for clock in (talk.starts_at, talk.ends_at))
    ]


def _entries(edition: Edition, parts: Collection[str]) -> Iterable[Talk]:
    """The talks of an edition that these parts name."""
    kinds = [TalkType.Kind.TALK] if "talks" in parts else []
    if "frame" in parts:
        kinds += [TalkType.Kind.SESSION, TalkType.Kind.BREAK]
    found: TalkQuerySet = Talk.objects.filter(edition=edition, type__kind__in=kinds)
    return found.in_order()


def _new_edition(edition: Edition, by: timedelta, **named: Any) -> Edition:
    named["timezone"] = named["timezone"] or edition.timezone
    kept = _KEPT + (_KEPT_IN_PLACE if named["timezone"] == edition.timezone else ())
    number = None
    if edition.number is not None:
        number = 1 + Edition.objects.aggregate(last=Max("number"))["last"]
    return Edition(
        **named,
        **{name: getattr(edition, name) for name in kept},
        number=number,
        ends_on=later(edition.ends_on, by) if edition.ends_on and edition.starts_on else None,
        state=Edition.State.DRAFT,
    )


def _copy_parts(edition: Edition, made: Edition, by: timedelta, parts: Collection[str]) -> None:
    """Copy what an edition is made of, the programme apart. A date that was extended is planned as it first was."""
    changes: dict[str, tuple[type[Versioned], dict[str, Any]]] = {
        "rooms": (Room, {"stream_url": ""}),
        "tracks": (Track, {}),
        "dates": (ImportantDate, {"extended_to": None}),
        "sponsors": (Sponsor, {"place": ""}),
        "committee": (CommitteeMember, {"key": ""}),
        "pages": (Page, {"state": Page.State.DRAFT}),
    }
    for name in [one for one in changes if one in parts]:
        model, given = changes[name]
        rows: VersionedQuerySet[Any] = getattr(edition, name).all()
        copies = [_copied(row, edition=made, **given) for row in rows]
        for row in copies if model is ImportantDate else ():
            row.date = later(row.date, by) if row.date else None
        model._default_manager.bulk_create(copies)


def _copied(row: V, **changes: Any) -> V:
    """An unsaved copy of a row's own columns, with some of them changed."""
    derived = {one.name for one in derived_fields(type(row))}
    left = derived | changes.keys()
    fields = [one for one in row._meta.concrete_fields if not one.primary_key and one.name not in left]
    values = {one.attname: one.value_from_object(row) for one in fields}
    return type(row)(**values, **changes)


def _copied_talk(
    talk: Talk, edition: Edition, by: timedelta, places: Mapping[Any, Mapping[str, Any]]
) -> Talk:
    """A talk's unsaved copy, still without a name of its own."""
    fields: Any = Talk._meta.get_field
    return _copied(
        talk,
        **{name: fields(name).get_default() for name in _LEFT},
        edition=edition,
        state=Talk.State.DRAFT,
        starts_at=later(talk.starts_at, by) if talk.starts_at else None,
        ends_at=later(talk.ends_at, by) if talk.ends_at else None,
        room=places[Room].get(talk.room.key) if talk.room else None,
        track=places[Track].get(talk.track.key) if talk.track else None,
    )


def _name(copies: Collection[Talk], edition: Edition) -> None:
    """Give each copy key, slug, guid and number, as a form would give them to a new talk."""
    taken = set(Talk.objects.filter(edition=edition).values_list("key", flat=True))
    taken |= set(Talk.objects.filter(edition=edition).values_list("slug", flat=True))
    for talk in copies:
        wished = identity.slug_of(talk.title or talk.type.label, "talk", talk.guid)
        talk.key = talk.slug = identity.free_slug(wished, taken.__contains__)
        taken.add(talk.slug)
    _number(copies, edition)


def _number(copies: Collection[Talk], edition: Edition) -> None:
    """Give each copy its guid and number; a guid may be gone already, to a talk of an edition that had the key once."""
    series = Series.objects.the_one().key
    wished = [identity.guid_of(series, edition.key, talk.key) for talk in copies]
    gone: set[UUID] = set(Talk.objects.filter(guid__in=wished).values_list("guid", flat=True))
    numbers = set(Talk.objects.values_list("number", flat=True))
    for talk, guid in zip(copies, wished, strict=True):
        talk.guid = uuid4() if guid in gone else guid
        talk.number = identity.free_number(talk.guid, numbers)
        numbers.add(talk.number)


def _relate(copy_of: Mapping[int, Talk], chosen: Iterable[Talk]) -> None:
    """Make the copies parts and repetitions of each other, as the talks were."""
    related = []
    for talk in chosen:
        session, repeats = (copy_of.get(key) if key else None for key in (talk.session_id, talk.repeats_id))
        if session or repeats:
            copy = copy_of[talk.pk]
            copy.session, copy.repeats = session, repeats
            related.append(copy)
    Talk.objects.bulk_update(related, ["session", "repeats"])


def _copy_people(chosen: Iterable[Talk], copies: Iterable[Talk]) -> None:
    """Copy who appears in the talks."""
    copy_of = dict(zip((talk.pk for talk in chosen), copies, strict=True))
    rows = Appearance.objects.filter(talk__in=list(copy_of)).order_by("position", "pk")
    Appearance.objects.bulk_create([_copied(row, talk=copy_of[row.talk_id], place="") for row in rows])
