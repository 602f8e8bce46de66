"""One address of an archive: its view asked, its page rendered if that is new, its file written."""

import inspect
from dataclasses import dataclass, replace
from typing import Literal

from django.http import Http404
from django.urls import resolve
from django.utils import translation

from website.archive.addresses import MISSING, MOVED, Address
from website.archive.digests import digest, of_template
from website.archive.folder import Folder
from website.archive.links import Rewriter
from website.archive.records import Record
from website.archive.routes import routes
from website.archive.scope import Scope, target
from website.context import frame
from website.pages import HTML, Page, render
from website.shown import Link
from website.viewpoint import Viewpoint
from website.views.cards import Drawn

Outcome = Literal["rendered", "unchanged", "absent"]
MARKUP = (HTML, "application/atom+xml; charset=utf-8")
"""The types in which links lead to files beside them; all others hold absolute addresses or none."""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of an address. `absent` is one without a page, such as the citation of what nobody gave.

    The record of an unchanged one has no SHA-256 and no links: those that are known hold.
    """

    file: str
    outcome: Outcome
    record: Record


def make(address: Address, known: str, scope: Scope, folder: Folder) -> Made:
    """Ask the view of an address; render and write its page unless its digest is the `known` one."""
    viewpoint = scope.viewpoint
    with translation.override(viewpoint.language):
        try:
            found = _asked(address, viewpoint)
        except Http404:
            return Made(address.file, "absent", Record(address.version, "", ""))
    template = of_template(found.template) if isinstance(found, Page) else ""
    told = digest(found.digest(), template, scope.edition, scope.base_url)
    if told == known:
        return Made(address.file, "unchanged", Record(address.version, told, ""))
    rewriter = Rewriter(scope, address.file, anywhere=address.route == MISSING)
    data = _written(found, scope, rewriter).encode() if isinstance(found, Page) else found.png()
    sha256 = folder.write(address.file, [data])
    return Made(
        address.file, "rendered", Record(address.version, told, sha256, tuple(sorted(rewriter.links)))
    )


def _asked(address: Address, viewpoint: Viewpoint) -> Page | Drawn:
    """What the view of an address answers; raises Http404."""
    if address.route == MISSING:
        return Page("404.html", {"frame": frame(viewpoint, "")})
    if address.route == MOVED:
        return _leading(address.parts["to"])
    route = routes()[address.route]
    if address.route.endswith("-card"):
        drawn: Drawn = route.view(viewpoint, **address.parts)
        return drawn
    page: Page = route.view(viewpoint, {}, **address.parts, **route.given)
    if not page.location:
        return page
    return _leading(page.location) if address.file.endswith(".html") else _copied(page.location, viewpoint)


def _copied(location: str, viewpoint: Viewpoint) -> Page:
    """What stands where an old address leads that is no page and can't lead on by itself."""
    found = resolve(location)
    page: Page = inspect.unwrap(found.func)(viewpoint, {}, **found.kwargs)
    return page


def _leading(location: str) -> Page:
    """The page of an old address."""
    return Page("website/moved.html", {"location": location})


def _written(page: Page, scope: Scope, rewriter: Rewriter) -> str:
    """The text of a page with its links rewritten, and nothing in its menus that leads nowhere."""
    around = page.data.get("frame")
    if around:
        menu, tabs = (_held(links, scope) for links in (around.menu, around.tabs))
        page = replace(page, data={**page.data, "frame": replace(around, menu=menu, tabs=tabs)})
    text = render(page, scope.viewpoint)
    return rewriter.markup(text) if page.content_type in MARKUP else text


def _held(links: tuple[Link, ...], scope: Scope) -> tuple[Link, ...]:
    """The links that lead to the archive, or to where the rest of the site is known to be."""
    return tuple(
        link for link in links if (found := target(scope, link.url)).file or (found.beyond and scope.base_url)
    )
