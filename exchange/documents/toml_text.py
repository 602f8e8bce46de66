"""TOML front matter as nodes: a scan of its own for places, Python's reader for what is well-formed."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import TypeAlias

from exchange.documents.spans import Entry, Lines, Mapping, Node, Scalar, Sequence, Span, Style
from exchange.problems import Place, Problems

DEPTH_LIMIT = 20
# Longer than any number or date; Python refuses to read numbers of several thousand digits.
LONGEST_BARE = 100
SPACE = re.compile(r"[ \t]*")
FILLING = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
BARE_VALUE = re.compile(r"[^\s,\]}#=]+(?: \d{2}:[^\s,\]}#]+)?")
STRINGS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("triple-double", re.compile(r'"""(?:[^\\]|\\.)*?"""{1,3}(?!")', re.DOTALL)),
    ("triple-single", re.compile(r"'''.*?'''{1,3}(?!')", re.DOTALL)),
    ("double", re.compile(r'"(?:[^"\\\r\n]|\\.)*"')),
    ("single", re.compile(r"'[^'\r\n]*'")),
)
# What tomllib says at the end of its message.
REASON = re.compile(
    r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)\Z", re.DOTALL
)


@dataclass(slots=True)
class _Table:
    """A table that may still grow: by dotted keys, or by a header further down."""

    start: int
    entries: dict[str, tuple[Scalar, "_Open"]] = field(default_factory=dict)
    end: int = 0
    flow: bool = False


@dataclass(slots=True)
class _Tables:
    """An array of tables, one `[[header]]` each."""

    start: int
    items: list[_Table] = field(default_factory=list)


_Open: TypeAlias = Scalar | Sequence | Mapping | _Table | _Tables


class _Broken(Exception):
    """No TOML that the scan knows; tomllib says why."""


class _Refused(Exception):
    """Well-formed perhaps, but not wanted; already reported."""


def read_toml(path: str, lines: Lines, header: Span, problems: Problems) -> Node | None:
    """The root node of the header, or None; what is wrong goes into `problems`."""
    scan = _Scan(path, lines, header, problems)
    try:
        root = scan.document()
    except _Refused:
        return None
    except _Broken:
        root = None
    if not _well_formed(path, lines, header, problems, scan.offset):
        return None
    if root is not None and not root.entries:
        problems.error(path, Place(1, 1), "header-empty")
    return root


def _well_formed(path: str, lines: Lines, header: Span, problems: Problems, stopped: int) -> bool:
    """Ask tomllib; `stopped` is where the scan ended, for what tomllib cannot place."""
    try:
        tomllib.loads(lines.text[header.start : header.end])
    except RecursionError:
        problems.error(path, lines.place(stopped), "too-deep", limit=DEPTH_LIMIT)
    except ValueError as error:
        found = REASON.match(str(error))
        place = lines.place(min(stopped, header.end))
        if found and found["line"]:
            first = lines.place(header.start).line
            place = Place(first + int(found["line"]) - 1, int(found["column"]))
        problems.error(path, place, "toml-syntax", reason=found["what"] if found else "Number too long")
    else:
        if stopped < header.end:
            problems.error(path, lines.place(stopped), "toml-syntax", reason="Unexpected value")
        return stopped >= header.end
    return False


class _Scan:
    """Walks through the header's text once, from value to value."""

    def __init__(self, path: str, lines: Lines, header: Span, problems: Problems) -> None:
        self.path = path
        self.lines = lines
        self.text = lines.text[: header.end]
        self.offset = header.start
        self.problems = problems
        self.root = _Table(header.start, end=header.end)

    def document(self) -> Mapping:
        """The whole header; _Broken where it isn't TOML."""
        table = self.root
        while self.skip(FILLING) < len(self.text):
            if self.text.startswith("[", self.offset):
                table = self.table_header()
            else:
                self.key_and_value(table)
            self.skip(SPACE)
            if self.offset < len(self.text) and self.text[self.offset] not in "\r\n#":
                raise _Broken
        return self.closed_table(self.root)

    def skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.offset)
        self.offset = found.end() if found else self.offset
        return self.offset

    def expect(self, mark: str) -> None:
        if not self.text.startswith(mark, self.offset):
            raise _Broken
        self.offset += len(mark)

    def table_header(self) -> _Table:
        start = self.offset
        many = self.text.startswith("[[", start)
        self.expect("[[" if many else "[")
        *ways, last = self.keys()
        self.expect("]]" if many else "]")
        parent = self.below(self.root, ways, start)
        if many:
            return self.another(parent, last, start)
        table = self.below(parent, [last], start)
        table.end = self.offset
        return table

    def another(self, parent: _Table, key: Scalar, start: int) -> _Table:
        held = parent.entries.setdefault(key.text, (key, _Tables(start)))[1]
        if not isinstance(held, _Tables):
            raise self.twice(parent, key)
        held.items.append(_Table(start, end=self.offset))
        return held.items[-1]

    def below(self, table: _Table, keys: list[Scalar], start: int) -> _Table:
        """The table that a way of keys leads to, made where it isn't there yet."""
        if len(keys) >= DEPTH_LIMIT:
            raise self.too_deep(start)
        for key in keys:
            held = table.entries.setdefault(key.text, (key, _Table(start, end=key.end)))[1]
            if isinstance(held, _Tables):
                held = held.items[-1]
            if not isinstance(held, _Table):
                raise self.twice(table, key)
            table = held
        return table

    def key_and_value(self, table: _Table, depth: int = 1) -> None:
        *ways, key = self.keys()
        self.expect("=")
        self.skip(SPACE)
        table = self.below(table, ways, key.start)
        value = self.value(depth + 1 + len(ways))
        if key.text in table.entries:
            raise self.twice(table, key)
        table.entries[key.text] = (key, value)
        table.end = max(table.end, value.end)

    def keys(self) -> list[Scalar]:
        """A dotted key, with the blanks around it."""
        found = []
        while True:
            self.skip(SPACE)
            found.append(self.key())
            self.skip(SPACE)
            if not self.text.startswith(".", self.offset):
                return found
            self.offset += 1

    def key(self) -> Scalar:
        bare = BARE_KEY.match(self.text, self.offset)
        return self.scalar("plain", bare, bare[0]) if bare else self.string()

    def value(self, depth: int) -> Node:
        if depth > DEPTH_LIMIT:
            raise self.too_deep(self.offset)
        if self.text.startswith("[", self.offset):
            return self.array(depth)
        if self.text.startswith("{", self.offset):
            return self.inline_table(depth)
        if self.text.startswith(("'", '"'), self.offset):
            return self.string()
        bare = BARE_VALUE.match(self.text, self.offset)
        if bare is None or len(bare[0]) > LONGEST_BARE:
            raise _Broken
        return self.scalar("plain", bare, bare[0])

    def string(self) -> Scalar:
        for style, pattern in STRINGS:
            found = pattern.match(self.text, self.offset)
            if found:
                return self.scalar(style, found, _said(found[0]))
        raise _Broken

    def scalar(self, style: Style, found: re.Match[str], text: str) -> Scalar:
        self.offset = found.end()
        return Scalar(text, found.start(), found.end(), self.lines.place(found.start()), style)

    def array(self, depth: int) -> Sequence:
        start = self.offset
        items: list[Node] = []
        self.expect("[")
        while not self.text.startswith("]", self.skip(FILLING)):
            items.append(self.value(depth + 1))
            if not self.text.startswith("]", self.skip(FILLING)):
                self.expect(",")
        self.expect("]")
        return Sequence(tuple(items), start, self.offset, self.lines.place(start), flow=True)

    def inline_table(self, depth: int) -> Mapping:
        table = _Table(self.offset, flow=True)
        self.expect("{")
        while not self.text.startswith("}", self.skip(SPACE)):
            self.key_and_value(table, depth)
            if not self.text.startswith("}", self.skip(SPACE)):
                self.expect(",")
        self.expect("}")
        table.end = self.offset
        return self.closed_table(table)

    def closed_table(self, table: _Table) -> Mapping:
        entries = tuple(Entry(key, self.closed(value)) for key, value in table.entries.values())
        return Mapping(entries, table.start, table.end, self.lines.place(table.start), table.flow)

    def closed(self, value: _Open) -> Node:
        if isinstance(value, _Table):
            return self.closed_table(value)
        if isinstance(value, _Tables):
            items = tuple(self.closed_table(table) for table in value.items)
            return Sequence(items, value.start, items[-1].end, self.lines.place(value.start))
        return value

    def twice(self, table: _Table, key: Scalar) -> _Refused:
        first = table.entries[key.text][0].place.line
        self.problems.error(self.path, key.place, "key-twice", key=key.text, first_line=first)
        return _Refused()

    def too_deep(self, offset: int) -> _Refused:
        self.problems.error(self.path, self.lines.place(offset), "too-deep", limit=DEPTH_LIMIT)
        return _Refused()


def _said(quoted: str) -> str:
    """What a string says, by Python's own reader."""
    try:
        return str(tomllib.loads(f"said = {quoted}")["said"])
    except ValueError:
        raise _Broken from None
