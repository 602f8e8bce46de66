"""YAML front matter as nodes, from libyaml's stream of events and their marks: nothing is loaded or interpreted."""

import re
from dataclasses import dataclass, field

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)

from exchange.documents.spans import Entry, Lines, Mapping, Node, Scalar, Sequence, Span, Style
from exchange.documents.yaml_errors import diagnose
from exchange.problems import Place, Problems, Value

DEPTH_LIMIT = 20
PROBLEM_LIMIT = 20
STYLES: dict[str, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
BLANK_TAIL = re.compile(r"(?:\r\n|\r|\n)[ \t\r\n]*\Z")
LAST_BREAK = re.compile(r"(?:\r\n|\r|\n)[ \t]*\Z")
# `# words` is a comment as people write them; `#5` and `#hashtag` behind a value are more likely a part of it.
LIKELY_TEXT = re.compile(r"[ \t]+(#[^\s#][^\r\n]*)")


class _Stop(Exception):
    """Enough is wrong already."""


@dataclass(slots=True)
class _Frame:
    """A collection whose end hasn't come yet; of a mapping, `nodes` are keys and values in turn."""

    start: int
    mapping: bool
    flow: bool
    nodes: list[Node] = field(default_factory=list)

    @property
    def wants_key(self) -> bool:
        return self.mapping and len(self.nodes) % 2 == 0


def read_yaml(
    path: str, lines: Lines, header: Span, problems: Problems, *, last_wins: bool, text: str = ""
) -> Node | None:
    """The root node of the header, or None; what is wrong goes into `problems`.

    With `last_wins` a key given twice is only a warning. `text` is read instead of the header, of which each character
    has to be where it is.
    """
    builder = _Builder(path, lines, header.start, problems, last_wins)
    try:
        parser = CParser(text or lines.text[header.start : header.end])
        while not isinstance(event := parser.get_event(), StreamEndEvent):
            if event is not None:
                builder.take(event)
    except YAMLError as error:
        place, code, values = diagnose(error, lines, header.start, builder.last)
        problems.error(path, place, code, **values)
        return None
    except _Stop:
        return None
    if builder.root is None:
        problems.error(path, Place(1, 1), "header-empty")
    return builder.root


class _Builder:
    """Takes events and keeps the open collections on a stack of its own: depth costs no recursion."""

    def __init__(self, path: str, lines: Lines, base: int, problems: Problems, last_wins: bool) -> None:
        self.path = path
        self.lines = lines
        self.base = base
        self.problems = problems
        self.last_wins = last_wins
        self.root: Node | None = None
        self.last: Node | None = None
        self._open: list[_Frame] = []

    def take(self, event: Event) -> None:
        """Go on by one event."""
        start = self._begins(event)
        if isinstance(event, ScalarEvent):
            self._refuse_anchor_and_tag(event, start)
            self._put(self._scalar(event, start))
        elif isinstance(event, CollectionStartEvent):
            self._refuse_anchor_and_tag(event, start)
            self._begin(event, start)
        elif isinstance(event, CollectionEndEvent):
            self._end(self._ends(event))
        elif isinstance(event, AliasEvent):
            self._error(start, "alias", name=str(event.anchor))
            self._put(Scalar("", start, start, self.lines.place(start), "empty"))
        elif isinstance(event, DocumentStartEvent) and self.root is not None:
            self._error(start, "second-document")
            raise _Stop

    def _begins(self, event: Event) -> int:
        return self.base + (event.start_mark.index if event.start_mark else 0)

    def _ends(self, event: Event) -> int:
        return self.base + (event.end_mark.index if event.end_mark else 0)

    def _error(self, offset: int, code: str, **values: Value) -> None:
        self.problems.error(self.path, self.lines.place(offset), code, **values)
        if len(self.problems) >= PROBLEM_LIMIT:
            raise _Stop

    def _refuse_anchor_and_tag(self, event: ScalarEvent | CollectionStartEvent, start: int) -> None:
        if event.anchor is not None:
            self._error(start, "anchor", name=str(event.anchor))
        if event.tag is not None:
            self._error(start, "tag", tag=str(event.tag))

    def _begin(self, event: CollectionStartEvent, start: int) -> None:
        if self._open and self._open[-1].wants_key:
            self._error(start, "complex-key")
        self._open.append(_Frame(start, isinstance(event, MappingStartEvent), bool(event.flow_style)))
        if len(self._open) > DEPTH_LIMIT:
            self._error(start, "too-deep", limit=DEPTH_LIMIT)
            raise _Stop

    def _end(self, closed: int) -> None:
        frame = self._open.pop()
        place = self.lines.place(frame.start)
        end = closed if frame.flow or not frame.nodes else frame.nodes[-1].end
        if frame.mapping:
            entries = self._entries(frame)
            self._put(Mapping(entries, frame.start, end, place, frame.flow))
        else:
            self._put(Sequence(tuple(frame.nodes), frame.start, end, place, frame.flow))

    def _entries(self, frame: _Frame) -> tuple[Entry, ...]:
        pairs = zip(frame.nodes[::2], frame.nodes[1::2], strict=True)
        entries = tuple(Entry(key, value) for key, value in pairs if isinstance(key, Scalar))
        first: dict[str, Place] = {}
        for entry in entries:
            before = first.setdefault(entry.key.text, entry.key.place)
            if before is not entry.key.place:
                self._key_twice(entry.key, before.line)
        return entries

    def _key_twice(self, key: Scalar, first_line: int) -> None:
        if self.last_wins:
            values: dict[str, Value] = {"key": key.text, "first_line": first_line}
            self.problems.warning(self.path, key.place, "key-twice-last-read", **values)
        else:
            self._error(key.start, "key-twice", key=key.text, first_line=first_line)

    def _put(self, node: Node) -> None:
        self.last = node
        if not self._open:
            self.root = node
            return
        if self._open[-1].wants_key and isinstance(node, Scalar):
            self._check_key(node)
        self._open[-1].nodes.append(node)

    def _check_key(self, key: Scalar) -> None:
        before = self.lines.text[self.base : key.start].rstrip(" \t")
        if before.endswith("?"):
            self._error(key.start, "complex-key")
        elif not key.text:
            self._error(key.start, "empty-key")

    def _scalar(self, event: ScalarEvent, start: int) -> Scalar:
        end = self._ends(event)
        style = STYLES.get(event.style or "", "plain")
        if style in ("literal", "folded"):
            end = self._block_end(start, end, event.value)
        elif style == "plain":
            style = "plain" if end > start else "empty"
            self._warn_of_cut(end)
        return Scalar(event.value, start, end, self.lines.place(start), style)

    def _block_end(self, start: int, end: int, value: str) -> int:
        """The end without the blank lines that follow, over which libyaml's mark runs, unless the value keeps them."""
        text = self.lines.text[start:end]
        keeps = "+" in re.split(r"[\r\n#]", text, maxsplit=1)[0]
        last_line = value.rstrip("\n").rpartition("\n")[2]
        pattern = LAST_BREAK if keeps or (value.strip("\n") and not last_line.strip()) else BLANK_TAIL
        found = pattern.search(text)
        return start + found.start() if found else end

    def _warn_of_cut(self, end: int) -> None:
        cut = LIKELY_TEXT.match(self.lines.text, end)
        if cut:
            place = self.lines.place(cut.start(1))
            self.problems.warning(self.path, place, "comment-cuts-value", lost=cut[1].rstrip()[:60])
