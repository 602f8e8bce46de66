"""Files under /media/: only what a visible record shows, of fixed types, never as a page of this site."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from attachments.storing import Batch
from tests.factories import (
    make_appearance,
    make_edition,
    make_member,
    make_series,
    make_speaker,
    make_sponsor,
    make_talk,
)

pytestmark = pytest.mark.django_db


def photo(colour: str) -> bytes:
    """A square picture."""
    stream = BytesIO()
    Image.new("RGB", (120, 120), colour).save(stream, "PNG")
    return stream.getvalue()


def fetch(client: Client, url: str) -> HttpResponse:
    """Get a file to its last byte, and close it as a server does."""
    answer = client.get(url)
    if answer.streaming:
        answer.received = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        answer.close()
    return answer  # type: ignore[return-value]


def stored(keep: Callable[[Batch], str]) -> str:
    """Keep something and publish it at once, as a commit does."""
    with Batch() as batch:
        name = keep(batch)
        batch.publish()
    return name


@pytest.fixture
def keep_photo() -> Callable[[str], str]:
    """Store a portrait of a colour; its stored name."""

    def keep(colour: str, kind: str = "portrait") -> str:
        return stored(lambda batch: batch.picture(photo(colour), kind, "x.png"))  # type: ignore[arg-type]

    return keep


def test_a_photo_is_served_in_its_own_type_and_manner(
    client: Client, keep_photo: Callable[[str], str]
) -> None:
    one = make_appearance(photo=keep_photo("red"))
    shown = one.photo.rendition(96)  # type: ignore[attr-defined]
    for url, kind in ((shown.url, "image/png"), (shown.webp_url, "image/webp")):
        answer = fetch(client, url)
        assert answer.status_code == 200
        assert answer["Content-Type"] == kind
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert not answer.get("Content-Disposition", "").startswith("attachment")
        again = client.get(url, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
        assert client.post(url).status_code == 405


def test_originals_and_strangers_are_not_served(client: Client, keep_photo: Callable[[str], str]) -> None:
    name = keep_photo("red")
    make_appearance(photo=name)
    for path in (
        name,
        "renditions/0123456789abcdef-portrait-96.png",
        "../settings.py",
        "documents/x",
        "a\0b.pdf",
    ):
        assert fetch(client, f"/media/{path}").status_code == 404, path


def test_what_only_a_draft_shows_is_not_served(client: Client, keep_photo: Callable[[str], str]) -> None:
    hidden = make_edition(state="draft")
    rows: list[Any] = [
        make_appearance(photo=keep_photo("red"), talk=make_talk(state="draft")),
        make_appearance(photo=keep_photo("green"), talk=make_talk(edition=hidden)),
        make_speaker(photo=keep_photo("blue")),
        make_member(photo=keep_photo("white"), edition=hidden),
    ]
    for row in rows:
        assert fetch(client, row.photo.url).status_code == 404
    make_appearance(photo=rows[0].photo.name)
    assert fetch(client, rows[0].photo.url).status_code == 200


def test_logos_portraits_and_banners_of_what_is_public(
    client: Client, keep_photo: Callable[..., str]
) -> None:
    speaker = make_speaker(photo=keep_photo("blue"))
    make_appearance(speaker=speaker)
    shown = [
        speaker.photo,
        make_member(photo=keep_photo("white")).photo,
        make_sponsor(logo=keep_photo("green", "logo")).logo,
        make_series(logo=keep_photo("black", "logo")).logo,
        make_edition(banner=keep_photo("pink", "banner")).banner,
    ]
    for picture in shown:
        assert fetch(client, picture.url).status_code == 200


def test_a_drawing_is_shown_but_never_runs(client: Client) -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="9" height="9"/></svg>'
    )
    name = stored(lambda batch: batch.picture(drawing, "logo", "x.svg", allow_svg=True))
    answer = fetch(client, make_sponsor(logo=name).logo.url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "kind", "attached"), [("a.pdf", "application/pdf", False), ("b.zip", "application/zip", True)]
)
def test_documents(client: Client, name: str, kind: str, attached: bool) -> None:
    kept = stored(lambda batch: batch.document(ContentFile(b"<html>", name), name))
    talk = make_talk(slides=name, slides_file=kept)
    answer = fetch(client, talk.slides_file.url)
    assert answer.received == b"<html>"  # type: ignore[attr-defined]
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"].startswith("attachment" if attached else "inline")
    talk.state = "draft"
    talk.save()
    assert fetch(client, talk.slides_file.url).status_code == 404


def test_a_file_that_is_gone_from_the_disk(client: Client) -> None:
    talk = make_talk(slides_file="documents/0123456789abcdef/gone.pdf")
    assert fetch(client, talk.slides_file.url).status_code == 404
