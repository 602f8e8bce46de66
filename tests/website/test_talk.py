"""A talk's page: everything about it, and what stands around it."""

from datetime import date, datetime

import pytest
from django.test import Client

from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_edition,
    make_notice,
    make_paper,
    make_room,
    make_speaker,
    make_talk,
    make_type,
)
from tests.website.reading import all_words, clocks, having, links, read, words

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0) -> datetime:
    """A clock on 15 May 2031."""
    return datetime(2031, 5, 15, hour, minute)


def section(page: object, heading: str) -> list[str]:
    """The links of the section under a heading."""
    found = page.xpath(f"//section[h2[normalize-space()='{heading}']]")  # type: ignore[attr-defined]
    return [words(link) for link in found[0].xpath(".//a")] if found else []


def test_everything_about_a_talk(client: Client) -> None:
    edition = make_edition(key="tide-31")
    room = make_room(edition=edition, name="Hall", slug="hall", floor="Upper deck")
    talk = make_talk(
        edition=edition,
        type=make_type(label="Keynote"),
        title="Ebb & flow",
        abstract="It *goes*.\n\n<script>alert(1)</script>",
        room=room,
        video_url="https://videos.example/1",
        slides="https://slides.example/1",
        doi="10.1/ebb",
        tags=["moon"],
        language="de",
        level="everyone",
        extra=[{"label": "Bring", "value": "boots"}, "nonsense"],
    )
    ada = make_speaker(slug="ada")
    make_appearance(
        talk=talk, speaker=ada, name="Ada", affiliation="Then", bio="She **sails**.", url="ada.example/me"
    )
    make_paper(talk=talk, title="On ebbs", paper="https://papers.example/1")
    make_notice(edition=edition, talk=talk, text="Bring a lamp")
    page = read(client, "/tide-31/talks/ebb-flow/")
    assert [words(node) for node in page.xpath("//h1|//main//h3")] == ["Ebb & flow", "Ada"]
    assert all_words(page, "facts") == [
        "Thursday, 15 May 2031, 09:30–10:15 Vancouver, UTC−7 Hall, Upper deck"
    ]
    assert clocks(page) == ["2031-05-15T09:30:00-07:00", "2031-05-15T10:15:00-07:00"]
    assert [words(node) for node in page.xpath("//em|//strong")] == ["goes", "sails"]
    assert page.xpath("//main//script") == []
    assert [words(row) for row in having(page, "dates")[0].xpath("./div")] == [
        "Level everyone",
        "Language German",
        "Topics moon",
        "Bring boots",
    ]
    for link in (
        "https://videos.example/1",
        "https://slides.example/1",
        "https://doi.org/10.1/ebb",
        "https://papers.example/1",
        "https://ada.example/me",
        "/speakers/ada/",
        "/tide-31/rooms/hall/",
    ):
        assert link in links(page)
    assert all_words(page, "notice") == ["Bring a lamp"]


def test_beside_next_parts_and_other_editions(client: Client) -> None:
    edition, earlier = make_edition(key="tide-31"), make_edition(key="tide-30", starts_on=date(2030, 5, 1))
    hall, attic = make_room(edition=edition, name="Hall"), make_room(edition=edition, name="Attic")
    ada = make_speaker(name="Ada", slug="ada")
    talk = make_talk(edition=edition, title="This", room=hall, starts_at=at(9), ends_at=at(10))
    make_appearance(talk=talk, speaker=ada)
    make_talk(edition=edition, title="Beside", room=attic, starts_at=at(9, 30), ends_at=at(10))
    make_talk(edition=edition, title="Touching", room=attic, starts_at=at(10), ends_at=at(11))
    make_talk(
        edition=edition,
        title="Pause",
        type=make_type(kind="break"),
        room=hall,
        starts_at=at(10),
        ends_at=at(11),
    )
    make_talk(edition=edition, title="Next here", room=hall, starts_at=at(11), ends_at=at(12))
    make_talk(edition=edition, title="Part", room=hall, session=talk, starts_at=at(9), ends_at=at(9, 30))
    before = make_talk(edition=earlier, title="Before", starts_at=datetime(2030, 5, 1, 9))
    make_appearance(talk=before, speaker=ada)
    hidden = make_talk(edition=earlier, title="Hidden", state=Talk.State.DRAFT)
    make_appearance(talk=hidden, speaker=ada)
    page = read(client, "/tide-31/talks/this/")
    assert section(page, "At the same time") == ["Beside"]
    assert section(page, "Next in Hall") == ["Next here"]
    assert section(page, "In this session") == ["Part"]
    assert section(page, "In other editions") == ["Before"]
    part = read(client, "/tide-31/talks/part/")
    assert "Part of This" in all_words(part, "lede")


def test_without_a_time(client: Client) -> None:
    make_talk(edition=make_edition(key="tide-31"), title="Some day", starts_at=None)
    page = read(client, "/tide-31/talks/some-day/")
    assert all_words(page, "facts") == ["Time to be announced"]
    assert clocks(page) == []


def test_a_repetition_leads_to_what_it_repeats(client: Client) -> None:
    edition = make_edition(key="tide-31")
    told = make_talk(edition=edition, title="Told twice", starts_at=at(9))
    again = make_talk(edition=edition, title="Again", repeats=told, starts_at=at(15))
    answer = client.get(f"/tide-31/talks/{again.slug}/")
    assert (answer.status_code, answer["Location"]) == (301, "/tide-31/talks/told-twice/")
    again_at = read(client, "/tide-31/talks/told-twice/").xpath("//section[@aria-labelledby='again']//h3")
    assert [words(node) for node in again_at] == ["Told twice"]


def test_cancelled_says_so(client: Client) -> None:
    make_talk(edition=make_edition(key="tide-31"), title="Gone", state=Talk.State.CANCELLED)
    page = read(client, "/tide-31/talks/gone/")
    assert all_words(page, "badge") == ["Cancelled"]
    assert "is-off" in page.xpath("//article/@class")[0]


def test_a_day_with_two_offsets(client: Client) -> None:
    edition = make_edition(
        key="tide-24", timezone="America/New_York", starts_on=date(2024, 11, 3), ends_on=None
    )
    make_talk(
        edition=edition,
        title="Night",
        starts_at=datetime(2024, 11, 3, 0, 30),
        ends_at=datetime(2024, 11, 3, 9),
    )
    page = read(client, "/tide-24/talks/night/")
    assert clocks(page) == ["2024-11-03T00:30:00-04:00", "2024-11-03T09:00:00-05:00"]


@pytest.mark.parametrize(
    ("count", "labels"),
    [
        (1, ["Speaker", "Chair", "Moderator", "Panelist"]),
        (2, ["Speakers", "Chairs", "Moderators", "Panelists"]),
    ],
)
def test_people_stand_under_what_they_do(client: Client, count: int, labels: list[str]) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), slug="panel")
    for role in ("panelist", "moderator", "chair", "speaker"):
        for _number in range(count):
            make_appearance(talk=talk, role=role)
    page = read(client, "/tide-31/talks/panel/")
    found = page.xpath("//h2[starts-with(@id, 'people-')]")
    assert [words(node) for node in found] == labels
