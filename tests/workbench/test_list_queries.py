"""Every list asks the database as often for three rows as for one; that of talks for a thousand, too."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editions.models import Edition, EditionEditor, Redirect, Series
from exchange.models import Conflict, Run, SourceDialect, SourceFile, SourceRecord
from history.models import Change, Deletion, Version
from speakers.models import SpeakerAlias
from talks.models import Appearance, Talk, TalkType
from tests.factories import (
    make_appearance,
    make_date,
    make_edition,
    make_editor,
    make_member,
    make_notice,
    make_page,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_sponsor,
    make_talk,
    make_track,
    make_type,
)

pytestmark = pytest.mark.django_db
TALKS = "admin:talks_talk_changelist"


def make_file() -> SourceFile:
    """A file."""
    return SourceFile.objects.create(path=f"{uuid4()}.md", data=b"", size=0, read_at=timezone.now(), reader=1)


def make_record() -> SourceRecord:
    """A record of a file, and the talk that it feeds."""
    talk = make_talk()
    return SourceRecord.objects.create(
        file=make_file(), kind="talk", edition_key=talk.edition.key, key=talk.key, talk=talk
    )


def make_full_talk() -> Talk:
    """A talk with all that its line shows."""
    talk: Talk = make_record().talk  # type: ignore[assignment]
    Talk.objects.filter(pk=talk.pk).update(room=make_room(edition=talk.edition))
    for speaker in (make_speaker(), None):
        make_appearance(talk=talk, speaker=speaker)
    return talk


def make_change() -> Change:
    """A change that an edition's list of changes tells of."""
    return Change.objects.create(
        at=timezone.now(), actor="ines", action="updated", kind="talks.talk", key="1", label="Ebb", edition=make_edition().pk,
        fields={"title": ["a", "b"]},
    )  # fmt: skip


MAKERS: dict[str, Callable[[], Any]] = {
    "auth.group": lambda: Group.objects.create(name=str(uuid4())),
    "auth.user": make_editor,
    "editions.committeemember": lambda: make_member(edition=make_edition()),
    "editions.edition": make_edition,
    "editions.editioneditor": lambda: EditionEditor.objects.create(
        edition=make_edition(), user=make_editor()
    ),
    "editions.importantdate": make_date,
    "editions.page": lambda: make_page(edition=make_edition()),
    "editions.redirect": lambda: Redirect.objects.create(
        old_path=f"/{uuid4()}", new_path="/", edition=make_edition()
    ),
    "editions.room": make_room,
    "editions.series": lambda: Series.objects.first() or make_series(),
    "editions.sponsor": make_sponsor,
    "editions.track": make_track,
    "exchange.conflict": lambda: Conflict.objects.create(record=make_record(), field="title"),
    "exchange.run": lambda: Run.objects.create(source="site", actor="ines"),
    "exchange.sourcedialect": lambda: SourceDialect.objects.create(key=str(uuid4()), name="x", text=""),
    "exchange.sourcefile": make_file,
    "exchange.sourcerecord": make_record,
    "history.change": make_change,
    "history.deletion": lambda: Deletion.objects.create(change=make_change(), batch=uuid4(), row={}),
    "history.version": lambda: Version.objects.create(
        kind="edition", key=str(uuid4()), number=1, raised_at=timezone.now()
    ),
    "speakers.speaker": lambda: make_appearance().speaker,
    "speakers.speakeralias": lambda: SpeakerAlias.objects.create(speaker=make_speaker(), name="Łucja"),
    "talks.appearance": make_appearance,
    "talks.notice": make_notice,
    "talks.paper": make_paper,
    "talks.talk": make_full_talk,
    "talks.talktype": make_type,
}


def asked(desk: Client, address: str, **query: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(address, query).status_code == 200
    return len(queries)


def listed() -> list[type[models.Model]]:
    """The models that have a list of their own here."""
    return [model for model in admin.site._registry if model._meta.label_lower in MAKERS]


def test_no_list_is_forgotten() -> None:
    ours = {room.partition(".")[0] for room in MAKERS}
    registered = {model._meta.label_lower for model in admin.site._registry if model._meta.app_label in ours}
    assert registered == set(MAKERS)


@pytest.mark.parametrize("name", MAKERS)
def test_a_list_of_three_asks_no_more_than_a_list_of_one(desk: Client, name: str) -> None:
    # Choices of filters that Django leaves out while there are fewer than two would blur the comparison.
    for _one in range(2):
        make_edition()
        make_type()
    MAKERS[name]()
    address = reverse(f"admin:{name.replace('.', '_')}_changelist")
    query = {"edition__id__exact": "all"} if name == "talks.talk" else {}
    asked(desk, address, **query)
    one = asked(desk, address, **query)
    for _more in range(2):
        MAKERS[name]()
    asked(desk, address, **query)
    assert asked(desk, address, **query) == one


@pytest.fixture
def crowd() -> Callable[[int], Edition]:
    """An edition of so many talks, each with a room and two people."""

    def made(talks: int) -> Edition:
        edition = make_edition(starts_on=date(2031, 5, 12), ends_on=date(2031, 5, 16))
        rooms = [make_room(edition=edition) for _room in range(3)]
        kind = TalkType.objects.first() or make_type()
        start = datetime(2031, 5, 12, 9)
        rows = Talk.objects.bulk_create(
            Talk(
                edition=edition, type=kind, key=f"t{number}", slug=f"t{number}", title=f"Tide {number}", abstract="x",
                number=edition.pk * 10_000 + number + 1, room=rooms[number % 3],
                starts_at=start + timedelta(minutes=number), ends_at=start + timedelta(minutes=number + 1),
            )
            for number in range(talks)
        )  # fmt: skip
        person = make_speaker(name="Łukasz Mewa")
        Appearance.objects.bulk_create(
            Appearance(talk=talk, speaker=person, name="Łukasz Mewa") for talk in rows for _twice in range(2)
        )
        return edition

    return made


@pytest.mark.parametrize(
    ("query", "queries"),
    [({}, 16), ({"q": "lukasz tide"}, 16), ({"warned": "no"}, 17), ({"_facets": "True"}, 34)],
)
def test_the_list_of_talks_asks_the_same_for_one_three_and_a_thousand(
    desk: Client, crowd: Callable[[int], Edition], query: dict[str, str], queries: int
) -> None:
    counts = []
    for talks in (1, 3, 1000):
        chosen = {"edition__id__exact": str(crowd(talks).pk), **query}
        # What the warnings are is asked once after each change.
        first = asked(desk, reverse(TALKS), **chosen)
        counts.append((first, asked(desk, reverse(TALKS), **chosen)))
    assert counts == [(first, queries)] * 3


def test_a_search_finds_each_talk_once(desk: Client, crowd: Callable[[int], Edition]) -> None:
    crowd(3)
    page = desk.get(reverse(TALKS), {"q": "ŁUKASZ", "edition__id__exact": "all"})
    assert [talk.title for talk in page.context["cl"].result_list] == ["Tide 0", "Tide 1", "Tide 2"]


def test_actions_get_talks_with_all_their_columns(desk: Client, crowd: Callable[[int], Edition]) -> None:
    crowd(1)
    request: Any = desk.get(reverse(TALKS)).wsgi_request
    changelist = admin.site._registry[Talk].get_changelist_instance(request)
    talk = changelist.get_queryset(request).get()
    assert talk.get_deferred_fields() == set()
    assert User.objects.filter(username="ines").exists()
