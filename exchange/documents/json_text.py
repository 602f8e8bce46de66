"""JSON with the place of every value, strict as RFC 8259 has it; YAML's reader would refuse what PHP escapes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from json import decoder
from typing import Any

from exchange.documents.spans import Entry, Lines, Mapping, Node, Scalar, Sequence
from exchange.problems import Problems

DEPTH = 20
BLANKS = re.compile(r"[ \t\r\n]*")
PLAIN = re.compile(r"null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# The decoder's own scanner of strings, written in C; refuses control characters.
_scan: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]


class _Bad(Exception):
    """What stops the reading: a code, the offset, values for its sentence."""

    def __init__(self, code: str, at: int, **values: Any) -> None:
        super().__init__(code)
        self.code, self.at, self.values = code, at, values


def read_json(path: str, lines: Lines, problems: Problems) -> Node | None:
    """The value of a JSON text as nodes; None, with the first thing wrong in ``problems``, if it is none.

    A string is a quoted scalar, any other single value a plain one, as it stands (``null``, ``1.5``). Refused: a key
    given twice in an object, more than 20 levels.
    """
    reader = _Reader(lines)
    try:
        return reader.whole()
    except _Bad as bad:
        problems.error(path, lines.place(bad.at), bad.code, **bad.values)
        return None


@dataclass
class _Reader:
    lines: Lines

    def whole(self) -> Node:
        node, end = self.value(self.skip(0), 0)
        if self.skip(end) < len(self.lines.text):
            raise _Bad("json-syntax", self.skip(end), reason="Extra data")
        return node

    def skip(self, at: int) -> int:
        """The offset of the next character that is no blank."""
        found = BLANKS.match(self.lines.text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        """The value that begins at an offset, and the offset behind it."""
        first = self.lines.text[at : at + 1]
        if first == '"':
            return self._string(at)
        if first and first in "[{":
            if depth == DEPTH:
                raise _Bad("too-deep", at, limit=DEPTH)
            return self._object(at, depth + 1) if first == "{" else self._array(at, depth + 1)
        found = PLAIN.match(self.lines.text, at)
        if found is None:
            raise _Bad("json-syntax", at, reason="Expecting value")
        return Scalar(found[0], at, found.end(), self.lines.place(at)), found.end()

    def _string(self, at: int) -> tuple[Scalar, int]:
        try:
            text, end = _scan(self.lines.text, at + 1, True)
        except json.JSONDecodeError as wrong:
            raise _Bad("json-syntax", min(wrong.pos, len(self.lines.text)), reason=wrong.msg) from None
        return Scalar(text, at, end, self.lines.place(at), "double"), end

    def _object(self, at: int, depth: int) -> tuple[Node, int]:
        entries: dict[str, Entry] = {}

        def member(start: int) -> int:
            if not self.lines.text.startswith('"', start):
                raise _Bad("json-syntax", start, reason="Expecting property name enclosed in double quotes")
            key, end = self._string(start)
            end = self.skip(end)
            if not self.lines.text.startswith(":", end):
                raise _Bad("json-syntax", end, reason="Expecting ':' delimiter")
            if key.text in entries:
                first = entries[key.text].key.place.line
                raise _Bad("key-twice", start, key=key.text[:60], first_line=first)
            value, end = self.value(self.skip(end + 1), depth)
            entries[key.text] = Entry(key, value)
            return end

        end = self._members(at, "}", member)
        return Mapping(tuple(entries.values()), at, end, self.lines.place(at), flow=True), end

    def _array(self, at: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []

        def member(start: int) -> int:
            value, end = self.value(start, depth)
            items.append(value)
            return end

        end = self._members(at, "]", member)
        return Sequence(tuple(items), at, end, self.lines.place(at), flow=True), end

    def _members(self, at: int, closing: str, member: Callable[[int], int]) -> int:
        """Read members, parted by commas, up to the closing bracket; the offset behind that."""
        at = self.skip(at + 1)
        if self.lines.text.startswith(closing, at):
            return at + 1
        while True:
            at = self.skip(member(at))
            if self.lines.text.startswith(closing, at):
                return at + 1
            if not self.lines.text.startswith(",", at):
                raise _Bad("json-syntax", at, reason="Expecting ',' delimiter")
            at = self.skip(at + 1)
