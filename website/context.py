"""What stands around every page: the series, its menu, and the edition's tabs."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.models import CommitteeMember, Edition, Page, Series
from website.clocks import span_of_days
from website.links import any_link
from website.moments import is_on
from website.shown import Link, Picture, picture
from website.viewpoint import Viewpoint


@dataclass(frozen=True, slots=True)
class EditionHead:
    """An edition as its own pages and the lists name it."""

    key: str
    name: str
    url: str
    days: str
    place: str
    venue: str
    host: Link | None
    number: int | None
    draft: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page: `here` is its path ("" for none), `theme` the style sheet with the colours."""

    name: str
    logo: Picture | None
    summary: str
    here: str
    theme: str
    menu: tuple[Link, ...]
    edition: EditionHead | None
    tabs: tuple[Link, ...]


def frame(viewpoint: Viewpoint, here: str, edition: Edition | None = None) -> Frame:
    """Return what stands around the page at the path `here`. Three queries: the series, its committee, the pages."""
    series = Series.objects.the_one()
    owners = Q(edition=None) | Q(edition=edition) if edition else Q(edition=None)
    pages = list(Page.objects.visible_to(viewpoint.user).filter(owners).in_menu())
    has_committee = CommitteeMember.objects.filter(edition=None).exists()
    menu = [
        Link(_("Editions"), reverse("website:editions")),
        Link(_("Speakers"), reverse("website:speakers")),
        *([Link(_("Committee"), reverse("website:committee"))] if has_committee else []),
        *(
            Link(page.title, reverse("website:series-page", args=[page.slug]))
            for page in pages
            if not page.edition_id
        ),
        Link(_("Search"), reverse("website:search")),
    ]
    own = [page for page in pages if page.edition_id]
    return Frame(
        name=series.name,
        logo=picture(series.logo, 320),
        summary=series.summary,
        here=here,
        theme=reverse("website:theme", args=[edition.key]) if edition else reverse("website:series-theme"),
        menu=_marked(menu, here),
        edition=edition_head(edition) if edition else None,
        tabs=_marked(_tabs(viewpoint, edition, own), here) if edition else (),
    )


def edition_head(edition: Edition) -> EditionHead:
    """Return the lines by which an edition is named."""
    host_name = edition.host_name or edition.host_short
    return EditionHead(
        key=edition.key,
        name=edition.name,
        url=reverse("website:edition", args=[edition.key]),
        days=span_of_days(edition.starts_on, edition.ends_on),
        place=edition.location,
        venue=edition.venue,
        host=Link(host_name, any_link(edition.host_url)) if host_name else None,
        number=edition.number,
        draft=edition.state == Edition.State.DRAFT,
    )


def find_edition(viewpoint: Viewpoint, key: str) -> Edition:
    """Return the edition behind the first word of an address; Http404 if there is none to see. One query."""
    found: Any = Edition.objects.visible_to(viewpoint.user).filter(key=key).first()
    if found is None:
        raise Http404(_("There is no such edition."))
    return found  # type: ignore[no-any-return]


def _tabs(viewpoint: Viewpoint, edition: Edition, pages: list[Page]) -> list[Link]:
    on = is_on(edition, viewpoint.moment)
    return [
        Link(_("Overview"), reverse("website:edition", args=[edition.key])),
        *([Link(_("Now"), reverse("website:now", args=[edition.key]))] if on else []),
        Link(_("Schedule"), reverse("website:schedule", args=[edition.key])),
        Link(_("Speakers"), reverse("website:edition-speakers", args=[edition.key])),
        *(Link(page.title, reverse("website:page", args=[edition.key, page.slug])) for page in pages),
        Link(_("Changes"), reverse("website:changes", args=[edition.key])),
    ]


def _marked(links: list[Link], here: str) -> tuple[Link, ...]:
    return tuple(Link(link.label, link.url, link.note, link.url == here) for link in links)
