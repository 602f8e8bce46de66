"""A new edition from an old one: what the form suggests, what it makes, what it says, who may."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from editions.models import Edition
from tests import factories
from tests.workbench.conftest import Fill, messages_of, read_form
from workbench.programme.cloning import next_name, usual


@pytest.fixture
def old(db: None) -> Edition:
    """A frozen edition with a room, a track, a break, a session and a talk."""
    edition = factories.make_edition(key="tide-31", title="潮 2031", timezone="Asia/Tokyo")
    hall = factories.make_room(edition=edition, key="Hall")
    factories.make_track(edition=edition)
    factories.make_sponsor(edition=edition)
    for kind, hour in (("break", 1), ("session", 9), ("talk", 11)):
        start = datetime(2031, 5, 15, hour, 30)
        talk = factories.make_talk(
            edition=edition, type=factories.make_type(kind=kind), starts_at=start, room=hall
        )
        factories.make_appearance(talk=talk)
    edition.state = "frozen"
    edition.save()
    return edition


def clone(edition: Edition) -> str:
    return reverse("admin:clone", args=[edition.key])


@pytest.mark.parametrize(
    ("name", "first", "then", "wanted"),
    [
        ("tide-31", date(2031, 5, 15), date(2032, 5, 13), "tide-32"),
        ("tide-2031-7", date(2031, 5, 15), date(2032, 5, 13), "tide-2032-7"),
        ("7th Tide", date(2031, 5, 15), date(2032, 5, 13), "8th Tide"),
        ("reef-09", None, None, "reef-10"),
        ("tide", date(2031, 5, 15), date(2032, 5, 13), "tide"),
        ("潮 2031", date(2031, 12, 31), date(2033, 1, 5), "潮 2033"),
    ],
)
def test_the_next_name(name: str, first: date | None, then: date | None, wanted: str) -> None:
    assert next_name(name, first, then) == wanted


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (date(2031, 5, 15), date(2032, 5, 13)),
        (date(2031, 1, 1), date(2032, 1, 7)),
        (date(2028, 2, 29), date(2029, 2, 27)),
        (None, None),
    ],
)
@pytest.mark.django_db
def test_the_same_weekday_a_year_later(first: date | None, then: date | None) -> None:
    suggested = usual(factories.make_edition(starts_on=first, ends_on=None))["starts_on"]
    assert suggested == then
    assert not (first and suggested) or first.weekday() == suggested.weekday()


def test_a_key_that_is_taken_is_not_suggested(old: Edition) -> None:
    for key in ("tide-32", "tide-33", "reef"):
        factories.make_edition(key=key)
    assert usual(old)["key"] == "tide-34"
    assert usual(Edition.objects.get(key="reef"))["key"] == "reef-2"


def test_looking_makes_nothing_and_suggests_the_usual(desk: Client, old: Edition) -> None:
    form = read_form(desk.get(clone(old)).content)
    form.pop("csrfmiddlewaretoken", None)
    form.pop("parts", None)
    assert form == {
        "key": "tide-32",
        "title": "潮 2032",
        "starts_on": "2032-05-13",
        "timezone": "Asia/Tokyo",
        "entries": "frame",
    }
    assert Edition.objects.count() == 1


def test_the_edition_is_made_as_asked(fill: Fill, old: Edition) -> None:
    parts = ["rooms", "sponsors"]
    answer = fill("admin:clone", old.key, changes={"parts": parts, "entries": "frame talks", "people": "on"})
    made = Edition.objects.get(key="tide-32")
    assert answer.redirect_chain == [(reverse("admin:editions_edition_change", args=[made.pk]), 302)]
    assert messages_of(answer) == ["“tide-32 · 潮 2032” was made, a draft with 3 entries."]
    parts_made = [made.rooms.count(), made.tracks.count(), made.sponsors.count()]
    assert (made.state, parts_made) == ("draft", [1, 0, 1])
    assert [one.appearances.count() for one in made.talks.all()] == [1, 1, 1]
    assert made.talks.earliest("starts_at").starts_at == datetime(2032, 5, 13, 1, 30)


def test_clocks_that_are_skipped_are_told(fill: Fill, old: Edition) -> None:
    changes = {"starts_on": "2032-03-28", "timezone": "Europe/Lisbon", "parts": ["rooms"]}
    answer = fill("admin:clone", old.key, changes=changes)
    talk = Edition.objects.get(key="tide-32").talks.earliest("starts_at")
    assert messages_of(answer) == [
        "“tide-32 · 潮 2032” was made, a draft with 2 entries.",
        f"{talk}: Europe/Lisbon skips this clock time: summer time begins then.",
    ]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"key": "tide-31"}, {"key": ["Edition with this Key already exists."]}),
        (
            {"key": "Tide 32"},
            {"key": ["Write 4 to 60 of the letters a-z, digits, - and _: spring-24, for example."]},
        ),
        ({"key": "admin"}, {"key": ["“admin” is an address of the site itself: choose another key."]}),
        ({"starts_on": ""}, {"starts_on": ["This field is required."]}),
        (
            {"timezone": "Sea/Deep"},
            {"timezone": ["Select a valid choice. Sea/Deep is not one of the available choices."]},
        ),
    ],
)
def test_what_is_refused_is_told_beside_its_field(
    fill: Fill, old: Edition, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = fill("admin:clone", old.key, changes={"title": "Kept", **changes})
    assert (answer.context["form"].errors, Edition.objects.count()) == (errors, 1)
    assert read_form(answer.content)["title"] == "Kept"


def test_only_those_who_begin_editions(old: Edition) -> None:
    for group, status in (("Editors", 403), ("Reviewers", 403), ("Organizers", 200)):
        user = User.objects.create_user(username=group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        assert client.get(clone(old)).status_code == status
        sent = {"key": f"tide-{group.lower()}", "starts_on": "2041-05-15", "timezone": "Asia/Tokyo"}
        assert client.post(clone(old), sent, follow=True).status_code == status
    assert list(Edition.objects.exclude(pk=old.pk).values_list("key", flat=True)) == ["tide-organizers"]


@pytest.mark.parametrize("count", [1, 3])
def test_one_talk_and_three_cost_the_same(desk: Client, count: int, django_assert_num_queries: Any) -> None:
    edition = factories.make_edition(key="reef-31")
    kind = factories.make_type(kind="break")
    for _ in range(count):
        factories.make_talk(edition=edition, type=kind)
    sent = {"key": "reef-32", "starts_on": "2032-05-13", "timezone": "Asia/Tokyo", "entries": "frame"}
    with django_assert_num_queries(45):
        desk.post(clone(edition), sent)
