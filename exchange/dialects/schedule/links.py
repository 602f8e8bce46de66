"""What an event's links are: its slides, its video, or a fact more that its page shows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urljoin, urlsplit

from exchange.dialects.schedule.events import Link, Said
from exchange.problems import Problems
from exchange.scalars import SCHEME, BadValue, read_link

SLIDES = re.compile(
    r"\b(slides?|slide ?deck|presentation|folien|diapos?(itivas?)?|презентация)\b|スライド", re.IGNORECASE
)
VIDEO = re.compile(r"\b(video|vidéo|vídeo|recording|aufzeichnung|видео)\b|動画", re.IGNORECASE)
SLIDES_ENDINGS = (".pptx", ".ppt", ".odp", ".key")
VIDEO_ENDINGS = (".mp4", ".webm", ".mkv", ".m4v", ".mov")
VIDEO_HOSTS = re.compile(
    r"(www\.|m\.|player\.)?(youtube(-nocookie)?\.com|youtu\.be|vimeo\.com|media\.ccc\.de)"
)
LABEL = 80


@dataclass(frozen=True, slots=True)
class Sorted:
    """Links by what they are: the first of its slides and of its videos, and the others as ``label: address``."""

    slides: Said | None = None
    video: Said | None = None
    more: tuple[str, ...] = ()


def sort_links(links: Iterable[Link], base: str, path: str, problems: Problems) -> Sorted:
    """Sort an event's links; ``base`` is what relative addresses stand on. What is no link is told and left out."""
    found: dict[str, Said] = {}
    more: dict[str, str] = {}
    for link in links:
        text = _address(link.url.text.strip(), base)
        if text is None:
            shown = link.url.text.strip()[:60]
            problems.warning(path, link.url.place, "event-link-left-out", text=shown)
            continue
        sort = _sort(link, text)
        taken = found.setdefault(sort, Said(text, link.url.place)) if sort else None
        if taken is None or taken.text != text:
            more.setdefault(text, fact(link.title or link.sort or urlsplit(text).netloc, text))
    return Sorted(found.get("slides"), found.get("video"), tuple(more.values()))


def fact(label: str, value: str) -> str:
    """A fact more of a talk in one text: its label, a colon, its value."""
    words = " ".join(label.split()).replace(": ", " – ")[:LABEL].rstrip(": ")
    return f"{words}: {value}"


def _address(text: str, base: str) -> str | None:
    """An absolute address; None if it is none, or leads nowhere without a base."""
    try:
        whole = text if SCHEME.match(text) or not base else urljoin(base, text)
        found = read_link(whole).value
    except (BadValue, ValueError):
        return None
    if SCHEME.match(found):
        return found
    return None if found.startswith("/") else f"https://{found}"


def _sort(link: Link, url: str) -> Literal["slides", "video", ""]:
    parts = urlsplit(url)
    sort, ending = link.sort.lower(), PurePosixPath(parts.path).suffix.lower()
    if sort == "slides" or ending in SLIDES_ENDINGS:
        return "slides"
    if (
        sort in ("video", "recording")
        or ending in VIDEO_ENDINGS
        or VIDEO_HOSTS.fullmatch(parts.hostname or "")
    ):
        return "video"
    if sort == "paper":
        return ""
    if VIDEO.search(link.title):
        return "video"
    return "slides" if SLIDES.search(link.title) else ""
