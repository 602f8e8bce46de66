"""Changes to a document's text that are only made if reading back gives what was meant and nothing else moved."""

from collections import Counter, abc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from exchange.documents.reading import BOM, Document, read_data, read_document
from exchange.documents.spans import LINE_BREAK, Mapping, Node, Scalar, Sequence, Step
from exchange.documents.yaml_scalars import looks_other
from exchange.problems import Problems
from exchange.scalars import is_none

Way: TypeAlias = tuple[Step, ...]
Value: TypeAlias = "str | abc.Mapping[str, Value] | abc.Sequence[Value] | None"
# The way to a value without values below, what it says, and how: its style, or what a new value asks for.
Leaf: TypeAlias = tuple[Way, str, str]
# Where a way leads after a change; None: it is gone.
Moved: TypeAlias = Callable[[Way], Way | None]


class Bare(str):
    """A text written without quotes though other readers take it for a date, a number or a flag: they should.

    Any other text is quoted where it could be taken for something else. Where the old value stands in quotes,
    or the language has no such bare value, a `Bare` is quoted as well.
    """

    __slots__ = ()


class EditError(Exception):
    """A change that was not made; `code` says why, `way` where.

    `no-such-value`, `not-a-list`, `not-a-map`, `key-twice` (the key stands there twice), `last-key` (nothing
    would be left), `not-exact` (reading back would not give exactly what was meant).
    """

    def __init__(self, code: str, way: Way = ()) -> None:
        super().__init__(f"{code}: {'.'.join(map(str, way))}")
        self.code = code
        self.way = way


@dataclass(frozen=True, slots=True)
class Patch:
    """New text for the characters from `start` to `end` of a document's text."""

    start: int
    end: int
    text: str


Patches: TypeAlias = tuple[Patch, ...]


def leaves(node: Node, way: Way = ()) -> Iterator[Leaf]:
    """Every scalar below a node, and every collection that is empty."""
    if isinstance(node, Scalar):
        yield way, node.text, node.style
    elif not len(node):
        yield way, "", "{}" if isinstance(node, Mapping) else "[]"
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield from leaves(entry.value, (*way, entry.key.text))
    else:
        for index, item in enumerate(node.items):
            yield from leaves(item, (*way, index))


def meant_leaves(value: Value, way: Way) -> Iterator[Leaf]:
    """The leaves of a new value; instead of a style: `bare`, `text` or `empty`."""
    if value is None:
        yield way, "", "empty"
    elif isinstance(value, str):
        yield way, str(value), "bare" if isinstance(value, Bare) else "text"
    elif not value:
        yield way, "", "{}" if isinstance(value, abc.Mapping) else "[]"
    elif isinstance(value, abc.Mapping):
        for key, below in value.items():
            yield from meant_leaves(below, (*way, key))
    else:
        for index, below in enumerate(value):
            yield from meant_leaves(below, (*way, index))


def under(way: Way, prefix: Way) -> bool:
    """Whether a way is another one, or goes on from it."""
    return way[: len(prefix)] == prefix


def replaced(way: Way) -> Moved:
    """What stands at a way goes, and an empty value or collection on the way there."""
    return lambda other: None if under(other, way) or under(way, other) else other


def first_exact(
    document: Document, attempts: Iterable[Patches], moved: Moved, way: Way, value: Value
) -> Document:
    """The document after the first of several ways to write a change that reads back as meant.

    Every old value must be found where `moved` says, in its old style, and `value`'s parts at `way`.
    Raises EditError if none does.
    """
    return _first_exact(document, attempts, moved, way, tuple(meant_leaves(value, way)))


def rearranged(document: Document, attempts: Iterable[Patches], moved: Moved, way: Way) -> Document:
    """The same where nothing is new: values only change their places."""
    return _first_exact(document, attempts, moved, way, ())


def _first_exact(
    document: Document, attempts: Iterable[Patches], moved: Moved, way: Way, new: tuple[Leaf, ...]
) -> Document:
    meant: Counter[Leaf] = Counter(new)
    for old, text, style in leaves(document.root):
        place = moved(old)
        if place is not None:
            meant[place, text, style] += 1
    asked = {leaf[0]: leaf[2] for leaf in new}
    for patches in attempts:
        edited = _reread(document, patched(document.text, patches))
        if edited and edited.body_text == document.body_text and meant == _said(edited, asked):
            return edited
    raise EditError("not-exact", way)


def says(document: Document, value: Value) -> bool:
    """Whether a document's header says a value, text for text."""
    new = tuple(meant_leaves(value, ()))
    return Counter(new) == _said(document, {leaf[0]: leaf[2] for leaf in new})


def patched(text: str, patches: Patches) -> str:
    """A text with its patches, which may stand in any order but not overlap."""
    done = 0
    parts = []
    for patch in sorted(patches, key=lambda patch: (patch.start, patch.end)):
        parts += [text[done : patch.start], patch.text]
        done = patch.end
    return "".join([*parts, text[done:]])


def _reread(document: Document, text: str) -> Document | None:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return None
    read = read_document if document.fenced else read_data
    return read(document.path, (BOM if document.bom else b"") + data, Problems(), "last")


def reread(document: Document, text: str) -> Document:
    """The document with another text; raises EditError if that can't be read."""
    edited = _reread(document, text)
    if edited is None:
        raise EditError("not-exact")
    return edited


def _said(document: Document, asked: dict[Way, str]) -> Counter[Leaf]:
    """The leaves of a document, where a new one that fits what it was asked for says so instead of its style."""
    found: Counter[Leaf] = Counter()
    for way, text, style in leaves(document.root):
        wish = asked.get(way, style)
        found[way, text, wish if _fits(document.kind, text, style, wish) else style] += 1
    return found


def _fits(kind: str, text: str, style: str, wish: str) -> bool:
    if wish == "bare":
        return style not in ("[]", "{}", "empty") and not (text and is_none(text, style != "plain"))
    if wish == "text":
        mistaken = style == "plain" and (kind == "toml" or looks_other(text))
        return style not in ("[]", "{}", "empty") and not mistaken
    return style == wish


def line_start(text: str, offset: int) -> int:
    """The offset of the first character of the line that `offset` is in."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """The offset of the line end behind `offset`, or of the text's end."""
    found = LINE_BREAK.search(text, offset)
    return found.start() if found else len(text)


def after_line(text: str, offset: int) -> int:
    """The offset of the first character of the next line."""
    found = LINE_BREAK.search(text, offset)
    return found.end() if found else len(text)


def newline_at(text: str, offset: int) -> str:
    """The line end of the line that `offset` is in."""
    found = LINE_BREAK.search(text, offset)
    return found[0] if found else "\n"


def comments_above(text: str, offset: int, floor: int) -> int:
    """The start of the comment lines that stand right above the line of `offset`, not above `floor`."""
    start = line_start(text, offset)
    while start > floor:
        before = line_start(text, start - 2 if text[start - 2 : start] == "\r\n" else start - 1)
        if before < floor or not text[before:start].lstrip(" \t").startswith("#"):
            break
        start = before
    return start


def deep_end(node: Node) -> int:
    """The end of a node's last part, wherever that stands."""
    if isinstance(node, Scalar):
        return node.end
    below: Iterable[Node]
    if isinstance(node, Mapping):
        below = chain.from_iterable((entry.key, entry.value) for entry in node.entries)
    else:
        below = node.items
    return max([node.end, *map(deep_end, below)])


def unlike(node: Node, value: Value) -> bool:
    """Whether a node says something else than a value."""
    if isinstance(value, str):
        return not isinstance(node, Scalar) or node.text != value or is_none(node.text, node.quoted)
    if value is None:
        return not isinstance(node, Scalar) or not is_none(node.text, node.quoted)
    said = [leaf[:2] for leaf in leaves(node)]
    return said != [leaf[:2] for leaf in meant_leaves(value, ())] or isinstance(node, Sequence) == isinstance(
        value, abc.Mapping
    )
