"""Forms of people and of an edition's parts: names made into slugs, pictures checked, links in their shape."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from editions.models import ImportantDate, Redirect, Room, Track
from history.models import Change
from speakers.models import Speaker
from tests.factories import make_edition, make_page, make_speaker
from tests.workbench.conftest import Fill, errors_of


def picture() -> bytes:
    """A square picture."""
    out = BytesIO()
    Image.new("RGB", (400, 400), "#993366").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Žofie Mořská", "zofie-morska"), ("Nerida Quill", "nerida-quill-2"), ("海野 渚", "speaker-")],
)
def test_a_new_person_gets_a_slug(fill: Fill, name: str, slug: str) -> None:
    make_speaker(slug="nerida-quill")
    assert fill("admin:speakers_speaker_add", changes={"name": name}).redirect_chain
    speaker = Speaker.objects.get(name=name)
    assert speaker.slug.startswith(slug)
    assert Change.objects.get(kind="speakers.speaker", key=str(speaker.pk)).actor == "ines"


def test_a_slug_that_is_taken_is_told(fill: Fill) -> None:
    make_speaker(slug="nq")
    answer = fill("admin:speakers_speaker_add", changes={"name": "Nerida Quill", "slug": "nq"})
    assert errors_of(answer) == {"slug": ["Speaker with this Slug already exists."]}


def test_a_portrait_is_stored_in_its_sizes(
    fill: Fill,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    speaker = make_speaker()
    upload = SimpleUploadedFile("me.jpg", picture(), "image/jpeg")
    with django_capture_on_commit_callbacks(execute=True):
        assert fill("admin:speakers_speaker_change", speaker.pk, changes={"photo": upload}).redirect_chain
    speaker.refresh_from_db()
    kinds = [f"portrait-{width}.{extension}" for width in (192, 384, 96) for extension in ("jpg", "webp")]
    assert sorted(path.name.partition("-")[2] for path in tmp_path.glob("renditions/*")) == kinds
    # Sent again without a file, the form keeps the photo.
    fill("admin:speakers_speaker_change", speaker.pk, changes={"affiliation": "Reef Lab"})
    kept = Speaker.objects.get()
    assert (kept.photo.name, kept.affiliation) == (speaker.photo.name, "Reef Lab")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (
            "me.jpg",
            b"<!doctype html><script>alert(1)</script>",
            "This is no picture: use JPEG, PNG, WebP or GIF.",
        ),
        (
            "me.jpg",
            picture()[:200],
            "The picture is damaged and can't be read to its end: save or copy it again.",
        ),
    ],
)
def test_what_is_no_portrait_is_refused(fill: Fill, name: str, data: bytes, words: str) -> None:
    speaker = make_speaker()
    answer = fill(
        "admin:speakers_speaker_change", speaker.pk, changes={"photo": SimpleUploadedFile(name, data)}
    )
    assert errors_of(answer) == {"photo": [words]}
    speaker.refresh_from_db()
    assert not speaker.photo


@pytest.mark.parametrize(("name", "slug"), [("Pier Hall", "pier-hall"), ("Зал", "room-")])
def test_a_room_needs_no_more_than_its_name(fill: Fill, name: str, slug: str) -> None:
    edition = make_edition()
    assert fill("admin:editions_room_add", changes={"edition": edition.pk, "name": name}).redirect_chain
    room = Room.objects.get()
    assert (room.key, room.slug.startswith(slug)) == (name, True)
    answer = fill("admin:editions_room_add", changes={"edition": edition.pk, "name": "Attic", "key": name})
    assert errors_of(answer) == {"__all__": ["Room with this Edition and Key already exists."]}


def test_an_edition_is_edited_with_its_parts(fill: Fill) -> None:
    edition = make_edition()
    parts: dict[str, Any] = {
        "title": "Tide 2031",
        "tracks-TOTAL_FORMS": "1",
        "tracks-0-name": "Currents",
        "tracks-0-colour": "#336699",
        "tracks-0-position": "0",
        "dates-TOTAL_FORMS": "1",
        "dates-0-label": "Papers due",
        "dates-0-date": "2031-02-01",
        "dates-0-extended_to": "2031-02-15",
        "dates-0-position": "0",
    }
    Change.objects.all().delete()
    assert fill("admin:editions_edition_change", edition.pk, changes=parts).redirect_chain
    assert Track.objects.values_list("key", "slug", "colour").get() == ("Currents", "currents", "#336699")
    assert ImportantDate.objects.values_list("key", "label").get() == ("Papers due", "Papers due")
    told = Change.objects.values_list("kind", "actor")
    assert sorted(told) == [
        ("editions.edition", "ines"), ("editions.importantdate", "ines"), ("editions.track", "ines"),
    ]  # fmt: skip


def test_the_rules_of_the_models_are_told_at_the_forms(fill: Fill) -> None:
    edition = make_edition()
    name = "admin:editions_edition_change"
    assert errors_of(fill(name, edition.pk, changes={"ends_on": "2031-05-01"})) == {
        "ends_on": ["The last day is before the first."]
    }
    assert list(errors_of(fill(name, edition.pk, changes={"timezone": "Vancouver"}))) == ["timezone"]
    assert list(errors_of(fill(name, edition.pk, changes={"key": "speakers"}))) == ["key"]
    page = make_page(edition=edition)
    assert list(errors_of(fill("admin:editions_page_change", page.pk, changes={"slug": "schedule"}))) == [
        "slug"
    ]
    answer = fill(
        "admin:editions_redirect_add", changes={"old_path": "/a", "new_path": "https://elsewhere.example/"}
    )
    assert list(errors_of(answer)) == ["__all__"]
    assert not Redirect.objects.exists()
