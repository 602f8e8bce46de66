"""Found words in the texts that show them: marked, and cut to where they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from texts.folding import fold_in_place

BEFORE = 60
"""How many characters of a longer text stand before its first found word, at most."""
LONGEST = 220


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `found` where it is what was searched for."""

    text: str
    found: bool = False


def marked(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """Return a text in pieces, those in which one of the folded `terms` stands marked as found."""
    return tuple(_pieces(text, _spans(text, terms)))


def snippet(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """Return what stands around the first found word of a plain text, on one line, marked.

    It is cut between words, with "…" where something is left out. A text without any is shown from its beginning.
    """
    text = " ".join(text.split())
    spans = _spans(text, terms)
    start, end = _window(text, spans[0][0] if spans else 0)
    inside = [(one, min(other, end)) for one, other in spans if one < end and other > start]
    pieces = _pieces(text[:end], inside, start)
    return tuple(
        piece
        for piece in (Piece("… " if start else ""), *pieces, Piece(" …" if end < len(text) else ""))
        if piece.text
    )


def _spans(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Return where terms stand in a text: from, to; in order, without overlap."""
    folded, places = fold_in_place(text)
    if not terms or not places:
        return []
    longest_first = sorted(terms, key=len, reverse=True)
    # A mark behind the last letter folds to nothing and belongs to it.
    ends = [*places[1:], len(text)]
    return [
        (places[found.start()], max(ends[found.end() - 1], places[found.end() - 1] + 1))
        for found in re.finditer("|".join(map(re.escape, longest_first)), folded)
    ]


def _window(text: str, first: int) -> tuple[int, int]:
    """Return which part of a text to show, so that what begins at `first` stands in it."""
    if len(text) <= LONGEST:
        return 0, len(text)
    start = max(min(first - BEFORE, len(text) - LONGEST), 0)
    if start:
        blank = text.find(" ", start, first)
        start = blank + 1 if blank >= 0 else start
    end = min(start + LONGEST, len(text))
    if end < len(text) and text[end] != " ":
        blank = text.rfind(" ", max(first, start) + 1, end)
        end = blank if blank >= 0 else end
    return start, end


def _pieces(text: str, spans: Sequence[tuple[int, int]], start: int = 0) -> Iterator[Piece]:
    for first, end in spans:
        begin = max(first, start)
        if begin > start:
            yield Piece(text[start:begin])
        if end > begin:
            yield Piece(text[begin:end], found=True)
        start = max(start, end)
    if start < len(text):
        yield Piece(text[start:])
