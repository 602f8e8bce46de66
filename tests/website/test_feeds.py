"""Calendars and bibliographies as they are asked for: what is in them, and the manners of the answers."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

import icalendar
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from editions.models import Edition
from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_paper,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_track,
    make_type,
)
from website.feeds import CalendarMenu, calendar_menu
from website.viewpoint import Viewpoint

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]


def calendar(client: Client, path: str) -> Any:
    """A calendar, parsed without an error."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    found = icalendar.Calendar.from_ical(answer.content.decode())
    assert [part.errors for part in found.walk()] == [[] for _ in found.walk()]
    return found


def titles(client: Client, path: str) -> list[str]:
    """What is on in a calendar, in its order."""
    return [str(event["SUMMARY"]) for event in calendar(client, path).events]


def at(hour: int, minute: int = 0) -> datetime:
    """A clock on 15 May 2031."""
    return datetime(2031, 5, 15, hour, minute)


@pytest.fixture
def edition() -> Edition:
    """An edition with talks in two rooms, of which one is cancelled, one a draft and one without a time."""
    make_series(name="Tidewater Workshops")
    found = make_edition(key="tide-31", title="Tide 31", venue="Pier 4", location="Vancouver, Canada")
    hall, attic = make_room(edition=found, name="Hall", slug="hall"), make_room(edition=found, slug="attic")
    ebb = make_talk(edition=found, title="Ebb", slug="ebb", room=hall, starts_at=at(9), abstract="It *goes*.")
    make_appearance(talk=ebb, speaker=make_speaker(name="李雷", slug="li-lei"), affiliation="Sea")
    track = make_track(edition=found, slug="moon", name="Moon")
    make_talk(
        edition=found,
        title="Flow",
        slug="flow",
        room=attic,
        track=track,
        starts_at=at(10),
        video_url="https://v.example/1",
    )
    make_talk(edition=found, title="Gone", slug="gone", starts_at=at(11), state=Talk.State.CANCELLED)
    make_talk(edition=found, title="Hidden", slug="hidden", starts_at=at(12), state=Talk.State.DRAFT)
    make_talk(edition=found, title="Some day", slug="some-day", starts_at=None)
    make_talk(edition=found, title="Again", slug="again", repeats=ebb, starts_at=at(15))
    return found


@pytest.mark.usefixtures("edition")
def test_a_schedule_as_a_calendar(client: Client) -> None:
    found = calendar(client, "/tide-31/schedule.ics")
    assert [str(event["SUMMARY"]) for event in found.events] == ["Ebb", "Flow", "Cancelled: Gone", "Ebb"]
    assert (
        str(found["X-WR-CALNAME"]),
        str(found["DESCRIPTION"]),
        str(found["URL"]),
        str(found["SOURCE"]),
    ) == (
        "Tidewater Workshops\\, Tide 31",
        "1 entry has no time yet.",
        "http://testserver/tide-31/schedule/",
        "http://testserver/tide-31/schedule.ics",
    )
    ebb = found.events[0]
    talk = Talk.objects.get(slug="ebb")
    assert (
        str(ebb["UID"]),
        ebb["SEQUENCE"],
        str(ebb["URL"]),
        str(ebb["LOCATION"]),
        str(ebb["DESCRIPTION"]),
    ) == (
        str(talk.guid),
        talk.sequence,
        "http://testserver/tide-31/talks/ebb/",
        "Hall, Pier 4, Vancouver, Canada",
        "Speaker: 李雷 (Sea)\n\nIt goes.\n\nhttp://testserver/tide-31/talks/ebb/",
    )
    assert ebb.start.isoformat() == "2031-05-15T09:00:00-07:00"
    assert ebb["LAST-MODIFIED"].dt == talk.changed_at.replace(microsecond=0)


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("room=hall", ["Ebb"]),
        ("track=moon", ["Flow"]),
        ("video=1", ["Flow"]),
        ("q=flow", ["Flow"]),
        ("day=2031-05-16", []),
        ("day=2031-05-15", ["Ebb", "Flow", "Cancelled: Gone", "Ebb"]),
    ],
)
def test_filters_are_those_of_the_page(client: Client, query: str, expected: list[str]) -> None:
    assert titles(client, f"/tide-31/schedule.ics?{query}") == expected


@pytest.mark.usefixtures("edition")
def test_saved_talks_are_a_programme_of_ones_own(client: Client) -> None:
    numbers = [Talk.objects.get(slug=slug).number for slug in ("flow", "hidden", "gone")]
    path = f"/tide-31/schedule.ics?ids={','.join(map(str, numbers))}"
    assert titles(client, path) == ["Flow", "Cancelled: Gone"]
    found = calendar(client, path)
    assert (str(found["NAME"]), "SOURCE" in found) == ("Tidewater Workshops\\, Tide 31: my programme", False)


@pytest.mark.usefixtures("edition")
def test_a_talk_and_its_repetition_are_slots_of_their_own(client: Client) -> None:
    (ebb,) = calendar(client, "/tide-31/talks/ebb.ics").events
    (again,) = calendar(client, "/tide-31/talks/again.ics").events
    assert (str(ebb["SUMMARY"]), str(again["SUMMARY"])) == ("Ebb", "Ebb")
    assert str(ebb["UID"]) != str(again["UID"])
    assert (again.start.hour, str(again["URL"])) == (15, "http://testserver/tide-31/talks/ebb/")
    assert titles(client, "/tide-31/talks/some-day.ics") == []


def test_a_persons_calendar_goes_over_all_editions_and_zones(client: Client, edition: Edition) -> None:
    other = make_edition(key="tide-30", timezone="Asia/Kolkata", starts_on=date(2030, 5, 1), ends_on=None)
    li_lei = Talk.objects.get(slug="ebb").appearances.get().speaker
    make_appearance(
        talk=make_talk(edition=other, title="Before", starts_at=datetime(2030, 5, 1, 9)), speaker=li_lei
    )
    make_appearance(talk=Talk.objects.get(slug="hidden"), speaker=li_lei)
    found = calendar(client, "/speakers/li-lei.ics")
    assert [event.start.isoformat() for event in found.events] == [
        "2030-05-01T09:00:00+05:30",
        "2031-05-15T09:00:00-07:00",
        "2031-05-15T15:00:00-07:00",
    ]
    assert [zone.tz_name for zone in found.timezones] == ["America/Vancouver", "Asia/Kolkata"]


@pytest.mark.parametrize(
    ("room", "location", "where"),
    [
        ("Hall", "", "Hall, Pier 4, Vancouver"),
        ("", "Aquarium", "Aquarium, Vancouver"),
        ("Hall", "stage left", "Hall, stage left, Pier 4, Vancouver"),
        ("", "", "Pier 4, Vancouver"),
    ],
)
def test_where(client: Client, room: str, location: str, where: str) -> None:
    found = make_edition(key="tide-31", venue="Pier 4", location="Vancouver")
    place = make_room(edition=found, name=room) if room else None
    make_talk(edition=found, slug="ebb", room=place, location=location)
    assert str(calendar(client, "/tide-31/talks/ebb.ics").events[0]["LOCATION"]) == where


FEEDS = [
    ("/tide-31/schedule.ics", "text/calendar; charset=utf-8", "tide-31-schedule.ics"),
    ("/tide-31/schedule.xml", "application/xml; charset=utf-8", "tide-31-schedule.xml"),
    ("/tide-31/schedule.json", "application/json; charset=utf-8", "tide-31-schedule.json"),
    ("/tide-31/talks/ebb.ics", "text/calendar; charset=utf-8", "tide-31-talks-ebb.ics"),
    ("/speakers/li-lei.ics", "text/calendar; charset=utf-8", "speakers-li-lei.ics"),
    ("/tide-31/talks/ebb.bib", "application/x-bibtex; charset=utf-8", "tide-31-talks-ebb.bib"),
    ("/tide-31/talks/ebb.csl.json", "application/vnd.citationstyles.csl+json; charset=utf-8", "tide-31-talks-ebb.csl.json"),
    ("/tide-31/proceedings.bib", "application/x-bibtex; charset=utf-8", "tide-31-proceedings.bib"),
    ("/tide-31/proceedings.csl.json", "application/vnd.citationstyles.csl+json; charset=utf-8", "tide-31-proceedings.csl.json"),
    ("/proceedings.bib", "application/x-bibtex; charset=utf-8", "proceedings.bib"),
]  # fmt: skip


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(("path", "content_type", "name"), FEEDS)
def test_manners(client: Client, path: str, content_type: str, name: str) -> None:
    answer = client.get(path)
    assert {
        header: answer[header] for header in ("Content-Type", "Content-Disposition", "Cache-Control")
    } == {
        "Content-Type": content_type,
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "public, max-age=300, stale-while-revalidate=3600",
    }
    assert (answer["Access-Control-Allow-Origin"], answer["Cross-Origin-Resource-Policy"]) == (
        "*",
        "cross-origin",
    )
    assert answer["Vary"] == "Accept-Encoding"
    etag = answer["ETag"]
    assert client.get(path)["ETag"] == etag
    head = client.head(path)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", etag)
    known = client.get(path, headers={"If-None-Match": etag})
    assert (known.status_code, known.content, known["ETag"], known["Access-Control-Allow-Origin"]) == (
        304,
        b"",
        etag,
        "*",
    )
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.post(path).status_code == 405
    Talk.objects.filter(slug="ebb").update(title="Ebbing")
    assert client.get(path)["ETag"] != etag


@pytest.mark.usefixtures("edition")
def test_a_calendar_is_whole_to_its_last_byte(client: Client) -> None:
    content = client.get("/tide-31/schedule.ics").content
    assert (content[:17], content[-15:]) == (b"BEGIN:VCALENDAR\r\n", b"END:VCALENDAR\r\n")


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    "path",
    [
        "/tide-31/talks/hidden.ics",
        "/tide-31/talks/hidden.bib",
        "/tide-31/talks/hidden.csl.json",
        "/tide-31/talks/none.ics",
        "/tide-31/talks/gone.bib",
        "/tide-31/talks/some-day.bib",
        "/draft-32/schedule.ics",
        "/draft-32/proceedings.bib",
        "/draft-32/talks/early.ics",
        "/speakers/unseen.ics",
        "/speakers/nobody.ics",
    ],
)
def test_what_is_not_public_or_not_to_be_cited_is_not_there(client: Client, path: str) -> None:
    early = make_talk(edition=make_edition(key="draft-32", state="draft"), slug="early")
    make_appearance(talk=early, speaker=make_speaker(slug="unseen"))
    assert client.get(path).status_code == 404


def test_no_draft_in_any_feed(client: Client, edition: Edition) -> None:
    hidden = Talk.objects.get(slug="hidden")
    make_appearance(
        talk=hidden, speaker=Talk.objects.get(slug="ebb").appearances.get().speaker, name="Quetzal"
    )
    make_paper(talk=hidden, title="Quetzal")
    for path, _type, _name in FEEDS:
        text = client.get(path).content.decode()
        assert ("Hidden" in text, "Quetzal" in text) == (False, False), path


def test_proceedings(client: Client, edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(
        doi="https://doi.org/10.1/tide", proceedings_venue="Shoal Press"
    )
    ebb = Talk.objects.get(slug="ebb")
    for title in ("On Eddies", "On Eddies", "潮汐"):
        make_paper(
            talk=ebb,
            title=title,
            authors="I. Brine and O. Fen",
            paper="https://p.example/1.pdf",
            doi="doi:10.1/p",
        )
    panel = make_talk(
        edition=edition, title="Panel", slug="panel", type=make_type(kind="session"), starts_at=at(16)
    )
    make_appearance(talk=panel, speaker=make_speaker(name="Bo Fen"), role="moderator")
    make_appearance(talk=panel, speaker=make_speaker(name="Cy Fen"), role="panelist")
    make_appearance(talk=panel, speaker=None, role="speaker")
    found = json.loads(client.get("/tide-31/proceedings.csl.json").content)
    assert [(one["id"], one["type"]) for one in found] == [
        ("tide-31", "book"),
        ("tide-31:ebb", "speech"),
        ("tide-31:ebb:on-eddies", "paper-conference"),
        ("tide-31:ebb:on-eddies-2", "paper-conference"),
        (f"tide-31:ebb:paper-{ebb.guid.hex[:8]}", "paper-conference"),
        ("tide-31:panel", "speech"),
    ]
    assert found[0] == {
        "id": "tide-31",
        "type": "book",
        "title": "Proceedings of Tidewater Workshops, Tide 31",
        "event-title": "Tidewater Workshops, Tide 31",
        "event-place": "Vancouver, Canada",
        "publisher": "Shoal Press",
        "issued": {"date-parts": [[2031, 5, 15]]},
        "DOI": "10.1/tide",
        "URL": "http://testserver/tide-31/",
    }
    assert (found[1]["author"], found[1]["URL"]) == (
        [{"literal": "李雷"}],
        "http://testserver/tide-31/talks/ebb/",
    )
    assert (found[2]["author"][1], found[2]["DOI"], found[2]["URL"]) == (
        {"family": "Fen", "given": "O."},
        "10.1/p",
        "https://p.example/1.pdf",
    )
    assert found[5]["author"] == [{"family": "Fen", "given": "Cy"}]
    keys = ["tide-31", *(one["id"] for one in found[1:])]
    text = client.get("/tide-31/proceedings.bib").content.decode()
    assert [line.partition("{")[2].rstrip(",") for line in text.split("\n") if line.startswith("@")] == keys
    assert client.get("/proceedings.bib").content.decode() == text
    assert client.get("/tide-31/talks/ebb.bib").content.decode() in text


def test_a_series_goes_from_the_newest_edition_to_the_oldest(client: Client, edition: Edition) -> None:
    for key, year in (("tide-29", 2029), ("tide-30", 2030)):
        other = make_edition(key=key, starts_on=date(year, 5, 1), ends_on=None)
        make_appearance(talk=make_talk(edition=other, slug="talk", starts_at=datetime(year, 5, 1, 9)))
    text = client.get("/proceedings.bib").content.decode()
    assert [line for line in text.split("\n") if line.startswith("@")] == [
        "@misc{tide-31:ebb,",
        "@misc{tide-30:talk,",
        "@misc{tide-29:talk,",
    ]


def test_the_menu_of_a_calendar() -> None:
    made = calendar_menu(
        Viewpoint(AnonymousUser(), datetime(2031, 5, 1), "en", "https://tide.example"), "/s.ics?a=1"
    )
    assert made == CalendarMenu(
        "/s.ics?a=1",
        "https://tide.example/s.ics?a=1",
        "webcal://tide.example/s.ics?a=1",
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Ftide.example%2Fs.ics%3Fa%3D1",
    )
    nowhere = Viewpoint(AnonymousUser(), datetime(2031, 5, 1), "en")
    assert calendar_menu(nowhere, "/s.ics") == CalendarMenu("/s.ics", "", "", "")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/tide-0/schedule.ics", 5),
        ("/tide-0/schedule.ics?q=tide", 5),
        ("/tide-0/schedule.xml", 8),
        ("/tide-0/schedule.json?q=tide", 8),
        ("/tide-0/talks/talk-0.ics", 4),
        ("/speakers/person-0.ics", 4),
        ("/tide-0/talks/talk-0.bib", 6),
        ("/tide-0/talks/talk-0.csl.json", 6),
        ("/tide-0/proceedings.bib", 6),
        ("/tide-0/proceedings.csl.json", 6),
        ("/proceedings.bib", 6),
    ],
)
def test_queries(
    client: Client, django_assert_num_queries: Counting, path: str, queries: int, count: int
) -> None:
    make_series()
    people = [make_speaker(slug=f"person-{number}") for number in range(count)]
    for number in range(count):
        edition = make_edition(key=f"tide-{number}", doi="10.1/tide")
        for place in range(count):
            room, track = make_room(edition=edition), make_track(edition=edition)
            talk = make_talk(edition=edition, slug=f"talk-{place}", room=room, track=track)
            make_talk(edition=edition, repeats=talk)
            for person in people:
                make_appearance(talk=talk, speaker=person)
                make_paper(talk=talk)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


def test_a_break_without_words_leads_nowhere(client: Client) -> None:
    edition = make_edition(key="tide-31")
    lunch = make_type(key="lunch", label="Lunch", kind="break")
    make_talk(edition=edition, type=lunch, title="", slug="lunch")
    make_talk(edition=edition, type=lunch, title="Dinner", abstract="On the *pier*.", slug="dinner")
    for path, urls in (
        (
            "schedule",
            ["URL:http://testserver/tide-31/schedule/", "URL:http://testserver/tide-31/talks/dinner/"],
        ),
        ("talks/lunch", []),
    ):
        text = client.get(f"/tide-31/{path}.ics").content.decode().replace("\r\n ", "")
        assert [line for line in text.splitlines() if line.startswith("URL")] == urls
