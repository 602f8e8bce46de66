"""What a page may weigh, compressed, and what it may not contain."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.factories import make_appearance, make_edition, make_room, make_speaker, make_talk, make_track

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static/website"
TEMPLATES = [*(ROOT / "templates/website").glob("*"), *(ROOT / "templates").glob("*.html")]


@pytest.mark.parametrize(
    "names",
    [
        ("site.css", "pages.css"),
        ("site.css", "schedule.css", "grid.css"),
        ("site.js", "schedule.js", "offline.js"),
        ("site.js", "copy.js", "offline.js"),
    ],
)
def test_six_kilobytes_of_style_and_of_script(names: tuple[str, ...]) -> None:
    sizes = [len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names]
    assert sum(sizes) <= 6 * 1024, sizes


def test_no_inline_style_nor_script() -> None:
    for template in TEMPLATES:
        text = template.read_text()
        assert "style=" not in text, template.name
        assert text.count("<script") == text.count("<script src="), template.name


@pytest.mark.django_db
@pytest.mark.parametrize(("talks", "kilobytes"), [(100, 10), (600, 60)])
def test_a_schedule_stays_small(client: Client, talks: int, kilobytes: int) -> None:
    edition = make_edition(key="tide-31")
    rooms = [make_room(edition=edition, position=place) for place in range(5)]
    tracks = [make_track(edition=edition) for _ in range(4)]
    people = [make_speaker(name=f"Nerida Quill of the {number}th Shoal") for number in range(talks)]
    first = datetime(2031, 5, 15, 9)
    for number in range(talks):
        start = first + timedelta(days=number // 100, minutes=30 * (number % 100 // 5))
        talk = make_talk(edition=edition, room=rooms[number % 5], track=tracks[number % 4], starts_at=start)
        make_appearance(talk=talk, speaker=people[number])
    assert len(gzip.compress(client.get("/tide-31/schedule/").content, 6)) <= kilobytes * 1024
