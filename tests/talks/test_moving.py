"""Talks that are moved, swapped, shifted and set: what stands afterwards, what is told, what is refused."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from editions.models import Edition
from history.frozen import FrozenEditionError
from history.models import Change
from history.telling import acting
from talks import moving
from talks.models import Talk
from tests import factories

pytestmark = pytest.mark.django_db
Counted = Callable[[int], Any]


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    return datetime(2031, 5, day, hour, minute)


def place(talk: Talk) -> tuple[Any, ...]:
    """Start, end and room as they are stored."""
    stored = Talk.objects.get(pk=talk.pk)
    return stored.starts_at, stored.ends_at, stored.room


def freeze(edition: Edition) -> None:
    edition.state = Edition.State.FROZEN
    edition.save()


def said(refused: Callable[[], Any]) -> list[str]:
    """The sentences of a refusal that writes nothing."""
    before = Change.objects.count()
    with pytest.raises(ValidationError) as caught:
        refused()
    assert Change.objects.count() == before
    return caught.value.messages


def test_a_talk_moves_with_its_length() -> None:
    talk = factories.make_talk(starts_at=at(9), ends_at=at(9, 50))
    hall = factories.make_room(edition=talk.edition, name="海の間")
    with acting("ines"):
        moving.move(talk, at(23, 30), hall)
    assert place(talk) == (at(23, 30), at(0, 20, day=16), hall) == (talk.starts_at, talk.ends_at, talk.room)
    change = Change.objects.latest("pk")
    assert (change.actor, sorted(change.fields)) == ("ines", ["ends_at", "room_id", "starts_at"])


def test_an_end_stretches_and_none_unschedules() -> None:
    talk = factories.make_talk(starts_at=at(9), ends_at=at(10))
    moving.move(talk, at(9), None, ends_at=at(11, 30))
    assert place(talk) == (at(9), at(11, 30), None)
    moving.move(talk, None, None)
    assert place(talk) == (None, None, None)
    moving.move(talk, at(14), None)
    assert place(talk) == (at(14), None, None)


def test_a_move_keeps_the_rules() -> None:
    talk = factories.make_talk(title="Прилив", starts_at=at(9), ends_at=at(10))
    foreign = factories.make_room(name="Loft")
    assert said(lambda: moving.move(talk, at(9), foreign)) == ["“Прилив”: “Loft” belongs to another edition."]
    early = ["“Прилив”: The end is before the start."]
    talk.refresh_from_db()
    assert said(lambda: moving.move(talk, at(9), None, ends_at=at(8))) == early
    assert said(lambda: moving.move(talk, None, None, ends_at=at(8))) == ["“Прилив”: An end needs a start."]
    freeze(talk.edition)
    with pytest.raises(FrozenEditionError):
        moving.move(Talk.objects.get(pk=talk.pk), at(12), None)
    assert place(talk) == (at(9), at(10), None)


def test_two_talks_change_places_and_keep_their_lengths() -> None:
    edition = factories.make_edition()
    hall = factories.make_room(edition=edition)
    long = factories.make_talk(edition=edition, starts_at=at(9), ends_at=at(11), room=hall)
    short = factories.make_talk(
        edition=edition, starts_at=at(14, day=16), ends_at=at(14, 15, day=16), location="On the pier"
    )
    moving.swap(long, short)
    assert place(long) == (at(14, day=16), at(16, day=16), None)
    assert place(short) == (at(9), at(9, 15), hall)
    assert [Talk.objects.get(pk=one.pk).location for one in (long, short)] == ["On the pier", ""]


def test_a_swap_sees_what_was_stored_meanwhile() -> None:
    edition = factories.make_edition()
    one, other = (factories.make_talk(edition=edition, starts_at=at(hour)) for hour in (9, 11))
    stale = Talk.objects.get(pk=one.pk)
    moving.move(one, at(16), None)
    moving.swap(stale, other)
    assert (place(one)[0], place(other)[0]) == (at(11), at(16))


def test_a_swap_with_an_unscheduled_talk_unschedules() -> None:
    edition = factories.make_edition()
    set_, open_ = (factories.make_talk(edition=edition, starts_at=start) for start in (at(9), None))
    moving.swap(set_, open_)
    assert (place(set_), place(open_)) == ((None, None, None), (at(9), None, None))


def test_what_cannot_change_places() -> None:
    talk, stranger = factories.make_talk(), factories.make_talk()
    assert said(lambda: moving.swap(talk, talk)) == ["A talk cannot change places with itself."]
    assert said(lambda: moving.swap(talk, stranger)) == ["Only talks of one edition can change places."]


def test_a_shift_moves_what_is_named_and_has_a_time() -> None:
    edition = factories.make_edition()
    session = factories.make_talk(edition=edition, starts_at=at(23), ends_at=at(23, 50))
    part = factories.make_talk(edition=edition, starts_at=at(23), ends_at=at(23, 10), session=session)
    endless = factories.make_talk(edition=edition, starts_at=at(12))
    Talk.objects.filter(pk=endless.pk).update(ends_at=None)
    open_ = factories.make_talk(edition=edition, starts_at=None)
    moved = moving.shift([session, endless, open_, session], timedelta(minutes=15))
    assert moved == [session, endless]
    assert [one.starts_at for one in moved] == [at(23, 15), at(12, 15)]
    assert place(session) == (at(23, 15), at(0, 5, day=16), None)
    assert place(endless) == (at(12, 15), None, None)
    assert (place(part)[:2], place(open_)[:2]) == ((at(23), at(23, 10)), (None, None))
    moving.shift([session], timedelta(minutes=-15))
    assert place(session) == (at(23), at(23, 50), None)
    assert moving.shift([session], timedelta()) == []


def test_a_shift_is_all_or_nothing() -> None:
    one, other = factories.make_talk(starts_at=at(9)), factories.make_talk(starts_at=at(9))
    days = timedelta(days=3_650_000)
    assert said(lambda: moving.shift([one, other], days)) == ["There is no such day in the calendar."]
    freeze(other.edition)
    with pytest.raises(FrozenEditionError):
        moving.shift([one, other], timedelta(minutes=5))
    assert [place(talk)[0] for talk in (one, other)] == [at(9), at(9)]


@pytest.mark.parametrize("count", [1, 3])
def test_many_talks_are_shifted_and_set_in_the_same_number_of_queries(
    count: int, django_assert_num_queries: Counted
) -> None:
    edition = factories.make_edition()
    hall = factories.make_room(edition=edition)
    talks = [factories.make_talk(edition=edition) for _ in range(count)]
    for talk in talks:
        factories.make_appearance(talk=talk)
    with django_assert_num_queries(23):
        moving.shift(talks, timedelta(minutes=5))
    with django_assert_num_queries(23):
        moving.set_fields(talks, room=hall, state="cancelled")


def test_the_rest_of_a_day() -> None:
    edition = factories.make_edition(ends_on=date(2031, 5, 16))
    hall = factories.make_room(edition=edition)
    make = factories.make_talk
    make(edition=edition, starts_at=at(13, 59))
    first = make(edition=edition, starts_at=at(14), room=hall)
    late = make(edition=edition, starts_at=at(23, 59))
    make(edition=edition, starts_at=at(0, day=16))
    make(edition=edition, starts_at=None)
    make(starts_at=at(15))
    assert list(moving.rest_of_day(edition, at(14))) == [first, late]
    assert list(moving.rest_of_day(edition, at(14), hall)) == [first]


def test_fields_are_set_and_only_changes_are_told() -> None:
    edition = factories.make_edition()
    hall, deep = factories.make_room(edition=edition), factories.make_track(edition=edition)
    kind = factories.make_type(kind="session")
    one, other = (factories.make_talk(edition=edition, room=room) for room in (None, hall))
    assert moving.set_fields([one, other], room=hall) == [one]
    assert moving.set_fields([one, other], track=deep, state="draft", type=kind) == [one, other]
    wanted = {(hall.pk, deep.pk, "draft", kind.pk)}
    assert set(edition.talks.values_list("room", "track", "state", "type")) == wanted
    assert moving.set_fields([one, other], room=None) == [one, other]
    assert list(edition.talks.values_list("room", flat=True)) == [None, None]
    told = Change.objects.filter(action="updated").order_by("pk").values_list("key", "fields")
    assert [(key, sorted(fields)) for key, fields in told] == [
        (str(one.pk), ["room_id"]),
        *((str(talk.pk), ["state", "track_id", "type_id"]) for talk in (one, other)),
        *((str(talk.pk), ["room_id"]) for talk in (one, other)),
    ]


def test_fields_that_are_not_set() -> None:
    talk = factories.make_talk(title="Zał")
    track = factories.make_track(name="Deep")
    refusal = ["“Zał”: “Deep” belongs to another edition."]
    assert said(lambda: moving.set_fields([talk], track=track)) == refusal
    assert said(lambda: moving.set_fields([talk], state="gone")) == [
        "“Zał”: Value 'gone' is not a valid choice."
    ]
    with pytest.raises(TypeError, match="room, state, track, type"):
        moving.set_fields([talk], title="Another")
