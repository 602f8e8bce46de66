"""Where each value of a file stands: nodes with offsets, and offsets turned into lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from exchange.problems import Place

Style = Literal["plain", "single", "double", "triple-single", "triple-double", "literal", "folded", "empty"]
Step = str | int

LINE_BREAK = re.compile(r"\r\n|\r|\n")
QUOTED: frozenset[Style] = frozenset({"single", "double", "triple-single", "triple-double"})


class Lines:
    """The lines of a text, where LF, CRLF and a lone CR each end one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]

    def place(self, offset: int) -> Place:
        """Line and column, both from 1, of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)

    def start(self, line: int) -> int:
        """The offset of the first character of a line (from 1)."""
        return self._starts[line - 1]

    def line(self, line: int) -> str:
        """The text of a line (from 1) without its end; empty beyond the last line."""
        if not 1 <= line <= len(self._starts):
            return ""
        start = self._starts[line - 1]
        found = LINE_BREAK.search(self.text, start)
        return self.text[start : found.start() if found else len(self.text)]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: offsets of its first character and of the one after its last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value, uninterpreted: what it says, and where it is written, quotes and all.

    `key:` with nothing behind it is an empty plain scalar whose span is empty and begins right after the colon.
    A block scalar begins at its `|` or `>` and ends with its last line, without that line's end; blank lines
    after it belong to it only if it keeps them (`|+`).
    """

    text: str
    start: int
    end: int
    place: Place
    style: Style = "plain"

    @property
    def quoted(self) -> bool:
        """Whether it stands in quotes."""
        return self.style in QUOTED

    @property
    def block(self) -> bool:
        """Whether it is written over lines after `|` or `>`."""
        return self.style in ("literal", "folded")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list: from its first dash or bracket to the end of its last value or its closing bracket."""

    items: tuple[Node, ...]
    start: int
    end: int
    place: Place
    flow: bool = False

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping and what it holds."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the file's order: from its first key or brace to the end of its last value or its brace.

    A key given twice has two entries; `get` answers with the last.
    """

    entries: tuple[Entry, ...]
    start: int
    end: int
    place: Place
    flow: bool = False

    def get(self, key: str) -> Node | None:
        """The value of a key, or None if it isn't there."""
        entry = self.entry(key)
        return entry.value if entry else None

    def entry(self, key: str) -> Entry | None:
        """The last entry of a key, or None if it isn't there."""
        return next((entry for entry in reversed(self.entries) if entry.key.text == key), None)

    def keys(self) -> tuple[str, ...]:
        """Its keys, each once, in the order of the file."""
        return tuple(dict.fromkeys(entry.key.text for entry in self.entries))

    def repeated(self) -> frozenset[str]:
        """The keys that it holds more than once."""
        counts = Counter(entry.key.text for entry in self.entries)
        return frozenset(text for text, count in counts.items() if count > 1)

    def __len__(self) -> int:
        return len(self.entries)


Node: TypeAlias = Scalar | Sequence | Mapping


def walk(node: Node) -> Iterator[Scalar]:
    """All scalars below a node, keys included, in the order of the file."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from walk(item)
    else:
        for entry in node.entries:
            yield entry.key
            yield from walk(entry.value)


def find(node: Node, path: tuple[Step, ...]) -> Node | None:
    """The node that keys and positions lead to, or None if the way ends before."""
    for step in path:
        below: Node | None = None
        if isinstance(node, Mapping) and isinstance(step, str):
            below = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            below = node.items[step]
        if below is None:
            return None
        node = below
    return node
