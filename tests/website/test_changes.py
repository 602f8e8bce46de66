"""What changed since the programme was published: told to readers, without drafts and without what came to nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]
import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from lxml import etree

from editions.models import Edition
from history.models import Change, Deletion
from history.telling import acting, gathering
from speakers.models import Speaker
from talks.models import Appearance, Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_type,
)
from tests.website.reading import all_words, clocks, having, links, read, words
from website.changes import moved_from, story
from website.viewpoint import Viewpoint
from website.views.changes import changes, feed

pytestmark = pytest.mark.django_db
PUBLISHED = datetime(2031, 3, 3, 12, tzinfo=UTC)
LATE = datetime(2032, 1, 1, tzinfo=UTC)
AHEAD = datetime(2031, 5, 1, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands at the publication until it is moved."""
    with time_machine.travel(PUBLISHED, tick=False) as traveller:
        yield traveller


@pytest.fixture
def edition(clock: time_machine.Traveller) -> Edition:
    """An edition in Vancouver, published on 3 March at noon UTC, with two rooms."""
    found = make_edition(key="tide-31")
    make_room(edition=found, name="Sala Norte", slug="norte")
    make_room(edition=found, name="Sala Sul", slug="sul")
    return found


@pytest.fixture
def talk(edition: Edition) -> Talk:
    """A talk that was published with the edition: 15 May, 9:30 to 10:15, Sala Norte."""
    with gathering("ana", 1):
        return make_talk(edition=edition, title="Tides", slug="tides", room=edition.rooms.get(slug="norte"))


def change(row: Any, **values: Any) -> None:
    """Save new values, as a form does."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def told(edition: Edition, at: datetime = LATE) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each entry's title and facts, newest first."""
    return [
        (one.title, [(fact.kind, fact.text) for fact in one.facts])
        for one in story(Edition.objects.get(pk=edition.pk), at).entries
    ]


def moved(edition: Edition) -> dict[str, str]:
    """The badges of moved talks, by title."""
    talks = Talk.objects.filter(edition=edition).select_related("room")
    found = moved_from(Edition.objects.get(pk=edition.pk), talks, AHEAD)
    return {talk.title: str(found[talk.pk]) for talk in talks if talk.pk in found}


def test_no_programme_no_changes(client: Client) -> None:
    make_edition(key="tide-40", starts_on=None, ends_on=None)
    (told,) = all_words(read(client, "/tide-40/changes/"), "lede")
    assert told.startswith("There is no programme yet")


def test_a_published_programme_has_no_changes(client: Client, edition: Edition, talk: Talk) -> None:
    page = read(client, "/tide-31/changes/")
    assert words(page.xpath("//h1")[0]) == "Changes"
    assert all_words(page, "lede") == ["Nothing has changed since the programme was published."]
    assert having(page, "entry") == []


def test_a_first_import_that_makes_and_publishes_everything_is_no_change(
    clock: time_machine.Traveller,
) -> None:
    with gathering("ana", 7):
        edition = make_edition()
        clock.shift(5)
        talk = make_talk(edition=edition, title="Tides")
        clock.shift(5)
        make_appearance(talk=talk)
        change(talk, room=make_room(edition=edition), starts_at=datetime(2031, 5, 15, 9))
    assert (told(edition), moved(edition)) == ([], {})


def test_the_first_import_into_a_published_but_empty_edition_is_the_publication(
    clock: time_machine.Traveller,
) -> None:
    edition = make_edition()
    clock.shift(timedelta(days=30))
    with gathering("ana", 7):
        make_talk(edition=edition, title="Tides")
        make_talk(edition=edition, title="Waves")
    assert told(edition) == []
    clock.shift(timedelta(minutes=5))
    with gathering("ana", 8):
        make_talk(edition=edition, title="Foam")
    assert told(edition) == [("Foam", [("added", "Thursday, 15 May, 09:30–10:15")])]
    assert story(edition, LATE).since == PUBLISHED + timedelta(days=30)


def test_the_programme_of_an_edition_that_was_a_draft_is_published_with_it(
    clock: time_machine.Traveller,
) -> None:
    edition = make_edition(state="draft")
    talk = make_talk(edition=edition, title="Tides")
    clock.shift(timedelta(days=1))
    change(talk, starts_at=datetime(2031, 5, 15, 9))
    assert (told(edition), story(edition, LATE).since) == ([], None)
    clock.shift(timedelta(days=1))
    change(edition, state="published")
    assert (told(edition), moved(edition)) == ([], {})
    assert story(edition, LATE).since == PUBLISHED + timedelta(days=2)
    clock.shift(timedelta(days=1))
    change(talk, starts_at=datetime(2031, 5, 15, 8))
    assert moved(edition) == {"Tides": "was 09:00"}


@pytest.mark.parametrize(
    ("values", "facts", "badge"),
    [
        (
            {"starts_at": datetime(2031, 5, 15, 11), "ends_at": datetime(2031, 5, 15, 11, 45)},
            [("moved", "Thursday, 15 May, 11:00–11:45, Sala Norte (was 09:30–10:15, Sala Norte)")],
            "was 09:30, Sala Norte",
        ),
        (
            {"starts_at": datetime(2031, 5, 16, 9, 30), "ends_at": None},
            [("moved", "Friday, 16 May, 09:30, Sala Norte (was Thursday, 15 May, 09:30–10:15, Sala Norte)")],
            "was Thursday, 15 May, 09:30, Sala Norte",
        ),
        (
            {"starts_at": None, "ends_at": None, "room": None},
            [("moved", "time to be announced (was Thursday, 15 May, 09:30–10:15, Sala Norte)")],
            "was Thursday, 15 May, 09:30, Sala Norte",
        ),
        (
            {"location": "第二会場"},
            [
                (
                    "moved",
                    "Thursday, 15 May, 09:30–10:15, Sala Norte, 第二会場 (was 09:30–10:15, Sala Norte)",
                )
            ],
            "was 09:30, Sala Norte",
        ),
        (
            {"ends_at": datetime(2031, 5, 15, 10, 30)},
            [("scheduled", "Thursday, 15 May, 09:30–10:30, Sala Norte (was 09:30–10:15, Sala Norte)")],
            None,
        ),
        ({"title": "Ebb"}, [("retitled", "was “Tides”")], None),
        ({"state": "cancelled"}, [("cancelled", "Thursday, 15 May, 09:30–10:15, Sala Norte")], None),
        ({"abstract": "More words.", "video_url": "https://video.example/1"}, None, None),
        ({"state": "draft"}, None, None),
        ({"state": "draft", "title": "Secret", "starts_at": datetime(2031, 5, 15, 7)}, None, None),
    ],
)
def test_what_happened_to_a_talk(
    clock: time_machine.Traveller,
    edition: Edition,
    talk: Talk,
    values: dict[str, Any],
    facts: list[tuple[str, str]] | None,
    badge: str | None,
) -> None:
    clock.shift(timedelta(days=1))
    change(talk, **values)
    assert told(edition) == ([(talk.title, facts)] if facts else [])
    assert moved(edition) == ({talk.title: badge} if badge else {})


def test_a_room_has_the_name_that_it_has_now_or_had_last(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    norte, sul = edition.rooms.order_by("slug")
    change(norte, name="Sala Nova")
    assert (told(edition), moved(edition)) == ([], {})
    change(talk, room=sul)
    assert moved(edition) == {"Tides": "was 09:30, Sala Nova"}
    norte.delete()
    assert moved(edition) == {"Tides": "was 09:30, Sala Nova"}
    assert told(edition) == [
        ("Tides", [("moved", "Thursday, 15 May, 09:30–10:15, Sala Sul (was 09:30–10:15, Sala Nova)")])
    ]


def test_what_had_no_time_was_not_moved(clock: time_machine.Traveller, edition: Edition) -> None:
    with gathering("ana", 1):
        talk = make_talk(edition=edition, title="Some day", starts_at=None)
    clock.shift(timedelta(days=1))
    change(talk, starts_at=datetime(2031, 5, 15, 16), room=edition.rooms.get(slug="sul"))
    assert told(edition) == [("Some day", [("scheduled", "Thursday, 15 May, 16:00, Sala Sul")])]
    assert moved(edition) == {}


def test_back_where_it_was_is_no_move(clock: time_machine.Traveller, edition: Edition, talk: Talk) -> None:
    clock.shift(timedelta(days=1))
    change(talk, starts_at=datetime(2031, 5, 15, 9))
    clock.shift(timedelta(minutes=20))
    change(talk, starts_at=datetime(2031, 5, 15, 9, 30))
    assert (told(edition), moved(edition)) == ([], {})
    clock.shift(timedelta(days=1))
    change(talk, starts_at=datetime(2031, 5, 15, 9))
    clock.shift(timedelta(days=1))
    change(talk, starts_at=datetime(2031, 5, 15, 9, 30))
    # Whoever read the first of these must be told the second.
    assert [facts[0][0] for _title, facts in told(edition)] == ["moved", "moved"]
    assert moved(edition) == {}


def test_edits_of_an_hour_by_the_same_person_are_one_change(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    with acting("ana"):
        change(talk, title="Ebb")
        clock.shift(timedelta(minutes=40))
        change(talk, title="Ebb and flow", state="cancelled")
    with acting("bo"):
        clock.shift(timedelta(minutes=10))
        change(talk, title="Flow")
    clock.shift(timedelta(minutes=61))
    with acting("bo"):
        change(talk, state="published")
    when = "Thursday, 15 May, 09:30–10:15, Sala Norte"
    assert told(edition) == [
        ("Flow", [("reinstated", when)]),
        ("Flow", [("retitled", "was “Ebb and flow”")]),
        ("Ebb and flow", [("cancelled", when), ("retitled", "was “Tides”")]),
    ]


def test_one_run_is_one_change_however_long_it_takes(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    with gathering("ana", 9):
        change(talk, title="Ebb")
        clock.shift(timedelta(hours=2))
        change(talk, room=edition.rooms.get(slug="sul"))
    (entry,) = story(edition, LATE).entries
    assert [fact.kind for fact in entry.facts] == ["moved", "retitled"]


def test_added_later_by_a_new_row_or_by_leaving_draft(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    with gathering("ana", 1):
        draft = make_talk(edition=edition, title="Draft", state="draft")
    clock.shift(timedelta(days=1))
    make_talk(edition=edition, title="New")
    change(draft, title="Still hidden", starts_at=datetime(2031, 5, 15, 8))
    assert told(edition) == [("New", [("added", "Thursday, 15 May, 09:30–10:15")])]
    clock.shift(timedelta(days=1))
    change(draft, title="Shown", state="published")
    assert told(edition)[0] == ("Shown", [("added", "Thursday, 15 May, 08:00–10:15")])
    assert moved(edition) == {}
    clock.shift(timedelta(days=1))
    make_talk(edition=edition, title="Off at once", state="cancelled")
    assert told(edition)[0][1] == [("added", "Thursday, 15 May, 09:30–10:15"), ("cancelled", "")]


def test_what_happened_while_it_was_a_draft_is_told_by_its_outcome_alone(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    change(talk, state="draft", title="Secret name")
    clock.shift(timedelta(days=1))
    change(talk, title="Tides", starts_at=datetime(2031, 5, 15, 8))
    assert (told(edition), moved(edition)) == ([], {})
    clock.shift(timedelta(days=1))
    change(talk, state="published")
    assert told(edition) == [
        (
            "Tides",
            [("moved", "Thursday, 15 May, 08:00–10:15, Sala Norte (was 09:30–10:15, Sala Norte)")],
        )
    ]


def test_removed_and_brought_back(clock: time_machine.Traveller, edition: Edition, talk: Talk) -> None:
    make_appearance(talk=talk)
    draft = make_talk(edition=edition, title="Secret", state="draft")
    hidden = make_talk(edition=edition, title="Hidden first")
    clock.shift(timedelta(days=1))
    change(hidden, state="draft")
    clock.shift(timedelta(days=1))
    kept = Talk.objects.get(pk=talk.pk)
    Talk.objects.filter(pk__in=[talk.pk, draft.pk, hidden.pk]).delete()
    removed = [("removed", "Thursday, 15 May, 09:30–10:15, Sala Norte")]
    assert [one for one in told(edition) if one[1][0][0] != "people"] == [("Tides", removed)]
    entry = story(edition, LATE).entries[0]
    assert (entry.title, entry.url) == ("Tides", "")
    clock.shift(timedelta(days=1))
    kept.save(force_insert=True)
    assert told(edition)[0] == ("Tides", [("added", "Thursday, 15 May, 09:30–10:15, Sala Norte")])


def test_a_deletion_whose_row_is_no_longer_kept_tells_nothing(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    change(talk, title="Ebb")
    talk.delete()
    Deletion.objects.all().delete()
    assert (told(edition), moved(edition)) == ([], {})


def test_who_joins_and_who_leaves(clock: time_machine.Traveller, edition: Edition, talk: Talk) -> None:
    with gathering("ana", 1):
        one = make_appearance(talk=talk, speaker=make_speaker(name="Łucja Ørsted"))
        placeholder = make_appearance(talk=talk, speaker=None, name="TBD")
    clock.shift(timedelta(days=1))
    placeholder.delete()
    make_appearance(talk=talk, speaker=make_speaker(name="山田 太郎"))
    assert told(edition) == [("Tides", [("people", "山田 太郎"), ("people", "TBD")])]
    clock.shift(timedelta(days=1))
    change(one, affiliation="Institute of Eddies", bio="Another.")
    change(one, name="Łucja Ørsted-Quill")
    clock.shift(timedelta(days=1))
    twin = Speaker.objects.create(slug="lucja", name="Lucja")
    Appearance.objects.filter(pk=one.pk).update(speaker=twin)
    assert len(told(edition)) == 1


def test_an_appearance_that_changes_talks_is_told_at_both(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    with gathering("ana", 1):
        one = make_appearance(talk=talk, speaker=make_speaker(name="Ada"))
        other = make_talk(edition=edition, title="Waves")
    clock.shift(timedelta(days=1))
    change(one, talk=other)
    entries = story(edition, LATE).entries
    assert [(entry.title, [(fact.label, fact.text) for fact in entry.facts]) for entry in entries] == [
        ("Tides", [("No longer with", "Ada")]),
        ("Waves", [("Now with", "Ada")]),
    ]


def test_without_any_history_all_that_is_there_was_published(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    Change.objects.all().delete()
    assert (told(edition), story(edition, LATE).since) == ([], None)
    clock.shift(timedelta(days=1))
    change(talk, title="Ebb")
    assert told(edition) == [("Ebb", [("retitled", "was “Tides”")])]
    assert moved(edition) == {}


def test_a_page_without_title_is_called_as_the_schedule_calls_it(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    make_talk(edition=edition, title="", type=make_type(kind="break", label="Tea"), slug="tea")
    clock.shift(timedelta(days=1))
    make_talk(edition=edition, title="", repeats=talk, slug="again")
    assert [(one.title, one.url) for one in story(edition, LATE).entries] == [
        ("Tides", "/tide-31/talks/tides/"),
        ("Tea", ""),
    ]


def test_at_an_earlier_moment_nothing_of_later(
    clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    change(talk, title="Ebb")
    assert told(edition, PUBLISHED) == []
    assert len(told(edition, PUBLISHED + timedelta(days=1))) == 1


def test_the_page_goes_by_the_venues_days(
    client: Client, clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.move_to(datetime(2031, 3, 5, 2, tzinfo=UTC))
    change(talk, title="Ebb")
    clock.move_to(datetime(2031, 3, 5, 18, 30, tzinfo=UTC))
    change(talk, state="cancelled")
    page = read(client, "/tide-31/changes/")
    assert [words(node) for node in page.xpath("//h2")] == ["Wednesday 5 March 2031", "Tuesday 4 March 2031"]
    assert clocks(page) == ["2031-03-05T10:30:00-08:00", "2031-03-04T18:00:00-08:00"]
    assert all_words(page, "body") == [
        "Ebb Cancelled Thursday, 15 May, 09:30–10:15, Sala Norte",
        "Ebb New title was “Tides”",
    ]
    assert all_words(page, "lede") == [
        "Since the programme was published on 3 March 2031. Times are the venue's: Vancouver, UTC−8."
    ]
    assert {"/tide-31/talks/tides/", "/tide-31/changes/feed.atom"} <= set(links(page))


def test_data_are_plain(clock: time_machine.Traveller, edition: Edition, talk: Talk) -> None:
    clock.shift(timedelta(days=1))
    change(talk, state="cancelled")
    visitor = Viewpoint(AnonymousUser(), LATE, "en", "https://tide.example")
    for view in (changes, feed):
        assert view(visitor, {}, edition="tide-31").digest() == view(visitor, {}, edition="tide-31").digest()


def test_the_page_is_bounded(
    client: Client, clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    clock.shift(timedelta(days=1))
    with gathering("ana", 5):
        for number in range(203):
            make_talk(edition=edition, slug=f"talk-{number}")
    page = read(client, "/tide-31/changes/")
    assert len(having(page, "entry")) == 200
    assert all_words(page, "empty") == ["3 older changes are not listed."]
    assert len(feedparser.parse(client.get("/tide-31/changes/feed.atom").content).entries) == 50


def test_drafts_have_no_changes(client: Client) -> None:
    make_edition(key="tide-31", state="draft")
    for path in ("/tide-31/changes/", "/tide-31/changes/feed.atom", "/none/changes/"):
        assert client.get(path).status_code == 404


def test_the_feed_as_readers_take_it(
    client: Client, clock: time_machine.Traveller, edition: Edition, talk: Talk
) -> None:
    make_series()
    clock.shift(timedelta(days=1))
    change(talk, title="Ebb & <flow>\x0b")
    first = feedparser.parse(client.get("/tide-31/changes/feed.atom").content)
    clock.shift(timedelta(minutes=30))
    change(talk, state="cancelled")
    clock.shift(timedelta(days=1))
    talk.delete()
    answer = client.get("/tide-31/changes/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(answer.content)
    assert (found.bozo, found.version, found.feed.title) == (
        False,
        "atom10",
        "tide-31: changes of the programme",
    )
    assert [(one.title, one.link, one.updated) for one in found.entries] == [
        (
            "Removed: Ebb & <flow>",
            f"http://testserver/tide-31/changes/#c-{found.entries[0].id.removeprefix('urn:uuid:')}",
            "2031-03-05T12:30:00+00:00",
        ),
        (
            "Cancelled, New title: Ebb & <flow>",
            f"http://testserver/tide-31/changes/#c-{found.entries[1].id.removeprefix('urn:uuid:')}",
            "2031-03-04T12:30:00+00:00",
        ),
    ]
    assert found.entries[1].id == first.entries[0].id
    assert found.entries[1].published == first.entries[0].published == "2031-03-04T12:00:00+00:00"
    assert [tag.term for tag in found.entries[1].tags] == ["cancelled", "retitled"]
    assert found.entries[1].content[0].value.splitlines() == [
        "Cancelled: Thursday, 15 May, 09:30–10:15, Sala Norte",
        "New title: was “Tides”",
    ]
    assert found.feed.updated == "2031-03-05T12:30:00+00:00"


def test_the_feed_has_what_atom_asks_for(client: Client, edition: Edition, talk: Talk) -> None:
    root = etree.fromstring(client.get("/tide-31/changes/feed.atom").content)
    assert [child.tag.removeprefix(ATOM) for child in root] == [
        "id",
        "title",
        "updated",
        "author",
        "link",
        "link",
    ]
    assert root.findtext(f"{ATOM}updated") == "2031-03-03T12:00:00+00:00"
    hrefs = [link.get("href") for link in root.iter(f"{ATOM}link")]
    assert [urlsplit(href).path for href in hrefs] == ["/tide-31/changes/feed.atom", "/tide-31/changes/"]
    assert all(href.startswith("http://testserver/") for href in hrefs)


Counting = Callable[[int], AbstractContextManager[None]]


@pytest.mark.parametrize("count", [1, 3])
def test_queries(
    client: Client,
    clock: time_machine.Traveller,
    edition: Edition,
    django_assert_num_queries: Counting,
    count: int,
) -> None:
    with gathering("ana", 1):
        talks = [make_talk(edition=edition) for _ in range(count)]
        gone = [make_talk(edition=edition) for _ in range(count)]
    clock.shift(timedelta(days=1))
    for talk in talks:
        change(talk, room=edition.rooms.get(slug="sul"), starts_at=datetime(2031, 5, 16, 9), ends_at=None)
        make_appearance(talk=talk)
    for talk in gone:
        talk.delete()
    with django_assert_num_queries(7):
        assert len(having(read(client, "/tide-31/changes/"), "entry")) == 2 * count
    with django_assert_num_queries(6):
        client.get("/tide-31/changes/feed.atom")
    fetched = list(Talk.objects.filter(edition=edition).select_related("room"))
    with django_assert_num_queries(1):
        assert len(moved_from(edition, fetched, AHEAD)) == count
