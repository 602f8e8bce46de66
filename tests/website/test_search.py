"""Search over all editions: folded words, ranking, facets, pages, marks; and no draft anywhere."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from lxml import html

from editions.models import Edition, Track
from speakers.models import Speaker
from talks.models import Appearance, Talk, TalkType
from tests.factories import (
    make_appearance,
    make_edition,
    make_organizer,
    make_page,
    make_paper,
    make_series,
    make_speaker,
    make_talk,
    make_track,
    make_type,
)
from tests.website.reading import all_words, having, read, words
from website.marks import LONGEST, Piece, marked, snippet
from website.search import IN_NAMES, IN_TITLE, STARTS, Choice, Hit, grade, page_of, ranked, terms_of
from website.viewpoint import Viewpoint
from website.views.search import search

Counting = Callable[[int], AbstractContextManager[None]]


def found(client: Client, typed: str, **more: str) -> list[str]:
    """The titles of what is found, in order."""
    answer = client.get("/search/", {"q": typed, **more})
    assert answer.status_code == 200
    return [words(title) for title in html.fromstring(answer.content).xpath("//main//li//h3")]


def in_2032() -> Edition:
    return make_edition(key="tide-32", title="Tide 32", starts_on=date(2032, 5, 1), ends_on=None)


def in_2030() -> Edition:
    return make_edition(key="tide-30", title="Tide 30", starts_on=date(2030, 5, 1), ends_on=None)


# What is typed


@pytest.mark.parametrize(
    "typed, terms",
    [
        ("", ()),
        (" \t ", ()),
        ("., ?!", ()),
        ("Łukasz  Ørsted", ("lukasz", "orsted")),
        ("tides, tides; (Tides)", ("tides",)),
        ('the "Tide  Table" of', ("the", "tide table", "of")),
        ("“Ebb and Flow”", ("ebb and flow",)),
        ('"never closed', ("never", "closed")),
        ("C++ 50% a_b \\", ("c++", "50%", "a_b", "\\")),
        ("nul\0and\x1bescape", ("nul", "and", "escape")),
        ("a b c d e f g h i j", ("a", "b", "c", "d", "e", "f", "g", "h")),
        ("潮汐 潮汐表", ("潮汐", "潮汐表")),
    ],
)
def test_words_and_phrases_are_told_apart(typed: str, terms: tuple[str, ...]) -> None:
    assert terms_of(typed) == terms


# How it is ranked


@pytest.mark.parametrize(
    "terms, title, names, expected",
    [
        (["tide"], "tide tables", "", STARTS),
        (["tables", "tide"], "tide tables", "", STARTS),
        (["tables"], "tide tables", "", IN_TITLE),
        (["tab"], "tide tables", "", IN_TITLE),
        (["ables"], "tide tables", "", IN_NAMES),
        (["ship"], "worship and shipping", "", IN_TITLE),
        (["quill"], "tide tables", "nerida quill", IN_NAMES),
        (["tide", "quill"], "tide tables", "nerida quill", IN_NAMES),
        (["ferry"], "tide tables", "nerida quill", IN_NAMES + 1),
        (["tide", "ferry"], "tide tables", "", IN_NAMES + 1),
        (["ebb", "ferry"], "tide tables", "", IN_NAMES + 2),
        (["汐表"], "潮汐表の話", "", IN_TITLE),
        (["潮汐"], "潮汐表の話", "", STARTS),
    ],
)
def test_grades(terms: list[str], title: str, names: str, expected: int) -> None:
    assert grade(terms, title, names) == expected


def test_the_best_come_first_then_newer_editions_then_by_title() -> None:
    hits = [
        Hit(("talk",), 1, IN_TITLE, 0, "a"),
        Hit(("talk",), 2, STARTS, 3, "z"),
        Hit(("talk",), 3, STARTS, 1, "b"),
        Hit(("speaker",), 3, STARTS, 1, "a"),
        Hit(("talk",), 4, STARTS, 1, "b"),
    ]
    assert [(hit.kind[0], hit.pk) for hit in ranked(hits)] == [
        ("speaker", 3),
        ("talk", 3),
        ("talk", 4),
        ("talk", 2),
        ("talk", 1),
    ]


@pytest.mark.django_db
def test_title_then_name_then_abstract_then_newer_first(client: Client) -> None:
    old, new = in_2030(), in_2032()
    make_talk(edition=old, title="Ebb in the old year")
    make_talk(edition=new, title="Ebb in the new year")
    make_talk(edition=new, title="What the ebb leaves")
    make_appearance(talk=make_talk(edition=new, title="By name"), speaker=make_speaker(name="Ida Ebbesen"))
    make_talk(edition=new, title="In the abstract", abstract="Of *ebb* and flow.")
    make_talk(edition=new, title="Of something else")
    assert found(client, "EBB") == [
        "Ebb in the new year",
        "Ebb in the old year",
        "Ida Ebbesen",
        "What the ebb leaves",
        "By name",
        "In the abstract",
    ]


# What is found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "title, typed",
    [
        ("Łukasz at Sea", "lukasz"),
        ("Lukasz at Sea", "Łukasz"),
        ("Ørsted’s compass", "orsted's"),
        ("Orsted's compass", "ØRSTED’S"),
        ("A ﬁne day", "fine"),
        ("A fine day", "ﬁne"),
        ("Straße am Meer", "STRASSE"),
        ("ΠΑΛΊΡΡΟΙΑ", "παλίρροια"),
        ("Θάλασσα", "ΘΑΛΑΣΣΑ"),
        ("Приливы и отливы", "ОТЛИВ"),
        ("ज्वार-भाटा तालिका", "भाटा"),
        ("潮汐表を読む", "汐表"),
        ("밀물과 썰물", "썰물"),
        ("مَدّ وجزر", "مد"),
        ("50% of_all \\ tides", "50%"),
        ("50% of_all \\ tides", "of_all"),
        ("50% of_all \\ tides", "\\"),
    ],
)
def test_spellings_are_found_by_one_another(client: Client, title: str, typed: str) -> None:
    make_talk(title=title)
    make_talk(title="Something else, ofxall")
    assert found(client, typed) == [title]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["%", "_", "50_", "o%s"])
def test_wildcards_are_plain_letters(client: Client, typed: str) -> None:
    make_talk(title="500 tides", abstract="")
    assert found(client, typed) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "tables",
        "barnacle",
        "open data",
        "Zoë",
        "reef lab",
        "Undertow",
        "Fathom",
        "plenary",
        "Deep Currents",
        "tables zoe plenary barnacle",
        '"scrape each barnacle"',
    ],
)
def test_a_talk_is_found_by_all_that_it_says(client: Client, typed: str) -> None:
    edition = make_edition()
    talk = make_talk(
        edition=edition,
        title="Reading Tables",
        abstract="We *scrape* each\n[barnacle](https://far.example/hidden).",
        tags=["open data"],
        type=make_type(label="Plenary"),
        track=make_track(edition=edition, name="Deep Currents"),
    )
    make_appearance(talk=talk, speaker=None, name="Zoë Fen", affiliation="Reef Lab")
    make_paper(talk=talk, title="Undertow", authors="I. Fathom")
    other = make_talk(edition=edition, title="Another", abstract="barn acle", type=make_type(label="Poster"))
    make_appearance(talk=other, speaker=None, name="Bo", affiliation="")
    assert found(client, typed) == ["Reading Tables"]


@pytest.mark.django_db
def test_every_word_must_stand_in_it(client: Client) -> None:
    make_talk(title="Ebb and flow")
    make_talk(title="Flow alone")
    assert found(client, "flow ebb") == ["Ebb and flow"]
    assert found(client, '"flow ebb"') == []
    assert found(client, '"ebb and"') == ["Ebb and flow"]
    assert found(client, "flow nowhere") == []
    assert found(client, "far.example") == []


@pytest.mark.django_db
def test_people_are_found_by_any_of_their_names_and_places(client: Client) -> None:
    ada = make_speaker(name="Ada Ørsted", affiliation="")
    make_appearance(
        talk=make_talk(title="Her talk"), speaker=ada, name="Ada Łukasz", affiliation="Kelp House"
    )
    make_appearance(speaker=make_speaker(name="Bo Fen", affiliation="Reef Lab"), affiliation="")
    assert found(client, "orsted") == ["Ada Ørsted"]
    assert found(client, "ada lukasz") == ["Ada Ørsted", "Her talk"]
    assert found(client, "orsted kelp") == ["Ada Ørsted"]
    assert found(client, "reef") == ["Bo Fen"]


@pytest.mark.django_db
def test_pages_are_found_with_their_edition(client: Client) -> None:
    make_page(slug="venue", title="Getting here", body="Take the **tram**.", edition=in_2032())
    make_page(slug="about", title="About the tram", body="")
    page = read(client, "/search/?q=tram")
    assert all_words(page, "kind") == ["Page", "Page · Tide 32"]
    assert page.xpath("//main//h3/a/@href") == ["/pages/about/", "/tide-32/venue/"]


@pytest.mark.django_db
def test_repetitions_are_found_once_and_breaks_on_the_schedule(client: Client) -> None:
    edition = make_edition(key="tide-31")
    first = make_talk(edition=edition, title="Dinner speech", slug="speech")
    make_talk(edition=edition, title="Dinner speech", repeats=first)
    make_talk(edition=edition, title="Dinner", slug="dinner", type=make_type(kind="break"))
    page = read(client, "/search/?q=dinner")
    assert page.xpath("//main//h3/a/@href") == ["/tide-31/schedule/#t-dinner", "/tide-31/talks/speech/"]


@pytest.mark.django_db
def test_what_changes_is_found_anew_by_whatever_door(client: Client) -> None:
    edition = make_edition()
    talk = make_talk(edition=edition, title="Ebb", track=make_track(edition=edition))
    make_appearance(talk=talk, speaker=make_speaker(name="Ada"))
    Talk.objects.update(abstract="Of **kelp**.")
    Appearance.objects.update(name="Łucja", affiliation="Ægir Lab")
    TalkType.objects.update(label="Würfel")
    Track.objects.update(name="Ñandú")
    Speaker.objects.update(affiliation="Þing")
    assert [found(client, one) for one in ("kelp", "aegir", "wurfel", "nandu", "thing", "tidewater")] == [
        ["Ebb"],
        ["Ada", "Ebb"],
        ["Ebb"],
        ["Ebb"],
        ["Ada"],
        [],
    ]


# What stays hidden


@pytest.mark.django_db
def test_no_draft_is_found_by_any_of_its_words(client: Client) -> None:
    edition, hidden = make_edition(), make_edition(state="draft", title="Quetzal")
    ada = make_speaker(name="Ada")
    make_appearance(talk=make_talk(edition=edition, title="Seen"), speaker=ada)
    make_appearance(
        speaker=make_speaker(name="Quetzal Unseen"), talk=make_talk(edition=hidden, title="Quetzal")
    )
    draft = make_talk(edition=edition, title="Quetzal", abstract="quetzal", state="draft")
    make_appearance(talk=draft, speaker=ada, name="Quetzal", affiliation="Quetzal")
    make_paper(talk=draft, title="Quetzal")
    make_page(title="Quetzal", state="draft")
    make_page(title="Quetzal", edition=hidden)
    make_talk(edition=edition, title="Commented", abstract="Shown <!-- quetzal -->")
    for typed in ("quetzal", "ada quetzal"):
        page = read(client, f"/search/?q={typed}")
        assert not having(page, "find")
        assert not having(page, "facets")
    client.force_login(make_organizer())
    assert found(client, "quetzal") == []


@pytest.mark.django_db
def test_an_organizers_viewpoint_finds_drafts_marked_as_such() -> None:
    make_talk(title="Quetzal", state="draft")
    organizer = Viewpoint(make_organizer(), datetime(2031, 5, 1, tzinfo=UTC), "en")
    page = search(organizer, {"q": ["quetzal"]})
    assert [(one.kind, one.state) for one in page.data["found"]] == [("talk", "draft")]
    assert page.digest() == search(organizer, {"q": ["quetzal"]}).digest()


# What is shown of it


@pytest.mark.parametrize(
    "text, terms, expected",
    [
        ("Ebb", (), [("Ebb", False)]),
        ("", ("ebb",), []),
        ("The Łódź ebb", ("lodz", "ebb"), [("The ", False), ("Łódź", True), (" ", False), ("ebb", True)]),
        ("A ﬁne day", ("ine",), [("A ", False), ("ﬁne", True), (" day", False)]),
        ("ﬁ", ("f", "i"), [("ﬁ", True)]),
        ("Straße", ("ss",), [("Stra", False), ("ß", True), ("e", False)]),
        ("潮汐表", ("汐",), [("潮", False), ("汐", True), ("表", False)]),
        ("<b>ebb</b>", ("ebb",), [("<b>", False), ("ebb", True), ("</b>", False)]),
        ("a.b", (".",), [("a", False), (".", True), ("b", False)]),
        ("ebbs", ("ebb", "ebbs"), [("ebbs", True)]),
    ],
)
def test_found_words_are_marked_as_printed(
    text: str, terms: tuple[str, ...], expected: list[tuple[str, bool]]
) -> None:
    assert marked(text, terms) == tuple(Piece(*one) for one in expected)


def test_a_long_text_is_cut_around_the_first_find_between_words() -> None:
    text = "water " * 100 + "the Ébb " + "sand " * 100
    cut = snippet(text, ("ebb",))
    assert [piece.text for piece in cut if piece.found] == ["Ébb"]
    assert cut[0].text == "… "
    assert cut[-1].text == " …"
    whole = "".join(piece.text for piece in cut[1:-1])
    assert len(whole) <= LONGEST
    assert set(whole.split()) == {"water", "the", "Ébb", "sand"}


def test_a_text_is_cut_only_where_it_is_too_long() -> None:
    assert snippet("ebb\n\nand  flow", ("flow",)) == (Piece("ebb and "), Piece("flow", found=True))
    assert snippet("潮" * 500, ("汐",)) == (Piece("潮" * LONGEST), Piece(" …"))
    last = snippet("sand " * 100 + "ebb", ("ebb",))
    assert last[-1] == Piece("ebb", found=True)
    assert snippet("", ("ebb",)) == ()


@pytest.mark.django_db
def test_a_find_says_what_when_where_and_why(client: Client) -> None:
    make_type(label="Keynote")
    edition = make_edition(key="tide-31", title="Tide 31")
    talk = make_talk(
        edition=edition, title="Ebb & <flow>", slug="ebb", abstract="What **Łódź** & <b>all</b> say."
    )
    make_appearance(talk=talk, speaker=None, name="شیرین", affiliation="Lodz Lab")
    make_appearance(talk=talk, speaker=None, name="Bo", affiliation="Elsewhere")
    text = client.get("/search/?q=lodz+flow").content.decode()
    assert "<mark>Łódź</mark> &amp; all say." in text
    assert "Ebb &amp; &lt;<mark>flow</mark>&gt;" in text
    page = read(client, "/search/?q=lodz+flow")
    assert all_words(page, "kind") == ["Keynote · Tide 31 · 15 May 2031"]
    assert all_words(page, "who") == ["شیرین (Lodz Lab), Bo"]
    assert page.xpath("//main//h3/a/@href") == ["/tide-31/talks/ebb/"]


@pytest.mark.django_db
def test_a_paper_is_quoted_where_only_it_is_like_that(client: Client) -> None:
    session = make_talk(title="Session", abstract="Four papers.")
    make_paper(talk=session, title="On Eddies", authors="I. Brine")
    make_paper(talk=session, title="On Kelp", authors="O. Fen")
    assert all_words(read(client, "/search/?q=kelp"), "text") == ["On Kelp (O. Fen)"]
    assert all_words(read(client, "/search/?q=session"), "text") == ["Four papers."]


@pytest.mark.django_db
def test_a_person_comes_with_place_and_editions(client: Client) -> None:
    ada = make_speaker(name="Ada", slug="ada")
    make_appearance(talk=make_talk(edition=in_2032()), speaker=ada, affiliation="Reef Lab")
    make_appearance(
        talk=make_talk(edition=in_2030()), speaker=ada, name="Ada Quill", affiliation="Kelp House"
    )
    page = read(client, "/search/?q=ada+kelp&kind=speaker")
    assert page.xpath("//main//h3/a/@href") == ["/speakers/ada/"]
    assert all_words(page, "who") == ["Reef Lab, Ada Quill, Kelp House"]
    assert all_words(page, "text") == ["Tide 32, Tide 30"]


@pytest.mark.django_db
def test_cancelled_talks_are_found_and_say_so(client: Client) -> None:
    make_talk(title="Ebb", state="cancelled")
    assert all_words(read(client, "/search/?q=ebb"), "badge") == ["Cancelled"]


# Narrowing down


@pytest.fixture
def many() -> None:
    """Of “ebb”: two keynotes and a panel in 2032, a panel in 2030, one person of both, one page of the series."""
    keynote, panel = make_type(key="keynote", label="Keynote"), make_type(key="panel", label="Panel")
    new, old = in_2032(), in_2030()
    ada = make_speaker(name="Ada Ebb")
    for title, edition, kind in (("Ebb A", new, keynote), ("Ebb B", new, keynote), ("Ebb C", new, panel)):
        make_appearance(talk=make_talk(title=title, edition=edition, type=kind), speaker=ada)
    make_appearance(talk=make_talk(title="Ebb D", edition=old, type=panel), speaker=ada)
    make_page(title="Ebb house rules")


def facets(client: Client, query: str) -> dict[str, list[str]]:
    """The options of each facet, with their counts, the chosen ones with a star."""
    page = read(client, f"/search/{query}")
    return {
        words(facet.xpath("./h2")[0]): [
            words(link) + (" *" if link.get("aria-current") else "") for link in facet.xpath(".//li/a")
        ]
        for facet in page.xpath("//nav[contains(@class, 'facets')]/section")
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("many")
def test_facets_count_what_they_would_leave(client: Client) -> None:
    assert facets(client, "?q=ebb") == {
        "Kind": ["Talks 4", "Speakers 1", "Pages 1"],
        "Edition": ["Tide 32 4", "Tide 30 2"],
        "Type": ["Keynote 2", "Panel 2"],
        "Year": ["2032 4", "2030 2"],
    }
    assert facets(client, "?q=ebb&type=panel") == {
        "Edition": ["Tide 32 1", "Tide 30 1"],
        "Type": ["Panel 2 *", "Keynote 2"],
        "Year": ["2032 1", "2030 1"],
    }
    assert found(client, "ebb", type="panel", year="2030") == ["Ebb D"]
    assert found(client, "ebb", kind="speaker") == ["Ada Ebb"]
    assert found(client, "ebb", edition="tide-30") == ["Ebb D", "Ada Ebb"]


@pytest.mark.django_db
@pytest.mark.usefixtures("many")
def test_facets_are_plain_links_that_keep_what_was_chosen(client: Client) -> None:
    page = read(client, "/search/?q=ebb&year=2032&page=1")
    links = page.xpath("//nav[contains(@class, 'facets')]//a/@href")
    assert "/search/?q=ebb&type=keynote&year=2032" in links
    assert "/search/?q=ebb" in links
    assert page.xpath("//form[@role='search']//input/@value") == ["ebb"]


@pytest.mark.django_db
@pytest.mark.usefixtures("many")
def test_a_choice_that_leaves_nothing_has_a_way_back(client: Client) -> None:
    page = read(client, "/search/?q=ebb&type=keynote&edition=tide-30")
    assert all_words(page, "status") == ["Nothing is found for “ebb” with these filters."]
    assert page.xpath("//div[contains(@class, 'hints')]//a/@href") == ["/search/?q=ebb"]
    assert facets(client, "?q=ebb&type=keynote&edition=tide-30")["Type"] == ["Keynote 0 *", "Panel 1"]
    assert facets(client, "?q=ebb&type=no-such")["Type"] == ["no-such 0 *", "Keynote 2", "Panel 2"]


def test_a_choice_is_an_address() -> None:
    choice = Choice.read({"q": ["a & b"], "edition": ["tide-31"], "page": ["3"]})
    assert choice.address() == "?q=a+%26+b&edition=tide-31"
    assert choice.address(2) == "?q=a+%26+b&edition=tide-31&page=2"
    assert choice.having("year", "2031").having("edition", "").address() == "?q=a+%26+b&year=2031"


# Page by page


@pytest.mark.parametrize(
    "asked, count, expected",
    [
        ("", 0, (1, 1)),
        ("1", 20, (1, 1)),
        ("2", 21, (2, 2)),
        ("99", 41, (3, 3)),
        ("0", 41, (1, 3)),
        ("-1", 41, (1, 3)),
        ("x", 41, (1, 3)),
        ("²", 41, (1, 3)),
        ("9" * 200, 41, (3, 3)),
    ],
)
def test_the_nearest_page_is_shown(asked: str, count: int, expected: tuple[int, int]) -> None:
    assert page_of({"page": [asked]}, count) == expected


@pytest.mark.django_db
def test_many_finds_are_shown_page_by_page(client: Client) -> None:
    edition = make_edition()
    for number in range(23):
        make_talk(edition=edition, title=f"Ebb {number:02}")
    assert found(client, "ebb") == [f"Ebb {number:02}" for number in range(20)]
    assert found(client, "ebb", page="2") == ["Ebb 20", "Ebb 21", "Ebb 22"]
    first, second = read(client, "/search/?q=ebb"), read(client, "/search/?q=ebb&page=2")
    assert first.xpath("//nav[@class='pages']//a/@href") == ["/search/?q=ebb&page=2"]
    assert second.xpath("//nav[@class='pages']//a/@href") == ["/search/?q=ebb"]
    assert second.xpath("//main//ol/@start") == ["21"]
    assert all_words(second, "status") == ["23 results for “ebb”, page 2 of 2"]


# The page itself


@pytest.mark.django_db
def test_without_words_the_page_asks_for_them(client: Client) -> None:
    make_talk()
    for path in ("/search/", "/search/?q=", "/search/?q=%20", "/search/?type=keynote", "/search/?q=..."):
        page = read(client, path)
        assert not having(page, "find")
        assert "/editions/" in page.xpath("//main//a/@href")
        (box,) = page.xpath("//main//form[@role='search']//input[@type='search']")
        assert words(page.xpath(f"//label[@for='{box.get('id')}']")[0]) == (
            "Talks, speakers and pages of all editions"
        )


@pytest.mark.django_db
def test_nothing_found_says_what_to_do(client: Client) -> None:
    page = read(client, "/search/?q=no+<such>+ebb")
    assert all_words(page, "status") == ["Nothing is found for “no <such> ebb”."]
    assert page.xpath("//div[contains(@class, 'hints')]//a/@href") == ["/editions/", "/speakers/"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.xpath("//input[@name='q']/@value") == ["no <such> ebb"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 5000, "q=%ff%fe", "q=a&q=b&page=%00", "q=(%5B*", "q=a&year=%F0%9F%8C%8A"]
)
def test_odd_questions_are_answered(client: Client, query: str) -> None:
    make_talk()
    assert client.get(f"/search/?{query}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_queries(client: Client, django_assert_num_queries: Counting, count: int) -> None:
    make_series()
    for number in range(count):
        edition = make_edition(starts_on=date(2031 + number, 5, 15), ends_on=None)
        make_page(edition=edition, title="Ebb", body="Ebb")
        talk = make_talk(edition=edition, title="Ebb", track=make_track(edition=edition, name="Ebb"))
        for _ in range(count):
            make_appearance(talk=talk, speaker=make_speaker(name="Ebb"))
            make_paper(talk=talk, title="Ebb")
    with django_assert_num_queries(15):
        assert set(found(client, "ebb")) == {"Ebb"}
    with django_assert_num_queries(9):
        assert found(client, "ebb", year="1999") == []
    with django_assert_num_queries(3):
        assert found(client, "") == []
