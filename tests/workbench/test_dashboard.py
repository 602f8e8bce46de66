"""The dashboard: the working edition in numbers, what is on, what changed, as far as one may see it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editions.clock import wall_clock
from editions.models import Edition, EditionEditor
from exchange.models import Conflict, SourceFile, SourceRecord
from tests.factories import make_appearance, make_edition, make_room, make_speaker, make_talk, make_type
from workbench.checks.dashboard import index_context
from workbench.rights import EDITORS, REVIEWERS

pytestmark = pytest.mark.django_db


def board(user: User) -> dict[str, Any]:
    """What the dashboard shows to somebody who begins to work."""
    request = RequestFactory().get("/admin/")
    request.user, request.session = user, {}  # type: ignore[assignment]
    shown: dict[str, Any] = index_context(request)["board"]
    return shown


def figures(shown: dict[str, Any]) -> dict[str, int]:
    """The numbers by their words."""
    return {one.words: one.count for one in shown["figures"]}


def member(group: str, *editions: Edition) -> User:
    """Somebody of a group, who is given editions."""
    user = User.objects.create_user(f"{group}-{len(editions)}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    for edition in editions:
        EditionEditor.objects.create(edition=edition, user=user)
    return user


def test_an_empty_site_says_where_to_begin(organizer: User) -> None:
    shown = board(organizer)
    assert (shown["edition"], [one.words for one in shown["quick"]]) == (
        None,
        ["Import", "Export", "Add an edition"],
    )
    assert "figures" not in shown


def test_numbers_lead_to_what_they_count(desk: Client, organizer: User) -> None:
    edition = make_edition(key="tide-31")
    room = make_room(edition=edition)
    for title in ("Ebb", "渚"):
        talk = make_talk(edition=edition, title=title, room=room, state="draft")
        make_appearance(talk=talk, speaker=make_speaker(name=f"{title} Fen"))
    make_talk(edition=edition, starts_at=None, type=make_type(kind="session"))
    make_talk(abstract="x")
    file = SourceFile.objects.create(path="a.md", data=b"", size=0, read_at=timezone.now(), reader=1)
    record = SourceRecord.objects.create(file=file, kind="talk", edition_key="tide-31", key="a", talk=talk)
    Conflict.objects.create(record=record, field="title")
    shown = board(organizer)
    assert figures(shown) == {
        "talks": 3, "drafts": 2, "unscheduled": 1, "without abstract": 2, "without photo": 2,
        "open conflicts": 1, "errors": 1, "warnings": 1, "notes": 2,
    }  # fmt: skip
    for one in shown["figures"][:6]:
        page = desk.get(one.url)
        assert (one.words, page.context["cl"].result_count) == (one.words, one.count)
    check = desk.get(shown["figures"][6].url)
    assert urlsplit(shown["figures"][6].url).fragment == "error"
    assert 'id="error"' in check.content.decode()


def test_what_is_on_is_told_by_the_venues_clock(organizer: User) -> None:
    for zone in ("Pacific/Kiritimati", "America/Vancouver"):
        clock = wall_clock(timezone.now(), zone)
        edition = make_edition(
            timezone=zone,
            starts_on=clock.date() - timedelta(days=1),
            ends_on=clock.date() + timedelta(days=1),
        )
        minutes = timedelta(minutes=10)
        make_talk(edition=edition, title="Now", starts_at=clock - minutes, ends_at=clock + minutes)
        make_talk(
            edition=edition,
            title="Off",
            starts_at=clock - minutes,
            ends_at=clock + minutes,
            state="cancelled",
        )
        make_talk(edition=edition, title="Next", starts_at=clock + minutes)
        running = board(member(EDITORS, edition) if zone.startswith("P") else organizer)["running"]
        assert [[talk.title for talk in talks] for talks in (running.now, running.next)] == [
            ["Now"],
            ["Next"],
        ]
        edition.delete()


def test_on_other_days_nothing_is_on(organizer: User) -> None:
    make_talk(starts_at=datetime(2031, 5, 15, 9))
    assert board(organizer)["running"] is None


def test_the_page_stands_above_djangos_list(desk: Client) -> None:
    edition = make_edition(title="Tide & Co")
    make_talk(edition=edition, title="渚 <b>")
    page = desk.get(reverse("admin:index")).content.decode()
    assert page.index("Tide &amp; Co") < page.index("app-talks")
    assert "渚 &lt;b&gt;" in page
    assert "style=" not in page.split('<div class="board">')[1].split("app-talks")[0]


def test_an_editor_sees_their_edition_alone() -> None:
    mine = make_edition(key="mine-31")
    make_talk(edition=mine, title="Mine")
    make_talk(
        edition=make_edition(key="theirs-31", starts_on="2030-01-01", ends_on=None),
        title="Theirs",
        state="draft",
    )
    shown = board(member(EDITORS, mine))
    assert shown["edition"] == mine
    assert figures(shown)["talks"] == 1
    assert {change.label for change in shown["changes"]} == {"Mine", "mine-31"}
    nothing = board(member(EDITORS))
    assert (nothing["edition"], nothing["changes"]) == (None, [])


def test_a_reviewer_sees_and_is_offered_no_change() -> None:
    make_talk()
    shown = board(member(REVIEWERS))
    assert figures(shown)["talks"] == 1
    assert [one.words for one in shown["quick"]] == [
        "Day grid",
        "Check",
        "Today, on a phone",
        "Preview",
        "Export",
    ]


def test_who_may_see_nothing_sees_nothing() -> None:
    make_talk()
    guest = User.objects.create_user("guest", is_staff=True)
    guest.user_permissions.add(Permission.objects.get(codename="every_edition"))
    shown = board(guest)
    assert shown["quick"] == []
    assert not {"figures", "running", "changes"} & set(shown)


def test_the_number_of_queries_does_not_grow(organizer: User) -> None:
    counts = []
    clock = wall_clock(timezone.now(), "Asia/Tokyo")
    edition = make_edition(
        timezone="Asia/Tokyo", starts_on=clock.date(), ends_on=clock.date() + timedelta(days=1)
    )
    for talks in (1, 2):
        for _talk in range(talks):
            room = make_room(edition=edition)
            make_appearance(
                talk=make_talk(edition=edition, room=room, starts_at=clock - timedelta(minutes=1))
            )
        with CaptureQueriesContext(connection) as queries:
            board(User.objects.get(pk=organizer.pk))
        counts.append(len(queries))
    assert counts == [18, 18]
