"""What keeps the site at hand without a network: the service worker, the page it shows, and the manifest."""

import hashlib

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.models import Series
from website.context import Frame
from website.pages import Page, render
from website.shown import picture
from website.viewpoint import Query, Viewpoint

FILES = ("site.css", "pages.css", "offline.js", "icon.svg")
"""What the offline page is made of."""
ICONS = (("icon.svg", "any", "image/svg+xml"), ("icon192.png", "192x192", "image/png"),
         ("icon512.png", "512x512", "image/png"))  # fmt: skip
PAPER = "#fbfaf7"


def worker(viewpoint: Viewpoint, query: Query) -> Page:
    """Give the service worker; its cache has a new name whenever the offline page or a file in it is new."""
    files = [*(static(f"website/{name}") for name in FILES), reverse("website:series-theme")]
    shell = render(offline(viewpoint, query), viewpoint)
    settings = {
        "version": hashlib.sha256(shell.encode()).hexdigest()[:12],
        "language": viewpoint.language,
        "offline": reverse("website:offline"),
        "files": files,
        "words": {
            "copy": _("No connection: a saved copy from %s."),
            "again": _("Try again"),
        },
    }
    return Page("website/sw.js", {"settings": settings}, content_type="text/javascript; charset=utf-8")


def offline(viewpoint: Viewpoint, query: Query) -> Page:
    """Say that a page was not kept. It shows nothing that changes, so that a copy of it stays true."""
    series = Series.objects.the_one()
    frame = Frame(
        name=series.name,
        logo=picture(series.logo, 320),
        summary="",
        here="",
        theme=reverse("website:series-theme"),
        menu=(),
        edition=None,
        tabs=(),
    )
    return Page("website/offline.html", {"frame": frame})


def manifest(viewpoint: Viewpoint, query: Query) -> Page:
    """Tell a phone what the site is called on its home screen, and how it looks there."""
    series = Series.objects.the_one()
    data = {
        "id": reverse("website:home"),
        "name": series.name,
        "start_url": reverse("website:home"),
        "scope": reverse("website:home"),
        "display": "minimal-ui",
        "lang": viewpoint.language,
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            {"src": static(f"website/{name}"), "sizes": sizes, "type": kind} for name, sizes, kind in ICONS
        ],
    }
    if series.summary:
        data["description"] = series.summary
    return Page(
        "website/manifest.webmanifest",
        {"manifest": data},
        content_type="application/manifest+json; charset=utf-8",
    )
