"""Changes inside brackets and braces, which YAML and TOML write alike."""

import re

from exchange.documents.patching import Patch, Patches
from exchange.documents.spans import Mapping, Sequence

ONLY_COMMA = re.compile(r",\s*")
COMMENT = re.compile(r"#[^\r\n]*")


def members(node: Mapping | Sequence) -> list[tuple[int, int]]:
    """Where each item, or each key with its value, begins and ends."""
    if isinstance(node, Sequence):
        return [(item.start, item.end) for item in node.items]
    return [(entry.key.start, max(entry.key.end, entry.value.end)) for entry in node.entries]


def insert(text: str, node: Mapping | Sequence, index: int, piece: str) -> Patches:
    """A new item before the one at `index`, or behind the last; parted like the first two."""
    spans = members(node)
    if not spans:
        return (Patch(node.start + 1, node.end - 1, piece),)
    between = _separator(text, node.start, spans)
    if index == 0:
        return (Patch(spans[0][0], spans[0][0], piece + between),)
    behind = spans[index - 1][1]
    return (Patch(behind, behind, between + piece),)


def remove(text: str, node: Mapping | Sequence, index: int) -> Patches:
    """An item and one comma less; comments beside the others stay."""
    spans = members(node)
    start, end = spans[index]
    if len(spans) == 1:
        return (Patch(node.start + 1, node.end - 1, ""),)
    if index + 1 < len(spans):
        after = spans[index + 1][0]
        if "#" not in text[end:after]:
            return (Patch(start, after, ""),)
        comma = _comma(text, end, after)
        return Patch(start, end, ""), Patch(comma, comma + 1, "")
    before = spans[index - 1][1]
    if "#" not in text[before:start]:
        return (Patch(before, end, ""),)
    comma = _comma(text, before, start)
    return Patch(comma, comma + 1, ""), Patch(start, end, "")


def move(text: str, node: Sequence, old: int, new: int) -> Patches:
    """The item at `old` goes to `new`; commas, blanks and comments stay where they are."""
    spans = members(node)
    written = [text[start:end] for start, end in spans]
    written.insert(new, written.pop(old))
    return tuple(Patch(*span, one) for span, one in zip(spans, written, strict=True))


def _separator(text: str, start: int, spans: list[tuple[int, int]]) -> str:
    if len(spans) > 1:
        between = text[spans[0][1] : spans[1][0]]
        return between if ONLY_COMMA.fullmatch(between) else ", "
    before = text[start + 1 : spans[0][0]]
    return "," + before if before.strip(" \t\r\n") == "" and before.strip(" \t") else ", "


def _comma(text: str, start: int, end: int) -> int:
    """The comma between two items, not one in a comment."""
    flat = COMMENT.sub(lambda found: " " * len(found[0]), text[start:end])
    return start + flat.index(",")
