"""SVG logos: read without following anything, and told apart by whether they only draw."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

ACTIVE_ELEMENTS = frozenset({"script", "foreignobject", "iframe", "object", "embed", "handler", "listener"})
REFERENCES = frozenset({"href", "src"})
OWN_PICTURE = re.compile(r"\s*(#|data:image/(png|jpeg|webp|gif)[;,]|$)", re.IGNORECASE)
# A backslash can spell any word of CSS anew.
STYLE_REACHES_OUT = re.compile(
    r"url\(\s*['\"]?\s*(?!#|data:image/(png|jpeg|webp|gif)[;,])|@import|\\", re.IGNORECASE
)
PROLOGUE = re.compile(
    r"\ufeff?\s*(<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>\s*)*<(\w+:)?svg[\s/>]",
    re.DOTALL | re.IGNORECASE,
)
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d+)?)\s*(px)?\s*")
DEFAULT_SIZE = (300, 150)
MAX_SIDE = 12_000


@dataclass(frozen=True)
class Drawing:
    """What an SVG is: its nominal size in px, and whether it does more than draw (`active`)."""

    width: int
    height: int
    active: bool


class NotADrawing(ValueError):
    """The bytes are no well-formed SVG."""


def looks_like_svg(data: bytes) -> bool:
    """Whether the first element of what may be a text is `svg`."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return PROLOGUE.match(data[:4096].decode(encoding, "replace")) is not None


def read_drawing(data: bytes) -> Drawing:
    """Return what an SVG is; raises NotADrawing if it isn't well-formed.

    A document type makes a drawing active and ends the reading, so no entity is ever declared.
    """
    scan = _Scan()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = scan.doctype
    parser.StartElementHandler = scan.start
    parser.CharacterDataHandler = scan.text
    parser.ProcessingInstructionHandler = scan.instruction
    try:
        parser.Parse(data, True)
    except _DocumentType:
        return Drawing(*DEFAULT_SIZE, active=True)
    except (expat.ExpatError, LookupError) as error:
        raise NotADrawing(str(error)) from error
    active = scan.active or bool(STYLE_REACHES_OUT.search("".join(scan.style)))
    return Drawing(*scan.size, active=active)


class _DocumentType(Exception):
    """A document type was met; nothing more needs to be read."""


class _Scan:
    """What was met on the way through a drawing."""

    def __init__(self) -> None:
        self.active = False
        self.size = DEFAULT_SIZE
        self.style: list[str] = []
        self.element = ""

    def doctype(self, *_declared: object) -> None:
        raise _DocumentType

    def instruction(self, target: str, _data: str) -> None:
        self.active = self.active or target.lower() == "xml-stylesheet"

    def text(self, text: str) -> None:
        if self.element == "style":
            self.style.append(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        first = not self.element
        self.element = _local(name)
        values = {_local(key): value for key, value in attributes.items()}
        if first:
            if self.element != "svg":
                raise NotADrawing(self.element)
            self.size = _nominal_size(values)
        self.active = (
            self.active or self.element in ACTIVE_ELEMENTS or any(_acts(*item) for item in values.items())
        )


def _local(name: str) -> str:
    return name.rpartition(" ")[2].lower()


def _acts(name: str, value: str) -> bool:
    """Whether an attribute runs something, points outside the drawing, or could be animated to do so."""
    if name.startswith("on"):
        return True
    if name in REFERENCES:
        return OWN_PICTURE.match(value) is None
    if name == "attributename":
        return value.lower().rpartition(":")[2] in REFERENCES or value.lower().startswith("on")
    return STYLE_REACHES_OUT.search(value) is not None


def _nominal_size(values: dict[str, str]) -> tuple[int, int]:
    """Return width and height in px, from the attributes or the view box, else what browsers take."""
    sides = [LENGTH.fullmatch(values.get(side, "")) for side in ("width", "height")]
    numbers = [float(side[1]) for side in sides if side]
    if len(numbers) < 2:
        box = [LENGTH.fullmatch(part) for part in re.split(r"[\s,]+", values.get("viewbox", "").strip())[2:]]
        numbers = [float(side[1]) for side in box if side]
    if len(numbers) != 2 or not all(0 < number <= MAX_SIDE for number in numbers):
        return DEFAULT_SIZE
    return max(1, round(numbers[0])), max(1, round(numbers[1]))
