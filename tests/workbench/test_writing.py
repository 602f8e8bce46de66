"""Markdown is previewed, and pictures are kept, for staff only; django-markdownx's own views answer nowhere."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.factories import make_editor, make_organizer
from texts.markdown import render_markdown

pytestmark = pytest.mark.django_db

PREVIEW = "/admin/markdownx/markdownify/"
UPLOAD = "/admin/markdownx/upload/"
TEXT = "# Tides\n\n*Łódź* and 東京 <script>alert(1)</script>\n\n| a | b |\n|--:|---|\n| 1 | 2 |\n"


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """An empty place for uploaded files."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


Send = Callable[[str, bytes], Any]


@pytest.fixture
def send(media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Send:
    """Upload a file (name, bytes) as an organizer; stored files take their names as after a commit."""
    client = signed_in(make_organizer())

    def sent(name: str, data: bytes) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(UPLOAD, {"image": SimpleUploadedFile(name, data, "image/gif")})

    return sent


def picture(form: str = "PNG", size: tuple[int, int] = (1600, 400)) -> bytes:
    """A plain picture in one of Pillow's formats."""
    out = BytesIO()
    Image.new("RGB", size, "#336699").save(out, form)
    return out.getvalue()


def signed_in(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def patterns(found: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the URL configuration with its view."""
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.callback


def test_no_address_leads_to_a_view_of_markdownx() -> None:
    found = dict(patterns(get_resolver().url_patterns))
    modules = {address: getattr(view, "view_class", view).__module__ for address, view in found.items()}
    assert {address for address, module in modules.items() if module.split(".")[0] == "markdownx"} == set()
    assert {address for address in modules if "markdownx" in address} == {PREVIEW[1:], UPLOAD[1:]}
    assert {modules[PREVIEW[1:]], modules[UPLOAD[1:]]} == {"workbench.writing"}


def test_the_addresses_are_those_that_the_widget_asks_for() -> None:
    assert reverse("admin:markdownx_markdownify") == PREVIEW
    assert reverse("admin:markdownx_upload") == UPLOAD


@pytest.mark.parametrize("address", [PREVIEW, UPLOAD])
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options"])
def test_visitors_get_nothing(client: Client, media: Path, address: str, method: str) -> None:
    answer = getattr(client, method)(address)
    assert answer.status_code == (403 if method == "post" else 405)
    assert list(media.rglob("*.*")) == []


@pytest.mark.parametrize("user", ["visitor", "member", "former"])
def test_only_staff_may_post(media: Path, user: str) -> None:
    client = Client()
    if user != "visitor":
        found = User.objects.create_user(username=user, is_staff=user == "former", is_active=True)
        client.force_login(found)
        User.objects.filter(pk=found.pk).update(is_active=user != "former")
    assert client.post(PREVIEW, {"content": "# Tides"}).status_code == 403
    image = SimpleUploadedFile("tide.png", picture(), "image/png")
    assert client.post(UPLOAD, {"image": image}).status_code == 403
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("address", [PREVIEW, UPLOAD])
def test_without_the_token_of_a_form_staff_are_refused_too(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_organizer())
    assert client.post(address, {"content": "x"}).status_code == 403


def test_the_preview_is_what_pages_show() -> None:
    answer = signed_in(make_editor()).post(PREVIEW, {"content": TEXT})
    assert answer.status_code == 200
    assert answer.content.decode() == render_markdown(TEXT)
    assert b"<script" not in answer.content
    assert "<em>Łódź</em>" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_preview_of_nothing_is_nothing() -> None:
    client = signed_in(make_organizer())
    assert client.post(PREVIEW, {"content": ""}).content == b""
    assert client.post(PREVIEW).content == b""


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_markdown_that_shows_it(media: Path, send: Send, form: str) -> None:
    answer = send(f"Fähre_am-Pier.{form.lower()}", picture(form))
    told = json.loads(answer.content)
    assert answer.status_code == 200
    assert told["image_code"] == f"![Fähre am Pier]({told['image_path']})"
    assert f'src="{told["image_path"]}"' in render_markdown(told["image_code"])
    with Image.open(media / told["image_path"].removeprefix("/media/")) as shown:
        assert (shown.format, shown.size) == ("WEBP", (1280, 320))


def test_the_same_picture_is_kept_once(media: Path, send: Send) -> None:
    first, second = (send(name, picture()).json()["image_path"] for name in ("one.png", "two.png"))
    assert first == second
    assert len(list(media.glob("originals/*/*"))) == 1


def test_a_name_cannot_break_out_of_the_markdown(send: Send) -> None:
    code = send("a](javascript:x)![<b>.png", picture()).json()["image_code"]
    assert code.startswith("![ajavascriptxb](/media/renditions/")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("evil.jpg", b"<!doctype html><script>alert(1)</script>", "This is no picture"),
        ("evil.html", picture(), "A picture's name doesn't end in"),
        (
            "drawing.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
            "SVG is taken for logos only",
        ),
        ("cut.png", picture()[:90], "The picture is damaged"),
        ("empty.png", b"", "empty"),
    ],
)
def test_what_is_no_picture_is_refused(media: Path, send: Send, name: str, data: bytes, words: str) -> None:
    answer = send(name, data)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_an_upload_of_nothing_is_refused() -> None:
    answer = signed_in(make_organizer()).post(UPLOAD)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_the_form_loads_our_script_and_not_that_of_markdownx() -> None:
    page = signed_in(make_organizer()).get(reverse("admin:talks_talk_add")).content.decode()
    assert f'data-markdownx-urls-path="{PREVIEW}"' in page
    assert f'data-markdownx-upload-urls-path="{UPLOAD}"' in page
    assert "/static/workbench/preview.js" in page
    assert "markdownx/js" not in page
    assert "markdownx/admin/css" not in page
    assert "<script>" not in page
    assert "style=" not in page
