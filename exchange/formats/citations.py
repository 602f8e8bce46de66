"""Citations: works as BibTeX (names and letters as biber and LaTeX of today read them) and as CSL-JSON 1.0.2."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from exchange.formats.names import ET_AL, Name, parted
from exchange.formats.programme import Work, one_line

BIBTEX_TYPES = {"talk": "misc", "paper": "inproceedings", "proceedings": "proceedings"}
CSL_TYPES = {"talk": "speech", "paper": "paper-conference", "proceedings": "book"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ESCAPES = str.maketrans(
    {sign: f"\\{sign}" for sign in "%&_#$"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts braces, escaped or not.
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
LIGATURES = re.compile(r"([-'`,<>])(?=\1)|[?!](?=`)")
"""Signs of which LaTeX makes another one together with the next: -- is a dash."""
# Addresses are set as they stand: only what would end the field is written another way.
IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def to_bibtex(works: Iterable[Work]) -> str:
    """Return works as a BibTeX database in UTF-8, an entry each, "" for none."""
    return "\n".join(map(_entry, works))


def to_csl_json(works: Iterable[Work]) -> str:
    """Return works as a CSL-JSON array, an item each."""
    return json.dumps([_item(work) for work in works], ensure_ascii=False, indent=1) + "\n"


def escaped(text: str) -> str:
    """Return a text as LaTeX sets it: its special signs escaped, accents and other scripts as they are."""
    return LIGATURES.sub(r"\g<0>{}", one_line(text).translate(ESCAPES))


def _entry(work: Work) -> str:
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(work))
    return f"@{BIBTEX_TYPES[work.kind]}{{{work.key},\n{fields}}}\n"


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    """The fields of an entry with their delimiters. The title's second braces keep its capitals."""
    if work.authors:
        yield "author", f"{{{' and '.join(_bibtex_name(parted(one_line(name))) for name in work.authors)}}}"
    yield "title", f"{{{{{escaped(work.title)}}}}}"
    if work.kind == "talk":
        how = ", ".join(part for part in (work.genre, work.event, work.place) if part)
        yield from _filled(("howpublished", escaped(how)))
    else:
        event = work.event if work.kind == "paper" else ""
        texts = (("booktitle", event), ("address", work.place), ("publisher", work.publisher))
        yield from _filled(*((name, escaped(text)) for name, text in texts))
    if work.day:
        yield "year", f"{{{work.day.year}}}"
        yield "month", MONTHS[work.day.month - 1]
    yield from _filled(
        ("language", escaped(work.language)), ("doi", _address(work.doi)), ("url", _address(work.url))
    )


def _filled(*pairs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, f"{{{value}}}") for name, value in pairs if value)


def _address(text: str) -> str:
    return one_line(text).translate(IN_ADDRESS)


def _bibtex_name(name: Name) -> str:
    """`Family, Given`; a name that stays whole in braces, so that no style takes it apart."""
    if name.printed == ET_AL:
        return "others"
    return f"{escaped(name.family)}, {escaped(name.given)}" if name.family else f"{{{escaped(name.printed)}}}"


def _item(work: Work) -> dict[str, Any]:
    day = work.day
    found: dict[str, Any] = {
        "id": work.key,
        "type": CSL_TYPES[work.kind],
        "title": one_line(work.title),
        "author": [_csl_name(parted(one_line(name))) for name in work.authors],
        "genre": one_line(work.genre),
        "container-title": one_line(work.event) if work.kind == "paper" else "",
        "event-title": one_line(work.event),
        "event-place": one_line(work.place),
        "publisher": one_line(work.publisher),
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "language": one_line(work.language),
        "DOI": one_line(work.doi),
        "URL": one_line(work.url),
    }
    return {name: value for name, value in found.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    return {"family": name.family, "given": name.given} if name.family else {"literal": name.printed}
