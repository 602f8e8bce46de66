"""Deletions: what goes with a row, what is kept of it, what protects it."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import ProtectedError

from editions.models import Edition, Room
from history.frozen import FrozenEditionError
from history.models import Change, Deletion
from history.telling import gathering
from history.versioned import row_of
from speakers.models import Speaker
from talks.models import Appearance, Talk, TalkType
from tests import factories
from tests.history.house import House, contents, freeze, listening, undone


def refused(error: type[Exception], row: object) -> None:
    before = contents()
    with pytest.raises(error):
        row.delete()  # type: ignore[attr-defined]
    assert contents() == before


def test_an_edition_takes_its_parts_with_it_in_one_batch(house: House) -> None:
    key, expected = house.edition.pk, house.things("edition people")
    notice = house.rows["talks.notice"]
    notice.room = house.room
    notice.save()
    held = {
        (one._meta.label_lower, str(one.pk)): row_of(one)
        for one in (house.row(label) for label in house.rows)
        if one._meta.label_lower
        not in (
            "editions.series",
            "editions.redirect",
            "speakers.speaker",
            "speakers.speakeralias",
            "talks.talktype",
        )
    }
    second = Appearance.objects.get(speaker=house.partner)
    held["talks.appearance", str(second.pk)] = row_of(second)
    with listening() as told:
        house.edition.delete()
    assert {(one.kind, one.key) for one in told.changes} == held.keys()
    assert len(told.changes) == len(held) == 13
    assert {one.action for one in told.changes} == {"deleted"}
    assert {one.edition for one in told.changes if one.kind != "editions.editioneditor"} == {key}
    kept = Deletion.objects.filter(change__in=told.changes)
    assert {(one.change.kind, one.change.key): one.row for one in kept} == held
    assert len({one.batch for one in kept}) == 1
    assert told.raised == expected


def test_each_deletion_is_a_batch_of_its_own(house: House) -> None:
    paper, notice = house.rows["talks.paper"], house.rows["talks.notice"]
    paper.delete()
    notice.delete()
    assert len(set(Deletion.objects.values_list("batch", flat=True))) == 2
    copies = [factories.make_paper(talk=house.talk) for _ in range(3)]
    type(paper).objects.filter(pk__in=[one.pk for one in copies]).delete()
    assert len(set(Deletion.objects.order_by("-pk")[:3].values_list("batch", flat=True))) == 1


def test_the_row_that_is_kept_is_the_stored_one(house: House) -> None:
    house.appearance.name = "Somebody Else"
    house.appearance.delete()
    assert Deletion.objects.get().row["name"] == house.speaker.name


def test_a_row_that_is_gone_already_is_not_told_again(house: House) -> None:
    twin = Appearance.objects.get(pk=house.appearance.pk)
    house.appearance.delete()
    with listening() as told:
        twin.delete()
    assert (told.lines, told.raised) == ([], set())


def test_deleting_a_room_empties_it_from_its_talks(house: House) -> None:
    room, talk = str(house.room.pk), str(house.talk.pk)
    with listening() as told:
        house.room.delete()
    assert told.lines == [
        ("deleted", "editions.room", room, {}),
        ("updated", "talks.talk", talk, {"room_id": [int(room), None]}),
    ]
    assert told.raised == house.things("edition people")
    before, house.talk = house.talk, Talk.objects.get(pk=house.talk.pk)
    assert (house.talk.room, house.talk.sequence) == (None, before.sequence + 1)
    assert house.talk.changed_at > before.changed_at


def test_a_query_that_was_read_before_is_told_as_well(house: House) -> None:
    rooms = Room.objects.filter(pk=house.room.pk)
    assert len(rooms) == 1
    with listening() as told:
        rooms.delete()
    assert [(one.action, one.kind) for one in told.changes] == [
        ("deleted", "editions.room"),
        ("updated", "talks.talk"),
    ]


def test_deleting_a_session_frees_its_parts(house: House) -> None:
    part = factories.make_talk(edition=house.edition, type=house.kind, session=house.talk)
    session = house.talk.pk
    with listening() as told:
        house.talk.delete()
    assert [(one.action, one.kind) for one in told.changes].count(("deleted", "talks.talk")) == 1
    freed = [one for one in told.changes if one.action == "updated"]
    assert [(one.key, one.fields) for one in freed] == [(str(part.pk), {"session_id": [session, None]})]


def test_what_is_in_use_is_protected(house: House) -> None:
    refused(ProtectedError, house.speaker)
    refused(ProtectedError, house.kind)
    spare = factories.make_speaker()
    key = str(spare.pk)
    with listening() as told:
        spare.delete()
    assert told.lines == [("deleted", "speakers.speaker", key, {})]
    assert told.raised == {("series", ""), ("speaker", key)}


def test_other_names_go_with_their_person(house: House) -> None:
    Appearance.objects.filter(speaker=house.speaker).delete()
    with listening() as told:
        Speaker.objects.filter(pk=house.speaker.pk).delete()
    assert sorted((one.action, one.kind) for one in told.changes) == [
        ("deleted", "speakers.speaker"),
        ("deleted", "speakers.speakeralias"),
    ]
    assert len({one.deletion.batch for one in told.changes}) == 1


def test_rights_go_with_their_user(house: House) -> None:
    right = house.rows["editions.editioneditor"]
    key = str(right.pk)
    with listening() as told:
        User.objects.get(pk=right.user_id).delete()
    assert told.lines == [("deleted", "editions.editioneditor", key, {})]


def test_a_frozen_edition_keeps_everything(house: House) -> None:
    freeze(house.edition)
    for row in (house.edition, house.room, house.talk, house.appearance):
        refused(FrozenEditionError, row)
    for model in (Edition, Talk, Room, Appearance):
        refused(FrozenEditionError, model._default_manager.all())


def test_a_talk_of_a_frozen_edition_holds_what_it_stands_on(house: House) -> None:
    """A repetition in a frozen edition would lose what it repeats."""
    house.talk.repeats = Talk.objects.get(edition=house.other)
    house.talk.save()
    freeze(house.edition)
    refused(FrozenEditionError, house.talk.repeats)


def test_a_deletion_that_fails_is_not_told(house: House) -> None:
    with listening() as told, gathering("mira", None):
        for row in (house.speaker, house.kind):
            with pytest.raises(ProtectedError):
                row.delete()
        with pytest.raises(IntegrityError):
            TalkType.objects.create(key=house.kind.key, label="Twice")
    assert (told.lines, told.raised) == ([], set())


def test_undone_deletions_leave_nothing(house: House) -> None:
    before = Change.objects.count()
    with undone():
        house.edition.delete()
    assert (Change.objects.count(), Deletion.objects.count()) == (before, 0)
