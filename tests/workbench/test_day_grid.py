"""The day grid: what a day shows, and talks moved, stretched, swapped, and refused, with the way back."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from editions.models import Edition, EditionEditor
from history.models import Change
from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_room,
    make_speaker,
    make_talk,
    make_type,
)
from workbench.programme.day_shape import days_of, shape

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


@pytest.fixture
def edition() -> Edition:
    """Two days far in the east with two rooms and a talk on the first morning."""
    edition = make_edition(key="tide-31", timezone="Pacific/Kiritimati")
    hall = make_room(edition=edition, name="Sala Główna", slug="hall", position=1)
    make_room(edition=edition, name="屋根裏", slug="attic", position=2)
    make_talk(edition=edition, title="Tides", room=hall, starts_at=at(9), ends_at=at(10))
    return edition


def tides() -> Talk:
    """The talk, as it is now."""
    found: Talk = Talk.objects.get(title="Tides")
    return found


def send(desk: Client, *, fetch: bool = False, shown: str = "2031-05-15", **given: Any) -> Any:
    """Ask for a move of the talk, from where it is."""
    talk = tides()
    chosen = {
        "do": "move",
        "talk": talk.pk,
        "stamp": talk.sequence,
        "day": "2031-05-15",
        "start": "11:05",
        "minutes": "60",
        "room": talk.room_id or "",
        **given,
    }
    headers = {"X-Requested-With": "fetch"} if fetch else {}
    address = reverse("admin:grid-move", args=["tide-31"]) + f"?day={shown}"
    return desk.post(address, chosen, headers=headers, follow=not fetch)


def place() -> tuple[Any, ...]:
    """Where the talk is."""
    talk = tides()
    return (talk.starts_at, talk.ends_at, talk.room.slug if talk.room else None)


def words(answer: Any) -> tuple[int, str, list[str]]:
    """What the page says came of it: the status of the deed, its words, and the clashes."""
    done = answer.context["done"]
    return done.status, done.words, answer.context["clashes"]


def take_back(desk: Client, answer: Any) -> Any:
    """Press Undo."""
    address = reverse("admin:grid-move", args=["tide-31"]) + "?day=2031-05-15"
    return desk.post(address, dict(answer.context["done"].undo), follow=True)


def test_a_day_shows_its_talks_rooms_and_hours(desk: Client, edition: Edition) -> None:
    make_talk(edition=edition, title="Foam", starts_at=at(9, day=17))
    make_talk(edition=edition, title="बाद में", starts_at=None)
    answer = desk.get(reverse("admin:grid", args=["tide-31"]))
    day = answer.context["day"]
    assert answer.context["days"] == [date(2031, 5, 15), date(2031, 5, 16), date(2031, 5, 17)]
    assert (day.date, day.first, day.last) == (date(2031, 5, 15), 8 * 60, 11 * 60)
    assert [room.name for room in day.rooms] == ["Sala Główna", "屋根裏"]
    assert [(one.talk.title, one.start, one.length) for one in day.blocks] == [("Tides", 540, 60)]
    assert [one.talk.title for one in day.unscheduled] == ["बाद में"]
    empty = desk.get(reverse("admin:grid", args=["tide-31"]), {"day": "2031-05-16"}).context["day"]
    assert (empty.blocks, empty.first, empty.last) == ((), 9 * 60, 18 * 60)


@pytest.mark.parametrize("day", ["2031-02-30", "2031-13-01"])
def test_a_day_that_is_none_is_not_found(desk: Client, edition: Edition, day: str) -> None:
    assert desk.get(reverse("admin:grid", args=["tide-31"]), {"day": day}).status_code == 404


def test_an_edition_without_days_says_so(desk: Client) -> None:
    make_edition(key="tide-32", starts_on=None, ends_on=None)
    answer = desk.get(reverse("admin:grid", args=["tide-32"]))
    assert "The edition has no days yet." in answer.content.decode()


def test_what_overlaps_stands_side_by_side(edition: Edition) -> None:
    room = edition.rooms.get(slug="attic")
    for title, start, end in (
        ("A", at(9), at(11)),
        ("B", at(10), at(12)),
        ("C", at(11), at(11)),
        ("D", at(11, 10), at(13)),
        ("E", at(14), None),
    ):
        make_talk(edition=edition, title=title, room=room, starts_at=start, ends_at=end)
    talks = list(Talk.objects.filter(edition=edition).with_names().in_order())
    day = shape(date(2031, 5, 15), talks, [room], {})
    lanes = {one.talk.title: (one.lane, one.lanes) for one in day.blocks}
    assert lanes == {"Tides": (0, 1), "A": (0, 3), "B": (1, 3), "C": (0, 3), "D": (2, 3), "E": (0, 1)}


def test_a_slip_in_a_year_makes_no_thousands_of_days() -> None:
    edition = make_edition(starts_on=date(2031, 5, 15), ends_on=date(2131, 5, 15))
    assert len(days_of(edition, [None, at(9, day=20)])) == 60


def test_a_talk_is_moved_and_moved_back(desk: Client, edition: Edition) -> None:
    attic = edition.rooms.get(slug="attic")
    answer = send(desk, room=attic.pk, minutes="45")
    assert answer.redirect_chain == [("/admin/grid/tide-31/?day=2031-05-15", 302)]
    assert words(answer) == (200, "“Tides”: Thu 15 May 11:05–11:50, 屋根裏.", [])
    assert place() == (at(11, 5), at(11, 50), "attic")
    assert Change.objects.filter(actor="ines", action="updated").count() == 1
    take_back(desk, answer)
    assert place() == (at(9), at(10), "hall")


def test_what_was_done_is_told_once(desk: Client, edition: Edition) -> None:
    send(desk)
    assert desk.get(reverse("admin:grid", args=["tide-31"])).context["done"] is None


def test_an_open_end_stays_open_and_comes_back(desk: Client, edition: Edition) -> None:
    Talk.objects.update(ends_at=None)
    answer = send(desk, minutes="30")
    assert place() == (at(11, 5), at(11, 35), "hall")
    take_back(desk, answer)
    assert place() == (at(9), None, "hall")


def test_a_talk_loses_its_time_and_gets_it_back(desk: Client, edition: Edition) -> None:
    answer = send(desk, do="unschedule")
    assert words(answer) == (200, "“Tides”: no time yet.", [])
    assert place() == (None, None, "hall")
    take_back(desk, answer)
    assert place() == (at(9), at(10), "hall")


def test_two_talks_change_places_and_back(desk: Client, edition: Edition) -> None:
    foam = make_talk(edition=edition, title="Foam", starts_at=at(14), ends_at=at(14, 30))
    answer = send(desk, do="swap", other=f"{foam.pk}.{foam.sequence}")
    assert words(answer) == (200, "“Tides” and “Foam” have changed places.", [])
    assert place() == (at(14), at(15), None)
    take_back(desk, answer)
    assert place() == (at(9), at(10), "hall")


def test_a_clash_is_pointed_out_and_not_refused(desk: Client, edition: Edition) -> None:
    lukasz = make_speaker(name="Łukasz Źdźbło")
    make_appearance(talk=tides(), speaker=lukasz)
    foam = make_talk(edition=edition, title="Foam", room=tides().room, starts_at=at(11), ends_at=at(12))
    make_appearance(talk=foam, speaker=lukasz)
    answer = send(desk, fetch=True)
    assert place() == (at(11, 5), at(12, 5), "hall")
    _status, _words, clashes = words(answer)
    assert [[name in one for name in ("Sala Główna", "Łukasz")] for one in clashes] == [
        [True, False],
        [False, True],
    ]
    assert answer.context["of_day"] == clashes
    assert answer.templates[0].name == "workbench/_grid.html"


def test_who_comes_second_is_told_and_changes_nothing(desk: Client, edition: Edition) -> None:
    seen = tides().sequence
    send(desk, start="13:00")
    answer = send(desk, fetch=True, stamp=seen, start="16:00")
    said = "“Tides” was changed meanwhile by ines; it is now Thu 15 May 13:00–14:00, Sala Główna. Your move was not made."
    assert (answer.status_code, words(answer)) == (409, (409, said, []))
    assert place() == (at(13), at(14), "hall")
    foam = make_talk(edition=edition, title="Foam", starts_at=at(14))
    answer = send(desk, fetch=True, do="swap", other=f"{foam.pk}.{foam.sequence + 1}")
    assert answer.status_code == 409
    pk = tides().pk
    tides().delete()
    Talk.objects.filter(pk=foam.pk).update(title="Tides")
    answer = send(desk, fetch=True, talk=pk)
    assert words(answer)[1] == "The talk has been deleted meanwhile. Nothing was changed."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": ""}, "Say the day and the time."),
        ({"day": "30 May"}, "Day: Enter a valid date. Say the day and the time."),
        ({"minutes": "-5"}, "Length in minutes: Ensure this value is greater than or equal to 0."),
        ({"do": "swap"}, "Choose the talk to swap with."),
        ({"do": "dance"}, "Select a valid choice. dance is not one of the available choices."),
        (
            {"room": "999999"},
            "Room: Select a valid choice. That choice is not one of the available choices.",
        ),
        ({"day": "9999-12-31", "minutes": "1440"}, "There is no such day in the calendar."),
    ],
)
def test_rules_refuse_with_a_sentence(
    desk: Client, edition: Edition, given: dict[str, str], said: str
) -> None:
    answer = send(desk, fetch=True, **given)
    assert (answer.status_code, words(answer)) == (422, (422, said, []))
    assert place() == (at(9), at(10), "hall")


def test_a_frozen_edition_stays_as_it_is(desk: Client, edition: Edition) -> None:
    Edition.objects.update(state="frozen")
    answer = send(desk)
    assert (words(answer)[0], answer.context["form"]) == (422, None)
    assert "is frozen" in words(answer)[1]
    assert place() == (at(9), at(10), "hall")


def test_without_a_script_the_form_is_a_page(desk: Client, edition: Edition) -> None:
    pk = tides().pk
    answer = desk.get(reverse("admin:grid", args=["tide-31"]), {"day": "2031-05-15", "talk": str(pk)})
    form = answer.context["form"]
    assert [form[name].value() for name in ("talk", "day", "start", "minutes", "room")] == [
        pk,
        "2031-05-15",
        "09:00",
        "60",
        str(tides().room_id),
    ]


def one_of(group: str, *editions: Edition) -> User:
    """Somebody of a group, who is given editions to work in."""
    user = User.objects.create_user(f"one-of-{group}-{User.objects.count()}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    for edition in editions:
        EditionEditor.objects.create(user=user, edition=edition)
    return user


def test_a_reviewer_looks_and_moves_nothing(client: Client, edition: Edition) -> None:
    client.force_login(one_of("Reviewers", edition))
    answer = client.get(reverse("admin:grid", args=["tide-31"]))
    assert (answer.status_code, answer.context["form"]) == (200, None)
    assert send(client).status_code == 403
    assert place() == (at(9), at(10), "hall")


def test_an_editor_of_another_edition_finds_nothing(client: Client, edition: Edition) -> None:
    client.force_login(one_of("Editors", make_edition()))
    assert client.get(reverse("admin:grid", args=["tide-31"])).status_code == 404
    assert send(client).status_code == 404
    assert place() == (at(9), at(10), "hall")
    client.force_login(one_of("Editors", edition))
    assert send(client).status_code == 200
    assert place() == (at(11, 5), at(12, 5), "hall")


def test_a_get_moves_nothing(desk: Client, edition: Edition) -> None:
    assert desk.get(reverse("admin:grid-move", args=["tide-31"])).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_queries(
    desk: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        room = make_room(edition=edition, slug=f"room-{number}")
        talk = make_talk(edition=edition, room=room, type=make_type())
        make_appearance(talk=talk)
        make_appearance(talk=make_talk(edition=edition, starts_at=None))
    desk.get(reverse("admin:grid", args=["tide-31"]))
    with django_assert_num_queries(11):
        desk.get(reverse("admin:grid", args=["tide-31"]))
    cache.clear()
    with django_assert_num_queries(20):
        desk.get(reverse("admin:grid", args=["tide-31"]))
