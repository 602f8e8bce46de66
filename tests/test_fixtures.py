"""The sample series is sound: every file can be read, and every name in it leads somewhere."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SERIES = FIXTURES / "series"
ASSETS = SERIES / "assets"
TYPES = {
    *("announce", "break", "close", "competition", "invited_talk", "keynote", "lightning_session", "lunch"),
    *("panel", "paper_session", "poster_session", "registration", "session", "social", "sponsored_talk"),
    *("talk", "welcome", "workshop"),
}
KEYS = {
    *("edition", "type", "title", "time_start", "time_end", "order", "hidden", "location", "presentation"),
    *("room", "track", "tags", "level", "language", "video_url", "cancelled", "chair", "layout"),
    *("speaker", "speakers", "moderator", "panelists", "papers"),
}
PERSON = {"name", "affiliation", "avatar", "url", "bio", "order", "presentation"}
PAPER = {"title", "authors", "affiliation", "paper", "presentation", "poster"}
# Left out on purpose: it shows what the importer says about a file that is named and not there.
MISSING = ASSETS / "docs" / "monsoon-24" / "a-lamp-for-the-lighthouse.pdf"
FENCE = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)


def texts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".md", ".html"})


def header(path: Path) -> dict[str, Any]:
    parts = FENCE.split(path.read_bytes(), maxsplit=2)
    assert len(parts) == 3, path
    assert parts[0] == b"", path
    found = yaml.safe_load(parts[1])
    assert isinstance(found, dict), path
    return found


def people(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("speaker", "speakers", "moderator", "panelists"):
        value = entry.get(key)
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict))


def named_assets() -> Iterator[Path]:
    """Every picture and document of the site that a file names."""
    for path in texts(SERIES / "_programs"):
        entry = header(path)
        folder = ASSETS / "docs" / entry["edition"]
        for person in people(entry):
            if person.get("avatar"):
                yield ASSETS / "images" / "speakers" / entry["edition"] / person["avatar"]
        papers = entry.get("papers") or []
        for holder in [entry, *people(entry), *papers]:
            for key in ("presentation", "paper", "poster"):
                if holder.get(key) and "://" not in holder[key]:
                    yield folder / holder[key]
    for path in texts(SERIES / "_editions"):
        edition = header(path)
        yield ASSETS / "images" / "editions" / f"{path.stem}.jpg"
        for sponsor in [*edition.get("sponsors", []), *edition.get("competition_sponsors", [])]:
            yield ASSETS / "images" / "sponsors" / sponsor["logo"]
    for path in texts(SERIES / "_organizers"):
        yield ASSETS / "images" / "organizers" / header(path)["avatar"]


TALKS = texts(SERIES / "_programs")


@pytest.mark.parametrize("path", [*TALKS, *texts(FIXTURES / "changes")], ids=lambda path: path.name)
def test_an_entry_has_known_keys_a_known_type_and_the_edition_of_its_folder(path: Path) -> None:
    entry = header(path)
    assert entry.keys() <= KEYS
    assert entry["type"] in TYPES
    assert path.parent.name.partition("-")[2] == entry["edition"]
    for person in people(entry):
        assert person.keys() <= PERSON
        assert person["name"]
    for paper in entry.get("papers") or []:
        assert paper.keys() <= PAPER
        assert paper["title"]
    if entry.get("time_start"):
        assert entry["time_start"] < entry["time_end"]


def test_every_file_named_is_there_but_one() -> None:
    assert {path for path in named_assets() if not path.is_file()} == {MISSING}


def test_every_file_there_is_named_by_somebody() -> None:
    there = {path for path in ASSETS.rglob("*") if path.is_file()}
    assert there == set(named_assets()) - {MISSING}


def test_keys_are_unique_and_every_talk_has_its_edition() -> None:
    editions = [header(path)["edition"] for path in texts(SERIES / "_editions")]
    assert editions == ["harbour-19", "monsoon-24", "wireless", "valparaiso"]
    assert all(re.fullmatch(r"[a-z0-9_-]{4,60}", key) for key in editions)
    keys = Counter((header(path)["edition"], path.stem) for path in TALKS)
    assert set(keys.values()) == {1}
    assert {edition for edition, _stem in keys} == set(editions)


def test_whoever_has_one_photo_has_one_name_in_every_edition() -> None:
    names: dict[str, set[str]] = {}
    for path in [*TALKS, *texts(FIXTURES / "changes")]:
        for person in people(header(path)):
            if person.get("avatar"):
                names.setdefault(person["avatar"].partition(".")[0], set()).add(person["name"])
    assert {photo: told for photo, told in names.items() if len(told) > 1} == {}
    assert "ليلى الميزان" in set().union(*names.values())


def test_pictures_are_small_and_can_be_opened() -> None:
    for path in (ASSETS / "images").rglob("*"):
        if path.suffix in {".jpg", ".png"}:
            with Image.open(path) as picture:
                picture.load()
            assert path.stat().st_size < 80_000, path
    for path in (ASSETS / "images" / "speakers").rglob("*.jpg"):
        with Image.open(path) as picture:
            assert picture.size == (480, 480)
        assert path.stat().st_size < 40_000, path


def test_documents_are_pdfs_and_drawings_hold_no_script() -> None:
    for path in (ASSETS / "docs").rglob("*.pdf"):
        assert path.read_bytes().startswith(b"%PDF-"), path
    for path in ASSETS.rglob("*.svg"):
        assert not re.search(rb"<script|\bon\w+=|href|<!DOCTYPE|foreignObject", path.read_bytes()), path


def test_what_changed_later_changes_files_of_the_series() -> None:
    changed = texts(FIXTURES / "changes")
    assert changed
    for path in changed:
        first = SERIES / path.relative_to(FIXTURES / "changes")
        assert first.read_bytes() != path.read_bytes()
        assert header(first)["speaker"] == header(path)["speaker"]


def test_the_series_shows_what_a_real_one_has() -> None:
    entries = {path: header(path) for path in TALKS}
    titles = Counter((entry["edition"], entry.get("title")) for entry in entries.values())
    monsoon = [entry for entry in entries.values() if entry["edition"] == "monsoon-24"]
    assert titles["monsoon-24", "Break"] == 3
    assert max(len(title or "") for _edition, title in titles) >= 120
    assert {entry["room"] for entry in monsoon if "room" in entry} == {
        "Ginger Hall",
        "Cardamom Room",
        "Boathouse",
    }
    assert {entry["track"] for entry in monsoon if "track" in entry} == {"Power", "Memory", "Time"}
    assert sum(bool(entry.get("cancelled")) for entry in monsoon) == 1
    assert sum(bool(entry.get("hidden")) for entry in monsoon) == 1
    assert any(isinstance(entry.get("speaker"), str) for entry in monsoon)
    nights = [e for e in monsoon if str(e.get("time_start"))[:10] < str(e.get("time_end"))[:10]]
    assert [entry["title"] for entry in nights] == ["Night Session: Programs That Run While We Sleep"]


def test_files_are_written_in_different_manners() -> None:
    contents = [path.read_bytes() for path in TALKS]
    assert any(b"\r\n" in content for content in contents)
    assert any(not content.endswith(b"\n") for content in contents)
    assert any(re.search(rb"(?m)^# .*\n(?:.*\n)*?---", content) for content in contents)
    assert any(re.search(rb"(?m)^--- $", content) for content in contents)
