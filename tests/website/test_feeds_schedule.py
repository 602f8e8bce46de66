"""schedule.xml and schedule.json as they are asked for, and every feed of whole series before outside judges."""

import json
import os
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which
from typing import Any
from uuid import uuid4

import feedparser  # type: ignore[import-untyped]
import icalendar
import pytest
import vobject  # type: ignore[import-untyped]
from django.test import Client
from pytest_django import Settings

from conference import demo
from editions.models import Edition
from exchange.importing import Options, import_files
from history.models import Version
from talks.models import Talk
from tests.exchange.schedules import (
    clocks_of_json,
    clocks_of_xml,
    events,
    hold,
    in_giggity,
    need_judges,
    parse,
)
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
from tests.website.reading import read

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[None]]
Text = Callable[[str], str]

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT.parent / "shared" / "corpora"
CORPUS = Path(os.environ.get("LECTERN_CORPORA") or BESIDE) / "emc2"
READER = ROOT / "tests" / "judges" / "calendar.mjs"


@pytest.fixture
def get(client: Client) -> Text:
    """Get the text of a feed."""

    def text(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    return text


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


@pytest.fixture
def edition() -> Edition:
    """An edition with all that a schedule holds, in two rooms of one name, a day more than it was meant to take."""
    make_series(name="Tidewater Workshops", accent="#8a3218")
    found = make_edition(key="tide-31", title="Tide 31", venue="Pier 4", location="Vancouver, Canada")
    hall = make_room(edition=found, name="Hall", slug="hall", position=1)
    other = make_room(edition=found, name="Hall", slug="other", position=2)
    moon = make_track(edition=found, slug="moon", name="Moon", colour="#123456")
    unseen = make_track(edition=found, slug="unseen", name="Unseen")
    ebb = make_talk(
        edition=found, title="Ebb", slug="ebb", room=hall, starts_at=at(9), abstract="It *goes*.", language="en",
        recording="ask", slides="https://s.example/ebb é.pdf", video_url="https://v.example/1", track=moon,
    )  # fmt: skip
    make_appearance(talk=ebb, speaker=make_speaker(name="李雷", slug="li-lei"))
    make_appearance(talk=ebb, speaker=make_speaker(name="Bo Fen"), role="chair")
    make_paper(
        talk=ebb, title="On Eddies", authors="I. Brine", paper="https://p.example/1.pdf", poster="poster.pdf"
    )
    make_talk(edition=found, title="Beside", slug="beside", room=hall, starts_at=at(9, 15))
    make_talk(edition=found, title="Flow", slug="flow", room=other, starts_at=at(9))
    make_talk(edition=found, title="Gone", slug="gone", starts_at=at(11), state=Talk.State.CANCELLED)
    make_talk(
        edition=found, title="Hidden", slug="hidden", starts_at=at(12), state=Talk.State.DRAFT, track=unseen
    )
    make_talk(edition=found, title="Some day", slug="some-day", starts_at=None)
    make_talk(edition=found, title="Again", slug="again", repeats=ebb, starts_at=at(15, day=18))
    make_talk(
        edition=found, type=make_type(kind="break", label="Lunch"), title="", starts_at=at(12), ends_at=None
    )
    return found


@pytest.mark.usefixtures("edition")
def test_a_schedule_for_apps(get: Text) -> None:
    xml, as_json = get("/tide-31/schedule.xml"), get("/tide-31/schedule.json")
    hold(xml, as_json, 6)
    assert [
        (day.get("date"), room.get("name"), event.findtext("title"))
        for day, room, event in events(parse(xml))
    ] == [
        ("2031-05-15", "Hall", "Ebb"),
        ("2031-05-15", "Hall (3)", "Beside"),
        ("2031-05-15", "Hall (2)", "Flow"),
        ("2031-05-15", "Pier 4", "Cancelled: Gone"),
        ("2031-05-15", "Pier 4", "Lunch"),
        ("2031-05-18", "Pier 4", "Ebb"),
    ]
    root = parse(xml)
    assert {node.tag: node.text for node in root.find("conference") if node.text} == {
        "title": "Tidewater Workshops, Tide 31",
        "acronym": "tide-31",
        "start": "2031-05-15",
        "end": "2031-05-18",
        "days": "2",
        "timeslot_duration": "00:05",
        "url": "http://testserver/tide-31/schedule/",
        "time_zone_name": "America/Vancouver",
    }
    assert [dict(node.attrib) for node in root.find("conference") if not node.text] == [
        {"primary": "#8a3218"},
        {"name": "Moon", "color": "#123456"},
    ]
    assert root.findtext("url") == "http://testserver/tide-31/schedule.xml"
    assert json.loads(as_json)["schedule"]["conference"]["description"] == "1 entry has no time yet."


@pytest.mark.usefixtures("edition")
def test_an_event_in_full(get: Text) -> None:
    talk = Talk.objects.get(slug="ebb")
    found = json.loads(get("/tide-31/schedule.json"))["schedule"]["conference"]["days"][0]["rooms"]["Hall"][0]
    assert found == {
        "guid": str(talk.guid),
        "id": talk.number,
        "date": "2031-05-15T09:00:00-07:00",
        "start": "09:00",
        "duration": "00:45",
        "room": "Hall",
        "slug": "ebb",
        "url": "http://testserver/tide-31/talks/ebb/",
        "title": "Ebb",
        "subtitle": None,
        "track": "Moon",
        "type": talk.type.label,
        "language": "en",
        "abstract": "It goes.",
        "persons": [{"name": "李雷"}, {"name": "Bo Fen"}],
        "links": [
            {"title": "Slides", "url": "https://s.example/ebb%20%C3%A9.pdf", "type": "slides"},
            {"title": "Video", "url": "https://v.example/1", "type": "media"},
            {"title": "On Eddies: Paper", "url": "https://p.example/1.pdf", "type": "paper"},
        ],
        "end": "2031-05-15T09:45:00-07:00",
        "description": "On Eddies (I. Brine)",
        "do_not_record": True,
    }


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("query", "expected"),
    [("room=other", ["Flow"]), ("track=moon", ["Ebb"]), ("q=beside", ["Beside"]), ("day=2031-05-18", ["Ebb"]), ("q=none", [])],
)  # fmt: skip
def test_filters_are_those_of_the_page(get: Text, query: str, expected: list[str]) -> None:
    xml, as_json = get(f"/tide-31/schedule.xml?{query}"), get(f"/tide-31/schedule.json?{query}")
    hold(xml, as_json, len(expected))
    assert [event.findtext("title") for _, _, event in events(parse(xml))] == expected
    assert parse(xml).find("url") is None


@pytest.mark.usefixtures("edition")
def test_saved_talks_are_a_programme_of_ones_own(get: Text) -> None:
    numbers = [Talk.objects.get(slug=slug).number for slug in ("flow", "hidden", "gone")]
    xml = get(f"/tide-31/schedule.xml?ids={','.join(map(str, numbers))}")
    assert {int(event.get("id")) for _, _, event in events(parse(xml))} == {numbers[0], numbers[2]}
    assert parse(xml).findtext("conference/title") == "Tidewater Workshops, Tide 31: my programme"


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("kind", ["xml", "json", "ics"])
def test_where_other_systems_have_their_schedules(client: Client, kind: str) -> None:
    for query in ("", "?track=moon&track=a+b&ids=1,2"):
        answer = client.get(f"/tide-31/schedule/export/schedule.{kind}{query}")
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (301, "*")
        assert answer["Location"] == f"/tide-31/schedule.{kind}{query.replace(',', '%2C')}"
        assert client.get(answer["Location"]).status_code == 200
    assert client.get("/tide-31/schedule/export/schedule.pdf").status_code == 404


@pytest.mark.usefixtures("edition")
def test_pages_lead_to_the_schedule(client: Client) -> None:
    page = read(client, "/tide-31/schedule/")
    (found,) = page.xpath("//link[@type='application/vnd.c3voc.schedule+xml']/@href")
    assert found == "http://testserver/tide-31/schedule.xml"
    links = page.xpath("//details[@class='mine']//a/@href")
    assert links[-3:] == [
        "https://ggt.gaa.st/#url=http://testserver/tide-31/schedule.xml",
        "/tide-31/schedule.xml",
        "/tide-31/schedule.json",
    ]
    assert "/tide-31/schedule.xml" in read(client, "/tide-31/").xpath(
        "//section[@aria-labelledby='take']//a/@href"
    )


def test_the_version_rises_with_every_change(get: Text, edition: Edition) -> None:
    before = parse(get("/tide-31/schedule.xml")).findtext("version")
    assert before == str(Version.objects.get(kind="edition", key=str(edition.pk)).number)
    assert parse(get("/tide-31/schedule.xml")).findtext("version") == before
    ebb = Talk.objects.get(slug="ebb")
    ebb.title = "Ebbing"
    ebb.save()
    assert int(parse(get("/tide-31/schedule.xml")).findtext("version")) > int(before)


def test_without_any_version_there_is_a_schedule(get: Text, edition: Edition) -> None:
    Version.objects.all().delete()
    assert parse(get("/tide-31/schedule.xml")).findtext("version") == "0"


def ids(text: str) -> dict[str, tuple[str, str]]:
    """Title to id and guid of a schedule.xml."""
    return {
        event.findtext("title"): (event.get("id"), event.get("guid")) for _, _, event in events(parse(text))
    }


def test_an_event_is_the_same_for_ever(get: Text, settings: Settings, tmp_path: Path) -> None:
    root = tmp_path / "series"
    demo.prepare(root, datetime(2030, 6, 12, 8, tzinfo=UTC))
    assert import_files([root], Options(root=root)).ok
    key = Edition.objects.filter(talks__starts_at__isnull=False).values_list("key", flat=True).distinct()[0]
    path = f"/{key}/schedule.xml"
    before = ids(get(path))
    for talk in Talk.objects.filter(edition__key=key, starts_at__isnull=False):
        talk.starts_at += timedelta(days=1)
        talk.ends_at = talk.starts_at + timedelta(minutes=5)
        talk.room = None
        talk.save()
    assert ids(get(path)) == before
    settings.SECRET_KEY = "another one, after the first was lost"
    assert ids(get(path)) == before
    for file in (root / "_programs").rglob("*.md"):
        file.write_bytes(file.read_bytes() + b"\n\nMore words.\n")
    assert import_files([root], Options(root=root)).ok
    assert ids(get(path)) == before
    uids = [str(event["UID"]) for event in icalendar.Calendar.from_ical(get(f"/{key}/schedule.ics")).events]
    assert set(uids) == {guid for _, guid in before.values()}


ZONED = [
    ("America/Vancouver", "-07:00"),
    ("America/St_Johns", "-02:30"),
    ("Asia/Tokyo", "+09:00"),
    ("Asia/Kolkata", "+05:30"),
    ("UTC", "+00:00"),
]


@pytest.mark.parametrize(("zone", "offset"), ZONED)
def test_feeds_and_pages_agree_on_the_venues_clock(client: Client, get: Text, zone: str, offset: str) -> None:
    edition = make_edition(key="tide-31", timezone=zone)
    starts = [at(0, 30), at(9, 45), at(23, 50), at(0, 5, day=16)]
    talks = [make_talk(edition=edition, starts_at=start) for start in starts]
    expected = {
        talk.number: f"{start.isoformat()}{offset}" for talk, start in zip(talks, starts, strict=True)
    }
    xml, as_json = get("/tide-31/schedule.xml"), get("/tide-31/schedule.json")
    assert {number: told for number, told, _ in clocks_of_xml(xml)} == expected
    assert clocks_of_json(as_json) == clocks_of_xml(xml)
    assert sorted(one.start for one in in_giggity(xml)) == starts
    calendar = icalendar.Calendar.from_ical(get("/tide-31/schedule.ics"))
    assert sorted(event.start.isoformat() for event in calendar.events) == sorted(expected.values())
    page = read(client, "/tide-31/schedule/")
    rows = (item.xpath(".//time/@datetime")[0] for item in page.xpath("//article"))
    assert sorted(map(str, rows)) == sorted(expected.values())


FEEDS = (
    "schedule.ics",
    "schedule.xml",
    "schedule.json",
    "changes/feed.atom",
    "proceedings.bib",
    "proceedings.csl.json",
)


@pytest.mark.parametrize(
    ("feed", "queries"),
    list(zip(FEEDS, (5, 8, 8, 6, 6, 6), strict=True)),
)
@pytest.mark.parametrize("count", [1, 3, 600])
def test_queries(get: Text, django_assert_num_queries: Counting, feed: str, queries: int, count: int) -> None:
    make_series()
    edition = make_edition(key="tide-31")
    room, track, kind, person = (
        make_room(edition=edition),
        make_track(edition=edition),
        make_type(),
        make_speaker(),
    )
    talks = Talk.objects.bulk_create(
        Talk(
            edition=edition, key=f"talk-{index}", slug=f"talk-{index}", title=f"Tide {index}", type=kind, room=room,
            track=track, guid=uuid4(), number=index + 1, state="published", starts_at=at(9) + timedelta(minutes=index),
            ends_at=at(9) + timedelta(minutes=index + 1),
        )
        for index in range(count)
    )  # fmt: skip
    for talk in talks[:3]:
        make_appearance(talk=talk, speaker=person)
        make_paper(talk=talk)
    with django_assert_num_queries(queries):
        get(f"/tide-31/{feed}")


def known_events(text: str) -> Any:
    """The events of a calendar, read without an error; the library's types are too wide to ask them more."""
    calendar = icalendar.Calendar.from_ical(text)
    assert [part.errors for part in calendar.walk() if part.errors] == []
    return calendar.events


def judge(get: Text, key: str) -> int:
    """Let every judge look at every feed of an edition; how many events there are."""
    timed = Talk.objects.published().filter(edition__key=key, starts_at__isnull=False)
    count: int = timed.count()
    hold(get(f"/{key}/schedule.xml"), get(f"/{key}/schedule.json"), count)
    text = get(f"/{key}/schedule.ics")
    known = known_events(text)
    numbers = {str(guid): number for guid, number in timed.values_list("guid", "number")}
    moments = {(numbers[str(event["UID"])], event.start) for event in known}
    xml = clocks_of_xml(get(f"/{key}/schedule.xml"))
    assert moments == {(number, datetime.fromisoformat(told)) for number, told, _ in xml}
    # It keeps a zone by its name, for the years of the first calendar that it read.
    vars(vobject.icalendar)["__tzidMap"].clear()
    others = vobject.readOne(text).contents.get("vevent", [])
    assert len(others) == count
    assert [one.dtstart.value.timestamp() for one in others] == [one.start.timestamp() for one in known]
    assert [one.summary.value for one in others] == [str(one["SUMMARY"]) for one in known]
    atom = feedparser.parse(get(f"/{key}/changes/feed.atom"))
    assert (atom.bozo, [one.id for one in atom.entries if not one.title]) == (False, [])
    works = json.loads(get(f"/{key}/proceedings.csl.json"))
    assert {work["type"] for work in works} <= {"book", "speech", "paper-conference"}
    return count


def test_the_judges_take_every_feed_of_the_sample_series(get: Text) -> None:
    need_judges()
    assert demo.load(datetime(2030, 6, 12, 8, tzinfo=UTC)).ok
    keys = list(Edition.objects.visible_to(None).values_list("key", flat=True))
    assert (len(keys), sum(judge(get, key) > 0 for key in keys) > 1) == (4, True)


def test_the_judges_take_every_feed_of_a_real_series(get: Text) -> None:
    need_judges()
    if not CORPUS.exists():
        pytest.skip(f"the real series is not at hand: {CORPUS.name} (set LECTERN_CORPORA to its folder)")
    assert import_files([CORPUS], Options(timezone="America/New_York")).ok
    keys = list(Edition.objects.visible_to(None).values_list("key", flat=True))
    assert sum(judge(get, key) for key in keys) == 156


@pytest.mark.usefixtures("edition")
def test_another_calendar_reads_the_same(get: Text) -> None:
    """ical.js, in Node: `make judge` installs it."""
    if which("node") is None or not (READER.parent / "node_modules" / "ical.js").exists():
        pytest.skip("ical.js is not at hand: `make judge` installs it, for Node")
    for zone, _offset in ZONED:
        other = make_edition(timezone=zone)
        make_talk(edition=other, title="潮, über; alles", starts_at=datetime(2031, 11, 2, 0, 30))
        make_talk(edition=other, starts_at=datetime(2031, 3, 9, 9))
    for key in Edition.objects.values_list("key", flat=True):
        text = get(f"/{key}/schedule.ics")
        done = subprocess.run(["node", READER], input=text, capture_output=True, text=True, check=True)
        known = known_events(text)
        [calendar] = json.loads(done.stdout)
        assert [(one["uid"], one["title"], one["moment"], one["sequence"]) for one in calendar["events"]] == [
            (str(one["UID"]), str(one["SUMMARY"]), one.start.timestamp(), one["SEQUENCE"]) for one in known
        ]
