"""Sequence and changed_at of a talk: what raises them, by which path, and what the instance in hand then knows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Upper

from talks.models import Talk
from tests import factories
from tests.history.house import House, undone
from tests.history.test_paths import CHANGE

each_change = pytest.mark.parametrize("change", CHANGE, ids=lambda one: one.__name__)


def sequenced(house: House) -> dict[str, Any]:
    """What an attendee must hear of: a new value for each such field."""
    return {
        "title": "Ebb",
        "starts_at": datetime(2031, 5, 15, 9, 0),
        "ends_at": datetime(2031, 5, 15, 12, 0),
        "room": factories.make_room(edition=house.edition),
        "location": "On the quay",
        "state": "cancelled",
    }


def quiet(house: House) -> dict[str, Any]:
    """What changes the talk's page alone."""
    return {
        "abstract": "Of *tides*.",
        "track": factories.make_track(edition=house.edition),
        "level": "beginner",
        "slug": "ebb",
        "key": "ebb",
        "position": 3,
        "video_url": "https://video.example/ebb",
    }


@each_change
def test_time_place_state_and_title_raise_it(house: House, change: Callable[[Any, str, Any], None]) -> None:
    for field, value in sequenced(house).items():
        with undone():
            row = Talk.objects.get(pk=house.talk.pk)
            before = row.changed_at
            change(row, field, value)
            row.refresh_from_db()
            assert (field, getattr(row, field), row.sequence) == (field, value, 1)
            assert row.changed_at > before


@each_change
def test_other_fields_only_set_the_time(house: House, change: Callable[[Any, str, Any], None]) -> None:
    for field, value in quiet(house).items():
        with undone():
            row = Talk.objects.get(pk=house.talk.pk)
            before = row.changed_at
            change(row, field, value)
            row.refresh_from_db()
            assert (field, getattr(row, field), row.sequence) == (field, value, 0)
            assert row.changed_at > before


@each_change
def test_what_changes_nothing_moves_no_stamp(house: House, change: Callable[[Any, str, Any], None]) -> None:
    for field in (*sequenced(house), *quiet(house)):
        row = Talk.objects.get(pk=house.talk.pk)
        before = row.changed_at
        change(row, field, getattr(row, field))
        row.refresh_from_db()
        assert (field, row.sequence, row.changed_at) == (field, 0, before)


def test_the_instance_in_hand_knows_after_a_save(house: House) -> None:
    talk = house.talk
    for number, title in enumerate(("Ebb", "Flood", "Slack"), start=1):
        talk.title = title
        talk.save()
        stored = Talk.objects.get(pk=talk.pk)
        assert talk.sequence == stored.sequence == number
        assert talk.changed_at == stored.changed_at
        assert talk.title_folded == stored.title_folded == title.lower()
    talk.title = "Bore"
    talk.save(update_fields=["title"])
    assert (talk.sequence, talk.title_folded) == (4, "bore")


def test_an_instance_that_is_behind_takes_no_stamp_back(house: House) -> None:
    behind = Talk.objects.get(pk=house.talk.pk)
    for title in ("Ebb", "Flood"):
        Talk.objects.filter(pk=house.talk.pk).update(title=title)
    stamp = Talk.objects.get(pk=house.talk.pk).changed_at
    behind.title = "Flood"
    behind.save()
    assert (behind.sequence, behind.changed_at) == (2, stamp)
    behind.title = "Slack"
    behind.save()
    assert (behind.sequence, Talk.objects.get(pk=behind.pk).sequence) == (3, 3)


def test_one_update_of_many_raises_each_that_changed(house: House) -> None:
    talks = [
        factories.make_talk(edition=house.edition, type=house.kind, title=name) for name in ("a", "B", "ç")
    ]
    Talk.objects.filter(pk__in=[one.pk for one in talks]).update(title=Upper("title"))
    found = Talk.objects.filter(pk__in=[one.pk for one in talks]).order_by("pk")
    assert [(one.sequence, one.title_folded) for one in found][:2] == [(1, "a"), (0, "b")]
    found.update(starts_at=F("starts_at") + timedelta(hours=1), ends_at=F("ends_at") + timedelta(hours=1))
    assert [(one.starts_at, one.ends_at) for one in found] == [
        (datetime(2031, 5, 15, 10, 30), datetime(2031, 5, 15, 11, 15))
    ] * 3


def test_a_new_talk_begins_at_nought(house: House) -> None:
    assert house.talk.sequence == 0
    assert factories.make_talk(edition=house.edition, sequence=0).sequence == 0


def test_appearances_move_no_stamp(house: House) -> None:
    before = Talk.objects.get(pk=house.talk.pk)
    house.appearance.name = "Another"
    house.appearance.save()
    factories.make_paper(talk=house.talk)
    after = Talk.objects.get(pk=house.talk.pk)
    assert (after.sequence, after.changed_at) == (before.sequence, before.changed_at)


def test_folded_words_are_fresh_where_only_another_column_is_written(house: House) -> None:
    """Something below Django's ORM has written: the next update puts the folded words right."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE talks_talk SET title_folded = 'stale' WHERE id = %s", [house.talk.pk])
    Talk.objects.filter(pk=house.talk.pk).update(level="x")
    assert Talk.objects.get(pk=house.talk.pk).title_folded == "neap"
