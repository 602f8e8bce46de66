"""Rows as they stood, from what history recorded of them."""

import pytest

from history.models import Change, Deletion
from history.rewinding import Record, rewind
from history.versioned import Row
from talks.models import Talk
from tests.factories import make_talk

pytestmark = pytest.mark.django_db
COLUMNS = ("title", "state")


def changes() -> list[Change]:
    """What is recorded of talks, oldest first."""
    return list(Change.objects.filter(kind="talks.talk").select_related("deletion").order_by("pk"))


def now() -> dict[Record, Row]:
    """The talks as they stand."""
    return {
        ("talks.talk", str(talk.pk)): {name: getattr(talk, name) for name in COLUMNS}
        for talk in Talk.objects.all()
    }


def seen(rows: dict[Record, Row]) -> tuple[list[str], list[str | None]]:
    """The titles before the first change, then the title of the row that each change has left."""
    start, steps = rewind(changes(), rows)
    return [row["title"] for row in start.values()], [
        step.row["title"] if step.row else None for step in steps
    ]


def rename(talk: Talk, title: str) -> None:
    """Save a new title."""
    talk.title = title
    talk.save()


def test_each_change_and_the_row_that_it_left() -> None:
    talk = make_talk(title="One")
    rename(talk, "Two")
    make_talk(title="Other")
    rename(talk, "Three")
    assert seen(now()) == ([], ["One", "Two", "Other", "Three"])


def test_what_was_there_before_history_began() -> None:
    talk = make_talk(title="One")
    Change.objects.all().delete()
    rename(talk, "Two")
    assert seen(now()) == (["One"], ["Two"])


def test_a_deleted_row_is_taken_from_what_was_kept() -> None:
    talk = make_talk(title="One")
    rename(talk, "Two")
    talk.delete()
    assert seen(now()) == ([], ["One", "Two", None])
    Deletion.objects.all().delete()
    assert seen(now()) == ([], [None, None, None])


def test_a_row_that_came_back() -> None:
    talk = make_talk(title="One")
    kept = Talk.objects.get(pk=talk.pk)
    talk.delete()
    kept.save(force_insert=True)
    rename(kept, "Two")
    assert seen(now()) == ([], ["One", None, "One", "Two"])
