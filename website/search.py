"""Search, without a database: what a reader typed, how well a find answers it, and how finds are narrowed down."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, Self, get_args
from urllib.parse import urlencode

from texts.folding import fold
from website.viewpoint import Query, chosen

MOST_TERMS = 8
"""What is typed beyond is not searched: each term is a pass over all texts."""
PAGE_SIZE = 20
STARTS, IN_TITLE, IN_NAMES = range(3)
"""Grades, the best first; above `IN_NAMES` each term that stands neither in title nor names adds one."""

FacetName = Literal["kind", "edition", "type", "year"]
FACETS: tuple[FacetName, ...] = get_args(FacetName)

PHRASE = re.compile(r'"([^"]+)"|(\S+)')
EDGES = ".,;:!?()[]{}«»\"'…"
# Scripts that write no blanks: a term may stand anywhere in a title as a word of its own.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def terms_of(typed: str) -> tuple[str, ...]:
    """Return the folded words and quoted phrases that a reader typed, each once, without the marks around them."""
    readable = "".join(character if character.isprintable() else " " for character in typed)
    found = (phrase or word for phrase, word in PHRASE.findall(fold(readable)))
    return tuple(dict.fromkeys(term for one in found if (term := one.strip(EDGES + " "))))[:MOST_TERMS]


def grade(terms: Sequence[str], title: str, names: str = "") -> int:
    """Return how well something answers `terms`, all of which stand somewhere in it: 0 is best. All is folded.

    A title that begins with a term and has them all as words, then one that has them all as words, then title and
    names that have them all, then the rest by how few are missing there.
    """
    if all(has_word(title, term) for term in terms):
        return STARTS if title.startswith(tuple(terms)) else IN_TITLE
    return IN_NAMES + sum(term not in title and term not in names for term in terms)


def has_word(text: str, term: str) -> bool:
    """Say whether a word of a folded text begins with `term`."""
    at = text.find(term)
    while at > 0 and text[at - 1].isalnum() and not UNSPACED.match(term):
        at = text.find(term, at + 1)
    return at >= 0


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its primary key, its grade, its edition's place (0: the newest), its folded title.

    `kind`, `edition`, `type` and `year` hold the values under which it is counted: none, one or several.
    """

    kind: tuple[str]
    pk: int
    grade: int
    place: int
    title: str
    edition: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    year: tuple[str, ...] = ()


def ranked(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits best first; among equals those of newer editions, then by title."""
    return sorted(hits, key=lambda hit: (hit.grade, hit.place, hit.title, hit.kind, hit.pk))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader asked for: the words as typed, and one value of each facet, "" for all."""

    words: str
    kind: str = ""
    edition: str = ""
    type: str = ""
    year: str = ""

    @classmethod
    def read(cls, query: Query) -> Self:
        """Read the parameters; what they name needn't exist."""
        return cls(chosen(query, "q"), *(chosen(query, name) for name in FACETS))

    @property
    def narrow(self) -> bool:
        """Whether any facet is chosen."""
        return any(getattr(self, name) for name in FACETS)

    def keeps(self, hit: Hit, but: FacetName | None = None) -> bool:
        """Say whether a hit has the chosen values, the one of the facet `but` apart."""
        return all(
            value in values_of(hit, name) for name in FACETS if name != but and (value := getattr(self, name))
        )

    def counts(self, hits: Iterable[Hit], name: FacetName) -> Counter[str]:
        """Return how many hits each value of a facet would leave, the other facets staying as chosen."""
        left = (hit for hit in hits if self.keeps(hit, name)) if self.narrow else hits
        return Counter(chain.from_iterable(values_of(hit, name) for hit in left))

    def having(self, name: FacetName, value: str) -> Self:
        """Return the same choice with another value of one facet."""
        change: dict[str, str] = {name: value}
        return replace(self, **change)

    def address(self, page: int = 1) -> str:
        """Return the query of an address that asks for this, and for a page of it: `?q=tide&edition=tide-31`."""
        asked = [("q", self.words), *((name, getattr(self, name)) for name in FACETS)]
        asked.append(("page", str(page) if page > 1 else ""))
        return "?" + urlencode({name: value for name, value in asked if value})


def values_of(hit: Hit, name: FacetName) -> tuple[str, ...]:
    """Return the values of a facet under which a hit is counted."""
    values: tuple[str, ...] = getattr(hit, name)
    return values


def page_of(query: Query, count: int) -> tuple[int, int]:
    """Return the page that is asked for, the nearest there is, and how many there are of `count` hits."""
    last = max(-(-count // PAGE_SIZE), 1)
    asked = chosen(query, "page")
    number = int(asked) if asked.isascii() and asked.isdecimal() else 1
    return min(max(number, 1), last), last
