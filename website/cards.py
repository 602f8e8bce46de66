"""Cards: the pictures that a link to the site unfolds into elsewhere. What stands on one, and where it is."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse

from website.clocks import weekday, whole_date
from website.context import EditionHead
from website.shown import Item
from website.viewpoint import Viewpoint

FONTS = Path(__file__).resolve().parent / "fonts"
WIDTH, HEIGHT = 1200, 630
"""In px, the size that all who unfold links ask for."""


@dataclass(frozen=True, slots=True)
class Card:
    """The words of a card, from top to bottom; a line that is "" is left out."""

    above: str
    title: str
    names: str
    below: str

    @property
    def drawable(self) -> bool:
        """Whether the committed font has all its letters, one sign for each."""
        return bool(self.title) and letters().issuperset(f"{self.above}{self.title}{self.names}{self.below}")


def of_edition(series: str, edition: EditionHead) -> Card:
    """Return the card of an edition."""
    above = "" if series == edition.name else series
    return _card(above, edition.name, "", _joined(edition.days, edition.place))


def of_talk(edition: EditionHead, item: Item) -> Card:
    """Return the card of a talk: who, when and where by the venue's clock."""
    start, room = item.start, item.room
    when = f"{weekday(start.date)}, {whole_date(start.date)}, {start.text}" if start else edition.days
    where = room.name if room else item.location or edition.place
    return _card(edition.name, item.title, ", ".join(item.names), _joined(when, where))


def address_of_edition(viewpoint: Viewpoint, series: str, edition: EditionHead) -> str:
    """Return the absolute address of an edition's card, "" where there is none or no host is known."""
    if not (viewpoint.base_url and of_edition(series, edition).drawable):
        return ""
    return viewpoint.absolute(reverse("website:edition-card", args=[edition.key]))


def address_of_talk(viewpoint: Viewpoint, series: str, edition: EditionHead, item: Item) -> str:
    """Return the absolute address of a talk's card, its edition's where the font can't write the talk's."""
    if not (viewpoint.base_url and of_talk(edition, item).drawable):
        return address_of_edition(viewpoint, series, edition)
    return viewpoint.absolute(reverse("website:talk-card", args=[edition.key, item.slug]))


@cache
def letters() -> frozenset[str]:
    """Return the letters that the committed font has."""
    return frozenset((FONTS / "letters.txt").read_text(encoding="utf-8"))


def _card(above: str, title: str, names: str, below: str) -> Card:
    return Card(_composed(above), _composed(title), _composed(names), _composed(below))


def _composed(text: str) -> str:
    """Return a text on one line, each letter with its accents as one sign; hints where to break it are gone."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\N{SOFT HYPHEN}", "").split())


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
