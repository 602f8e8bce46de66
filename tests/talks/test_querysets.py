"""The programme in the words of the field."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from editions.clock import wall_clock
from editions.models import EditionEditor
from speakers.models import Speaker
from talks.models import Appearance, Notice, Talk
from tests import factories

pytestmark = pytest.mark.django_db


def titles(talks: object) -> list[str]:
    return [one.title for one in talks]  # type: ignore[attr-defined]


def test_drafts_are_hidden_and_so_is_all_of_a_draft_edition() -> None:
    for edition in ("draft", "published", "frozen"):
        held = factories.make_edition()
        for talk in ("draft", "published", "cancelled"):
            factories.make_talk(edition=held, state=talk, title=f"{talk} in {edition}")
        held.state = edition
        held.save()
    expected = [
        "cancelled in frozen",
        "cancelled in published",
        "published in frozen",
        "published in published",
    ]
    assert sorted(titles(Talk.objects.published())) == expected
    for visitor in (None, AnonymousUser()):
        assert sorted(titles(Talk.objects.visible_to(visitor))) == expected
    assert len(Talk.objects.visible_to(factories.make_organizer())) == 9


def test_an_editor_sees_the_drafts_of_their_editions() -> None:
    own, other = factories.make_edition(state="draft"), factories.make_edition()
    for edition in (own, other):
        for state in ("draft", "published"):
            talk = factories.make_talk(edition=edition, state=state, title=f"{state} {edition == own}")
            factories.make_appearance(talk=talk, name=talk.title)
    editor = User.objects.create_user("editor", is_staff=True)
    EditionEditor.objects.create(edition=own, user=editor)
    seen = ["draft True", "published False", "published True"]
    assert sorted(titles(Talk.objects.visible_to(editor))) == seen
    assert sorted(one.name for one in Appearance.objects.visible_to(editor)) == seen
    assert sorted(one.name for one in Appearance.objects.open_to(editor)) == ["draft True", "published True"]
    assert Appearance.objects.open_to(None).count() == 0


def test_what_a_visitor_sees_costs_no_query_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    factories.make_appearance()
    for visitor in (None, AnonymousUser()):
        with django_assert_num_queries(3):
            assert len(Talk.objects.visible_to(visitor)) == 1
            assert len(Appearance.objects.visible_to(visitor)) == 1
            assert len(Speaker.objects.visible_to(visitor)) == 1


def test_in_order() -> None:
    edition = factories.make_edition()
    upper = factories.make_room(edition=edition, name="Upper", position=2)
    lower = factories.make_room(edition=edition, name="Lower", position=1)
    annex = factories.make_room(edition=edition, name="Annex", position=2)
    nine, ten = datetime(2031, 5, 15, 9, 0), datetime(2031, 5, 15, 10, 0)
    for title, start, room, position in (
        ("last", None, None, 0),
        ("f", ten, lower, 0),
        ("e", nine, upper, 0),
        ("d", nine, annex, 1),
        ("c", nine, annex, 0),
        ("b", nine, lower, 9),
        ("a", nine, None, 0),
    ):
        factories.make_talk(edition=edition, title=title, starts_at=start, room=room, position=position)
    assert titles(Talk.objects.in_order()) == ["a", "b", "c", "d", "e", "f", "last"]
    assert titles(edition.talks.scheduled().in_order()) == ["a", "b", "c", "d", "e", "f"]
    assert titles(edition.talks.unscheduled()) == ["last"]


def test_what_is_on_is_told_by_each_venue_s_own_clock() -> None:
    """At 16:00 in UTC it is 9:00 in Vancouver, 18:00 in Berlin and 21:30 in Kolkata."""
    moment = datetime(2027, 7, 1, 16, 0, tzinfo=UTC)
    for zone, clock in (
        ("America/Vancouver", datetime(2027, 7, 1, 9, 0)),
        ("Europe/Berlin", datetime(2027, 7, 1, 18, 0)),
        ("Asia/Kolkata", datetime(2027, 7, 1, 21, 30)),
    ):
        edition = factories.make_edition(timezone=zone)
        for title, minutes, state in (
            ("ended just now", -45, "published"),
            ("on", -44, "published"),
            ("begins just now", 0, "published"),
            ("soon", 1, "published"),
            ("cancelled", -10, "cancelled"),
        ):
            start = clock + timedelta(minutes=minutes)
            factories.make_talk(edition=edition, title=f"{title} {zone}", starts_at=start, state=state)
        # What is on in Vancouver's clock time, but elsewhere.
        factories.make_talk(edition=edition, title="elsewhere", starts_at=datetime(2027, 7, 1, 14, 0))
        factories.make_talk(edition=edition, title="open end", starts_at=clock, ends_at=None)
        factories.make_talk(edition=edition, title="unscheduled", starts_at=None)
    found = titles(Talk.objects.in_progress(moment))
    zones = ("America/Vancouver", "Asia/Kolkata", "Europe/Berlin")
    assert sorted(found) == [f"{title} {zone}" for title in ("begins just now", "on") for zone in zones]
    berlin = Talk.objects.filter(edition__timezone="Europe/Berlin").in_order()
    assert titles(berlin.in_progress(moment)) == ["on Europe/Berlin", "begins just now Europe/Berlin"]
    assert titles(Talk.objects.none().in_progress(moment)) == []


def test_now_is_the_moment_where_none_is_named() -> None:
    edition = factories.make_edition(timezone="Asia/Kolkata")
    clock = wall_clock(timezone.now(), "Asia/Kolkata").replace(microsecond=0)
    on = factories.make_talk(edition=edition, starts_at=clock - timedelta(minutes=20))
    factories.make_talk(edition=edition, starts_at=clock + timedelta(hours=1))
    assert list(Talk.objects.in_progress()) == [on]
    assert list(Talk.objects.published().in_progress()) == [on]


@pytest.mark.parametrize("count", [1, 3])
def test_people_come_in_the_same_number_of_queries(count: int) -> None:
    edition = factories.make_edition()
    for _ in range(count):
        talk = factories.make_talk(edition=edition, room=factories.make_room(edition=edition))
        for name in ("B", "A"):
            factories.make_appearance(talk=talk, name=name)
        factories.make_paper(talk=talk)
    with CaptureQueriesContext(connection) as queries:
        found = list(Talk.objects.with_people())
        shown = [
            (
                one.type.label,
                one.room and one.room.name,
                [(who.name, who.speaker and who.speaker.slug) for who in one.appearances.all()],
            )
            for one in found
        ]
        papers = [len(one.papers.all()) for one in found]
    assert (len(queries), len(shown), papers) == (3, count, [1] * count)
    assert {tuple(name for name, _slug in people) for _type, _room, people in shown} == {("B", "A")}


def test_notices_stand_until_their_end() -> None:
    edition = factories.make_edition()
    noon = datetime(2031, 5, 15, 12, 0)
    for text, until in (("over", noon), ("stands", noon + timedelta(seconds=1)), ("always", None)):
        factories.make_notice(edition=edition, text=text, until=until)
    assert sorted(str(one) for one in Notice.objects.standing(noon)) == ["always", "stands"]
