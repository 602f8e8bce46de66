"""Who is told as the actor, what is gathered, what a dump brings, and how versions are numbered."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from editions.models import Edition, Room
from history.middleware import TellingMiddleware
from history.models import Change, Deletion, Version
from history.telling import acting, gathering, raise_versions
from speakers.models import Speaker
from talks.models import Appearance, Talk
from tests import factories
from tests.history.house import House, contents, listening, versions


class RefusedError(Exception):
    """What a test raises in the midst of a block."""


def test_a_change_says_who_and_in_which_run(house: House) -> None:
    house.room.name = "Loft"
    house.room.save()
    with acting("mira"):
        house.room.name = "Attic"
        house.room.save()
        with acting("omar"):
            Room.objects.filter(pk=house.room.pk).update(name="Cellar")
    with gathering("importer", 7):
        Room.objects.filter(pk=house.room.pk).update(name="Vault")
    told = Change.objects.filter(kind="editions.room", action="updated").order_by("pk")
    assert [(one.actor, one.run, one.fields["name"][1]) for one in told] == [
        ("", None, "Loft"),
        ("mira", None, "Attic"),
        ("omar", None, "Cellar"),
        ("importer", 7, "Vault"),
    ]
    assert [one.label for one in told] == ["Loft", "Attic", "Cellar", "Vault"]
    assert str(told[3]) == "Vault · updated"


@pytest.mark.django_db
def test_a_request_is_told_in_the_name_of_its_user() -> None:
    user = User.objects.create_user("mira")

    def write(request: HttpRequest) -> HttpResponse:
        factories.make_speaker()
        return HttpResponse()

    for method, who in (("post", user), ("post", AnonymousUser()), ("get", user)):
        request = getattr(RequestFactory(), method)("/")
        request.user = who
        TellingMiddleware(write)(request)
    assert list(Change.objects.order_by("pk").values_list("actor", flat=True)) == ["mira", "", ""]


def test_what_is_gathered_is_told_at_the_end_together(house: House) -> None:
    before = versions()["series", ""]
    with listening() as told, gathering("mira", 3):
        for title in ("Ebb", "Flood", "Slack"):
            house.talk.title = title
            house.talk.save()
        house.rows["talks.paper"].delete()
        assert not Change.objects.filter(run=3).exists()
        assert versions()["series", ""] == before
    assert [(one.action, one.run) for one in told.changes] == [("updated", 3)] * 3 + [("deleted", 3)]
    assert [one.fields["title"] for one in told.changes[:3]] == [
        ["Neap", "Ebb"],
        ["Ebb", "Flood"],
        ["Flood", "Slack"],
    ]
    assert {number for thing, number in versions().items() if thing in told.raised} == {before + 1}


def test_an_exception_in_what_is_gathered_leaves_nothing(house: House) -> None:
    before = contents()

    def work() -> None:
        with gathering("mira", 3):
            house.talk.title = "Ebb"
            house.talk.save()
            Speaker.objects.update(pronouns="they")
            raise RefusedError

    with pytest.raises(RefusedError):
        work()
    assert contents() == before
    with listening() as told:
        house.room.name = "Loft"
        house.room.save()
    assert [(one.kind, one.run) for one in told.changes] == [("editions.room", None)]


def test_a_part_that_fails_in_a_gathering_of_its_own_is_left_out(house: House) -> None:
    def part() -> None:
        with gathering("mira", 4):
            Room.objects.update(name="Loft")
            raise RefusedError

    with listening() as told, gathering("mira", 3):
        Room.objects.update(floor="2")
        with pytest.raises(RefusedError):
            part()
        with gathering("mira", 5):
            Room.objects.update(capacity=80)
    assert [(one.run, one.fields) for one in told.changes] == [
        (3, {"floor": ["", "2"]}),
        (5, {"capacity": [None, 80]}),
    ]


def test_a_write_that_the_database_refuses_is_not_told(house: House) -> None:
    with listening() as told:
        writes: list[Callable[[], object]] = [
            lambda: Room.objects.create(edition=house.edition, key=house.room.key, name="x", slug="x"),
            lambda: Room.objects.bulk_create(
                [Room(edition=house.edition, key=house.room.key, name="x", slug="x")]
            ),
            lambda: Talk.objects.update(number=5),
        ]
        for write in writes:
            with pytest.raises(IntegrityError):
                write()
    assert (told.lines, told.raised) == ([], set())


def test_a_transaction_that_is_undone_tells_nothing(house: House) -> None:
    def work() -> None:
        with transaction.atomic():
            Room.objects.update(name="Loft")
            raise RefusedError

    with listening() as told, pytest.raises(RefusedError):
        work()
    assert (told.lines, told.raised) == ([], set())


def test_a_dump_that_is_loaded_tells_nothing(house: House, tmp_path: Path) -> None:
    out = StringIO()
    call_command("dumpdata", "editions", "speakers", "talks", "--natural-foreign", stdout=out)
    rows: list[dict[str, Any]] = json.loads(out.getvalue())
    for one in rows:
        if one["model"] == "talks.talk":
            one["fields"]["title"] = "From a dump"
    (tmp_path / "dump.json").write_text(json.dumps(rows))
    with listening() as told:
        call_command("loaddata", str(tmp_path / "dump.json"), verbosity=0)
    assert (told.lines, told.raised) == ([], set())
    assert set(Talk.objects.values_list("title", flat=True)) == {"From a dump"}


def test_every_number_comes_from_one_counter(house: House) -> None:
    before = versions()["series", ""]
    house.speaker.pronouns = "she"
    house.speaker.save()
    house.stranger.pronouns = "he"
    house.stranger.save()
    now = versions()
    assert now["series", ""] == now["speaker", str(house.stranger.pk)] == before + 2
    assert now["speaker", str(house.speaker.pk)] == now["edition", str(house.edition.pk)] == before + 1


@pytest.mark.django_db
def test_versions_can_be_raised_by_hand() -> None:
    raise_versions([("edition", "7"), ("speaker", "9")])
    raise_versions([("edition", "7")])
    assert versions() == {("series", ""): 2, ("edition", "7"): 2, ("speaker", "9"): 1}
    raise_versions([], everything=True)
    assert set(versions().values()) == {3}
    assert str(Version.objects.get(kind="edition")) == "edition 7: 3"


@pytest.mark.django_db
def test_values_of_every_sort_are_told_plainly() -> None:
    talk = factories.make_talk(title="潮汐表", starts_at=None, ends_at=None)
    with listening() as told:
        talk.tags, talk.state, talk.slides_file = ["潮", "maps"], Talk.State.CANCELLED, "slides/ebb.pdf"
        talk.save()
        talk.edition.starts_on = None
        talk.edition.save()
    assert [one.fields for one in told.changes] == [
        {
            "tags": [[], ["潮", "maps"]],
            "state": ["published", "cancelled"],
            "slides_file": ["", "slides/ebb.pdf"],
        },
        {"starts_on": ["2031-05-15", None]},
    ]
    assert told.changes[0].label == "潮汐表"


@pytest.mark.django_db
def test_a_long_label_is_cut() -> None:
    edition = factories.make_edition()
    factories.make_notice(edition=edition, text="x" * 900)
    assert len(Change.objects.latest("pk").label) == 255


def test_a_deletion_is_called_as_its_record_was(house: House) -> None:
    house.appearance.delete()
    assert str(Deletion.objects.get()) == house.speaker.name


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_bulk_work_asks_the_same_number_of_queries(count: int) -> None:
    talks = [factories.make_talk(edition=factories.make_edition()) for _ in range(count)]
    rows = [Appearance(talk=talk, speaker=factories.make_speaker(), name="A") for talk in talks]
    with CaptureQueriesContext(connection) as made:
        Appearance.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as changed:
        Appearance.objects.update(affiliation="Reef Lab")
    with CaptureQueriesContext(connection) as read:
        Edition.objects.update(venue="Pier")
    statements = [
        [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]] for queries in (made, changed, read)
    ]
    assert [len(one) for one in statements] == [11, 20, 14]
