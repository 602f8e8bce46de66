"""What machines read: the sitemap, robots.txt, and the style sheets with the colours of series and tracks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from editions.models import CommitteeMember, Edition, Series, Track
from editions.models import Page as TextPage
from speakers.models import Speaker
from talks.models import Talk
from website.colours import PALETTE, both_schemes
from website.context import find_edition
from website.pages import Page
from website.programme import MOST_COLUMNS, MOST_ROWS
from website.viewpoint import Query, Viewpoint

CSS = "text/css; charset=utf-8"


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
    """List every public page."""
    addresses = tuple(
        Address(viewpoint.absolute(found.url), found.changed)
        for found in (
            *_of_series(viewpoint),
            *_of_editions(viewpoint),
            *_of_talks(viewpoint),
            *_of_people(viewpoint),
        )
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


def _of_series(viewpoint: Viewpoint) -> Iterator[Address]:
    for name in ("home", "editions", "speakers"):
        yield Address(reverse(f"website:{name}"))
    if CommitteeMember.objects.filter(edition=None).exists():
        yield Address(reverse("website:committee"))
    for page in TextPage.objects.visible_to(viewpoint.user).select_related("edition"):
        yield Address(page.get_absolute_url())


def _of_editions(viewpoint: Viewpoint) -> Iterator[Address]:
    for key in Edition.objects.visible_to(viewpoint.user).newest_first().values_list("key", flat=True):
        for name in ("edition", "schedule", "edition-speakers"):
            yield Address(reverse(f"website:{name}", args=[key]))


def _of_talks(viewpoint: Viewpoint) -> Iterator[Address]:
    talks = (
        Talk.objects.visible_to(viewpoint.user).filter(repeats=None).exclude(type__kind="break", abstract="")
    )
    rows = talks.order_by("edition__starts_on", "pk").values_list("edition__key", "slug", "changed_at")
    for edition, slug, changed_at in rows:
        yield Address(reverse("website:talk", args=[edition, slug]), changed_at.date())


def _of_people(viewpoint: Viewpoint) -> Iterator[Address]:
    for slug in Speaker.objects.visible_to(viewpoint.user).by_name().values_list("slug", flat=True):
        yield Address(reverse("website:speaker", args=[slug]))
