"""The rules of the programme: what a talk may be, what it is called, where it is found."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from talks.models import Notice, Talk, TalkType
from tests import factories

pytestmark = pytest.mark.django_db
START = datetime(2031, 5, 15, 9, 30)


def breaks(row: models.Model, constraint: str, columns: str = "") -> None:
    """The database refuses the row: PostgreSQL names the constraint, SQLite it or its columns."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save()
    said = str(caught.value)
    assert constraint in said or (connection.vendor == "sqlite" and columns and columns in said)


def messages(row: models.Model) -> dict[str, list[str]]:
    """What a form says of the row."""
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return caught.value.message_dict


def changed(talk: Talk, **given: Any) -> Talk:
    for name, value in given.items():
        setattr(talk, name, value)
    return talk


@pytest.mark.parametrize(
    ("given", "constraint", "columns", "said"),
    [
        (
            {"starts_at": START, "ends_at": START - timedelta(minutes=1)},
            "talk_ends_after_it_starts",
            "",
            {"ends_at": ["The end is before the start."]},
        ),
        (
            {"starts_at": None, "ends_at": START},
            "talk_end_needs_a_start",
            "",
            {"ends_at": ["An end needs a start."]},
        ),
        (
            {"key": "neap"},
            "talk_key_once_an_edition",
            "talks_talk.key",
            {"__all__": ["Talk with this Edition and Key already exists."]},
        ),
        (
            {"slug": "neap"},
            "talk_slug_once_an_edition",
            "talks_talk.slug",
            {"__all__": ["Talk with this Edition and Slug already exists."]},
        ),
        (
            {"number": 0},
            "talk_number_is_positive",
            "",
            {"__all__": ["Constraint “talk_number_is_positive” is violated."]},
        ),
    ],
)
def test_constraints(
    given: dict[str, Any], constraint: str, columns: str, said: dict[str, list[str]]
) -> None:
    edition = factories.make_edition()
    factories.make_talk(edition=edition, title="Neap")
    talk = changed(factories.make_talk(edition=edition), **given)
    assert messages(talk) == said
    breaks(talk, constraint, columns)


@pytest.mark.parametrize(
    "given",
    [
        {"ends_at": None},
        {"starts_at": None, "ends_at": None},
        {"ends_at": START},  # nothing lasts no time, and still it stands in real programmes
        {"title": "", "abstract": "", "room": None},
        {"title": "x" * 255},
    ],
)
def test_what_is_fine(given: dict[str, Any]) -> None:
    talk = changed(factories.make_talk(starts_at=START), **given)
    talk.full_clean()
    talk.save()
    talk.refresh_from_db()
    assert {name: getattr(talk, name) for name in given} == given


def test_the_same_name_in_another_edition_is_fine() -> None:
    talks = [factories.make_talk(title="Neap") for _ in range(3)]
    assert [(one.key, one.slug) for one in talks] == [("neap", "neap")] * 3


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("room", factories.make_room),
        ("track", factories.make_track),
        ("session", factories.make_talk),
        ("repeats", factories.make_talk),
    ],
)
def test_what_a_talk_names_is_of_its_edition(name: str, make: Callable[..., Any]) -> None:
    talk, other = factories.make_talk(), make()
    assert messages(changed(talk, **{name: other})) == {name: [f"“{other}” belongs to another edition."]}
    changed(talk, **{name: make(edition=talk.edition)}).full_clean()


def test_a_talk_is_no_part_of_itself() -> None:
    talk = factories.make_talk()
    said = {"__all__": ["A talk can be neither a part nor a repetition of itself."]}
    assert messages(changed(talk, session=talk)) == said
    assert messages(changed(talk, session=None, repeats=talk)) == said


def test_a_talk_without_edition_or_type_is_told_so() -> None:
    assert list(messages(Talk(title="Neap"))) == ["edition", "type"]
    assert list(messages(Talk(title="Neap", edition=factories.make_edition()))) == ["type"]


@pytest.mark.parametrize("name", ["room", "talk"])
def test_a_notice_stays_in_its_edition(name: str) -> None:
    make: dict[str, Callable[..., Any]] = {"room": factories.make_room, "talk": factories.make_talk}
    edition = factories.make_edition()
    notice = Notice(edition=edition, text="Tea", **{name: make[name]()})
    assert messages(notice) == {name: ["It belongs to another edition."]}
    Notice(edition=edition, text="Tea", **{name: make[name](edition=edition)}).full_clean()


@pytest.mark.parametrize(
    ("kind", "title", "name"),
    [
        ("talk", "Neap", "Neap"),
        ("talk", "", "To be announced"),
        ("session", "", "Ebb label"),
        ("break", "", "Ebb label"),
        ("break", "潮", "潮"),
    ],
)
def test_a_talk_is_called(kind: str, title: str, name: str) -> None:
    talk = factories.make_talk(type=factories.make_type(kind=kind, label="Ebb label"), title=title)
    assert talk.name == name
    assert talk.told_as() == (title or talk.key)


def test_a_talk_in_a_list_says_when_and_where() -> None:
    edition = factories.make_edition(key="tide-31")
    room = factories.make_room(edition=edition, name="Loft")
    assert (
        str(factories.make_talk(edition=edition, room=room, title="Neap"))
        == "tide-31 · Thu 15 May 09:30 · Loft · Neap"
    )
    later = factories.make_talk(edition=edition, starts_at=None, title="Ebb")
    assert str(later) == "tide-31 · unscheduled · Ebb"


def test_addresses_and_keys() -> None:
    edition = factories.make_edition(key="tide-31")
    talk = factories.make_talk(edition=edition, key="01-neap", title="Neap")
    again = factories.make_talk(edition=edition, title="Neap", repeats=talk)
    assert (talk.get_absolute_url(), again.slug) == ("/tide-31/talks/neap/", "neap-2")
    assert again.get_absolute_url() == talk.get_absolute_url()
    assert talk.natural_key() == ("tide-31", "01-neap")
    assert Talk.objects.get_by_natural_key("tide-31", "01-neap") == talk
    assert TalkType.objects.get_by_natural_key(talk.type.key) == talk.type
    assert talk.type.natural_key() == (talk.type.key,)


def test_a_type_is_named_once() -> None:
    first = factories.make_type(key="keynote", label="Keynote")
    assert str(first) == "Keynote"
    assert messages(TalkType(key="keynote", label="x")) == {
        "key": ["Talk type with this Key already exists."]
    }
    breaks(TalkType(key="keynote", label="x"), "talks_talktype_key", "talks_talktype.key")


def test_people_and_papers_stand_in_their_order() -> None:
    talk = factories.make_talk()
    for name, position in (("C", 2), ("A", 0), ("B", 1)):
        factories.make_appearance(talk=talk, name=name, position=position)
        factories.make_paper(talk=talk, title=name, position=position)
    assert [str(one) for one in talk.appearances.all()] == ["A", "B", "C"]
    assert [str(one) for one in talk.papers.all()] == ["A", "B", "C"]
