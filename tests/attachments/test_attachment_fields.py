"""A row holds a stored name; forms refuse with a sentence; pages read sizes and addresses from the name alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test.utils import isolate_apps

from attachments.fields import DocumentField, PictureField, Shown
from attachments.names import public_names
from attachments.pictures import check_picture
from tests.attachments.drawn import picture, png, svg

DIGEST = "0123456789abcdef" * 4
PHOTO = f"originals/01/{DIGEST}-800x600.jpg"


@pytest.fixture
def person(settings: Any, tmp_path: Path) -> Iterator[type[models.Model]]:
    settings.MEDIA_ROOT = tmp_path
    settings.MEDIA_URL = "/media/"
    with isolate_apps("attachments"):

        class Person(models.Model):
            photo = PictureField(blank=True)
            logo = PictureField(kind="logo", allow_svg=True, blank=True)
            slides_file = DocumentField(blank=True)

            class Meta:
                app_label = "attachments"

            def __str__(self) -> str:
                return "a person"

        yield Person


def field_of(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def test_a_page_needs_neither_file_nor_query(person: type[models.Model]) -> None:
    row: Any = person(photo=PHOTO)
    assert row.photo
    assert row.photo.rendition(96) == Shown(
        "/media/renditions/0123456789abcdef-portrait-96.jpg",
        "/media/renditions/0123456789abcdef-portrait-96.webp",
        96,
        96,
    )
    assert [(shown.width, shown.height) for shown in row.photo.renditions()] == [
        (96, 96),
        (192, 192),
        (384, 384),
    ]
    assert row.photo.url == "/media/renditions/0123456789abcdef-portrait-384.jpg"


@pytest.mark.parametrize("step, width", [(1, 96), (96, 96), (100, 96), (192, 150), (384, 150), (5000, 150)])
def test_the_nearest_rendition_that_there_is(person: type[models.Model], step: int, width: int) -> None:
    row: Any = person(photo=f"originals/01/{DIGEST}-150x200.png")
    assert row.photo.rendition(step).width == width


@pytest.mark.parametrize("name", ["", f"originals/01/{DIGEST}-0x0.svg", "speakers/elsewhere.jpg"])
def test_nothing_to_show(person: type[models.Model], name: str) -> None:
    row: Any = person(logo=name)
    assert bool(row.logo) is bool(name)
    assert (row.logo.rendition(320), row.logo.renditions(), row.logo.url) == (None, (), "")


def test_a_drawing_has_one_address_in_all_sizes(person: type[models.Model]) -> None:
    row: Any = person(logo=f"originals/01/{DIGEST}-900x300.svg")
    address = "/media/renditions/0123456789abcdef-logo-640.svg"
    assert row.logo.renditions() == (Shown(address, None, 320, 107), Shown(address, None, 640, 213))


def test_an_upload_is_stored_when_its_row_is_saved(
    person: type[models.Model],
    tmp_path: Path,
    db: None,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    row: Any = person()
    data = picture("JPEG", (300, 200))
    form_field = field_of(person, "photo").formfield()
    field_of(person, "photo").save_form_data(row, form_field.clean(SimpleUploadedFile("Ada.jpg", data)))
    slides = (
        field_of(person, "slides_file").formfield().clean(SimpleUploadedFile("My slides.pdf", b"%PDF-1.4"))
    )
    field_of(person, "slides_file").save_form_data(row, slides)
    with django_capture_on_commit_callbacks(execute=True):
        assert field_of(person, "photo").pre_save(row, add=True) == check_picture(data).original.name
        field_of(person, "slides_file").pre_save(row, add=True)
    assert (tmp_path / row.photo.name).read_bytes() == data
    assert all((tmp_path / name).exists() for name in public_names(row.photo.name, "portrait"))
    assert row.photo.rendition(96).width == 96
    assert row.slides_file.public_name == "My-slides.pdf"
    assert row.slides_file.url == f"/media/{row.slides_file.name}"
    assert (tmp_path / row.slides_file.name).read_bytes() == b"%PDF-1.4"


@pytest.mark.parametrize(
    "name, data, message",
    [
        ("a.png", b"no picture", "This is no picture: use JPEG, PNG, WebP or GIF."),
        ("a.png", picture("TIFF"), "TIFF isn't taken: save the picture as JPEG, PNG, WebP or GIF."),
        ("a.svg", svg(), "SVG is taken for logos only: save the picture as PNG or JPEG."),
        ("a.png", png(12_001, 2), "A side of the picture is longer than 12000 pixels: save it smaller."),
        ("a.png", png(10_000, 4_001), "The picture has more than 40 megapixels: save it smaller."),
        ("a.png", png(20_000, 20_000), "The picture has more than 40 megapixels: save it smaller."),
        (
            "a.png",
            picture("PNG")[:50],
            "The picture is damaged and can't be read to its end: save or copy it again.",
        ),
        ("a.png", b"\0" * 10_000_001, "The picture is larger than 10 MB: save it smaller."),
        (
            "a.html",
            picture("PNG"),
            "A picture's name doesn't end in “html”: name it .jpg, .png, .webp or .gif.",
        ),
        ("a.png", b"", "The submitted file is empty."),
    ],
)
def test_a_form_refuses_a_picture_with_a_sentence(
    person: type[models.Model], name: str, data: bytes, message: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        field_of(person, "photo").formfield().clean(SimpleUploadedFile(name, data))
    assert refused.value.messages == [message]


def test_a_form_refuses_a_document_with_a_sentence(person: type[models.Model]) -> None:
    with pytest.raises(ValidationError) as refused:
        field_of(person, "slides_file").formfield().clean(SimpleUploadedFile("a.html", b"<script>"))
    assert refused.value.messages == [
        "Files that end in “html” aren't taken: use PDF, slides, text, zip, mp4 or mp3."
    ]


def test_forms_offer_what_is_taken(person: type[models.Model]) -> None:
    assert field_of(person, "photo").formfield().widget.attrs["accept"] == (
        "image/jpeg,image/png,image/webp,image/gif"
    )
    assert field_of(person, "logo").formfield().widget.attrs["accept"].endswith(",image/svg+xml")
    assert ".pdf" in field_of(person, "slides_file").formfield().widget.attrs["accept"]
    assert field_of(person, "photo").formfield().clean(None) is None
    assert field_of(person, "logo").formfield().clean(SimpleUploadedFile("a.svg", svg())).name == "a.svg"


def test_fields_are_made_again_by_a_migration(person: type[models.Model]) -> None:
    _, path, args, kwargs = field_of(person, "logo").deconstruct()
    assert (path, list(args)) == ("attachments.fields.PictureField", [])
    assert kwargs["kind"] == "logo"
    assert kwargs["allow_svg"] is True
    assert kwargs["max_length"] == 200
    again = PictureField(**kwargs)
    assert (again.kind, again.allow_svg, again.max_length) == ("logo", True, 200)
    _, path, args, kwargs = field_of(person, "slides_file").deconstruct()
    assert (path, DocumentField(*args, **kwargs).max_length) == ("attachments.fields.DocumentField", 200)
