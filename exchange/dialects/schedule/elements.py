"""XML as plain elements with their places: no document type, no entities but the five, nothing from outside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from exchange.documents.spans import Lines
from exchange.problems import Place, Problems

DEPTH = 20


@dataclass(slots=True)
class Element:
    """An element: its attributes, the text that stands directly in it, its children; its place is that of its ``<``."""

    name: str
    attributes: Mapping[str, str]
    place: Place
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        """Its children of a name, in order."""
        return (one for one in self.children if one.name == name)

    def first(self, name: str) -> "Element | None":
        """The first of them, if there is one."""
        return next(self.all(name), None)


class _Refused(Exception):
    """Well-formed, and yet not read."""

    def __init__(self, code: str, place: Place, limit: int = DEPTH) -> None:
        super().__init__(code)
        self.code, self.place, self.limit = code, place, limit


def read_xml(path: str, lines: Lines, problems: Problems) -> Element | None:
    """The root of an XML text; None, with the first thing wrong in ``problems``, if it cannot be read."""
    try:
        return _Builder(lines).read()
    except _Refused as refused:
        problems.error(path, refused.place, refused.code, limit=refused.limit)
    except expat.ExpatError as wrong:
        place = Place(wrong.lineno, wrong.offset + 1)
        problems.error(path, place, "xml-syntax", reason=expat.ErrorString(wrong.code))
    return None


class _Builder:
    """Elements as expat tells of them."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        # The text has been decoded: what the declaration says of its encoding no longer holds.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.open: list[Element] = []
        self.words: list[list[str]] = []
        self.root: Element | None = None

    def read(self) -> Element | None:
        self.parser.Parse(self.lines.text.encode(), True)
        return self.root

    def _place(self) -> Place:
        return Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _refuse(self, *_declared: object) -> None:
        # The parser tells of it at its first bracket or its end.
        raise _Refused("xml-doctype", self.lines.place(self.lines.text.index("<!DOCTYPE")))

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        element = Element(name, attributes, self._place())
        if len(self.open) == DEPTH:
            raise _Refused("too-deep", element.place)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        self.words.append([])

    def _end(self, _name: str) -> None:
        # Joined once: what stands between many children comes in as many pieces.
        self.open.pop().text = "".join(self.words.pop())

    def _words(self, words: str) -> None:
        self.words[-1].append(words)
