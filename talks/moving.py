"""Moving talks about: one to another time or room, two in each other's places, many at once.

Clocks are naive, the clock on the venue's wall, and a night is no wall: what is shifted past midnight is on the next
day. A verb writes exactly the talks that it is given: the parts of a session and the repetitions of a talk stay where
they are unless they are given too. All of a call is written or nothing, told by history in one go. What a rule
refuses is a ValidationError with a sentence, what a frozen edition refuses a FrozenEditionError.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.utils.translation import gettext_lazy as _

from editions.clock import later
from editions.models import Edition, Room
from history.telling import teller
from talks.models import Talk
from talks.querysets import TalkQuerySet

WHEN = ("starts_at", "ends_at")
PLACE = (*WHEN, "room", "location")
SETTABLE = frozenset(("room", "track", "state", "type"))
"""What `set_fields` sets."""


def move(
    talk: Talk, starts_at: datetime | None, room: Room | None, *, ends_at: datetime | None = None
) -> None:
    """Put a talk at a start and into a room. It keeps its length unless an end is given; without a start it has none.

    Raises ValidationError: the room is another edition's, the end is before the start or has none.
    """
    length = _length(talk)
    talk.starts_at, talk.room = starts_at, room
    talk.ends_at = ends_at or _after(starts_at, length)
    _check(talk, WHEN)
    talk.save(update_fields=[*WHEN, "room"])


def swap(one: Talk, other: Talk) -> None:
    """Let two talks of an edition change places: start, room and location. Each keeps its own length.

    A talk that takes the place of an unscheduled one is unscheduled then, so that its end goes, too.
    Raises ValidationError: they are the same talk, or of two editions.
    """
    if one.pk == other.pk:
        raise ValidationError(_("A talk cannot change places with itself."), code="itself")
    if one.edition_id != other.edition_id:
        raise ValidationError(_("Only talks of one edition can change places."), code="edition")
    with teller():
        for talk in sorted((one, other), key=_by_key):
            talk.refresh_from_db(fields=PLACE, from_queryset=Talk.objects.select_for_update())
        lengths = _length(one), _length(other)
        for name in ("starts_at", "room", "location"):
            mine, theirs = getattr(one, name), getattr(other, name)
            setattr(one, name, theirs)
            setattr(other, name, mine)
        for talk, length in zip((one, other), lengths, strict=True):
            talk.ends_at = _after(talk.starts_at, length)
            _check(talk, WHEN)
            talk.save(update_fields=PLACE)


def shift(talks: Iterable[Talk], by: timedelta) -> list[Talk]:
    """Move the start and the end of talks; return those that moved, as they are now: what has no time stays.

    Raises ValidationError: a talk would leave the calendar.
    """
    with teller():
        moved = [talk for talk in _stored(talks) if talk.starts_at and by]
        for talk in moved:
            talk.starts_at, talk.ends_at = _after(talk.starts_at, by), _after(talk.ends_at, by)
        # The database counts for itself: a statement that names a thousand clocks takes far longer.
        Talk.objects.filter(pk__in=[talk.pk for talk in moved]).update(
            **{name: F(name) + Value(by) for name in WHEN}
        )
    return moved


def rest_of_day(edition: Edition, from_clock: datetime, room: Room | None = None) -> TalkQuerySet:
    """The edition's talks that begin at a clock or later on the same day, in a room if one is given."""
    midnight = datetime.combine(from_clock.date(), time.max)
    found: TalkQuerySet = Talk.objects.filter(
        edition=edition, starts_at__gte=from_clock, starts_at__lte=midnight
    )
    return (found.filter(room=room) if room is not None else found).in_order()


def set_fields(talks: Iterable[Talk], **values: Any) -> list[Talk]:
    """Give talks the same room, track, state or type (None for no room or track); return those that changed.

    Raises ValidationError: a room or track is another edition's. TypeError: another field is named.
    """
    if values.keys() - SETTABLE:
        raise TypeError(f"set_fields sets {', '.join(sorted(SETTABLE))} only")
    with teller():
        changed = [
            talk for talk in _stored(talks) if any(getattr(talk, name) != values[name] for name in values)
        ]
        for talk in changed:
            for name, value in values.items():
                setattr(talk, name, value)
            _check(talk, values.keys() & {"state"})
        # An update in bulk asks nobody's rules: they were asked above.
        Talk.objects.filter(pk__in=[talk.pk for talk in changed]).update(**values)
    return changed


def _stored(talks: Iterable[Talk]) -> list[Talk]:
    """The talks as they stand in the database, locked, with what their rules look at."""
    keys = [talk.pk for talk in talks]
    rows = Talk.objects.select_for_update(of=("self",)).order_by("pk")
    found = rows.select_related("edition", "type", "room", "track", "session", "repeats").in_bulk(keys)
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _by_key(talk: Talk) -> int:
    """Rows are locked in one order, so that two who swap the same talks don't wait for each other."""
    return talk.pk


def _length(talk: Talk) -> timedelta | None:
    return talk.ends_at - talk.starts_at if talk.starts_at and talk.ends_at else None


def _after(clock: datetime | None, by: timedelta | None) -> datetime | None:
    """The clock that much later; None where either is unknown."""
    return None if clock is None or by is None else later(clock, by)


def _check(talk: Talk, fields: Collection[str]) -> None:
    """Ask the model's own rules about a talk, and about these of its fields; the error names the talk."""
    others = {one.name for one in Talk._meta.fields} - set(fields)
    try:
        talk.clean_fields(exclude=others)
        talk.clean()
    except ValidationError as refusal:
        message = _("“%(talk)s”: %(why)s")
        params = {"talk": talk.name, "why": " ".join(refusal.messages)}
        raise ValidationError(message, code="talk", params=params) from refusal
