"""The page of the day: what it shows at a moment, and each of its buttons, pressed and taken back."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from editions.clock import wall_clock
from editions.models import Edition
from talks.models import Notice, Talk
from tests.factories import make_edition, make_notice, make_room, make_talk
from tests.workbench.test_day_grid import one_of
from workbench.programme.errands import version_of

pytestmark = pytest.mark.django_db
ELEVEN = "2031-05-15T11:05"


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


@pytest.fixture
def edition() -> Edition:
    """A day in two rooms far in the west: one talk is on, two follow, a draft among them."""
    edition = make_edition(key="tide-31", timezone="Pacific/Honolulu")
    hall = make_room(edition=edition, name="Sala Główna", slug="hall", position=1)
    attic = make_room(edition=edition, name="屋根裏", slug="attic", position=2)
    make_talk(edition=edition, title="Tides", room=hall, starts_at=at(11), ends_at=at(12))
    make_talk(edition=edition, title="Waves", room=hall, starts_at=at(12), ends_at=at(13), state="draft")
    make_talk(edition=edition, title="Foam", room=attic, starts_at=at(14), ends_at=None)
    make_talk(edition=edition, title="Tomorrow", room=hall, starts_at=at(11, day=16))
    return edition


def address(moment: str = ELEVEN) -> str:
    """The page at a moment."""
    return reverse("admin:today-edition", args=["tide-31"]) + (f"?at={moment}" if moment else "")


def press(desk: Client, **given: Any) -> Any:
    """Press a button, as the page at eleven offers it."""
    return desk.post(address(), given, follow=True)


def shift(desk: Client, edition: Edition, **given: Any) -> Any:
    """Press one of the buttons that shift."""
    chosen = {"do": "shift", "room": "", "from": f"{ELEVEN}:00", "version": version_of(edition), "by": "15"}
    return press(desk, **{**chosen, **given})


def take_back(desk: Client, answer: Any) -> Any:
    """Press Undo."""
    return press(desk, **answer.context["done"].undo)


def said(answer: Any) -> tuple[int, str]:
    """What came of it."""
    return answer.context["done"].status, answer.context["done"].words


def starts() -> dict[str, datetime]:
    """When each talk begins."""
    return dict(Talk.objects.values_list("title", "starts_at"))


def test_each_room_shows_what_is_on_and_next(desk: Client, edition: Edition) -> None:
    answer = desk.get(address())
    assert [
        (corner.label, [one.item.title for one in corner.now], [one.item.title for one in corner.next])
        for corner in answer.context["corners"]
    ] == [("Sala Główna", ["Tides"], ["Waves"]), ("屋根裏", [], ["Foam"])]
    assert answer.context["today"] == "Thursday, 15 May, 11:05"
    assert answer.context["corners"][0].now[0].until == "2031-05-15T12:00"
    assert answer.context["corners"][1].next[0].until == "2031-05-15T23:59"


def test_before_and_after(desk: Client, edition: Edition) -> None:
    before = desk.get(address("2031-05-14T09:00")).context
    assert [card.item.title for card in before["coming"]] == ["Tides"]
    assert "The programme is over." in desk.get(address("2031-06-14T09:00")).content.decode()
    assert desk.get(address("")).context["at"].date() == wall_clock(timezone.now(), edition.timezone).date()
    assert desk.get(address("noon")).status_code == 404
    assert desk.get(address("2031-02-30T09:00")).status_code == 404


def test_without_a_name_it_is_the_edition_in_which_one_works(desk: Client, edition: Edition) -> None:
    answer = desk.get(reverse("admin:today"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/today/tide-31/")


def test_where_no_edition_is_open_there_is_none_to_choose(client: Client, edition: Edition) -> None:
    client.force_login(one_of("Editors"))
    assert "No edition is open to you." in client.get(reverse("admin:today")).content.decode()


def test_a_talk_is_cancelled_and_takes_place_after_all(desk: Client, edition: Edition) -> None:
    waves = Talk.objects.get(title="Waves")
    answer = press(desk, do="state", talk=waves.pk, state="cancelled")
    assert answer.redirect_chain == [(address(), 302)]
    assert said(answer) == (200, "“Waves” is cancelled.")
    assert Talk.objects.get(title="Waves").state == "cancelled"
    assert said(take_back(desk, answer)) == (200, "“Waves” is a draft again.")
    assert Talk.objects.get(title="Waves").state == "draft"
    assert said(press(desk, do="state", talk=waves.pk, state="sunk"))[0] == 422
    assert Talk.objects.get(title="Waves").state == "draft"


def test_a_talk_goes_to_another_room_and_back_and_a_clash_is_named(desk: Client, edition: Edition) -> None:
    make_talk(
        edition=edition, title="Silt", room=edition.rooms.get(slug="attic"), starts_at=at(11), ends_at=at(12)
    )
    tides, attic = Talk.objects.get(title="Tides"), edition.rooms.get(slug="attic")
    answer = press(desk, do="room", talk=tides.pk, room=attic.pk)
    assert said(answer) == (200, "“Tides” is now in 屋根裏.")
    assert [("Silt" in one, "屋根裏" in one) for one in answer.context["clashes"]] == [(True, True)]
    assert Talk.objects.get(title="Tides").room == attic
    take_back(desk, answer)
    assert Talk.objects.get(title="Tides").room == tides.room
    assert said(press(desk, do="room", talk=tides.pk, room="")) == (200, "“Tides” is now in no room.")
    other = make_room()
    assert press(desk, do="room", talk=tides.pk, room=other.pk).status_code == 404


def test_the_rest_of_the_day_is_shifted_in_a_room_or_in_all_and_back(desk: Client, edition: Edition) -> None:
    before = starts()
    answer = shift(desk, edition, room=edition.rooms.get(slug="hall").pk)
    assert said(answer) == (200, "1 entry begins 15 minutes later: Sala Główna.")
    assert starts() == {**before, "Waves": at(12, 15)}
    take_back(desk, answer)
    assert starts() == before
    answer = shift(desk, edition, by="-5")
    assert said(answer) == (200, "2 entries begin 5 minutes earlier.")
    assert starts() == {**before, "Waves": at(11, 55), "Foam": at(13, 55)}
    take_back(desk, answer)
    assert starts() == before


def test_a_press_on_an_old_page_shifts_nothing(desk: Client, edition: Edition) -> None:
    version = version_of(edition)
    shift(desk, edition)
    before = starts()
    assert said(shift(desk, edition, version=version))[0] == 409
    assert starts() == before


@pytest.mark.parametrize(
    "given", [{"by": "soon"}, {"by": "9" * 20}, {"from": "noon"}, {"from": "2031-02-30T09:00"}]
)
def test_a_broken_form_shifts_nothing(desk: Client, edition: Edition, given: dict[str, str]) -> None:
    before = starts()
    assert said(shift(desk, edition, **given)) == (422, "This page's form is broken: load the page again.")
    assert starts() == before


def test_late_in_the_evening_there_is_nothing_to_shift(desk: Client, edition: Edition) -> None:
    assert said(shift(desk, edition, **{"from": "2031-05-15T22:00"}))[0] == 422


def test_a_notice_is_put_up_taken_down_and_put_up_again(
    desk: Client, edition: Edition, client: Client
) -> None:
    given = {"room": "", "talk": "", "text": "Doors at ośmej", "until": "2031-05-15T13:00"}
    answer = press(desk, do="notice", **given)
    assert said(answer) == (200, "The notice stands until Thu 15 May 13:00: Doors at ośmej")
    assert "Doors at ośmej" in client.get("/tide-31/schedule/").content.decode()
    taken = take_back(desk, answer)
    assert said(taken) == (200, "The notice is taken down: Doors at ośmej")
    assert "Doors at ośmej" not in client.get("/tide-31/schedule/").content.decode()
    take_back(desk, taken)
    assert Notice.objects.get().until == at(13)
    forever = press(desk, do="notice", **{**given, "text": "Wi-Fi: tide", "until": ""})
    assert said(forever) == (200, "The notice stands until it is taken down: Wi-Fi: tide")


def test_a_notice_without_words_or_for_another_edition_is_refused(desk: Client, edition: Edition) -> None:
    given = {"do": "notice", "room": "", "talk": "", "until": "", "text": "Hello"}
    assert said(press(desk, **{**given, "text": " "})) == (422, "This field is required.")
    assert said(press(desk, **{**given, "talk": make_talk().pk}))[0] == 422
    assert not Notice.objects.exists()


def test_standing_notices_are_listed(desk: Client, edition: Edition) -> None:
    make_notice(edition=edition, text="Over", until=at(11))
    make_notice(edition=edition, text="Stands", until=at(12))
    assert [one.text for one in desk.get(address()).context["notices"]] == ["Stands"]


def test_a_frozen_edition_stays_as_it_is(desk: Client, edition: Edition) -> None:
    Edition.objects.update(state="frozen")
    before = starts()
    status, words = said(shift(desk, edition))
    assert (status, "is frozen" in words) == (422, True)
    assert starts() == before


@pytest.mark.parametrize("do", ["state", "room", "shift", "notice", "take-down", "put-back", "dance", ""])
def test_a_reviewer_looks_and_changes_nothing(client: Client, edition: Edition, do: str) -> None:
    notice = make_notice(edition=edition)
    client.force_login(one_of("Reviewers", edition))
    assert "<button name" not in client.get(address()).content.decode()
    given = {
        "talk": Talk.objects.get(title="Tides").pk,
        "notice": notice.pk,
        "text": "x",
        "state": "cancelled",
    }
    assert press(client, do=do, **given).status_code == 403


def test_an_editor_of_another_edition_finds_nothing(client: Client, edition: Edition) -> None:
    client.force_login(one_of("Editors", make_edition()))
    given = {"do": "state", "talk": Talk.objects.get(title="Tides").pk, "state": "cancelled"}
    assert client.get(address()).status_code == 404
    assert press(client, **given).status_code == 404
    client.force_login(one_of("Editors", edition))
    assert press(client, **given).status_code == 200
    assert Talk.objects.get(title="Tides").state == "cancelled"


def test_talks_and_notices_of_another_edition_are_not_found(desk: Client, edition: Edition) -> None:
    other = make_talk()
    notice = make_notice()
    assert press(desk, do="state", talk=other.pk, state="cancelled").status_code == 404
    assert press(desk, do="take-down", notice=notice.pk).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries(
    desk: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        room = make_room(edition=edition, slug=f"room-{number}")
        talk = make_talk(edition=edition, room=room, starts_at=at(11))
        make_notice(edition=edition, talk=talk)
        make_notice(edition=edition, room=room)
    desk.get(address())
    with django_assert_num_queries(10):
        desk.get(address())
