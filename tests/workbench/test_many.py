"""Many talks at once, from the list: asked on a page that shows what will be, then done; what is left, and why."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from lxml import html

from editions.models import Edition, EditionEditor
from history.models import Change
from talks.models import Talk
from tests import factories
from tests.workbench.conftest import messages_of, read_form

Counted = Callable[[int], Any]
ALL = "?edition__id__exact=all"
LEFT = "Left as they are, because they are frozen or another edition's: {}"


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    return datetime(2031, 5, day, hour, minute)


def address(query: str = ALL) -> str:
    return reverse("admin:talks_talk_changelist") + query


def tick(desk: Client, action: str, *talks: Talk, query: str = ALL, across: bool = False) -> Any:
    """Tick talks in the list and choose an action."""
    sent = {"action": action, "index": 0, "select_across": int(across)}
    return desk.post(address(query), {**sent, "_selected_action": [talk.pk for talk in talks]}, follow=True)


def go_on(desk: Client, page: Any, button: str = "confirm", query: str = ALL, **values: Any) -> Any:
    """Fill in the page that asks and press one of its buttons."""
    sent = {**read_form(page.content), **values, button: "1"}
    return desk.post(address(query), sent, follow=True)


def lines(page: Any) -> list[list[str]]:
    """What the page shows of each talk: name, now, then."""
    rows = html.document_fromstring(page.content.decode()).xpath("//table//tbody/tr")
    return [[cell.text_content() for cell in row] for row in rows]


def starts(edition: Edition) -> list[datetime | None]:
    return list(edition.talks.order_by("pk").values_list("starts_at", flat=True))


@pytest.fixture
def edition(db: None) -> Edition:
    """Three talks of one edition: two in the morning, one without a time."""
    edition = factories.make_edition(key="tide-31", timezone="Europe/Lisbon")
    hall = factories.make_room(edition=edition, name="Большой зал")
    factories.make_talk(edition=edition, title="潮の話", starts_at=at(9), ends_at=at(10), room=hall)
    factories.make_talk(edition=edition, title="Waves", starts_at=at(23, 50), ends_at=at(23, 55))
    factories.make_talk(edition=edition, title="Some day", starts_at=None)
    return edition


@pytest.fixture
def reader(edition: Edition) -> Client:
    """Somebody who may look at everything and change nothing."""
    return signed_in("Reviewers")


def signed_in(group: str, *editions: Edition) -> Client:
    """The browser of somebody in a group, given editions."""
    user = User.objects.create_user(username=f"{group} {len(editions)}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    for one in editions:
        EditionEditor.objects.create(user=user, edition=one)
    client = Client()
    client.force_login(user)
    return client


def test_a_shift_is_shown_and_then_done(desk: Client, edition: Edition) -> None:
    query = f"?edition__id__exact={edition.pk}&state__exact=published"
    page = tick(desk, "shift", *edition.talks.all(), query=query)
    assert lines(page) == [
        ["潮の話", "Thu 15 May 2031 09:00–10:00 · Большой зал", "Thu 15 May 2031 09:15–10:15 · Большой зал"],
        ["Waves", "Thu 15 May 2031 23:50–23:55", "Fri 16 May 2031 00:05–00:10"],
        ["Some day", "unscheduled", "stays as it is"],
    ]
    assert starts(edition) == [at(9), at(23, 50), None]
    shown = go_on(desk, page, "look", query, minutes="-30")
    assert lines(shown)[1] == ["Waves", "Thu 15 May 2031 23:50–23:55", "Thu 15 May 2031 23:20–23:25"]
    done = go_on(desk, shown, query=query)
    assert done.redirect_chain == [(address(query), 302)]
    assert messages_of(done) == ["2 talks were changed."]
    assert starts(edition) == [at(8, 30), at(23, 20), None]
    assert Change.objects.latest("pk").actor == "ines"


def test_what_is_shown_is_taken_back(desk: Client, edition: Edition) -> None:
    before = Change.objects.count()
    for action in ("shift", "set_state"):
        tick(desk, action, *edition.talks.all())
    assert (Change.objects.count(), starts(edition)) == (before, [at(9), at(23, 50), None])


def test_values_that_make_no_sense_change_nothing(desk: Client, edition: Edition) -> None:
    page = tick(desk, "shift", *edition.talks.all())
    answer = go_on(desk, page, minutes="soon")
    assert answer.context["asked"].form.errors == {"minutes": ["Enter a whole number."]}
    assert read_form(answer.content)["minutes"] == "soon"
    assert starts(edition) == [at(9), at(23, 50), None]


def test_two_change_places_and_no_other_number(desk: Client, edition: Edition) -> None:
    one, other, third = edition.talks.order_by("pk")
    page = tick(desk, "swap", one, other)
    assert lines(page) == [
        ["潮の話", "Thu 15 May 2031 09:00–10:00 · Большой зал", "Thu 15 May 2031 23:50–00:50"],
        ["Waves", "Thu 15 May 2031 23:50–23:55", "Thu 15 May 2031 09:00–09:05 · Большой зал"],
    ]
    assert messages_of(go_on(desk, page)) == ["2 talks were changed."]
    assert starts(edition) == [at(23, 50), at(9), None]
    for ticked in ([one], [one, other, third]):
        answer = tick(desk, "swap", *ticked)
        assert messages_of(answer) == ["Tick exactly two talks that you may change."]


def test_room_track_type_and_state_are_set(desk: Client, edition: Edition) -> None:
    talks = list(edition.talks.order_by("pk"))
    hall, deep = edition.rooms.get(), factories.make_track(edition=edition)
    panel = factories.make_type(label="Panel", kind="session")
    chosen: dict[str, Any] = {
        "set_room": hall.pk,
        "set_track": deep.pk,
        "set_type": panel.pk,
        "set_state": "cancelled",
    }
    for action, value in chosen.items():
        page = tick(desk, action, *talks)
        done = go_on(desk, page, **{action.removeprefix("set_"): value})
        changed = 2 if action == "set_room" else 3
        assert messages_of(done) == [f"{changed} talks were changed."]
    wanted = {(hall.pk, deep.pk, panel.pk, "cancelled")}
    assert set(edition.talks.values_list("room", "track", "type", "state")) == wanted
    page = tick(desk, "set_room", *talks)
    assert [line[1:] for line in lines(page)] == [["Большой зал"]] * 3
    go_on(desk, page, room="")
    assert set(edition.talks.values_list("room", flat=True)) == {None}


def test_rooms_of_other_editions_are_not_offered(desk: Client, edition: Edition) -> None:
    foreign = factories.make_room()
    page = tick(desk, "set_room", *edition.talks.all())
    answer = go_on(desk, page, room=foreign.pk)
    assert list(answer.context["asked"].form.errors) == ["room"]
    mixed = tick(desk, "set_room", edition.talks.order_by("pk")[0], factories.make_talk())
    assert messages_of(mixed) == ["Tick talks of one edition: rooms and tracks are an edition's own."]


def test_copies_go_to_another_edition(desk: Client, edition: Edition) -> None:
    target = factories.make_edition(
        key="tide-32", starts_on=date(2032, 3, 28), ends_on=None, timezone="Europe/Lisbon"
    )
    early = factories.make_talk(edition=edition, title="Dawn", starts_at=at(1, 30))
    factories.make_appearance(talk=early, name="Łukasz Źdźbło")
    first = edition.talks.get(title="潮の話")
    frozen = Edition.objects.get(pk=edition.pk)
    frozen.state = "frozen"
    frozen.save()
    page = tick(desk, "copy", early, first)
    assert [one.key for one in page.context["asked"].form.fields["edition"].queryset] == ["tide-32"]
    shown = go_on(desk, page, "look", edition=target.pk)
    odd = "Europe/Lisbon skips this clock time: summer time begins then."
    assert sorted(lines(shown)) == [
        ["Dawn", "Thu 15 May 2031 01:30–02:15", f"Sun 28 Mar 2032 01:30–02:15{odd}"],
        ["潮の話", "Thu 15 May 2031 09:00–10:00 · Большой зал", "Sun 28 Mar 2032 09:00–10:00"],
    ]
    assert target.talks.count() == 0
    done = go_on(desk, shown, edition=target.pk, people="on")
    assert messages_of(done) == [
        "2 talks were copied.",
        f"tide-32 · Sun 28 Mar 01:30 · Dawn: {odd}",
    ]
    assert sorted(target.talks.values_list("title", "state", "appearances__name")) == [
        ("Dawn", "draft", "Łukasz Źdźbło"),
        ("潮の話", "draft", None),
    ]


def test_days_may_be_said_and_must_be_where_no_first_day_is_known(desk: Client, edition: Edition) -> None:
    target = factories.make_edition(starts_on=None, ends_on=None)
    page = tick(desk, "copy", edition.talks.get(title="Waves"))
    answer = go_on(desk, page, edition=target.pk)
    said = ["Say how many days later: one of the editions has no first day."]
    assert answer.context["asked"].form.non_field_errors() == said
    go_on(desk, page, edition=target.pk, days="-1")
    assert starts(target) == [at(23, 50, day=14)]


def test_what_is_frozen_is_named_and_left(desk: Client, edition: Edition) -> None:
    other = factories.make_talk(title="Neap")
    other.edition.state = "frozen"
    other.edition.save()
    page = tick(desk, "shift", other, *edition.talks.all())
    assert "Neap" not in [line[0] for line in lines(page)]
    assert page.context["asked"].left == [other]
    done = go_on(desk, page)
    assert messages_of(done) == ["2 talks were changed."]
    alone = tick(desk, "set_state", other)
    assert messages_of(alone) == ["None of these talks can be changed by you.", LEFT.format("Neap")]
    other.refresh_from_db()
    assert (other.state, other.starts_at) == ("published", at(9, 30))


def test_an_edition_that_freezes_meanwhile_refuses(desk: Client, edition: Edition) -> None:
    page = tick(desk, "shift", *edition.talks.all())
    edition.state = "frozen"
    edition.save()
    answer = go_on(desk, page)
    assert messages_of(answer)[0] == "None of these talks can be changed by you."
    assert starts(edition) == [at(9), at(23, 50), None]


def test_an_editor_of_another_edition_changes_nothing_here(edition: Edition) -> None:
    own = factories.make_talk(title="Ebb")
    client = signed_in("Editors", own.edition)
    draft = factories.make_talk(edition=edition, title="Secret", state="draft")
    talk = edition.talks.get(title="潮の話")
    page = tick(client, "set_state", talk, draft, own)
    assert [line[0] for line in lines(page)] == ["Ebb"]
    assert page.context["asked"].left == [talk]
    keys = f"{talk.pk} {draft.pk} {own.pk} 9{'0' * 40} x"
    answer = go_on(client, page, talks=keys, state="cancelled")
    assert messages_of(answer) == ["1 talk was changed.", LEFT.format("潮の話")]
    assert list(Talk.objects.filter(state="cancelled")) == [own]
    # A copy takes what is seen, and goes where one works.
    page = tick(client, "copy", talk, draft)
    assert [line[0] for line in lines(page)] == ["潮の話"]
    assert list(page.context["asked"].form.fields["edition"].queryset) == [own.edition]
    answer = go_on(client, page, edition=edition.pk)
    assert list(answer.context["asked"].form.errors) == ["edition"]


def test_a_reader_is_offered_nothing(reader: Client, edition: Edition) -> None:
    before = Change.objects.count()
    for action in "shift swap set_room set_track set_type set_state copy".split():
        sent = {
            "action": action,
            "talks": str(edition.talks.earliest("pk").pk),
            "_selected_action": "0",
            "minutes": 5,
        }
        answer = reader.post(address(), {**sent, "confirm": "1"})
        assert answer.status_code in (200, 302, 403)
    assert Change.objects.count() == before


def test_all_across_the_pages_are_taken(desk: Client, edition: Edition) -> None:
    kind = factories.make_type()
    Talk.objects.bulk_create(
        Talk(
            edition=edition,
            type=kind,
            key=f"t-{n}",
            slug=f"t-{n}",
            title=f"T{n}",
            starts_at=at(12),
            ends_at=at(13),
        )
        for n in range(250)
    )
    first = edition.talks.order_by("pk")[0]
    page = tick(desk, "shift", first, across=True, query=f"?edition__id__exact={edition.pk}")
    assert (len(lines(page)), page.context["asked"].more) == (200, 53)
    assert messages_of(go_on(desk, page)) == ["252 talks were changed."]
    assert edition.talks.filter(starts_at=at(12, 15)).count() == 250


@pytest.mark.parametrize("count", [1, 3])
def test_asking_costs_the_same_for_one_and_three(
    desk: Client, edition: Edition, count: int, django_assert_num_queries: Counted
) -> None:
    talks = [factories.make_talk(edition=edition, room=edition.rooms.get()) for _ in range(count)]
    keys = " ".join(str(talk.pk) for talk in talks)
    desk.get(address())
    sent = {"action": "set_room", "talks": keys, "_selected_action": "0"}
    with django_assert_num_queries(40):
        desk.post(address(), sent)
