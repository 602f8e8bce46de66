"""The warnings about times and places, talk by talk: what the grid and the page of the day point out at once."""

from collections import defaultdict
from collections.abc import Iterable

from editions.models import Edition
from workbench.checks.checking import warnings_of

CODES = frozenset(
    ("room-clash", "speaker-clash", "end-before-start", "zero-length", "outside-edition", "skipped-time")
)


def clashes_of(edition: Edition) -> dict[int, tuple[str, ...]]:
    """Return what is the matter with the times and places of an edition's talks, in sentences by primary key.

    A clash is told of both talks.
    """
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for one in warnings_of(edition):
        if one.code in CODES:
            for pk in {one.talk_pk, one.other_pk} - {None}:
                found[pk or 0] += (one.sentence,)
    return dict(found)


def clashes_among(talks: Iterable[int], clashes: dict[int, tuple[str, ...]]) -> list[str]:
    """Return the sentences about these talks, each once."""
    return list(dict.fromkeys(sentence for pk in talks for sentence in clashes.get(pk, ())))
