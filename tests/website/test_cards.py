"""Drawn cards: what stands on them, where they are, when there is none, and that the same words give the same bytes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from PIL import Image, ImageFont

from tests.factories import make_appearance, make_edition, make_room, make_series, make_talk
from website.cards import (
    FONTS,
    Card,
    address_of_edition,
    address_of_talk,
    letters,
    of_edition,
    of_talk,
)
from website.context import edition_head
from website.drawing import TITLE_SIZES, broken, cut, draw, set_title, too_wide
from website.shown import item
from website.viewpoint import Viewpoint

HERE = Viewpoint(
    AnonymousUser(), datetime.fromisoformat("2031-05-01T00:00:00+00:00"), "en", "https://tide.example"
)
NOWHERE = Viewpoint(HERE.user, HERE.moment, "en")
Counting = Callable[[int], AbstractContextManager[None]]


@pytest.mark.django_db
def test_what_stands_on_a_talks_card() -> None:
    edition = make_edition(title="Tide 31", timezone="Pacific/Auckland")
    room = make_room(edition=edition, name="Große Halle")
    talk = make_talk(edition=edition, title="On  Eddies", room=room, starts_at=datetime(2031, 5, 15, 9))
    make_appearance(talk=talk, name="Łukasz Ørn")
    make_appearance(talk=talk, name="Ада Лис", position=1)
    assert of_talk(edition_head(edition), item(talk, edition)) == Card(
        "Tide 31", "On Eddies", "Łukasz Ørn, Ада Лис", "Thursday, 15 May 2031, 09:00 · Große Halle"
    )


@pytest.mark.django_db
def test_a_card_says_no_more_than_is_known() -> None:
    edition = make_edition(title="Tide 31", location="")
    talk = make_talk(edition=edition, title="Some day", starts_at=None)
    assert of_talk(edition_head(edition), item(talk, edition)) == Card(
        "Tide 31", "Some day", "", "15–16 May 2031"
    )
    assert of_edition("Tidewater", edition_head(edition)) == Card(
        "Tidewater", "Tide 31", "", "15–16 May 2031"
    )
    assert of_edition("Tide 31", edition_head(edition)).above == ""


@pytest.mark.django_db
def test_letters_are_composed_and_hints_where_to_break_dropped() -> None:
    edition = make_edition(title="Cafe\N{COMBINING ACUTE ACCENT} Ge\N{SOFT HYPHEN}zeiten", location="")
    card = of_edition("Tidewater", edition_head(edition))
    assert (card.title, card.drawable) == ("Café Gezeiten", True)


@pytest.mark.parametrize(
    ("title", "drawable"),
    [
        ("Łukasz, Ørsted and “ﬁne” – Ёж, Όμηρος, Nguyễn", True),
        ("潮の満ち引き", False),
        ("עברית", False),
        ("Waves 🌊", False),
        ("", False),
    ],
)
def test_a_card_needs_all_its_letters(title: str, drawable: bool) -> None:
    assert Card("Tide 31", title, "", "").drawable is drawable
    assert Card(title, "Eddies", title, title).drawable is (drawable or not title)


def test_the_font_has_the_letters_that_it_is_said_to_have() -> None:
    for weight in ("Regular", "Semibold"):
        font = ImageFont.truetype(
            FONTS / f"LecternSerif-{weight}.ttf", 40, layout_engine=ImageFont.Layout.BASIC
        )
        missing = bytes(font.getmask("\ue000"))
        empty = [letter for letter in letters() if letter.strip() and bytes(font.getmask(letter)) == missing]
        assert empty == []


@pytest.mark.django_db
def test_where_a_card_is() -> None:
    edition = make_edition(key="tide-31", title="Tide 31")
    head = edition_head(edition)
    plain = item(make_talk(edition=edition, slug="eddies"), edition)
    foreign = item(make_talk(edition=edition, title="潮の満ち引き"), edition)
    whole, single = (
        "https://tide.example/tide-31/card.png",
        "https://tide.example/tide-31/talks/eddies/card.png",
    )
    assert address_of_edition(HERE, "Tidewater", head) == whole
    assert address_of_talk(HERE, "Tidewater", head, plain) == single
    assert address_of_talk(HERE, "Tidewater", head, foreign) == whole
    assert address_of_talk(HERE, "潮", head, foreign) == ""
    assert address_of_talk(HERE, "潮", head, plain) == single
    assert address_of_talk(NOWHERE, "Tidewater", head, plain) == ""
    assert address_of_edition(NOWHERE, "Tidewater", head) == ""


@pytest.mark.django_db
def test_a_card_is_a_picture_with_an_etag(client: Client) -> None:
    make_series(accent="#1f5f4a")
    make_talk(edition=make_edition(key="tide-31"), slug="eddies")
    for path in ("/tide-31/card.png", "/tide-31/talks/eddies/card.png"):
        answer = client.get(path)
        image = Image.open(BytesIO(answer.content))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert (image.format, image.size) == ("PNG", (1200, 630))
        assert image.convert("RGB").getpixel((5, 5)) == (0x1F, 0x5F, 0x4A)
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        again = client.get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cross-Origin-Resource-Policy"] == "cross-origin"
        weak = client.get(path, headers={"If-None-Match": f'"other", W/{answer["ETag"]}'})
        assert (weak.status_code, weak["ETag"]) == (304, answer["ETag"])
        part = client.get(path, headers={"If-None-Match": f'"x{answer["ETag"][1:]}'})
        assert part.status_code == 200
        assert client.get(path).content == answer.content
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_a_changed_title_has_another_etag(client: Client) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), slug="eddies", title="Before")
    before = client.get("/tide-31/talks/eddies/card.png")
    talk.title = "After"
    talk.save()
    after = client.get("/tide-31/talks/eddies/card.png", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


@pytest.mark.django_db
def test_no_card_of_what_is_hidden_or_cannot_be_written(client: Client) -> None:
    edition = make_edition(key="tide-31")
    make_talk(edition=edition, slug="draft", state="draft")
    make_talk(edition=edition, slug="tides", title="潮の満ち引き")
    make_edition(key="hidden-32", state="draft")
    for path in ("tide-31/talks/draft", "tide-31/talks/tides", "tide-31/talks/none", "hidden-32", "none-33"):
        assert client.get(f"/{path}/card.png").status_code == 404, path


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_cards_ask_little(client: Client, django_assert_num_queries: Counting, count: int) -> None:
    make_series()
    edition = make_edition(key="tide-31", starts_on=date(2031, 5, 15))
    talk = make_talk(edition=edition, slug="eddies", room=make_room(edition=edition))
    for place in range(count):
        make_appearance(talk=talk, position=place)
        make_talk(edition=edition)
    for path, queries in (("/tide-31/card.png", 2), ("/tide-31/talks/eddies/card.png", 4)):
        with django_assert_num_queries(queries):
            assert client.get(path).status_code == 200


def test_the_same_words_give_the_same_bytes() -> None:
    card = Card("Tide 31", "On the Quiet Arithmetic of Lighthouses", "Nerida Quill", "15 May 2031")
    assert draw(card, "#8a3218") == draw(card, "#8a3218")
    assert draw(card, "#8a3218") != draw(card, "#1d5187")


def test_a_title_is_as_large_as_it_fits() -> None:
    assert set_title("Tide 31") == (TITLE_SIZES[0], ["Tide 31"])
    size, lines = set_title(
        "On the Quiet Arithmetic of Lighthouses, and What Remains of It After Every Storm"
    )
    assert (
        " ".join(lines) == "On the Quiet Arithmetic of Lighthouses, and What Remains of It After Every Storm"
    )
    assert size < TITLE_SIZES[0]
    assert not any(too_wide(line, size) for line in lines)


@pytest.mark.parametrize("title", ["Eddies and tides " * 60, "Gezeiten" * 60, f"A {'Gezeiten' * 20} of it"])
def test_a_title_that_never_fits_is_cut(title: str) -> None:
    size, lines = set_title(title)
    assert size == TITLE_SIZES[-1]
    assert any(line.endswith("…") for line in lines)
    assert not any(too_wide(line, size) for line in lines)
    assert len(draw(Card("", title, title, title), "#8a3218")) > 1000


def test_a_line_is_cut_after_no_comma() -> None:
    assert cut("Nerida Quill", 38) == "Nerida Quill"
    short = cut(", ".join(["Nerida Quill"] * 20), 38)
    assert short.startswith("Nerida Quill, Nerida Quill")
    assert short.endswith("…") and not short.endswith(",…")


def test_letters_stand_as_close_as_the_font_wants() -> None:
    just_too_wide = next(size for size in range(60, 400) if too_wide("AHVH" * 4, size))
    assert not too_wide("AVAV" * 4, just_too_wide)
    assert not too_wide("ÁVÁV" * 4, just_too_wide)
    assert broken("AV ÁV", 120) == ["AV ÁV"]
