"""What the head of a page says about it to those who unfold links (Open Graph) and collect papers (Highwire)."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from editions.models import Edition
from texts.plain import excerpt
from website import cards
from website.context import Frame, edition_head
from website.links import host_of
from website.shown import Item, Link, Person, ShownPaper
from website.structured import whole_address
from website.viewpoint import Viewpoint

LONGEST = 200
"""Characters of a description."""
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its absolute address, its size in px, and what it shows."""

    url: str
    width: int
    height: int
    alt: str

    @property
    def is_card(self) -> bool:
        """Whether it is a drawn card, to be shown in all its width."""
        return (self.width, self.height) == (cards.WIDTH, cards.HEIGHT)


@dataclass(frozen=True, slots=True)
class Meta:
    """What a page is (`kind` as Open Graph calls it), its picture, and the `citation_*` tags by their names."""

    kind: str
    title: str
    description: str
    image: Image | None
    citation: Tags = ()


def of_frame(viewpoint: Viewpoint, frame: Frame) -> Meta:
    """Return what can be said of any page: the tab or the edition that it belongs to, else the series."""
    current = next((link.label for link in (*frame.menu, *frame.tabs) if link.current), "")
    head = frame.edition
    name = head.name if head else frame.name
    card = cards.address_of_edition(viewpoint, frame.name, head) if head else ""
    title = f"{current} · {name}" if current else name
    about = _line(head.days, head.place) if head else frame.summary
    return Meta("website", title, about or name, _card(card, name))


def of_edition(viewpoint: Viewpoint, frame: Frame, edition: Edition) -> Meta:
    """Return what is said of an edition's own page."""
    head = edition_head(edition)
    card = cards.address_of_edition(viewpoint, frame.name, head)
    about = excerpt(edition.summary, LONGEST) or _line(head.days, head.place)
    return Meta("website", head.name, about, _card(card, head.name))


def of_talk(
    viewpoint: Viewpoint, frame: Frame, edition: Edition, item: Item, abstract: str, doi: str = ""
) -> Meta:
    """Return what is said of a talk's page; `item` is the talk in full, `doi` the link of its DOI."""
    head = edition_head(edition)
    card = cards.address_of_talk(viewpoint, frame.name, head, item)
    who = ", ".join(item.names)
    return Meta(
        "article",
        item.title,
        excerpt(abstract, LONGEST) or _line(who, head.name),
        _card(card, _line(item.title, who, head.name)),
        citation(viewpoint, edition, item, doi),
    )


def of_person(viewpoint: Viewpoint, frame: Frame, person: Person) -> Meta:
    """Return what is said of a person's page; its picture is their photo, where they have one."""
    photo, about = person.photo, excerpt(person.bio, LONGEST) or _line(person.affiliation, frame.name)
    url = whole_address(viewpoint, photo.url) if photo else ""
    image = Image(url, photo.width, photo.height, person.name) if photo and url else None
    return Meta("profile", person.name, about, image)


def citation(viewpoint: Viewpoint, edition: Edition, item: Item, doi: str = "") -> Tags:
    """Return the Highwire tags of a talk, or of the one paper of its session; none for what nobody cites.

    A page names one work: where a session has several papers, there is none to name.
    Source: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
    """
    papers = item.papers
    if item.kind == "break" or len(papers) > 1 or (item.kind == "session" and not papers):
        return ()
    work = _paper(viewpoint, papers[0]) if papers else _own(item, doi)
    first = item.start.date if item.start else edition.starts_on
    tags = (
        *work,
        ("citation_publication_date", f"{first:%Y/%m/%d}" if first else ""),
        ("citation_conference_title", edition.name),
        ("citation_language", item.language),
        ("citation_abstract_html_url", whole_address(viewpoint, item.url)),
    )
    return tuple((name, value) for name, value in tags if value)


def authors(text: str) -> list[str]:
    """Return the authors of a printed line: parted by semicolons if it has any, else by commas and `and`."""
    parts = text.split(";") if ";" in text else re.split(r",\s+and\s+|,|\s+(?:and|&)\s+", text)
    return [part.strip() for part in parts if part.strip()]


def _own(item: Item, doi: str) -> Tags:
    people = [person for group in item.people for person in group.members if person.url and not group.label]
    by = ((("citation_author", one.name), ("citation_author_institution", one.affiliation)) for one in people)
    return (
        ("citation_title", item.title),
        *(tag for pair in by for tag in pair),
        ("citation_doi", _name(doi)),
    )


def _paper(viewpoint: Viewpoint, paper: ShownPaper) -> Tags:
    doi = next((link.url for link in paper.files if host_of(link.url) == "doi.org"), "")
    pdf = next((link.url for link in paper.files if _is_text(link)), "")
    by = (("citation_author", name) for name in authors(paper.authors))
    return (
        ("citation_title", paper.title),
        *by,
        ("citation_author_institution", paper.affiliation),
        ("citation_doi", _name(doi)),
        ("citation_pdf_url", whole_address(viewpoint, pdf)),
    )


def _is_text(link: Link) -> bool:
    """Whether a paper's file is the paper itself as PDF: its slides and posters may be PDF too."""
    return link.label == _("Paper") and link.url.lower().endswith(".pdf")


def _name(doi: str) -> str:
    """Return the bare DOI of a resolver's address."""
    return doi.removeprefix("https://doi.org/")


def _card(url: str, alt: str) -> Image | None:
    return Image(url, cards.WIDTH, cards.HEIGHT, alt) if url else None


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
