"""People: the index, a person over all editions, an edition's speakers, the committee."""

from datetime import date, datetime

import pytest
from django.test import Client

from tests.factories import (
    make_appearance,
    make_edition,
    make_member,
    make_series,
    make_speaker,
    make_talk,
    make_type,
)
from tests.website.reading import all_words, having, links, read, words
from website.views.speakers import letter_of

pytestmark = pytest.mark.django_db


def appear(speaker: object, year: int, title: str, **given: object) -> None:
    """Put a person on the programme of a year, in an edition of its own."""
    edition = make_edition(
        key=f"tide-{year}", title=f"Tide {year}", starts_on=date(year, 5, 15), ends_on=None
    )
    talk = make_talk(edition=edition, title=title, starts_at=datetime(year, 5, 15, 9))
    make_appearance(talk=talk, speaker=speaker, **given)


def test_a_person_over_all_editions_with_the_affiliation_of_each(client: Client) -> None:
    ada = make_speaker(
        name="Ada Ødegård", slug="ada", links=[{"label": "Boat", "url": "https://boat.example"}, 7]
    )
    appear(ada, 2019, "First", affiliation="Old Harbour", bio="Old words", url="https://old.example")
    appear(ada, 2024, "Later", affiliation="New Harbour", bio="")
    page = read(client, "/speakers/ada/")
    assert words(page.xpath("//h1")[0]) == "Ada Ødegård"
    assert all_words(page, "lede") == ["New Harbour"]
    assert [words(node) for node in page.xpath("//h3")] == ["Tide 2024 15 May 2024", "Tide 2019 15 May 2019"]
    assert [words(node) for node in page.xpath("//h4")] == ["Later", "First"]
    assert all_words(having(page, "year")[1], "aff") == ["Old Harbour"]
    assert all_words(page, "prose") == ["Old words"]
    assert {"https://old.example", "https://boat.example"} <= set(links(page))


def test_own_fields_override_the_newest(client: Client) -> None:
    ada = make_speaker(name="Ada", slug="ada", affiliation="Today", bio="Now", orcid="0000-0002-1825-0097")
    appear(ada, 2019, "First", affiliation="Old", bio="Then")
    page = read(client, "/speakers/ada/")
    assert (all_words(page, "lede"), all_words(page, "prose")) == (["Today"], ["Now"])
    assert "https://orcid.org/0000-0002-1825-0097" in links(page)


def test_the_index_is_alphabetical_without_accents(client: Client) -> None:
    edition = make_edition(key="tide-31", title="Tide")
    talk = make_talk(edition=edition)
    for name in ("Zoë", "Łucja", "Lars", "李雷", "4chord", "Émile", "eve"):
        make_appearance(talk=talk, speaker=make_speaker(name=name), affiliation="Sea")
    make_speaker(name="Nowhere Seen")
    page = read(client, "/speakers/")
    assert [words(node) for node in page.xpath("//h2")] == ["#", "E", "L", "Z", "李"]
    assert [words(node) for node in page.xpath("//main//li/a")][5:] == [
        "4chord",
        "Émile",
        "eve",
        "Lars",
        "Łucja",
        "Zoë",
        "李雷",
    ]
    assert "7 people in all editions." in words(page)
    assert page.xpath("//nav[contains(@class,'letters')]//a/@href") == [
        f"#letter-{number}" for number in range(1, 6)
    ]


def test_the_index_keeps_scripts_apart(client: Client) -> None:
    talk = make_talk(edition=make_edition())
    names = ("Ярослава", "Анна", "Ada", "李雷", "ليلى", "Εύα", "अनामिका", "4chord", "Zoë", "ກອງ", "Øre", "😀")
    for name in names:
        make_appearance(talk=talk, speaker=make_speaker(name=name))
    page = read(client, "/speakers/")
    bar = having(page, "letters", "nav")[0]
    assert [(ul.get("aria-label"), [words(one) for one in ul.xpath(".//a")]) for ul in bar.xpath("./ul")] == [
        (None, ["#"]),
        ("Latin", ["A", "O", "Z"]),
        ("Greek", ["Ε"]),
        ("Cyrillic", ["А", "Я"]),
        ("Arabic", ["ل"]),
        ("Devanagari", ["अ"]),
        ("Han", ["李"]),
        ("Lao", ["ກ"]),
    ]
    assert [words(node) for node in page.xpath("//h2")] == [words(node) for node in bar.xpath(".//a")]
    assert all_words(bar, "note") == ["Latin", "Greek", "Cyrillic", "Arabic", "Devanagari", "Han", "Lao"]


def test_one_script_needs_no_name(client: Client) -> None:
    make_appearance(talk=make_talk(edition=make_edition()), speaker=make_speaker(name="Ada"))
    assert all_words(having(read(client, "/speakers/"), "letters")[0], "note") == []


def test_the_menu_leads_to_a_committee_once_there_is_one(client: Client) -> None:
    make_member(edition=make_edition())
    assert "/committee/" not in links(read(client, "/"))
    make_member(name="Corwin")
    assert links(read(client, "/")).count("/committee/") == 1


@pytest.mark.parametrize(
    ("name", "letter"), [("Łucja", "L"), ("ølander", "O"), ("'t Hooft", "#"), ("", "#"), ("Жан", "Ж")]
)
def test_letters(name: str, letter: str) -> None:
    assert letter_of(name) == letter


def test_an_editions_speakers_once_each(client: Client) -> None:
    edition = make_edition(key="tide-31")
    ada, bo = make_speaker(name="Ada", slug="ada"), make_speaker(name="Bo", slug="bo")
    first, second = make_talk(edition=edition, title="First"), make_talk(edition=edition, title="Second")
    for talk in (first, second):
        make_appearance(talk=talk, speaker=bo, affiliation="Sea")
    make_appearance(talk=second, speaker=ada, affiliation="Shore")
    make_appearance(talk=second, speaker=None)
    page = read(client, "/tide-31/speakers/")
    assert [words(node) for node in page.xpath("//main//h2")] == ["Ada", "Bo"]
    assert all_words(page, "does") == ["Second", "First Second"]
    assert all_words(page, "aff") == ["Shore", "Sea"]


def test_the_series_committee(client: Client) -> None:
    make_member(name="Corwin", affiliation="Shoals", bio="Keeps the *lamp*.", url="javascript:x", position=2)
    make_member(name="Dana", role="", position=1)
    make_member(name="Other", edition=make_edition())
    page = read(client, "/committee/")
    assert [words(node) for node in page.xpath("//main//h2")] == ["Dana", "Corwin"]
    assert [words(node) for node in page.xpath("//em")] == ["lamp"]
    assert not [link for link in links(page) if link.startswith("javascript")]


def test_nobody_yet(client: Client) -> None:
    make_series()
    make_edition(key="tide-31")
    for path in ("/speakers/", "/committee/", "/tide-31/speakers/"):
        assert len(having(read(client, path), "empty")) == 1


def test_roles_are_named(client: Client) -> None:
    ada = make_speaker(name="Ada", slug="ada")
    talk = make_talk(edition=make_edition(), type=make_type(label="Panel"))
    make_appearance(talk=talk, speaker=ada, role="moderator")
    assert all_words(read(client, "/speakers/ada/"), "kind") == ["Panel · moderator"]


def test_a_persons_calendar_while_something_is_to_come(client: Client) -> None:
    ada, bo = make_speaker(name="Ada", slug="ada"), make_speaker(name="Bo", slug="bo")
    appear(ada, 2019, "First")
    appear(bo, 2018, "Before")
    appear(ada, 2031, "Later")
    menu = read(client, "/speakers/ada/").xpath("//details//a/@href")
    assert menu == [
        "webcal://testserver/speakers/ada.ics",
        "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Ftestserver%2Fspeakers%2Fada.ics",
        "/speakers/ada.ics",
    ]
    assert read(client, "/speakers/bo/").xpath("//details") == []


def test_who_has_no_photo_has_a_tile(client: Client) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), slug="ebb")
    make_appearance(talk=talk, speaker=make_speaker(name="Ada Øre", slug="ada"))
    make_appearance(talk=talk, speaker=make_speaker(name="李雷", slug="li-lei"))
    for path in ("/tide-31/talks/ebb/", "/tide-31/speakers/"):
        assert all_words(read(client, path), "blank") == ["AØ", "李"], path
    assert all_words(read(client, "/speakers/li-lei/"), "blank") == ["李"]
