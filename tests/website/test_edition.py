"""An edition's own page: everything on the programme in time order, and all that stands around it."""

from datetime import date, datetime

import pytest
from django.test import Client

from talks.models import Talk
from tests.factories import (
    make_appearance,
    make_date,
    make_edition,
    make_member,
    make_notice,
    make_paper,
    make_room,
    make_series,
    make_sponsor,
    make_talk,
    make_track,
    make_type,
)
from tests.website.reading import all_words, clocks, having, links, read, words

pytestmark = pytest.mark.django_db
MORNING = datetime(2031, 5, 15, 9)


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """A clock in May 2031."""
    return datetime(2031, 5, day, hour, minute)


def test_every_entry_in_time_order_then_room(client: Client) -> None:
    edition = make_edition(key="tide-31")
    second = make_room(edition=edition, name="Attic", position=2)
    first = make_room(edition=edition, name="Hall", position=1)
    lecture, tea = make_type(label="Lecture"), make_type(label="Tea", kind="break", key="tea")
    make_talk(edition=edition, type=lecture, title="", starts_at=None, ends_at=None)
    make_talk(edition=edition, type=lecture, title="After lunch", starts_at=at(14), room=first)
    make_talk(edition=edition, type=tea, title="", starts_at=at(11), ends_at=at(11, 30))
    make_talk(edition=edition, type=lecture, title="Upstairs", starts_at=at(9), ends_at=at(10), room=second)
    make_talk(edition=edition, type=lecture, title="Downstairs", starts_at=at(9), ends_at=at(10), room=first)
    make_talk(edition=edition, type=lecture, title="Next day", starts_at=at(8, day=16), ends_at=None)

    page = read(client, "/tide-31/")

    assert [words(node) for node in page.xpath("//h4")] == [
        "Downstairs",
        "Upstairs",
        "Tea",
        "After lunch",
        "Next day",
        "To be announced",
    ]
    assert [words(node) for node in page.xpath("//section[contains(@class,'day')]/h3")] == [
        "Thursday 15 May",
        "Friday 16 May",
        "Time to be announced",
    ]
    assert clocks(page.get_element_by_id("t-downstairs")) == [
        "2031-05-15T09:00:00-07:00",
        "2031-05-15T10:00:00-07:00",
    ]
    assert "Times are the venue's: Vancouver, UTC−7." in words(page)


def test_speakers_stand_with_the_affiliation_of_that_year(client: Client) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"))
    make_appearance(talk=talk, name="Łucja Żak", affiliation="Then & There", position=1)
    make_appearance(talk=talk, name="李雷", affiliation="", position=2)
    make_appearance(talk=talk, speaker=None, name="TBD", affiliation="", position=3)
    page = read(client, "/tide-31/")
    assert all_words(page, "one") == ["Łucja Żak, Then & There", "李雷", "TBD"]
    assert [words(link) for link in having(page, "who")[0].xpath(".//a")] == ["Łucja Żak", "李雷"]


def test_a_panel_has_moderator_and_panelists(client: Client) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), title="Who pays?")
    make_appearance(talk=talk, name="Ada", role="panelist", position=1)
    make_appearance(talk=talk, name="Bo", role="panelist", position=2)
    make_appearance(talk=talk, name="Cy", role="moderator", position=0)
    page = read(client, "/tide-31/")
    assert [
        (words(who.xpath("./span[@class='role']")[0]), all_words(who, "one")) for who in having(page, "who")
    ] == [
        ("Moderator", ["Cy, Institute of Shoals"]),
        ("Panelists", ["Ada, Institute of Shoals", "Bo, Institute of Shoals"]),
    ]


def test_papers_stand_with_their_files_on_their_talks_page(client: Client) -> None:
    session = make_talk(edition=make_edition(key="tide-31"), title="Papers", slug="papers")
    stored = "documents/0123456789abcdef/eddies.pdf"
    make_paper(
        talk=session, title="Eddies", authors="I. Brine", paper="eddies.pdf", paper_file=stored, position=1
    )
    make_paper(
        talk=session, title="Foam", authors="", poster="https://foam.example/p", doi="10.1/foam", position=2
    )
    make_paper(talk=session, title="Lost", slides="lost.pdf", position=3)
    assert not having(read(client, "/tide-31/"), "papers")
    papers = having(read(client, "/tide-31/talks/papers/"), "papers")[0]
    assert all_words(papers, "title") == ["Eddies", "Foam", "Lost"]
    assert papers.xpath(".//a/@href") == [
        f"/media/{stored}",
        "https://foam.example/p",
        "https://doi.org/10.1/foam",
    ]


def test_states_cancelled_stays_and_is_struck(client: Client) -> None:
    make_talk(edition=make_edition(key="tide-31"), title="Gone", state=Talk.State.CANCELLED)
    page = read(client, "/tide-31/")
    assert "is-off" in page.get_element_by_id("t-gone").get("class")
    assert all_words(page, "badge") == ["Cancelled"]


def test_an_extended_date_strikes_the_first(client: Client) -> None:
    edition = make_edition(key="tide-31")
    make_date(edition=edition, label="Papers due", date=date(2031, 1, 1), extended_to=date(2031, 1, 15))
    make_date(edition=edition, label="Camera ready", date=date(2031, 3, 1))
    make_date(edition=edition, label="Answers", date=None)
    rows = having(read(client, "/tide-31/"), "dates")[0].xpath("./div")
    assert [words(row) for row in rows] == [
        "Papers due 1 January 2031 15 January 2031",
        "Camera ready 1 March 2031",
        "Answers to be announced",
    ]
    assert [words(node) for node in rows[0].xpath(".//s")] == ["1 January 2031"]


def test_sponsors_by_tier_committee_and_proceedings(client: Client) -> None:
    edition = make_edition(
        key="tide-31", proceedings_url="https://papers.example/31", proceedings_venue="Shoal Press"
    )
    make_sponsor(edition=edition, name="Gold One", tier="Gold", position=1)
    make_sponsor(edition=edition, name="Tin One", tier="Tin", position=2)
    make_sponsor(edition=edition, name="Gold Two", tier="Gold", position=3)
    make_member(edition=edition, name="Chair Person")
    make_member(name="Whole Series")
    page = read(client, "/tide-31/")
    sponsors = having(page, "sponsors")[0]
    assert [words(node) for node in sponsors.xpath("./h3|./ul/li")] == [
        "Gold",
        "Gold One",
        "Gold Two",
        "Tin",
        "Tin One",
    ]
    assert all_words(page, "faces") == ["CP Chair Person Chair"]
    assert "https://papers.example/31" in links(page)


def test_notices_stand_until_their_end(client: Client) -> None:
    edition = make_edition(
        key="tide-31", notice="<p onclick='x()'>Bring <b>boots</b></p>", notice_format="html"
    )
    make_notice(edition=edition, text="Tea at four")
    make_notice(edition=edition, text="Long over", until=datetime(2001, 1, 1))
    notice = having(read(client, "/tide-31/"), "notice")[0]
    assert words(notice) == "Tea at four Bring boots"
    assert not notice.xpath(".//@onclick")


def test_links_as_people_write_them_lead_nowhere_bad(client: Client) -> None:
    make_edition(
        key="tide-31", host_name="Host", host_url="javascript:alert(1)", recordings_url="videos.example/31"
    )
    found = links(read(client, "/tide-31/"))
    assert "https://videos.example/31" in found
    assert not [link for link in found if link.startswith("javascript:")]


def test_an_empty_edition_says_so(client: Client) -> None:
    make_series()
    make_edition(key="tide-31", starts_on=None, ends_on=None, location="")
    page = read(client, "/tide-31/")
    assert all_words(page, "empty") == ["The programme will be announced."]
    assert all_words(page, "facts") == ["Dates to be announced"]


def test_a_night_session_and_a_repetition(client: Client) -> None:
    edition = make_edition(key="tide-31")
    told = make_talk(edition=edition, title="Told twice", starts_at=at(9))
    make_appearance(talk=told, name="Ada")
    make_talk(edition=edition, title="", repeats=told, starts_at=at(22), ends_at=at(1, day=16))
    page = read(client, "/tide-31/")
    assert [words(node) for node in page.xpath("//h4")] == ["Told twice", "Told twice"]
    assert page.xpath("//h4/a/@href") == ["/tide-31/talks/told-twice/"] * 2
    assert all_words(page, "one") == ["Ada, Institute of Shoals"] * 2
    assert [words(node) for node in page.xpath("//sup")] == ["+1"]


def test_colours_of_tracks_are_classes(client: Client) -> None:
    edition = make_edition(key="tide-31")
    make_talk(edition=edition, title="Blue", track=make_track(edition=edition, slug="deep", name="Deep"))
    page = read(client, "/tide-31/schedule/")
    assert "k-deep" in page.get_element_by_id("t-blue").get("class").split()
    assert all_words(page, "track") == ["Deep"]
    assert not page.xpath("//@style")


def test_keynotes_come_first_with_their_portraits(client: Client) -> None:
    edition = make_edition(key="tide-31")
    keynote = make_type(key="keynote", label="Keynote")
    people = {}
    for hour, name in ((14, "अनामिका वर्तक"), (9, "Łucja Żak")):
        talk = make_talk(edition=edition, type=keynote, starts_at=at(hour))
        people[name] = make_appearance(talk=talk, name=name).speaker
    last = make_talk(edition=edition, type=keynote, title="Again", starts_at=at(16))
    make_appearance(talk=last, speaker=people["Łucja Żak"], name="Łucja Żak", position=1)
    make_appearance(talk=last, speaker=None, name="TBD", position=2)
    make_appearance(talk=make_talk(edition=edition, type=keynote, state="cancelled"), name="Gone")
    make_appearance(talk=make_talk(edition=edition, type=make_type(key="lecture")), name="Ada")
    page = read(client, "/tide-31/")
    featured = having(page, "featured")[0]
    assert words(featured.xpath("./h3")[0]) == "Keynotes"
    assert [words(node) for node in featured.xpath(".//h4")] == ["Łucja Żak", "अनामिका वर्तक"]


@pytest.mark.parametrize("programme", [True, False])
def test_the_schedule_is_offered_where_there_is_one(client: Client, programme: bool) -> None:
    edition = make_edition(
        key="tide-31", starts_on=date(2131, 5, 15), ends_on=None, registration_url="https://r.example"
    )
    if programme:
        make_talk(edition=edition)
    offered = ["Register", "Schedule"] if programme else ["Register"]
    assert [words(one) for one in having(read(client, "/tide-31/"), "ways")[0].xpath("./li")] == offered
