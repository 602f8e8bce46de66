"""The home page at different moments, and the lists of editions."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from tests.factories import make_appearance, make_date, make_edition, make_series, make_talk, make_type
from tests.website.reading import all_words, having, links, read, words
from website.viewpoint import Viewpoint
from website.views.home import home

pytestmark = pytest.mark.django_db


def seen(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> Viewpoint:
    """A visitor at a moment (UTC)."""
    return Viewpoint(AnonymousUser(), datetime(year, month, day, hour, minute, tzinfo=UTC), "en")


def at(hour: int, minute: int = 0) -> datetime:
    """A clock on 15 May 2031."""
    return datetime(2031, 5, 15, hour, minute)


def test_a_first_page_without_any_edition(client: Client) -> None:
    page = read(client, "/")
    assert words(page.xpath("//h1")[0]) == "Lectern"
    assert "import_talks" in words(page)
    assert all_words(read(client, "/editions/"), "empty") == ["No edition is announced yet."]


def test_the_next_edition_while_one_is_ahead_else_the_latest() -> None:
    for year in (2019, 2031, 2032):
        make_edition(
            key=f"tide-{year}", title=f"Tide {year}", starts_on=date(year, 5, 15), ends_on=date(year, 5, 16)
        )

    def current(viewpoint: Viewpoint) -> tuple[str, bool, bool]:
        data = home(viewpoint, {}).data
        return data["current"].name, data["ahead"], data["on"]

    assert current(seen(2019, 5, 14)) == ("Tide 2019", True, False)
    assert current(seen(2019, 5, 16)) == ("Tide 2019", True, True)
    assert current(seen(2019, 5, 17)) == ("Tide 2031", True, False)
    assert current(seen(2040, 1, 1)) == ("Tide 2032", False, False)
    # By the venue's calendar, seven hours behind.
    assert current(seen(2019, 5, 15, 6)) == ("Tide 2019", True, False)
    assert current(seen(2019, 5, 15, 7)) == ("Tide 2019", True, True)
    assert current(seen(2019, 5, 17, 6)) == ("Tide 2019", True, True)
    assert current(seen(2019, 5, 17, 7)) == ("Tide 2031", True, False)
    others = [head.name for head in home(seen(2019, 5, 17), {}).data["editions"]]
    assert others == ["Tide 2032", "Tide 2019"]


def test_now_and_next_and_how_long_that_holds() -> None:
    edition = make_edition(key="tide-31", timezone="America/Vancouver")
    make_talk(edition=edition, title="First", starts_at=at(9), ends_at=at(10))
    make_talk(edition=edition, title="Beside", starts_at=at(9), ends_at=at(11))
    make_talk(edition=edition, title="Gone", starts_at=at(9), ends_at=at(11), state="cancelled")
    make_talk(
        edition=edition, title="Tea", starts_at=at(10), ends_at=at(10, 30), type=make_type(kind="break")
    )

    def stage(viewpoint: Viewpoint) -> tuple[list[str], list[str], str, datetime | None]:
        page = home(viewpoint, {})
        found = page.data["front"].stage
        return [i.title for i in found.now], [i.title for i in found.next], found.next_day, page.fresh_until

    assert stage(seen(2031, 5, 1)) == (
        [],
        ["First", "Beside"],
        "Thursday, 15 May",
        datetime(2031, 5, 15, 7, tzinfo=UTC),
    )
    assert stage(seen(2031, 5, 15, 16)) == (
        ["First", "Beside"],
        ["Tea"],
        "",
        datetime(2031, 5, 15, 17, tzinfo=UTC),
    )
    assert stage(seen(2031, 5, 15, 17)) == (
        ["Beside", "Tea"],
        [],
        "",
        datetime(2031, 5, 15, 17, 30, tzinfo=UTC),
    )
    assert stage(seen(2031, 5, 15, 23)) == ([], [], "", datetime(2031, 5, 17, 7, tzinfo=UTC))
    assert stage(seen(2031, 5, 17, 7)) == ([], [], "", None)


def test_invitations_end_with_the_edition() -> None:
    edition = make_edition(
        key="tide-31",
        registration_url="https://register.example",
        submission_url="https://submit.example",
        recordings_url="https://videos.example",
    )
    make_talk(edition=edition)

    def ways(viewpoint: Viewpoint) -> list[str]:
        return [link.label for link in home(viewpoint, {}).data["front"].actions]

    assert ways(seen(2031, 5, 14)) == ["Register", "Schedule", "Submit", "Recordings"]
    assert ways(seen(2031, 5, 16)) == ["Schedule", "Register", "Recordings"]
    assert ways(seen(2031, 5, 17, 7)) == ["Schedule", "Recordings"]


def test_submissions_end_with_the_last_of_their_dates_everywhere() -> None:
    edition = make_edition(key="tide-31", submission_url="https://submit.example", timezone="Asia/Tokyo")
    make_talk(edition=edition)
    for key, day, extended in (
        ("submission_deadline", date(2031, 2, 1), date(2031, 2, 10)),
        ("poster_submission_deadline", date(2031, 2, 20), None),
        ("submission_acceptance", date(2031, 3, 1), None),
        ("camera_ready", date(2031, 4, 1), None),
    ):
        make_date(edition=edition, key=key, label=key, date=day, extended_to=extended)

    def offered(viewpoint: Viewpoint) -> tuple[list[str], datetime | None]:
        page = home(viewpoint, {})
        return [link.label for link in page.data["front"].actions], page.fresh_until

    ends = datetime(2031, 2, 21, 12, tzinfo=UTC)
    assert offered(seen(2031, 2, 21, 11, 59)) == (["Schedule", "Submit"], ends)
    assert offered(seen(2031, 2, 21, 12)) == (["Schedule"], datetime(2031, 5, 14, 15, tzinfo=UTC))


def test_submissions_without_dates_end_as_the_edition_begins() -> None:
    edition = make_edition(
        key="tide-31", submission_url="https://submit.example", timezone="Pacific/Auckland"
    )
    make_talk(edition=edition)

    def offered(viewpoint: Viewpoint) -> list[str]:
        return [link.label for link in home(viewpoint, {}).data["front"].actions]

    assert offered(seen(2031, 5, 14, 11, 59)) == ["Schedule", "Submit"]
    assert offered(seen(2031, 5, 14, 12)) == ["Schedule"]


def test_without_a_programme_there_are_dates_and_an_overview(client: Client) -> None:
    edition = make_edition(key="tide-31", starts_on=date(2131, 5, 15), ends_on=None)
    make_date(edition=edition, label="Papers due", date=date(2131, 1, 1))
    page = read(client, "/")
    ways = having(page, "ways")[0]
    assert [(words(one), one.get("href")) for one in ways.xpath(".//a")] == [
        ("Overview", "/tide-31/"),
        ("Important dates", "/tide-31/#dates"),
    ]
    assert all_words(page, "dates") == ["Papers due 1 January 2131"]


def test_keynotes_stand_beside_the_edition_else_those_who_have_a_portrait(client: Client) -> None:
    edition = make_edition(key="tide-31")
    make_appearance(talk=make_talk(edition=edition), name="Ada")
    assert not having(read(client, "/"), "featured")
    keynote = make_talk(edition=edition, type=make_type(key="keynote"), title="Ebb", starts_at=at(9))
    make_appearance(talk=keynote, name="李雷", affiliation="Then")
    assert all_words(read(client, "/"), "featured") == ["Keynotes 李 李雷 Then Ebb"]


def test_editions_newest_first_with_their_days(client: Client) -> None:
    make_series(name="Tidewater")
    spans = {
        "a-one": (date(2019, 5, 15), None),
        "a-two": (date(2020, 4, 30), date(2020, 5, 2)),
        "a-three": (date(2021, 12, 31), date(2022, 1, 2)),
        "a-four": (date(2023, 5, 15), date(2023, 5, 17)),
        "a-none": (None, None),
    }
    for key, (first, last) in spans.items():
        make_edition(key=key, title=key, starts_on=first, ends_on=last)
    page = read(client, "/editions/")
    assert list(zip(all_words(page, "title"), all_words(page, "days"), strict=True)) == [
        ("a-none", "Dates to be announced"),
        ("a-four", "15–17 May 2023"),
        ("a-three", "31 December 2021 – 2 January 2022"),
        ("a-two", "30 April – 2 May 2020"),
        ("a-one", "15 May 2019"),
    ]
    assert "/a-one/" in links(page)
