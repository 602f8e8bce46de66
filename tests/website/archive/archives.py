"""Archives of small series, and what stands in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urljoin, urlsplit

from editions.models import Redirect
from speakers.models import SpeakerAlias
from tests.factories import (
    make_appearance,
    make_edition,
    make_page,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_track,
    make_type,
)
from website.archive.building import Building
from website.archive.scope import Scope

START = datetime(2031, 5, 15, 9)


@dataclass
class Run:
    """What a run said."""

    rendered: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    dead: tuple[tuple[str, str], ...] = ()


def export(folder: Path, edition: str = "", base_url: str = "") -> Run:
    """Write an archive."""
    run = Run()
    kinds: dict[str, Callable[[str], None]] = {"rendered": run.rendered.append, "removed": run.removed.append}
    building = Building(folder, Scope(edition, base_url), lambda file, fate: kinds[fate](file))
    building.run()
    run.rendered.sort()
    run.unchanged, run.dead = building.unchanged, building.dead
    assert (len(run.rendered), len(run.removed)) == (building.rendered, building.removed)
    return run


def files(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def small_series() -> SimpleNamespace:
    """Two editions, west and east: a keynote, a talk at its side, one after, a cancelled one, a draft, a repetition."""
    make_series()
    west, east = make_edition(key="tide-31"), make_edition(key="tide-30", timezone="Asia/Tokyo")
    hall = make_room(edition=west, name="Hall", slug="hall")
    attic = make_room(edition=west, name="Attic", slug="attic")
    track = make_track(edition=west, name="Deep", slug="deep")
    ada, sora = make_speaker(name="Ada Łoś", slug="ada-los"), make_speaker(name="星空 ソラ", slug="hoshizora")
    keynote = make_talk(
        edition=west, title="Keynote", slug="keynote", room=hall, track=track, starts_at=START
    )
    make_appearance(talk=keynote, speaker=ada)
    beside = make_talk(edition=west, title="海の言葉", slug="talk-umi", room=attic, starts_at=START)
    make_appearance(talk=beside, speaker=sora)
    later = make_talk(
        edition=west, title="Later", slug="later", room=hall, starts_at=START + timedelta(days=1)
    )
    make_appearance(talk=later)
    make_talk(
        edition=west, title="Off", slug="off", state="cancelled", starts_at=START + timedelta(days=1, hours=2)
    )
    make_talk(edition=west, title="Secret of a draft", slug="secret", state="draft", starts_at=START)
    make_talk(edition=west, title="", slug="tea", type=make_type(kind="break", label="Tea"), starts_at=START)
    make_talk(edition=west, title="", slug="again", repeats=keynote, starts_at=START + timedelta(hours=6))
    old = make_talk(edition=east, title="Old", slug="old", starts_at=START)
    make_appearance(talk=old, speaker=ada)
    make_page(
        slug="about", title="About", body="[A talk](/tide-31/talks/keynote/) and [words](/search/?q=tide)."
    )
    make_page(edition=west, slug="venue", title="Venue", body="By [ferry](https://ferry.example/).")
    Redirect(old_path="/2031/keynote.html", new_path="/tide-31/talks/keynote/").save()
    Redirect(old_path="/anfahrt", new_path="/tide-31/venue/").save()
    Redirect(old_path="/tide-31/", new_path="/tide-30/").save()
    Redirect(old_path="/paper.pdf", new_path="/tide-31/").save()
    SpeakerAlias(speaker=ada, slug="ada-old").save()
    return SimpleNamespace(
        west=west, east=east, keynote=keynote, beside=beside, ada=ada, sora=sora, hall=hall
    )


class _Links(HTMLParser):
    """Reads a page as a browser does: where it leads, what it loads, and its ids."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what leads somewhere."""
        for name, value in attrs:
            if name in {"href", "src", "action", "poster"}:
                self.links.append(value or "")
            elif name == "srcset":
                self.links += [part.split()[0] for part in (value or "").split(",")]
            elif name == "id":
                self.ids.add(value or "")


def read_links(path: Path) -> _Links:
    """Where a page leads, and its ids."""
    found = _Links()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def broken(folder: Path) -> Iterator[tuple[str, str]]:
    """The links of all pages that a file system doesn't follow: found by other means than the archive's own."""
    pages = {path: read_links(path) for path in folder.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in {"http", "https", "mailto"}:
                continue
            to = Path(unquote(urlsplit(urljoin(path.as_uri(), parts.path or path.name)).path))
            known = pages[to].ids if to in pages else set()
            inside = to.is_relative_to(folder)
            if not (inside and to.is_file()) or (parts.fragment and unquote(parts.fragment) not in known):
                yield path.relative_to(folder).as_posix(), link
