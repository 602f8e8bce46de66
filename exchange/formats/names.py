"""Names of authors: many out of one printed line, and each in the parts that citations sort and shorten by.

A name is parted only where its parts are plain: two Latin words, initials between them, or a particle (van, de)
before the last. Any other stays whole, as what is printed wrong in a bibliography stays wrong there for good.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
MARKS = re.compile(r"[\d*†‡§¶¹²³⁴-⁹⁰]+$")
OTHERS = re.compile(r"[\s,]*\bet\.?\s+al\b\.?\s*$", re.IGNORECASE)
SEMICOLONS = re.compile(r"\s*[;；]\s*(?:and\s+)?")
COMMAS = re.compile(r"\s*[,，、]\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*")
PARTICLES = frozenset(
    "af al av ben bin da dal das de dei del della den der di do dos du el ibn la le ten ter van von zu zum zur".split()
)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
BETWEEN = frozenset({"and", "others"})
"""Words that BibTeX reads as its own."""
ET_AL = "et al."


@dataclass(frozen=True, slots=True)
class Name:
    """A name as printed; `family` and `given` are its parts, both "" where it stays whole."""

    printed: str
    family: str = ""
    given: str = ""


def parted(printed: str) -> Name:
    """Return one person's name, in its parts where these are plain."""
    words = printed.split()
    whole = Name(" ".join(words))
    if len(words) < 2 or len(words[-1]) < 2 or words[0] in PARTICLES or not all(map(_is_plain, words)):
        return whole
    last = _start_of_family(words)
    given, family = words[:last], words[last:]
    if not all(INITIALS.fullmatch(word) for word in given[1:]):
        return whole
    return Name(whole.printed, " ".join(family), " ".join(given))


def authors_of(printed: str) -> tuple[str, ...]:
    """Return the names in a printed line of authors, `et al.` as the last where the line ends so.

    Affiliations in brackets and marks of notes are left out. `Brine, I., Fen, O.` are two people.
    """
    text = ASIDE.sub("", " ".join(printed.split()))
    some = OTHERS.sub("", text)
    by_semicolon = SEMICOLONS.search(some) is not None
    parts = (SEMICOLONS if by_semicolon else COMMAS).split(some)
    names = _with_suffixes(name for part in parts if (name := _bare(part)))
    if by_semicolon:
        names = [_turned(*name.split(", ", 1)) if name.count(", ") == 1 else name for name in names]
    elif any(INITIALS.fullmatch(name) for name in names):
        names = _paired(names)
    return (*names, ET_AL) if some != text else tuple(names)


def _is_plain(word: str) -> bool:
    """Whether a word is one of a Latin name: letters, hyphens, apostrophes; or initials; and no title or degree."""
    if word.casefold().rstrip(".") in SUFFIXES | BETWEEN:
        return False
    letters = [letter for letter in word if letter.isalpha()]
    latin = letters and all("LATIN" in unicodedata.name(letter, "") for letter in letters)
    return bool(latin) and bool(INITIALS.fullmatch(word) or re.fullmatch(r"[\w'’ʼ‐-]+", word))


def _start_of_family(words: list[str]) -> int:
    """The last word's place, or that of the first of the particles right before it."""
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return start


def _bare(part: str) -> str:
    """A name without marks, and without the full stop that ended the line."""
    name = MARKS.sub("", part.strip()).strip()
    return name if INITIALS.fullmatch(name.split()[-1] if name else "") else name.removesuffix(".")


def _with_suffixes(names: Iterable[str]) -> list[str]:
    """Names with the `Jr.` that a comma parted from one of them."""
    found: list[str] = []
    for name in names:
        if found and name.casefold().rstrip(".") in SUFFIXES:
            found[-1] += f" {name}"
        else:
            found.append(name)
    return found


def _paired(names: list[str]) -> list[str]:
    """`Brine`, `I.`, `Fen`, `O.` as two names; where they don't pair up, the line as it stands is one."""
    families, initials = names[::2], names[1::2]
    pairs = len(families) == len(initials) and all(
        all(INITIALS.fullmatch(word) for word in one.split()) for one in initials
    )
    return [_turned(*pair) for pair in zip(families, initials, strict=True)] if pairs else [", ".join(names)]


def _turned(family: str, given: str) -> str:
    return f"{given} {family}"
