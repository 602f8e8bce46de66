"""Pictures in the sizes that pages use, and the initials of those who have none."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.test import Client
from lxml import html
from PIL import Image

from speakers.models import Speaker
from tests.factories import make_appearance, make_edition, make_speaker, make_talk
from website.initials import initials
from website.shown import Picture, picture


def portrait(side: int, kind: str = "JPEG") -> "ContentFile[bytes]":
    out = BytesIO()
    Image.new("RGB", (side, side), "#1d5187").save(out, kind)
    return ContentFile(out.getvalue(), f"ada.{kind.lower()}")


def with_photo(side: int, kind: str = "JPEG") -> Speaker:
    speaker = make_speaker()
    speaker.photo.save("ada", portrait(side, kind))
    return speaker


def shown(**given: Any) -> Any:
    return html.fragment_fromstring(render_to_string("website/_picture.html", given), create_parent="div")


@pytest.mark.django_db
def test_a_picture_has_twice_the_px_for_fine_screens() -> None:
    found = picture(with_photo(500).photo, 96)
    assert found is not None
    names = [url.rpartition("-")[2] for url in (found.url, found.webp_url, found.double, found.webp_double)]
    assert names == ["96.jpg", "96.webp", "192.jpg", "192.webp"]
    assert (found.width, found.height) == (96, 96)


@pytest.mark.django_db
@pytest.mark.parametrize(("side", "width", "size"), [(80, 96, 80), (96, 96, 96), (300, 384, 300)])
def test_a_small_picture_is_not_blown_up(side: int, width: int, size: int) -> None:
    found = picture(with_photo(side).photo, width)
    assert found is not None
    assert (found.width, found.height, found.double, found.webp_double) == (size, size, "", "")


@pytest.mark.django_db
def test_the_fallback_is_of_the_originals_kind() -> None:
    for kind, extension in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "png")):
        found = picture(with_photo(200, kind).photo, 96)
        assert found is not None
        assert (found.url[-3:], found.webp_url[-4:]) == (extension, "webp")


@pytest.mark.django_db
def test_every_address_in_a_picture_answers(
    client: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    talk = make_talk(edition=make_edition(key="tide-31"), slug="eddies")
    one = make_appearance(talk=talk, speaker=make_speaker(slug="ada"))
    with django_capture_on_commit_callbacks(execute=True):
        one.photo.save("ada", portrait(500))
    found = picture(one.photo, 96)
    assert found is not None
    for url in (found.url, found.webp_url, found.double, found.webp_double):
        answer = client.get(url)
        assert answer.status_code == 200, url
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        answer.close()


def test_no_picture_is_none() -> None:
    assert picture(None, 96) is None
    assert picture("", 96) is None


def test_how_a_picture_stands_in_a_page() -> None:
    whole = Picture("/a.jpg", "/a.webp", 96, 96, "/b.jpg", "/b.webp")
    found = shown(picture=whole, alt="Ada")
    (source,), (image,) = found.xpath("./picture/source"), found.xpath(".//img")
    assert dict(source.attrib) == {"type": "image/webp", "srcset": "/a.webp, /b.webp 2x"}
    assert dict(image.attrib) == {
        "src": "/a.jpg",
        "srcset": "/b.jpg 2x",
        "width": "96",
        "height": "96",
        "alt": "Ada",
        "loading": "lazy",
        "decoding": "async",
    }


def test_a_picture_at_the_top_is_loaded_at_once_and_a_drawing_has_one_file() -> None:
    found = shown(picture=Picture("/logo.svg", "", 320, 160), alt="", eager=True)
    assert found.xpath(".//picture") == []
    (image,) = found.xpath("./img")
    assert dict(image.attrib) == {
        "src": "/logo.svg",
        "width": "320",
        "height": "160",
        "alt": "",
        "decoding": "async",
    }


def test_a_tile_stands_for_a_missing_picture() -> None:
    (tile,) = shown(picture=None, name="Ada Example", alt="")
    assert (tile.text, dict(tile.attrib)) == ("AE", {"class": "blank", "aria-hidden": "true"})


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Example", "AE"),
        ("Ada M. van der Example", "AE"),
        ("łukasz ørsted", "ŁØ"),
        ("E\N{COMBINING ACUTE ACCENT}lise O’Brien", "ÉO"),
        ("Ада Лис", "АЛ"),
        ("Plato", "P"),
        ("李明", "李"),
        ("김 지우", "김"),
        ("さくら ももこ", "さ"),
        ("श्रीनिवास रामानुजन", "श्री"),
        ("ليلى حسن", "ل"),
        ("李明 (Ming Li)", "李"),
        ("“Ada” (A.) Example", "AE"),
        ("3Blue Brown", "3"),
        ("…", ""),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
