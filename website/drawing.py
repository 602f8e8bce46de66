"""Draws a card: paper, an edge in the series' accent, the words well set in the committed font.

The same words give the same bytes wherever the pinned Pillow runs: each letter is placed here, by the font's widths
and kerning, as Pillow's own layouts either know no kerning or lean on libraries of the system.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import zip_longest
from typing import Final, Literal

from PIL import Image, ImageDraw, ImageFont

from website.cards import FONTS, HEIGHT, WIDTH, Card

PAPER, INK, SOFT, LINE = "#fbfaf7", "#1b1a18", "#5c584f", "#d9d5ca"
EDGE: Final = 20
LEFT, RIGHT = 96, 1112
TOP, FOOT = 80, 540
"""Where the first line of words hangs and the last one stands, in px."""
TITLE_SIZES: Final = (120, 104, 92, 80, 72, 64, 56, 50)
TITLE_HEIGHT: Final = 270
NAMES_SIZE: Final = 38
SMALL: Final = 32
MOST_LETTERS: Final = 400
"""What of a title is measured at all: far more than fits."""
COLOURS: Final = 64
EM: Final = 1000
"""Units of the font."""

Weight = Literal["Regular", "Semibold"]


def draw(card: Card, accent: str) -> bytes:
    """Return a card as PNG of 1200 by 630 px; `accent` is the colour of its edge, `#rrggbb`."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, EDGE - 1, HEIGHT), fill=accent)
    _write(pen, TOP, [cut(card.above, SMALL, "Semibold")], SMALL, accent, "Semibold")
    size, lines = set_title(card.title)
    bottom = _write(pen, TOP + 62, lines, size, INK, "Semibold")
    _write(pen, bottom + 22, [cut(card.names, NAMES_SIZE)], NAMES_SIZE, INK)
    pen.line((LEFT, FOOT - 22, RIGHT, FOOT - 22), fill=LINE, width=2)
    _write(pen, FOOT, [cut(card.below, SMALL)], SMALL, SOFT)
    out = BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def set_title(title: str) -> tuple[int, list[str]]:
    """Return the largest size at which a title fits, and its lines; what never fits ends in "…"."""
    words = title[:MOST_LETTERS]
    for size in TITLE_SIZES:
        lines = broken(words, size)
        if len(lines) * leading(size) <= TITLE_HEIGHT and not any(too_wide(line, size) for line in lines):
            return size, lines
    most = TITLE_HEIGHT // leading(size)
    last = cut(" ".join(lines[most - 1 :]), size, "Semibold")
    return size, [*(cut(line, size, "Semibold") for line in lines[: most - 1]), last]


def broken(words: str, size: int) -> list[str]:
    """Return a title's lines, broken between words; a word wider than the card has a line of its own."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and not too_wide(longer, size):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def cut(text: str, size: int, weight: Weight = "Regular") -> str:
    """Return a text that fits on one line, shortened to end in "…" where it doesn't."""
    if not too_wide(text, size, weight):
        return text
    text = text[:MOST_LETTERS]
    while too_wide(f"{text}…", size, weight):
        text = text[:-1].rstrip(" ,;:.·–—-")
    return f"{text}…"


def leading(size: int) -> int:
    """Return the distance of lines, in px."""
    return round(size * 1.12)


def too_wide(text: str, size: int, weight: Weight = "Semibold") -> bool:
    """Say whether a text is wider than a card's lines."""
    return sum(step for _letter, step in _steps(text, weight)) * size / EM > RIGHT - LEFT


def _write(
    pen: ImageDraw.ImageDraw, top: int, lines: list[str], size: int, colour: str, weight: Weight = "Regular"
) -> int:
    """Write lines from `top` down; return where the next would begin."""
    font = _font(weight, size)
    for line in lines:
        left = float(LEFT)
        for letter, step in _steps(line, weight):
            pen.text((left, top + size), letter, fill=colour, font=font, anchor="ls")
            left += step * size / EM
        top += leading(size)
    return top


def _steps(text: str, weight: Weight) -> Iterator[tuple[str, float]]:
    """Yield each letter and how far it is from there to the next, in units of the font."""
    kerning = _kerning(weight)
    for letter, following in zip_longest(text, text[1:], fillvalue=""):
        yield letter, _width(letter, weight) + kerning.get(_bare(letter) + _bare(following), 0)


@cache
def _bare(letter: str) -> str:
    """Return a letter without its accents: they don't change what it is kerned by."""
    return unicodedata.normalize("NFD", letter)[:1]


@cache
def _kerning(weight: Weight) -> dict[str, int]:
    """Read by how much pairs of letters are closer or wider than others, in units of the font."""
    lines = (FONTS / f"LecternSerif-{weight}.kern").read_text(encoding="utf-8").splitlines()
    return {line[:2]: int(line[3:]) for line in lines}


@cache
def _width(letter: str, weight: Weight) -> float:
    return _font(weight, EM).getlength(letter)


@cache
def _font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    path = FONTS / f"LecternSerif-{weight}.ttf"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
