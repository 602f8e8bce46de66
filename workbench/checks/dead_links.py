"""Links of an edition's texts that lead to a page of this site which visitors cannot open."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import Resolver404, resolve, reverse

from editions.models import Edition, Page, Redirect, Room
from speakers.models import Speaker, SpeakerAlias
from talks.models import Appearance, Notice, Talk
from talks.warnings import Finding, Level, Value
from texts.markdown import clean_html, render_markdown

HREF = re.compile(r'<a [^>]*?href="([^"]*)"')
# Without one of these a text has no link to this site.
SIGNS = ("](", "]:", "href", "://")
# Behind these addresses stands a record; behind every other one that has an edition, the edition alone.
KINDS = {
    **dict.fromkeys(("talk", "talk-ics", "talk-bib", "talk-csl", "talk-card"), "talk"),
    **dict.fromkeys(("speaker", "speaker-ics"), "speaker"),
    "room": "room",
    "page": "page",
    "series-page": "page",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """What an address of the website stands for: a kind ("" for what is always there), edition and slug."""

    kind: str
    edition: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: the path it leads to, as it is written, and the record that holds the text."""

    edition: Edition
    path: str
    written: str
    title: str
    kind: str
    pk: int
    talk: int | None


def dead_links(editions: Collection[Edition]) -> list[tuple[int, Finding]]:
    """Return (edition's key in the database, warning) for every dead link; at most eleven queries.

    A draft edition's links to itself count as if it were published: they will work when it is.
    """
    links = list(_links(editions))
    if not links:
        return []
    spots = {path: _spot(path) for path in {link.path for link in links}}
    there = set(_there({spot for spot in spots.values() if spot is not None}))
    public = set(Edition.objects.published().values_list("key", flat=True))
    moved = _moved(spots)
    return [
        (link.edition.pk, _warning(link))
        for link in dict.fromkeys(links)
        if link.path not in moved and not _alive(spots[link.path], there, public | {link.edition.key})
    ]


def _warning(link: Link) -> Finding:
    values: dict[str, Value] = {"title": link.title, "link": link.written, "kind": link.kind, "pk": link.pk}
    return Finding(Level.WARNING, "dead-link", link.talk, values=values)


def _alive(spot: Spot | None, there: set[Spot], public: set[str]) -> bool:
    if spot is None:
        return False
    return (not spot.edition or spot.edition in public) and (not spot.kind or spot in there)


# Which links there are


def _links(editions: Collection[Edition]) -> Iterator[Link]:
    """The links of all texts to this site."""
    known = {edition.pk: edition for edition in editions}
    for edition in editions:
        for text, is_html in ((edition.summary, False), (edition.notice, edition.notice_format == "html")):
            yield from _in(text, edition, edition, edition.name, is_html=is_html)
    talks = Talk.objects.filter(_may_link("abstract"), edition__in=known).select_related("type")
    for talk in talks.only("edition", "slug", "title", "type", "abstract"):
        talk.edition = known[talk.edition_id]
        yield from _in(talk.abstract, talk.edition, talk, talk.name, talk=talk)
    bios = Appearance.objects.filter(_may_link("bio"), talk__edition__in=known).select_related("talk__type")
    for one in bios:
        one.talk.edition = known[one.talk.edition_id]
        yield from _in(one.bio, one.talk.edition, one, one.name, talk=one.talk)
    for page in Page.objects.filter(_may_link("body"), edition__in=known):
        page.edition = known[page.edition_id or 0]
        yield from _in(page.body, page.edition, page, page.title)
    for notice in Notice.objects.filter(_may_link("text"), edition__in=known):
        yield from _in(notice.text, known[notice.edition_id], notice, notice.text[:60])


def _may_link(column: str) -> Q:
    found = Q()
    for sign in SIGNS:
        found |= Q(**{f"{column}__contains": sign})
    return found


def _in(
    text: str, edition: Edition, record: Any, title: str, *, talk: Talk | None = None, is_html: bool = False
) -> Iterator[Link]:
    """The links of one text to this site."""
    if not any(sign in text for sign in SIGNS):
        return
    # Without looking at what a talk repeats, which would be asked for one by one.
    shown = record if isinstance(record, Page) else edition
    address = reverse("website:talk", args=[edition.key, talk.slug]) if talk else shown.get_absolute_url()
    for found in HREF.findall(clean_html(text) if is_html else render_markdown(text)):
        written = html.unescape(found)
        path = _path(written, address)
        if path:
            yield Link(
                edition, path, written, title, record._meta.label_lower, record.pk, talk.pk if talk else None
            )


def _path(written: str, shown_at: str) -> str:
    """The path on this site to which a link leads from a page; "" for another site, a mail, a place on the page."""
    try:
        parts = urlsplit(urljoin(shown_at, written))
    except ValueError:
        return ""
    here = not parts.scheme or (parts.scheme in {"http", "https"} and parts.hostname == settings.SITE_HOST)
    ours = here and not written.startswith("#") and not parts.path.startswith(settings.STATIC_URL)
    return unquote(parts.path) if ours else ""


# Where they lead


def _spot(path: str) -> Spot | None:
    """What a path stands for, with or without its last slash; None where no address is like it."""
    for one in (path, f"{path}/"):
        try:
            found = resolve(one)
        except Resolver404:
            continue
        given = found.kwargs if found.namespace == "website" else {}
        kind = KINDS.get(found.url_name or "", "") if given else ""
        return Spot(kind, given.get("edition", ""), given.get("slug", "") if kind else "")
    return None


def _there(spots: Collection[Spot]) -> Iterator[Spot]:
    """Those of the spots behind which a record stands that is no draft itself."""
    slugs = {kind: [spot.slug for spot in spots if spot.kind == kind] for kind in KINDS.values()}
    talks = Talk.objects.exclude(state="draft").filter(slug__in=slugs["talk"])
    yield from (Spot("talk", *found) for found in talks.values_list("edition__key", "slug"))
    rooms = Room.objects.filter(slug__in=slugs["room"])
    yield from (Spot("room", *found) for found in rooms.values_list("edition__key", "slug"))
    pages = Page.objects.filter(slug__in=slugs["page"]).exclude(state="draft")
    yield from (Spot("page", key or "", slug) for key, slug in pages.values_list("edition__key", "slug"))
    people = Speaker.objects.appearing().filter(slug__in=slugs["speaker"])
    yield from (Spot("speaker", "", slug) for slug in people.values_list("slug", flat=True))
    others = SpeakerAlias.objects.filter(slug__in=slugs["speaker"])
    yield from (Spot("speaker", "", slug) for slug in others.values_list("slug", flat=True))


def _moved(paths: Iterable[str]) -> set[str]:
    """Those of the paths that a redirect leads on."""
    wanted = {form: path for path in paths for form in (path, path.rstrip("/"), f"{path}/")}
    old = Redirect.objects.filter(old_path__in=wanted).values_list("old_path", flat=True)
    return {wanted[form] for form in old}
