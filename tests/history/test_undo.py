"""Earlier versions restored, deletions undone, and what is kept for how long."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from attachments.storing import known_names, register_keeper
from editions.models import Edition, Room
from history.kept import kept_files
from history.models import Change, Deletion
from history.prune import prune
from history.undo import UndoRefused, plan_restore, plan_undelete, restore, undelete
from history.versioned import row_of
from speakers.models import Speaker
from talks.models import Appearance, Paper, Talk
from tests import factories
from tests.history.house import House, contents, freeze, listening

pytestmark = pytest.mark.django_db


def changes_of(row: Any) -> list[Change]:
    """What is told of a record, oldest first."""
    return list(Change.objects.filter(kind=row._meta.label_lower, key=str(row.pk)).order_by("pk"))


def last_batch() -> UUID:
    """The latest deletion."""
    return Deletion.objects.order_by("-pk")[0].batch


def write(row: Any, **values: Any) -> None:
    """Save some fields of a record."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_a_record_gets_all_that_it_had_after_a_change() -> None:
    room = factories.make_room(name="Hörsaal")
    talk = factories.make_talk(edition=room.edition, title="Żeglarz", room=room, tags=["sea"])
    write(talk, title="Two", starts_at=None, ends_at=None, room=None)
    write(talk, title="Three", abstract="*Ebb*", tags=["tide", "moon"])
    sequence, changed = talk.sequence, talk.changed_at
    with listening() as told:
        back = restore(changes_of(talk)[0])
    assert told.lines == [
        (
            "updated",
            "talks.talk",
            str(talk.pk),
            {
                "title": ["Three", "Żeglarz"],
                "abstract": ["*Ebb*", ""],
                "starts_at": [None, "2031-05-15T09:30:00"],
                "ends_at": [None, "2031-05-15T10:15:00"],
                "room_id": [None, room.pk],
                "tags": [["tide", "moon"], ["sea"]],
            },
        )
    ]
    stored = Talk.objects.get()
    assert (back, stored.starts_at, stored.title_folded) == (talk, datetime(2031, 5, 15, 9, 30), "zeglarz")
    assert stored.sequence == sequence + 1 and stored.changed_at > changed
    restore(changes_of(talk)[1])
    assert (Talk.objects.get().title, Talk.objects.get().room) == ("Two", None)


def test_restoring_what_stands_already_tells_nothing() -> None:
    talk = factories.make_talk()
    with listening() as told:
        restore(changes_of(talk)[0])
    assert told.lines == []


def test_a_link_to_what_is_gone_is_left_empty_or_refused() -> None:
    talk = factories.make_talk(room=None, track=(track := factories.make_track()), edition=track.edition)
    write(talk, track=None, title="Neap")
    track.delete()
    first = changes_of(talk)[0]
    assert plan_restore(first).emptied == ("Track",)
    restore(first)
    assert Talk.objects.get().track is None
    assert Talk.objects.get().title != "Neap"
    appearance = factories.make_appearance(talk=(gone := factories.make_talk()))
    write(appearance, talk=factories.make_talk())
    gone.delete()
    with pytest.raises(UndoRefused, match=r"^Talk of then is deleted\.$"):
        restore(changes_of(appearance)[0])


def test_a_rule_that_refuses_says_so() -> None:
    talk = factories.make_talk(slug="neap", key="neap")
    write(talk, slug="ebb")
    factories.make_talk(slug="neap", key="other", edition=talk.edition)
    before = contents()
    with pytest.raises(UndoRefused, match="Edition and Slug already exists"):
        restore(changes_of(talk)[0])
    assert contents() == before


def test_nothing_is_restored_in_a_frozen_edition_or_of_a_deleted_record(house: House) -> None:
    write(house.talk, title="Ebb")
    freeze(house.edition)
    with pytest.raises(UndoRefused, match="frozen"):
        restore(changes_of(house.talk)[0])
    speaker = factories.make_speaker()
    made = changes_of(speaker)[0]
    speaker.delete()
    for change in (made, Change.objects.latest("pk")):
        with pytest.raises(UndoRefused, match="Undo its deletion first"):
            restore(change)


def test_an_edition_comes_back_with_all_its_parts(house: House) -> None:
    before = {key: rows for key, rows in contents().items() if not key.startswith("history.")}
    shown = house.things("edition people")
    house.edition.delete()
    assert Edition.objects.count() == 1
    with listening() as told:
        rows = undelete(last_batch())
    after = {key: rows for key, rows in contents().items() if not key.startswith("history.")}
    for some in (before, after):
        for row in some["talks.talk"]:
            row.pop("changed_at")
    assert after == before
    assert len(rows) == len(told.lines) == 13
    assert {(action, str(fields)) for action, _kind, _key, fields in told.lines} == {("created", "{}")}
    assert told.raised == shown
    with pytest.raises(UndoRefused, match="undone already"):
        undelete(last_batch())


def test_what_a_deletion_emptied_is_put_back_where_it_is_still_empty(house: House) -> None:
    moved = factories.make_talk(edition=house.edition, type=house.kind, room=house.room)
    other = factories.make_room(edition=house.edition)
    room = house.room.pk
    house.room.delete()
    write(Talk.objects.get(pk=moved.pk), room=other)
    batch = last_batch()
    assert list(plan_undelete(batch).linked.values()) == [[house.talk]]
    undelete(batch)
    assert Room.objects.filter(pk=room).exists()
    assert Talk.objects.get(pk=house.talk.pk).room_id == room
    assert Talk.objects.get(pk=moved.pk).room_id == other.pk


def test_a_session_comes_back_with_its_parts(house: House) -> None:
    session = factories.make_talk(edition=house.edition, type=house.kind)
    part = factories.make_talk(edition=house.edition, type=house.kind, session=session, repeats=house.talk)
    pk = session.pk
    session.delete()
    undelete(last_batch())
    assert Talk.objects.get(pk=part.pk).session_id == pk
    Talk.objects.filter(pk__in=[pk, part.pk]).delete()
    undelete(last_batch())
    stored = Talk.objects.get(pk=part.pk)
    assert (stored.session_id, stored.repeats_id) == (pk, house.talk.pk)


def test_a_slug_that_is_taken_meanwhile_keeps_a_talk_away() -> None:
    talk = factories.make_talk(slug="neap", key="neap", title="Neap")
    talk.delete()
    factories.make_talk(slug="neap", key="neap", edition=talk.edition)
    with pytest.raises(UndoRefused) as refusal:
        undelete(last_batch())
    assert str(refusal.value) == (
        "“Neap”: Talk with this Edition and Key already exists. Talk with this Edition and Slug already exists."
    )
    assert Talk.objects.count() == 1


def test_what_cannot_stand_alone_waits_for_what_it_hangs_on() -> None:
    paper = factories.make_paper(title="On Eddies")
    paper.delete()
    batch = last_batch()
    paper.talk.delete()
    with pytest.raises(UndoRefused, match="“On Eddies” can't stand alone: its session is deleted"):
        undelete(batch)
    undelete(last_batch())
    assert undelete(batch) == [Paper.objects.get()]


def test_an_appearance_comes_back_without_a_person_who_is_gone() -> None:
    speaker = factories.make_speaker()
    appearance = factories.make_appearance(name="海野 渚", speaker=speaker)
    appearance.delete()
    batch = last_batch()
    speaker.delete()
    assert [field for _row, field in plan_undelete(batch).emptied] == ["speaker"]
    undelete(batch)
    assert (Appearance.objects.get().speaker, Appearance.objects.get().name) == (None, "海野 渚")


def test_a_frozen_edition_takes_nothing_back(house: House) -> None:
    house.rows["talks.paper"].delete()
    freeze(house.edition)
    with pytest.raises(UndoRefused, match="frozen"):
        undelete(last_batch())


def test_a_record_that_came_back_can_be_restored_further() -> None:
    speaker = factories.make_speaker(name="Ægir")
    write(speaker, name="Ægir Ø")
    pk = speaker.pk
    speaker.delete()
    undelete(last_batch())
    first = Change.objects.filter(kind="speakers.speaker", key=str(pk)).order_by("pk")[0]
    assert (restore(first).pk, Speaker.objects.get().name) == (pk, "Ægir")


def test_deletions_are_kept_for_30_days() -> None:
    for _ in range(3):
        factories.make_speaker().delete()
    now = datetime(2031, 6, 1, tzinfo=UTC)
    for change, days in zip(Change.objects.filter(action="deleted").order_by("pk"), (31, 30, 1), strict=True):
        Change.objects.filter(pk=change.pk).update(at=now - timedelta(days=days))
    changes = Change.objects.count()
    assert (prune(now), Deletion.objects.count(), Change.objects.count()) == (1, 2, changes)


def test_files_that_may_come_back_are_known() -> None:
    first, second = (f"originals/{digit * 64}-4x4.jpg" for digit in "ab")
    speaker = factories.make_speaker(photo=first)
    write(speaker, photo=second)
    assert kept_files() == {first}
    speaker.delete()
    assert kept_files() == {first, second}
    register_keeper(kept_files)
    assert known_names() >= {first, second}


def test_the_row_that_comes_back_is_the_one_that_went() -> None:
    talk = factories.make_talk(title="Żeglarz", extra=[{"label": "Level", "value": "Άλφα"}])
    before = row_of(Talk.objects.get())
    talk.delete()
    undelete(last_batch())
    after = row_of(Talk.objects.get())
    assert {key for key in before if before[key] != after[key]} == {"changed_at"}
