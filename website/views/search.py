"""Search over all editions: talks, speakers and pages, the best first, narrowed down by plain links."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from editions.models import Edition
from editions.models import Page as TextPage
from speakers.models import Speaker
from talks.models import Appearance, Talk, TalkType
from texts.folding import fold
from texts.plain import rough_words, to_plain
from website.clocks import whole_date
from website.context import frame
from website.marks import Piece, marked, snippet
from website.pages import Page
from website.search import (
    FACETS,
    PAGE_SIZE,
    Choice,
    FacetName,
    Hit,
    grade,
    page_of,
    ranked,
    terms_of,
)
from website.shown import Link
from website.viewpoint import Query, Viewpoint

AT_ONCE, AT_MOST = 8, 40
"""How many values of a facet are offered at once, and how many with those that wait behind a word."""
TALK, SPEAKER, PAGE = ("talk",), ("speaker",), ("page",)

Kept = dict[tuple[str, int], "Found"]
"""What is shown of hits, by kind and primary key."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet: how many hits it leaves, and the address that chooses it, or lets go of it if chosen."""

    label: str
    url: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow down; `more` are the options that are offered second."""

    name: str
    label: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as it is shown; titles, names and texts in pieces, found words marked."""

    kind: str
    label: tuple[Piece, ...]
    url: str
    title: tuple[Piece, ...]
    edition: Link | None
    day: str = ""
    names: tuple[tuple[Piece, ...], ...] = ()
    text: tuple[Piece, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """An edition: its place (0: the newest), its name, and the values under which its hits are counted."""

    place: int
    name: str
    edition: tuple[str, ...]
    year: tuple[str, ...]


_Places = Mapping[int, _Place]
_Types = Mapping[int, TalkType]


def search(viewpoint: Viewpoint, query: Query) -> Page:
    """Show what has all the words that a reader typed, a page of it at a time; without any, ask for them."""
    here = reverse("website:search")
    choice = Choice.read(query)
    terms = terms_of(choice.words)
    places = _places(viewpoint) if terms else {}
    types = {one.pk: one for one in TalkType.objects.all()} if terms else {}
    hits = ranked(_hits(viewpoint, terms, places, types)) if terms else []
    left = [hit for hit in hits if choice.keeps(hit)] if choice.narrow else hits
    number, last = page_of(query, len(left))
    start = (number - 1) * PAGE_SIZE
    data = {
        "frame": frame(viewpoint, here),
        "choice": choice,
        "terms": terms,
        "count": len(left),
        "all_count": len(hits),
        "facets": tuple(_facets(choice, hits, places, types)),
        "found": _shown(viewpoint, left[start : start + PAGE_SIZE], terms, places),
        "start": start + 1,
        "page": number,
        "last": last,
        "before": here + choice.address(number - 1) if number > 1 else "",
        "after": here + choice.address(number + 1) if number < last else "",
        "everything": here + Choice(choice.words).address(),
    }
    return Page("website/search.html", data)


def _places(viewpoint: Viewpoint) -> _Places:
    editions = Edition.objects.visible_to(viewpoint.user).newest_first()
    return {
        one.pk: _Place(
            place, one.name, (one.key,), (str(one.starts_on.year),) if one.starts_on is not None else ()
        )
        for place, one in enumerate(editions.only("key", "title", "host_short", "starts_on"))
    }


def _hits(viewpoint: Viewpoint, terms: Sequence[str], places: _Places, types: _Types) -> Iterator[Hit]:
    """Find talks, people and pages. Four queries, whatever is found."""
    yield from _talk_hits(viewpoint, terms, places, types)
    yield from _speaker_hits(viewpoint, terms, places)
    yield from _page_hits(viewpoint, terms, places)


def _talk_hits(viewpoint: Viewpoint, terms: Sequence[str], places: _Places, types: _Types) -> Iterator[Hit]:
    visible = Talk.objects.visible_to(viewpoint.user).originals()
    rows = visible.search(terms).order_by().values_list("pk", "title_folded", "edition_id", "type_id")
    has_any = reduce(or_, (Q(words_folded__contains=term) for term in terms))
    named = Appearance.objects.filter(has_any).order_by().values_list("talk_id", "words_folded")
    names: dict[int, str] = {}
    for talk, words in named:
        names[talk] = f"{names[talk]}\n{words}" if talk in names else words
    keys = {pk: (one.key,) for pk, one in types.items()}
    for pk, title, edition, type_id in rows:
        # What is published between two queries is left out.
        if edition not in places or type_id not in types:
            continue
        place = places[edition]
        own = title or types[type_id].label_folded
        best = grade(terms, own, names.get(pk, ""))
        yield Hit(TALK, pk, best, place.place, own, place.edition, keys[type_id], place.year)


def _speaker_hits(viewpoint: Viewpoint, terms: Sequence[str], places: _Places) -> Iterator[Hit]:
    people = Speaker.objects.search(terms).order_by()
    rows = Appearance.objects.visible_to(viewpoint.user).filter(speaker__in=people).order_by()
    names: dict[int, str] = {}
    printed: dict[int, list[str]] = {}
    where: dict[int, dict[int, _Place]] = {}
    for pk, name, words, edition in rows.values_list(
        "speaker_id", "speaker__name_folded", "words_folded", "talk__edition_id"
    ):
        if pk is not None and edition in places:
            names[pk] = name
            printed.setdefault(pk, []).append(words)
            where.setdefault(pk, {})[edition] = places[edition]
    for pk, name in names.items():
        at = where[pk].values()
        yield Hit(
            SPEAKER,
            pk,
            grade(terms, name, "\n".join(printed[pk])),
            min(place.place for place in at),
            name,
            edition=tuple(key for place in at for key in place.edition),
            year=tuple({year for place in at for year in place.year}),
        )


def _page_hits(viewpoint: Viewpoint, terms: Sequence[str], places: _Places) -> Iterator[Hit]:
    pages = TextPage.objects.visible_to(viewpoint.user).search(terms).order_by()
    for pk, title, edition in pages.values_list("pk", "title_folded", "edition_id"):
        best = grade(terms, title)
        if edition is None:
            yield Hit(PAGE, pk, best, 0, title)
        elif place := places.get(edition):
            yield Hit(PAGE, pk, best, place.place, title, edition=place.edition, year=place.year)


def _facets(choice: Choice, hits: Sequence[Hit], places: _Places, types: _Types) -> Iterator[Facet]:
    """Yield the facets that part what was found, and those in which something is chosen."""
    if not hits:
        return
    by_label = sorted(types.values(), key=lambda one: (one.label_folded, one.key))
    years = sorted({year for place in places.values() for year in place.year}, reverse=True)
    labels: dict[FacetName, tuple[str, dict[str, str]]] = {
        "kind": (_("Kind"), {"talk": _("Talks"), "speaker": _("Speakers"), "page": _("Pages")}),
        "edition": (_("Edition"), {key: place.name for place in places.values() for key in place.edition}),
        "type": (_("Type"), {one.key: one.label for one in by_label}),
        "year": (_("Year"), {year: year for year in years}),
    }
    for name in FACETS:
        label, values = labels[name]
        options = tuple(islice(_options(choice, hits, name, values), AT_MOST))
        if len(options) > 1 or any(option.chosen for option in options):
            yield Facet(name, label, options[:AT_ONCE], options[AT_ONCE:])


def _options(
    choice: Choice, hits: Sequence[Hit], name: FacetName, labels: Mapping[str, str]
) -> Iterator[Option]:
    """Yield what a facet offers, the chosen value first."""
    counts, chosen = choice.counts(hits, name), getattr(choice, name)
    here = reverse("website:search")
    if chosen:
        url = here + choice.having(name, "").address()
        yield Option(labels.get(chosen, chosen), url, counts[chosen], chosen=True)
    for value, label in labels.items():
        if counts[value] and value != chosen:
            yield Option(label, here + choice.having(name, value).address(), counts[value], chosen=False)


def _shown(
    viewpoint: Viewpoint, hits: Sequence[Hit], terms: Sequence[str], places: _Places
) -> tuple[Found, ...]:
    """Read what is shown of a page of hits. Three queries for talks, two for people, one for pages."""
    ids: dict[tuple[str], list[int]] = {TALK: [], SPEAKER: [], PAGE: []}
    for hit in hits:
        ids[hit.kind].append(hit.pk)
    kept: Kept = {}
    talks = Talk.objects.filter(pk__in=ids[TALK]).with_people().select_related("edition")
    kept |= {("talk", one.pk): _talk(one, terms) for one in talks}
    pages = TextPage.objects.filter(pk__in=ids[PAGE]).select_related("edition")
    kept |= {("page", one.pk): _page(one, terms) for one in pages}
    kept |= dict(_people(viewpoint, ids[SPEAKER], terms, places))
    keys = ((hit.kind[0], hit.pk) for hit in hits)
    # What is deleted between two queries is left out.
    return tuple(kept[key] for key in keys if key in kept)


def _talk(talk: Talk, terms: Sequence[str]) -> Found:
    edition = talk.edition
    schedule = reverse("website:schedule", args=[edition.key])
    label = f"{talk.type.label} · {talk.track.name}" if talk.track else talk.type.label
    return Found(
        "talk",
        marked(label, terms),
        talk.get_absolute_url() if talk.has_page else f"{schedule}#t-{talk.slug}",
        marked(talk.name, terms),
        Link(edition.name, reverse("website:edition", args=[edition.key])),
        whole_date(talk.starts_at) if talk.starts_at else "",
        tuple(marked(_named(one, terms), terms) for one in talk.appearances.all()),
        _snippet_of_talk(talk, terms),
        talk.state,
    )


def _named(one: Appearance, terms: Sequence[str]) -> str:
    """Return a name as printed, with the affiliation where that is what was found."""
    return f"{one.name} ({one.affiliation})" if _stands_in(one.affiliation, terms) else one.name


def _page(page: TextPage, terms: Sequence[str]) -> Found:
    edition = page.edition
    return Found(
        "page",
        (Piece(_("Page")),),
        page.get_absolute_url(),
        marked(page.title, terms),
        Link(edition.name, reverse("website:edition", args=[edition.key])) if edition else None,
        text=snippet(to_plain(page.body), terms),
        state=page.state,
    )


def _people(
    viewpoint: Viewpoint, ids: Sequence[int], terms: Sequence[str], places: _Places
) -> Iterator[tuple[tuple[str, int], Found]]:
    appearances = Appearance.objects.visible_to(viewpoint.user).filter(speaker__in=ids)
    rows: dict[int, list[Appearance]] = {}
    for one in appearances.filter(talk__edition__in=list(places)).select_related("talk"):
        rows.setdefault(one.speaker_id or 0, []).append(one)
    for person in Speaker.objects.filter(pk__in=ids):
        own = sorted(rows.get(person.pk, ()), key=lambda one: places[one.talk.edition_id].place)
        yield ("speaker", person.pk), _person(person, own, terms, places)


def _person(person: Speaker, own: Sequence[Appearance], terms: Sequence[str], places: _Places) -> Found:
    """Return a person as shown, from their appearances, newest first."""
    known = (person.affiliation, *(one.affiliation for one in own))
    # What was found may be a name or an affiliation of old: it is shown beside today's.
    old = (text for one in own for text in (one.name, one.affiliation) if _stands_in(text, terms))
    names = dict.fromkeys(text for text in (next(filter(None, known), ""), *old) if text != person.name)
    editions = dict.fromkeys(places[one.talk.edition_id].name for one in own)
    return Found(
        "speaker",
        (Piece(_("Speaker")),),
        person.get_absolute_url(),
        marked(person.name, terms),
        None,
        names=tuple(marked(name, terms) for name in names if name),
        text=(Piece(", ".join(editions)),) if editions else (),
    )


def _snippet_of_talk(talk: Talk, terms: Sequence[str]) -> tuple[Piece, ...]:
    """Return a snippet of the abstract, or of the paper in which something is found that is not in the abstract."""
    papers = [f"{one.title} ({one.authors})" if one.authors else one.title for one in talk.papers.all()]
    if papers and not _stands_in(rough_words(talk.abstract), terms):
        text = next((paper for paper in papers if _stands_in(paper, terms)), "")
        if text:
            return snippet(text, terms)
    return snippet(to_plain(talk.abstract), terms)


def _stands_in(text: str, terms: Sequence[str]) -> bool:
    """Say whether any of the folded terms stands in a text."""
    folded = fold(text)
    return any(term in folded for term in terms)
