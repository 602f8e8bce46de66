"""What the head of a page says about it to those who unfold links (Open Graph) and collect papers (Highwire)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from editions.models import Edition
from exchange.formats.names import ET_AL
from exchange.formats.programme import Work
from texts.plain import excerpt
from website import cards
from website.context import Frame, edition_head
from website.shown import Item, Person
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
    viewpoint: Viewpoint,
    frame: Frame,
    edition: Edition,
    item: Item,
    abstract: str,
    works: Iterable[Work] = (),
) -> Meta:
    """Return what is said of a talk's page; `item` is the talk in full, `works` what can be cited of it."""
    head = edition_head(edition)
    card = cards.address_of_talk(viewpoint, frame.name, head, item)
    who = ", ".join(item.names)
    return Meta(
        "article",
        item.title,
        excerpt(abstract, LONGEST) or _line(who, head.name),
        _card(card, _line(item.title, who, head.name)),
        citation(viewpoint, item, works),
    )


def of_person(viewpoint: Viewpoint, frame: Frame, person: Person) -> Meta:
    """Return what is said of a person's page; its picture is their photo, where they have one."""
    photo, about = person.photo, excerpt(person.bio, LONGEST) or _line(person.affiliation, frame.name)
    url = whole_address(viewpoint, photo.url) if photo else ""
    image = Image(url, photo.width, photo.height, person.name) if photo and url else None
    return Meta("profile", person.name, about, image)


def citation(viewpoint: Viewpoint, item: Item, works: Iterable[Work]) -> Tags:
    """Return the Highwire tags of a talk, or of its one paper; `works` is what can be cited of it.

    A page names one work: where there are several papers, or all was cancelled, there is none to name.
    Source: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
    """
    found = tuple(works)
    named = tuple(work for work in found if work.kind == "paper") or found
    if len(named) != 1 or item.state == "cancelled":
        return ()
    work = named[0]
    tags = (
        ("citation_title", work.title),
        *_authors(item, work),
        ("citation_doi", work.doi),
        ("citation_pdf_url", work.url if _is_pdf(work) else ""),
        ("citation_publication_date", f"{work.day:%Y/%m/%d}" if work.day else ""),
        ("citation_conference_title", work.event),
        ("citation_language", work.language),
        ("citation_abstract_html_url", whole_address(viewpoint, item.url)),
    )
    return tuple((name, value) for name, value in tags if value)


def _authors(item: Item, work: Work) -> Iterator[tuple[str, str]]:
    """Each author with the institution; a paper prints one for all of them."""
    people = (person for group in item.people for person in group.members)
    known = {person.name: person.affiliation for person in people} if work.kind == "talk" else {}
    for name in work.authors:
        if name != ET_AL:
            yield "citation_author", name
            yield "citation_author_institution", known.get(name, "")
    if work.kind == "paper":
        yield "citation_author_institution", item.papers[0].affiliation


def _is_pdf(work: Work) -> bool:
    return work.kind == "paper" and work.url.lower().endswith(".pdf")


def _card(url: str, alt: str) -> Image | None:
    return Image(url, cards.WIDTH, cards.HEIGHT, alt) if url else None


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
