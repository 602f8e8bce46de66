"""Where a change goes in TOML: each function gives the patches of one change, best first."""

import re
from collections import abc
from collections.abc import Iterator
from collections.abc import Sequence as Order
from itertools import chain

from exchange.documents import flow_edit
from exchange.documents.patching import (
    Patch,
    Patches,
    Value,
    Way,
    after_line,
    comments_above,
    deep_end,
    line_start,
    newline_at,
)
from exchange.documents.reading import Document
from exchange.documents.spans import Entry, Mapping, Node, Scalar
from exchange.documents.toml_write import inline, pairs, write_key, writings
from exchange.documents.ways import collection_at, in_flow, list_at, map_at, node_at, place_for, position

BLANK_LINES = re.compile(r"(?:(?<=\n)|(?<=\r)(?!\n))\s*\Z")
HEADER = re.compile(r"\[\[?[ \t]*(?P<way>[^\]\r\n]*?)[ \t]*\]\]?")


def replace(document: Document, way: Way, value: Value) -> Iterator[Patches]:
    """The value at a way gives place to another; comments beside it stay."""
    node = node_at(document, way)
    if not isinstance(node, Scalar) and not node.flow:
        for without in remove(document, way):
            yield from _with_new(document, way, value, without)
        return
    nl = newline_at(document.text, node.start)
    if not isinstance(value, str):
        yield (Patch(node.start, node.end, inline(value)),)
        return
    style = node.style if isinstance(node, Scalar) else "plain"
    for written in writings(value, style, nl, inline=in_flow(document, way)):
        yield (Patch(node.start, node.end, written),)


def _with_new(document: Document, way: Way, value: Value, without: Patches) -> Iterator[Patches]:
    """A table gives place to a key of its parent."""
    parent = node_at(document, way[:-1])
    if isinstance(parent, Mapping) and isinstance(way[-1], str):
        yield (*without, *_add_line(document, parent, f"{write_key(way[-1])} = {inline(value)}", None))


def add_entry(document: Document, way: Way, key: str, value: Value, order: Order[str]) -> Iterator[Patches]:
    """A new key of the table at `way`, at the place that `order` gives; a map or a list of maps as tables."""
    node = map_at(document, way)
    if node.flow or in_flow(document, way):
        index = place_for(tuple(entry.key.text for entry in node.entries), key, order)
        yield flow_edit.insert(document.text, node, index, f"{write_key(key)} = {inline(value)}")
        return
    if not way and _as_tables(value):
        yield _add_tables(document, key, value)
    direct = _direct(node)
    index = place_for(tuple(entry.key.text for entry in direct), key, order)
    for written in _entry_writings(document, value):
        yield _add_line(document, node, f"{write_key(key)} = {written}", index)


def _entry_writings(document: Document, value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield from writings(value, "plain", document.newline)
    else:
        yield inline(value)


def _add_line(document: Document, table: Mapping, line: str, index: int | None) -> Patches:
    """A line among a table's own keys: before the one at `index`, or behind the last, or below its header."""
    text, direct = document.text, _direct(table)
    index = len(direct) if index is None else index
    if not direct:
        at = document.header.start if table is document.root else after_line(text, table.start)
        return (Patch(at, at, line + newline_at(text, table.start)),)
    beside = direct[max(index - 1, 0)]
    margin = text[line_start(text, beside.key.start) : beside.key.start]
    nl = newline_at(text, beside.value.end)
    at = after_line(text, beside.value.end)
    if index == 0:
        at = comments_above(text, beside.key.start, document.header.start)
    return (Patch(at, at, margin + line + nl),)


def _as_tables(value: Value) -> bool:
    if isinstance(value, str) or not value:
        return False
    return isinstance(value, abc.Mapping) or all(isinstance(item, abc.Mapping) for item in value)


def _add_tables(document: Document, key: str, value: Value) -> Patches:
    """`[key]` or `[[key]]` at the header's end."""
    many = not isinstance(value, abc.Mapping)
    tables = value if isinstance(value, abc.Sequence) and not isinstance(value, str) else [value]
    lines: list[str] = []
    for table in tables:
        name = write_key(key)
        lines += ["", f"[[{name}]]" if many else f"[{name}]"]
        lines += pairs(table) if isinstance(table, abc.Mapping) else []
    text, at = document.text, document.header.end
    nl = newline_at(text, document.header.start)
    if at == document.header.start or not text[line_start(text, at - 1) : at].strip():
        lines = lines[1:]
    return (Patch(at, at, "".join(line + nl for line in lines)),)


def add_item(document: Document, way: Way, index: int, value: Value) -> Iterator[Patches]:
    """A new item of the list at `way`, before the one at `index`."""
    text, node = document.text, list_at(document, way)
    if node.flow or in_flow(document, way):
        yield flow_edit.insert(text, node, index, inline(value))
        return
    header = HEADER.match(text, node.items[0].start)
    if header is None or not isinstance(value, abc.Mapping):
        return
    first = node.items[0].start
    nl = newline_at(text, first)
    lines = f"[[{header['way']}]]", *pairs(value)
    block = "".join(line + nl for line in lines)
    if index < len(node):
        at = comments_above(text, node.items[index].start, document.header.start)
        yield (Patch(at, at, block + nl),)
    else:
        at = after_line(text, deep_end(node.items[-1]))
        yield (Patch(at, at, nl + block),)


def remove(document: Document, way: Way) -> Iterator[Patches]:
    """A key, a table or an item goes with its lines."""
    text, node = document.text, node_at(document, way)
    parent = collection_at(document, way[:-1])
    if parent.flow or in_flow(document, way):
        yield flow_edit.remove(text, parent, position(parent, way))
        return
    start = node.start
    if isinstance(parent, Mapping) and not _has_header(text, node):
        start = parent.entries[position(parent, way)].key.start
    yield (Patch(line_start(text, start), after_line(text, deep_end(node)), ""),)


def clear(document: Document, way: Way) -> Iterator[Patches]:
    """The same: TOML has no key without a value."""
    yield from remove(document, way)


def rename(document: Document, way: Way, name: str) -> Iterator[Patches]:
    """Another name for a key, in its place and in the headers of its tables."""
    parent, node = map_at(document, way[:-1]), node_at(document, way)
    key = parent.entries[position(parent, way)].key
    found = {(key.start, key.end)}
    if len(way) == 1 and not isinstance(node, Scalar) and not node.flow:
        written = re.escape(document.text[key.start : key.end])
        header = re.compile(rf"(?m)^[ \t]*\[\[?[ \t]*({written})[ \t]*[.\]]")
        found |= {match.span(1) for match in header.finditer(document.text, node.start, document.header.end)}
    yield tuple(Patch(start, end, write_key(name)) for start, end in found)


def wrap(document: Document, way: Way) -> Iterator[Patches]:
    """The value at a way becomes the first item of a list."""
    text, node = document.text, node_at(document, way)
    start, end = node.start, node.end
    header = HEADER.match(text, start) if _has_header(text, node) else None
    if header:
        end = header.end()
    yield Patch(start, start, "["), Patch(end, end, "]")


def unwrap(document: Document, way: Way) -> Iterator[Patches]:
    """A list's only item takes its place."""
    text, node = document.text, list_at(document, way)
    (item,) = node.items
    if node.flow:
        yield Patch(node.start, item.start, ""), Patch(item.end, node.end, "")
        return
    header = HEADER.match(text, item.start)
    if header:
        yield Patch(item.start, item.start + 1, ""), Patch(header.end() - 1, header.end(), "")


def into_map(document: Document, way: Way, key: str) -> Iterator[Patches]:
    """The value at a way becomes the value of a key of a new inline table."""
    node = node_at(document, way)
    yield Patch(node.start, node.start, "{ " + f"{write_key(key)} = "), Patch(node.end, node.end, " }")


def move(document: Document, way: Way, old: int, new: int) -> Iterator[Patches]:
    """An item goes to another place in its list, with its comments."""
    text, node = document.text, list_at(document, way)
    if node.flow:
        yield flow_edit.move(text, node, old, new)
        return
    starts = [comments_above(text, item.start, document.header.start) for item in node.items]
    ends = [*starts[1:], after_line(text, deep_end(node.items[-1]))]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    blanks = ["".join(BLANK_LINES.findall(part)[:1]) for part in parts]
    tables = [part.removesuffix(blank) for part, blank in zip(parts, blanks, strict=True)]
    tables.insert(new, tables.pop(old))
    moved = chain.from_iterable(zip(tables, blanks, strict=True))
    yield (Patch(starts[0], ends[-1], "".join(moved)),)


def _direct(table: Mapping) -> list[Entry]:
    """A table's own `key = value` lines."""
    return [entry for entry in table.entries if isinstance(entry.value, Scalar) or entry.value.flow]


def _has_header(text: str, node: Node) -> bool:
    return not isinstance(node, Scalar) and not node.flow and text.startswith("[", node.start)
