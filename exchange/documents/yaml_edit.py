"""Where a change goes in YAML: each function gives the patches of one change, best first."""

import re
from collections.abc import Iterator
from collections.abc import Sequence as Order
from dataclasses import dataclass
from dataclasses import replace as with_changes

from exchange.documents import flow_edit
from exchange.documents.patching import (
    Bare,
    EditError,
    Patch,
    Patches,
    Value,
    Way,
    after_line,
    comments_above,
    line_end,
    line_start,
    newline_at,
)
from exchange.documents.reading import Document
from exchange.documents.spans import LINE_BREAK, Mapping, Node, Scalar, Sequence
from exchange.documents.ways import collection_at, in_flow, list_at, map_at, node_at, place_for, position
from exchange.documents.yaml_scalars import Written, write_key, writings
from exchange.documents.yaml_write import Manner, manner_of

COLON = re.compile(r"[ \t]*:")
DASH = re.compile(r"[ \t]*(-)(?=[ \t\r\n]|\Z)")
BLOCK_HEAD = re.compile(r"[|>][-+0-9]*")
BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Member:
    """A key with its value, or a dash with its item: where it begins, the offset behind colon or dash, the value."""

    start: int
    behind: int
    value: Node
    column: int

    @property
    def end(self) -> int:
        """Where its value ends."""
        return max(self.behind, self.value.end)


def replace(document: Document, way: Way, value: Value) -> Iterator[Patches]:
    """The value at a way gives place to another; comments beside it stay."""
    node = node_at(document, way)
    if in_flow(document, way):
        for head in _flow_heads(document, node, value):
            yield _put_in_flow(document, way, node, head)
        return
    member = member_at(document, way)
    for written in _block_writings(document, way, member, value):
        yield put(document.text, member, written)


def _flow_heads(document: Document, node: Node, value: Value) -> Iterator[str]:
    if isinstance(value, str):
        style = node.style if isinstance(node, Scalar) else "plain"
        for written in writings(value, style, flow=True, bare=isinstance(value, Bare)):
            yield written.head
    else:
        for manner in manners(document):
            yield manner.flow(value)


def _put_in_flow(document: Document, way: Way, node: Node, head: str) -> Patches:
    if node.end > node.start or not isinstance(way[-1], str):
        return (Patch(node.start, node.end, head),)
    parent = map_at(document, way[:-1])
    entry = parent.entries[position(parent, way)]
    colon = COLON.match(document.text, entry.key.end)
    at = colon.end() if colon else entry.key.end
    return (Patch(at, at, f" {head}" if colon else f": {head}"),)


def _block_writings(document: Document, way: Way, member: Member, value: Value) -> Iterator[Written]:
    """Ways to write a value in a block, its lines indented as they will stand."""
    margin = " " * (member.column - 1)
    if isinstance(value, str):
        node = member.value
        style = node.style if isinstance(node, Scalar) else "plain"
        manner = manner_of(document.root, document.text)
        indent = _block_indent(document.text, node) or margin + " " * manner.map_step
        for written in writings(value, style, bare=isinstance(value, Bare)):
            yield Written(written.head, tuple(indent + line if line else "" for line in written.lines))
        return
    for manner in manners(document):
        written = manner.item_value(value) if isinstance(way[-1], int) else manner.value(value)
        yield Written(written.head, tuple(margin + line if line else "" for line in written.lines))


def _block_indent(text: str, node: Node) -> str:
    """The blanks before the first line with text of a block scalar."""
    if not isinstance(node, Scalar) or not node.block:
        return ""
    lines = LINE_BREAK.split(text[node.start : node.end])[1:]
    return next((line[: len(line) - len(line.lstrip(" "))] for line in lines if line.strip()), "")


def put(text: str, member: Member, written: Written) -> Patches:
    """A member's value written anew: the head behind colon or dash, the lines below, between them what stood there."""
    value, behind = member.value, member.behind
    nl = newline_at(text, behind)
    below = "".join(nl + line for line in written.lines)
    if member.end == behind:
        head = Patch(behind, behind, " " + written.head if written.head else "")
        at = line_end(text, behind)
        return head, Patch(at, at, below)
    begin = value.start if written.head or "#" in text[behind : value.start] else behind
    if isinstance(value, Scalar) and value.block:
        mark = BLOCK_HEAD.match(text, value.start)
        at = line_end(text, value.start)
        return (
            Patch(begin, mark.end() if mark else value.start, written.head),
            Patch(at, max(at, value.end), below),
        )
    if not isinstance(value, Scalar) and not value.flow and LINE_BREAK.search(text, behind, value.start):
        at = line_end(text, behind)
        head = Patch(behind, behind, " " + written.head if written.head else "")
        return head, Patch(at, line_end(text, value.end), below)
    at = line_end(text, value.end)
    return Patch(begin, value.end, written.head), Patch(at, at, below)


def add_entry(document: Document, way: Way, key: str, value: Value, order: Order[str]) -> Iterator[Patches]:
    """A new key of the map at `way`, at the place that `order` gives."""
    node = map_at(document, way)
    index = place_for(tuple(entry.key.text for entry in node.entries), key, order)
    for manner in manners(document):
        if node.flow or in_flow(document, way):
            yield flow_edit.insert(document.text, node, index, f"{write_key(key)}: {manner.flow(value)}")
        else:
            spots = [member_of_entry(document, node, at) for at in range(len(node))]
            yield add_lines(document, spots, index, manner.entry(key, value))


def add_item(document: Document, way: Way, index: int, value: Value) -> Iterator[Patches]:
    """A new item of the list at `way`, before the one at `index`."""
    node = list_at(document, way)
    gap = "" if node.flow else document.text[node.start + 1 : node.items[0].start]
    for manner in manners(document):
        if node.flow or in_flow(document, way):
            yield flow_edit.insert(document.text, node, index, manner.flow(value))
        else:
            own = with_changes(manner, dash_gap=len(gap)) if gap and not gap.strip(" ") else manner
            yield add_lines(document, members_of_list(document, node), index, own.item(value))


def add_lines(document: Document, spots: list[Member], index: int, lines: tuple[str, ...]) -> Patches:
    """New lines among the members of a block: behind the one before, else above the first and its comments."""
    text = document.text
    margin = " " * (spots[0].column - 1)
    if index:
        before = spots[index - 1]
        at = after_line(text, before.end)
        nl = newline_at(text, before.end)
    elif owns_line(text, spots[0].start):
        at = comments_above(text, spots[0].start, document.header.start)
        nl = newline_at(text, spots[0].start)
    else:
        at = spots[0].start
        nl = newline_at(text, at)
        return (Patch(at, at, "".join(line + nl for line in _from_second(lines, margin)) + margin),)
    return (Patch(at, at, "".join((margin + line if line else "") + nl for line in lines)),)


def remove(document: Document, way: Way) -> Iterator[Patches]:
    """A key or an item goes with its lines; it is not the only one there."""
    parent = collection_at(document, way[:-1])
    index = position(parent, way)
    text = document.text
    if parent.flow or in_flow(document, way):
        yield flow_edit.remove(text, parent, index)
        return
    member = member_at(document, way)
    if owns_line(text, member.start):
        yield (Patch(line_start(text, member.start), after_line(text, member.end), ""),)
        return
    following = member_at(document, (*way[:-1], _step_after(parent, index)))
    between = text[member.end : following.start]
    yield (Patch(member.start, member.end if between.strip(BLANKS) else following.start, ""),)


def clear(document: Document, way: Way) -> Iterator[Patches]:
    """A value goes, its key or dash stays."""
    if in_flow(document, way):
        yield _put_in_flow(document, way, node_at(document, way), "")
    else:
        yield put(document.text, member_at(document, way), Written(""))


def rename(document: Document, way: Way, name: str) -> Iterator[Patches]:
    """Another name for a key, in its place."""
    parent = map_at(document, way[:-1])
    key = parent.entries[position(parent, way)].key
    for written in writings(name, key.style, flow=True):
        yield (Patch(key.start, key.end, written.head),)


def wrap(document: Document, way: Way) -> Iterator[Patches]:
    """The value at a way becomes the first item of a list."""
    text, node = document.text, node_at(document, way)
    if in_flow(document, way) or (not isinstance(node, Scalar) and node.flow):
        yield Patch(node.start, node.start, "["), Patch(node.end, node.end, "]")
        return
    member = member_at(document, way)
    manner = manner_of(document.root, text)
    dash = " " * (member.column - 1 + manner.dash_step) + "-" + " " * manner.dash_gap
    if isinstance(node, Scalar):
        if not node.block:
            yield put(text, member, Written("", (dash + text[node.start : node.end],)))
        return
    first = line_start(text, node.start)
    shift = len(dash) - (node.start - first)
    body = _shifted(text[node.start : line_end(text, node.end)], shift)
    yield (Patch(first, line_end(text, node.end), dash + body),)


def unwrap(document: Document, way: Way) -> Iterator[Patches]:
    """A list's only item takes its place."""
    text, node = document.text, list_at(document, way)
    (item,) = node.items
    if node.flow:
        yield Patch(node.start, item.start, ""), Patch(item.end, node.end, "")
        return
    member = member_at(document, way)
    before = text[node.start + 1 : item.start]
    above = text[line_end(text, member.behind) : node.start]
    if isinstance(item, Scalar) or item.flow:
        if "#" in above + before + text[item.end : line_end(text, item.end)]:
            # The value on a line of its own keeps the comments around it.
            yield (Patch(node.start, node.start + 1, ""),)
        else:
            yield put(text, member, Written(text[item.start : item.end]))
    elif not before.strip(BLANKS):
        margin = member.column - 1 + manner_of(document.root, text).map_step
        body = _shifted(text[item.start : line_end(text, item.end)], margin - item.place.column + 1)
        yield (Patch(line_start(text, node.start), line_end(text, item.end), " " * margin + body),)


def into_map(document: Document, way: Way, key: str) -> Iterator[Patches]:
    """The value at a way becomes the value of a key of a new map."""
    text, node = document.text, node_at(document, way)
    written = text[node.start : node.end]
    if in_flow(document, way):
        yield (Patch(node.start, node.end, "{" + f"{write_key(key)}: {written}" + "}"),)
        return
    member = member_at(document, way)
    line = f"{write_key(key)}: {written}"
    if isinstance(way[-1], int):
        yield (Patch(node.start, node.end, line),)
        return
    margin = " " * (member.column - 1 + manner_of(document.root, text).map_step)
    yield put(text, member, Written("", (margin + line,)))


def move(document: Document, way: Way, old: int, new: int) -> Iterator[Patches]:
    """An item goes to another place in its list, with its comments."""
    text, node = document.text, list_at(document, way)
    if node.flow:
        yield flow_edit.move(text, node, old, new)
        return
    spots = members_of_list(document, node)
    if not owns_line(text, spots[0].start):
        return
    ends = [after_line(text, spot.end) for spot in spots]
    starts = [comments_above(text, spots[0].start, after_line(text, _above(document, way))), *ends[:-1]]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    parts.insert(new, parts.pop(old))
    yield (Patch(starts[0], ends[-1], "".join(parts)),)


def _above(document: Document, way: Way) -> int:
    return member_at(document, way).behind if way else document.header.start


def manners(document: Document) -> tuple[Manner, Manner]:
    """The file's own manner, then the same with every text in double quotes."""
    own = manner_of(document.root, document.text)
    return own, with_changes(own, safe=True)


def owns_line(text: str, offset: int) -> bool:
    """Whether only blanks stand before it on its line."""
    return not text[line_start(text, offset) : offset].strip(" \t")


def member_at(document: Document, way: Way) -> Member:
    """The block member that a way leads to."""
    parent = collection_at(document, way[:-1])
    if isinstance(parent, Mapping):
        return member_of_entry(document, parent, position(parent, way))
    return members_of_list(document, parent)[position(parent, way)]


def member_of_entry(document: Document, node: Mapping, index: int) -> Member:
    """A key of a block map."""
    entry = node.entries[index]
    colon = COLON.match(document.text, entry.key.end)
    behind = colon.end() if colon else entry.key.end
    return Member(entry.key.start, behind, entry.value, entry.key.place.column)


def members_of_list(document: Document, node: Sequence) -> list[Member]:
    """The items of a block list: their dashes are looked for, since only the first one's place is known."""
    text, at = document.text, node.start
    found: list[Member] = []
    for item in node.items:
        while found and not (dash := DASH.match(text, at)):
            if at >= document.header.end:
                raise EditError("not-exact")
            at = after_line(text, at)
        start = dash.start(1) if found and dash else node.start
        found.append(Member(start, start + 1, item, node.place.column))
        at = after_line(text, max(start + 1, item.end))
    return found


def _step_after(parent: Mapping | Sequence, index: int) -> str | int:
    return parent.entries[index + 1].key.text if isinstance(parent, Mapping) else index + 1


def _from_second(lines: tuple[str, ...], margin: str) -> tuple[str, ...]:
    """Lines of which the first is put where something stands before it."""
    return (lines[0], *(margin + line if line else "" for line in lines[1:]))


def _shifted(text: str, width: int) -> str:
    """All lines but the first moved to the right, or left where they have the blanks."""
    parts = re.split(r"(\r\n|\r|\n)", text)
    for at in range(2, len(parts), 2):
        if width > 0 and parts[at]:
            parts[at] = " " * width + parts[at]
        elif width < 0 and not parts[at][:-width].strip(" "):
            parts[at] = parts[at][-width:]
    return "".join(parts)
