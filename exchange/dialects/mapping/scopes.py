"""What a mapping's values are looked up in: a file, an element of a list in it, and what stands around that."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from exchange.documents import Document, Node, Scalar, Step
from exchange.documents import Mapping as KeyMapping
from exchange.documents import Sequence as NodeList
from exchange.problems import Place, Problems
from exchange.scalars import is_none

Way = tuple[Step, ...]
# The text to write for a value: None where a value cannot be written so.
Back = Callable[[str], str | None]


def as_it_is(text: str) -> str:
    """A value's text, which stands in the file as it is."""
    return text


@dataclass(frozen=True)
class Target:
    """Where a value is written: a file, a way in it (``()`` is the body), and how its text is turned round."""

    path: str
    way: Way
    back: Back = as_it_is


@dataclass(frozen=True)
class Hit:
    """Something that a value gave: its text (or, for a map, its node), where it stands, and where it is written.

    ``place`` is None for what stands in no file; ``under`` is a folder in which a file of that name may lie.
    """

    text: str
    path: str
    place: Place | None = None
    target: Target | None = None
    node: Node | None = None
    under: str = ""

    @property
    def is_map(self) -> bool:
        """Whether it is a map and no text."""
        return self.node is not None and not isinstance(self.node, Scalar)

    def place_in(self, path: str) -> Place | None:
        """Where it stands, if that is in the file at a path."""
        return self.place if self.path == path else None


def warn(problems: Mapping[str, Problems], hit: Hit, code: str, **values: str | int) -> None:
    """Warn of something at its place. ``problems``: by the path of the file."""
    problems[hit.path].warning(hit.path, hit.place, code, **values)


@dataclass(frozen=True)
class Scope:
    """A node of a document, as a place to look values up from.

    ``above``: the map around it, if it is an element of a list; ``more``: another one that is asked where this one
    has nothing; ``cell``: which one of how many cells of a row; ``after``: the next row. ``enclosing`` finds the
    nearest file above with `key: value` in its header.
    """

    document: Document
    way: Way = ()
    above: "Scope | None" = None
    more: "Scope | None" = None
    cell: tuple[int, int] = (0, 1)
    after: "Scope | None" = None
    enclosing: Callable[[str, str, str], "Scope | None"] = field(default=lambda *_asked: None, repr=False)

    @property
    def path(self) -> str:
        """The file's path."""
        return self.document.path

    @property
    def node(self) -> Node | None:
        """What stands at its way."""
        return self.document.find(self.way) if self.way else self.document.root

    def up(self, levels: int) -> "Scope | None":
        """The map that many levels above."""
        here: Scope | None = self
        for _level in range(levels):
            here = here.above if here is not None else None
        return here

    def find(self, steps: Sequence[str]) -> list[Hit]:
        """All that stands at the end of a way; a list gives each of its elements, what means no value gives nothing."""
        node = self.node
        found = [self.hit(one, way) for one, way in _walk(node, self.way, steps)] if node is not None else []
        return found or (self.more.find(steps) if self.more is not None else [])

    def leads(self, steps: Sequence[str]) -> bool:
        """Whether a way leads to anything, or may, had something on it more than nothing in it."""
        for length in range(len(steps), -1, -1):
            found = list(self.below(steps[:length]))
            if found:
                return length == len(steps) or all(_is_empty(one.node) for one in found)
        return False

    def hit(self, node: Node, way: Way) -> Hit:
        """A node as a hit."""
        text = node.text if isinstance(node, Scalar) else ""
        return Hit(text, self.path, node.place, Target(self.path, way), node)

    def below(self, steps: Sequence[str]) -> Iterator["Scope"]:
        """The maps and values at the end of a way as scopes of their own, each with the maps on its way above it."""
        yield from _below(self, steps)


def _walk(node: Node, way: Way, steps: Sequence[str]) -> Iterator[tuple[Node, Way]]:
    if not steps:
        if isinstance(node, NodeList):
            for index, item in enumerate(node.items):
                yield from _walk(item, (*way, index), ())
        elif not _says_nothing(node):
            yield node, way
        return
    for child, step in _children(node, steps[0]):
        yield from _walk(child, way if step is None else (*way, step), steps[1:])


def _says_nothing(node: Node) -> bool:
    return is_none(node.text, node.quoted) if isinstance(node, Scalar) else not len(node)


def _is_empty(node: Node | None) -> bool:
    return node is None or _says_nothing(node)


def _children(node: Node, step: str) -> Iterator[tuple[Node, Step | None]]:
    """What one step leads to; a scalar counts as a list of one."""
    if isinstance(node, KeyMapping):
        # Of a key given twice the last counts.
        values = {entry.key.text: entry.value for entry in node.entries}
        for key in values if step == "*" else (step,):
            if key in values:
                yield values[key], key
    elif isinstance(node, NodeList):
        for index, item in enumerate(node.items):
            if step in ("*", str(index)):
                yield item, index
    elif step in ("*", "0"):
        yield node, None


def _below(scope: Scope, steps: Sequence[str]) -> Iterator[Scope]:
    node = scope.node
    if node is None:
        return
    if not steps:
        yield scope
        return
    # The maps are the levels; lists are none.
    above = scope if isinstance(node, KeyMapping) else scope.above
    for _child, step in _children(node, steps[0]):
        way = scope.way if step is None else (*scope.way, step)
        yield from _below(replace(scope, way=way, above=above), steps[1:])


def folder_of(path: str, number: int) -> str:
    """The N-th folder below the root on the way to a file (from 1); "" if there is none."""
    parts = PurePosixPath(path).parts[:-1]
    return parts[number - 1] if 0 < number <= len(parts) else ""


def key_of(text: str) -> str:
    """A key as it is compared: NFC, without blanks around it."""
    return unicodedata.normalize("NFC", text.strip())
