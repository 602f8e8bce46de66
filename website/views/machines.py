"""What machines read: the sitemap, robots.txt, and the style sheets with the colours of series and tracks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from django.urls import reverse

from editions.models import CommitteeMember, Edition, Room, Series, Track
from editions.models import Page as TextPage
from history.models import Version
from speakers.models import Speaker
from talks.models import Talk
from website.colours import PALETTE, both_schemes
from website.context import find_edition
from website.pages import Page
from website.programme import MOST_COLUMNS, MOST_ROWS
from website.viewpoint import Query, Viewpoint

CSS = "text/css; charset=utf-8"
MOST_ADDRESSES = 50_000
Versions = Mapping[tuple[str, str], date]


@dataclass(frozen=True, slots=True)
class Address:
    """A page of the site and the day of its last change, where that is known."""

    url: str
    changed: date | None = None


@dataclass(frozen=True, slots=True)
class Colour:
    """A class of the style sheet and its colour in both schemes."""

    name: str
    light: str
    dark: str


def sitemap(viewpoint: Viewpoint, query: Query) -> Page:
    """List every public page that says something of its own, with the day of its last change.

    What is on now and what a search finds is elsewhere, too. A sitemap holds 50,000 addresses.
    Source: https://www.sitemaps.org/protocol.html
    """
    versions = _versions()
    found = chain(
        _of_series(viewpoint, versions),
        _of_editions(viewpoint, versions),
        _of_talks(viewpoint),
        _of_people(viewpoint, versions),
    )
    addresses = tuple(
        Address(viewpoint.absolute(one.url), one.changed) for one in islice(found, MOST_ADDRESSES)
    )
    return Page(
        "website/sitemap.xml", {"addresses": addresses}, content_type="application/xml; charset=utf-8"
    )


def robots(viewpoint: Viewpoint, query: Query) -> Page:
    """Tell crawlers what to leave out and where the sitemap is."""
    data = {"sitemap": viewpoint.absolute(reverse("website:sitemap"))}
    return Page("website/robots.txt", data, content_type="text/plain; charset=utf-8")


def series_theme(viewpoint: Viewpoint, query: Query) -> Page:
    """Give the accent of the series."""
    return Page(
        "website/theme.css", {"accent": _accent(), "tracks": (), "rows": (), "columns": ()}, content_type=CSS
    )


def theme(viewpoint: Viewpoint, query: Query, edition: str) -> Page:
    """Give the accent, the colours of an edition's tracks, and the places of the schedule's grid."""
    found = find_edition(viewpoint, edition)
    tracks = Track.objects.filter(edition=found).order_by("position", "name", "pk")
    data = {
        "accent": _accent(),
        "tracks": tuple(
            Colour(track.slug, *both_schemes(track.colour or PALETTE[index % len(PALETTE)]))
            for index, track in enumerate(tracks)
        ),
        "rows": tuple(range(1, MOST_ROWS + 1)),
        "columns": tuple(range(1, MOST_COLUMNS + 2)),
    }
    return Page("website/theme.css", data, content_type=CSS)


def _accent() -> Colour | None:
    accent = Series.objects.the_one().accent
    return Colour("accent", *both_schemes(accent)) if accent else None


def _of_series(viewpoint: Viewpoint, versions: Versions) -> Iterator[Address]:
    changed = versions.get((Version.SERIES, ""))
    for name in ("home", "editions", "speakers"):
        yield Address(reverse(f"website:{name}"), changed)
    if CommitteeMember.objects.filter(edition=None).exists():
        yield Address(reverse("website:committee"), changed)


def _of_editions(viewpoint: Viewpoint, versions: Versions) -> Iterator[Address]:
    """The pages of each edition, its texts and the door sheets of rooms in which something is on."""
    editions = Edition.objects.visible_to(viewpoint.user).newest_first()
    on_programme = Talk.objects.visible_to(viewpoint.user).exclude(room=None).order_by()
    rooms = Room.objects.filter(pk__in=on_programme.values("room")).order_by("position", "slug", "pk")
    pages: dict[str, int | None] = {}
    for key, pk in editions.values_list("key", "pk"):
        for name in ("edition", "schedule", "edition-speakers", "changes"):
            pages[reverse(f"website:{name}", args=[key])] = pk
    for key, slug, pk in rooms.values_list("edition__key", "slug", "edition"):
        pages[reverse("website:room", args=[key, slug])] = pk
    for page in TextPage.objects.visible_to(viewpoint.user).select_related("edition"):
        pages[page.get_absolute_url()] = page.edition_id
    for url, owner in pages.items():
        yield Address(url, versions.get(("edition", str(owner)) if owner else (Version.SERIES, "")))


def _of_talks(viewpoint: Viewpoint) -> Iterator[Address]:
    talks = Talk.objects.visible_to(viewpoint.user).originals().with_page()
    rows = talks.order_by("edition__starts_on", "pk").values_list("edition__key", "slug", "changed_at")
    for edition, slug, changed_at in rows:
        yield Address(reverse("website:talk", args=[edition, slug]), changed_at.date())


def _of_people(viewpoint: Viewpoint, versions: Versions) -> Iterator[Address]:
    for slug, pk in Speaker.objects.visible_to(viewpoint.user).by_name().values_list("slug", "pk"):
        yield Address(reverse("website:speaker", args=[slug]), versions.get(("speaker", str(pk))))


def _versions() -> Versions:
    """Read when everything shown was last changed: a day (UTC) by kind and key. One query."""
    rows = Version.objects.values_list("kind", "key", "raised_at")
    return {(kind, key): raised_at.date() for kind, key, raised_at in rows}
