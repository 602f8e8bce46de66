"""A talk's page: everything about it, and what stands around it."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from lxml import html

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
from website.pages import render
from website.viewpoint import Viewpoint
from website.views.talks import talk as talk_page

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
    assert all_words(page, "facts") == ["Thursday, 15 May 2031, 09:30–10:15 Hall, Upper deck"]
    assert "Vancouver, UTC−7" in all_words(page, "zone")[0]
    assert clocks(page) == ["2031-05-15T09:30:00-07:00", "2031-05-15T10:15:00-07:00"]
    assert [words(node) for node in page.xpath("//em|//strong")] == ["goes", "sails"]
    assert page.xpath("//main//script") == []
    assert [words(row) for row in having(page, "told")[0].xpath("./div")] == [
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


def test_repetitions_around_a_talk_are_told_as_what_they_repeat(client: Client) -> None:
    edition = make_edition(key="tide-31", timezone="Asia/Tokyo")
    hall, attic = make_room(edition=edition, name="Hall"), make_room(edition=edition, name="Attic")
    yesterday = {"starts_at": datetime(2031, 5, 14, 9), "ends_at": datetime(2031, 5, 14, 10)}
    told = make_talk(edition=edition, title="潮の満ち引き", slug="tides", room=hall, **yesterday)
    make_appearance(talk=told, speaker=make_speaker(name="Łukasz Źdźbło"))
    draft = make_talk(edition=edition, title="Secret", state=Talk.State.DRAFT, **yesterday)
    make_talk(edition=edition, slug="this", room=hall, starts_at=at(9), ends_at=at(10))
    for repeats, room, hour in ((told, attic, 9), (told, hall, 10), (draft, attic, 9)):
        make_talk(
            edition=edition, title="", repeats=repeats, room=room, starts_at=at(hour), ends_at=at(hour + 1)
        )
    page = read(client, "/tide-31/talks/this/")
    assert section(page, "At the same time")[0] == "潮の満ち引き"
    assert section(page, "Next in Hall") == ["潮の満ち引き"]
    beside = page.xpath("//section[@aria-labelledby='beside']")[0]
    assert [words(node) for node in beside.xpath(".//h3|.//p[@class='meta']")] == [
        "潮の満ち引き",
        "Łukasz Źdźbło · Attic",
        "To be announced",
        "Attic",
    ]
    assert beside.xpath(".//a/@href")[0] == "/tide-31/talks/tides/"
    assert "Secret" not in words(page)


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


def test_before_and_after_go_over_the_days_and_pass_by_what_does_not_take_place(client: Client) -> None:
    edition = make_edition(key="tide-31")
    for title, start, given in (
        ("Eve", datetime(2031, 5, 14, 18), {}),
        ("Cancelled", at(7), {"state": Talk.State.CANCELLED}),
        ("Draft", at(8), {"state": Talk.State.DRAFT}),
        ("This", at(9), {}),
        ("At once", at(9), {}),
        ("Tea", at(10), {"type": make_type(kind="break")}),
        ("Soon", at(11), {}),
        ("Late", at(12), {}),
    ):
        make_talk(edition=edition, title=title, starts_at=start, **given)
    page = read(client, "/tide-31/talks/this/")
    pager = having(page, "pager")[0]
    assert pager.xpath(".//a/@rel") == ["prev", "next"]
    assert [words(row) for row in pager.xpath(".//li")] == [
        "Before · Wednesday, 14 May, 18:00 Eve",
        "After · 11:00 Soon",
    ]
    last = having(read(client, "/tide-31/talks/late/"), "pager")[0]
    assert [words(row) for row in last.xpath(".//li")] == ["Before · 11:00 Soon"]


def test_what_runs_past_midnight_is_beside_what_begins_after_it(client: Client) -> None:
    edition = make_edition(key="tide-31")
    make_talk(edition=edition, title="Dance", starts_at=at(22), ends_at=datetime(2031, 5, 16, 2))
    make_talk(
        edition=edition,
        title="Stars",
        starts_at=datetime(2031, 5, 16, 1),
        ends_at=datetime(2031, 5, 16, 3),
    )
    assert section(read(client, "/tide-31/talks/stars/"), "At the same time") == ["Dance"]
    assert section(read(client, "/tide-31/talks/dance/"), "At the same time") == ["Stars"]


def test_the_ways_into_a_calendar(client: Client) -> None:
    room = make_room(edition=make_edition(key="tide-31", location="Vancouver"), name="Hall")
    make_talk(edition=room.edition, slug="ebb", title="Ebb & flow", room=room)
    page = read(client, "/tide-31/talks/ebb/")
    menu = page.xpath("//details[summary='Add to calendar']")[0]
    assert menu.xpath(".//a/@href") == [
        "webcal://testserver/tide-31/talks/ebb.ics",
        (
            "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Ebb+%26+flow"
            "&dates=20310515T163000Z%2F20310515T171500Z&ctz=America%2FVancouver&location=Hall%2C+Vancouver"
            "&details=http%3A%2F%2Ftestserver%2Ftide-31%2Ftalks%2Febb%2F"
        ),
        "/tide-31/talks/ebb.ics",
    ]
    assert menu.xpath(".//input/@value") == ["http://testserver/tide-31/talks/ebb.ics"]
    assert page.xpath("//details[summary='Share']//input/@value") == ["http://testserver/tide-31/talks/ebb/"]


@pytest.mark.parametrize(
    "given",
    [{"starts_at": None}, {"state": Talk.State.CANCELLED}, {"starts_at": datetime(2019, 5, 15, 9)}],
)
def test_no_calendar_for_what_is_not_to_come(client: Client, given: dict[str, object]) -> None:
    over = "starts_at" in given and given["starts_at"] is not None
    first = date(2019, 5, 15) if over else date(2031, 5, 15)
    make_talk(edition=make_edition(key="tide-31", starts_on=first, ends_on=first), slug="ebb", **given)
    assert read(client, "/tide-31/talks/ebb/").xpath("//summary[.='Add to calendar']") == []


def test_how_to_cite(client: Client) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), slug="ebb", title="Ebb & <flow>")
    make_appearance(talk=talk, speaker=make_speaker(name="Ada Example"))
    page = read(client, "/tide-31/talks/ebb/")
    cite = page.xpath("//details[summary='Cite']")[0]
    assert cite.xpath(".//pre")[0].text_content() == client.get("/tide-31/talks/ebb.bib").content.decode()
    assert cite.xpath(".//a/@href") == ["/tide-31/talks/ebb.bib", "/tide-31/talks/ebb.csl.json"]


def test_nothing_to_cite(client: Client) -> None:
    make_appearance(talk=make_talk(edition=make_edition(key="tide-31"), slug="ebb"), speaker=None)
    assert read(client, "/tide-31/talks/ebb/").xpath("//summary[.='Cite']") == []


def test_a_film_of_our_own_plays_and_anothers_is_a_link(client: Client) -> None:
    edition, file = make_edition(key="tide-31"), "documents/0123456789abcdef/ebb.mp4"
    make_talk(edition=edition, slug="own", slides_file=file, video_url="https://videos.example/ebb.mp4")
    page = read(client, "/tide-31/talks/own/")
    assert [(node.get("src"), node.get("type")) for node in page.xpath("//video/source")] == [
        (f"/media/{file}", "video/mp4")
    ]
    assert [(words(a), a.get("href")) for a in page.xpath("//section[h2='Slides and video']//a")] == [
        ("Download the video", f"/media/{file}"),
        ("Video videos.example", "https://videos.example/ebb.mp4"),
    ]
    make_talk(edition=edition, slug="path", video_url=f"/media/{file}")
    assert read(client, "/tide-31/talks/path/").xpath("//video/source/@src") == [f"/media/{file}"]
    make_talk(edition=edition, slug="pages", slides_file="documents/0123456789abcdef/ebb.pdf")
    assert read(client, "/tide-31/talks/pages/").xpath("//video") == []


def test_without_an_address_of_the_site_nothing_asks_for_one() -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), slug="ebb")
    make_appearance(talk=talk, speaker=make_speaker(name="Ada Example"))
    viewpoint = Viewpoint(AnonymousUser(), datetime(2031, 5, 1, tzinfo=UTC), "en")
    page = html.fromstring(render(talk_page(viewpoint, {}, edition="tide-31", slug="ebb"), viewpoint))
    assert page.xpath("//summary/text()") == ["Add to calendar", "Cite"]
    assert [link[:36] for link in page.xpath("//details[1]//a/@href")] == [
        "https://calendar.google.com/calendar",
        "/tide-31/talks/ebb.ics",
    ]
    assert page.xpath("//details//input") == []


def test_a_talk_that_moved_says_so_while_its_edition_is_ahead(client: Client) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), slug="ebb", starts_at=at(9))
    talk.starts_at, talk.ends_at = at(14), at(15)
    talk.save()
    assert all_words(read(client, "/tide-31/talks/ebb/"), "badge") == ["Moved: was 09:00"]
