"""Codes to scan: the link to saved talks, drawn by the server."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import segno
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from lxml import etree
from pytest_django import Settings

from tests.factories import make_edition, make_talk
from tests.website.test_seam import MOMENT
from website.viewpoint import Viewpoint
from website.views.codes import qr

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
Counting = Callable[[int], AbstractContextManager[None]]


def modules(svg: bytes) -> list[list[int]]:
    """The dark (1) and light (0) modules that a code's path draws, without the quiet zone."""
    root = etree.fromstring(svg)
    size = int(root.get("viewBox").split()[2])
    drawn = [[0] * size for _ in range(size)]
    _ground, dark = root.findall(f"{SVG}path")
    for line in dark.get("d").removeprefix("M").split("M"):
        place, _, width = line.partition("h")
        column, row = place.split(" ")
        for step in range(int(width)):
            drawn[int(float(row))][int(column) + step] = 1
    assert not any(drawn[0] + drawn[3] + drawn[-4] + drawn[-1])
    return [row[4:-4] for row in drawn[4:-4]]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("ids=7", "7"),
        ("ids=1,2,3", "1,2,3"),
        ("ids=3&ids=1,3", "3,1"),
        ("ids=2147483647,5,5", "2147483647,5"),
        ("ids=" + ",".join(map(str, range(201))), ",".join(map(str, range(200)))),
        ("ids=1,,2,-3,007", "1,2,7"),
    ],
)
def test_the_code_says_the_absolute_link(client: Client, settings: Settings, asked: str, ids: str) -> None:
    settings.SITE_URL = "https://tide.example"
    make_edition(key="tide-31")
    answer = client.get(f"/tide-31/qr.svg?{asked}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    link = f"https://tide.example/tide-31/schedule/?ids={ids}"
    assert etree.fromstring(answer.content).findtext(f"{SVG}desc") == link
    expected = segno.make_qr(link, error="l")
    assert modules(answer.content) == [list(row) for row in expected.matrix]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?ids=",
        "?ids=,",
        "?ids=a",
        "?ids=-1",
        "?ids=1.5",
        "?ids=٣",
        "?ids=12345678901",
        "?ids=1%202",
        "?ids=<script>",
    ],
)
def test_what_are_no_ids_has_no_code(client: Client, asked: str) -> None:
    make_edition(key="tide-31")
    assert client.get(f"/tide-31/qr.svg{asked}").status_code == 404


def test_more_than_a_code_holds_is_not_found() -> None:
    make_edition(key="tide-31")
    ids = {"ids": [",".join(str(2147483000 + number) for number in range(200))]}
    viewpoint = Viewpoint(AnonymousUser(), MOMENT, "en", "https://tide.example")
    assert qr(viewpoint, ids, edition="tide-31").data["size"] > 100
    with pytest.raises(Http404):
        qr(
            Viewpoint(AnonymousUser(), MOMENT, "en", f"https://{'tide.' * 200}example"),
            ids,
            edition="tide-31",
        )


def test_without_an_absolute_address_there_is_no_code() -> None:
    make_edition(key="tide-31")
    with pytest.raises(Http404):
        qr(Viewpoint(AnonymousUser(), MOMENT, "en"), {"ids": ["1"]}, edition="tide-31")


def test_no_code_tells_whether_a_draft_is_there(client: Client) -> None:
    draft = make_talk(edition=make_edition(key="tide-31"), state="draft")
    codes = [client.get(f"/tide-31/qr.svg?ids={number}") for number in (draft.number, 123)]
    assert [code.status_code for code in codes] == [200, 200]
    make_edition(key="hidden", state="draft")
    assert client.get("/hidden/qr.svg?ids=1").status_code == 404


def test_no_style_and_nothing_from_elsewhere(client: Client) -> None:
    make_edition(key="tide-31")
    root = etree.fromstring(client.get("/tide-31/qr.svg?ids=1").content)
    names = {name for node in root.iter() for name in node.attrib}
    assert names == {"viewBox", "role", "shape-rendering", "fill", "d", "stroke"}
    assert [node.tag.removeprefix(SVG) for node in root] == ["title", "desc", "path", "path"]


def test_queries(client: Client, django_assert_num_queries: Counting) -> None:
    make_edition(key="tide-31")
    for asked in ("1", "1,2,3"):
        with django_assert_num_queries(1):
            assert client.get(f"/tide-31/qr.svg?ids={asked}").status_code == 200
