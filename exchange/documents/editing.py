"""Changing a document: one value, key or item at a time, with every other byte as it was.

Each function gives a new document, or raises EditError with nothing made: the edited text is read again, and it
must give exactly the value meant at its place and every other value as it was, style and all.
"""

from collections import abc
from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias

from exchange.documents import toml_edit, yaml_edit
from exchange.documents.patching import (
    EditError,
    Moved,
    Patches,
    Value,
    Way,
    first_exact,
    rearranged,
    replaced,
    under,
    unlike,
)
from exchange.documents.reading import Document
from exchange.documents.spans import Mapping, Node, Scalar, Sequence
from exchange.documents.yaml_scalars import trailing
from exchange.scalars import is_none

# The keys of a map in their usual order: of the one that a change is made in, or of any, asked for by its way.
Order: TypeAlias = abc.Sequence[str] | Callable[[Way], abc.Sequence[str]]


class Writer(Protocol):
    """What a language's module can do: each gives the patches of one change, best first."""

    def replace(self, document: Document, way: Way, value: Value) -> Iterator[Patches]:
        """Another value at a way."""
        ...

    def add_entry(
        self, document: Document, way: Way, key: str, value: Value, order: abc.Sequence[str]
    ) -> Iterator[Patches]:
        """A new key of the map at a way."""
        ...

    def add_item(self, document: Document, way: Way, index: int, value: Value) -> Iterator[Patches]:
        """A new item of the list at a way."""
        ...

    def remove(self, document: Document, way: Way) -> Iterator[Patches]:
        """A key or an item goes; it is not the only one."""
        ...

    def clear(self, document: Document, way: Way) -> Iterator[Patches]:
        """A value goes, its key stays."""
        ...

    def rename(self, document: Document, way: Way, name: str) -> Iterator[Patches]:
        """Another name for a key."""
        ...

    def wrap(self, document: Document, way: Way) -> Iterator[Patches]:
        """A list around a value."""
        ...

    def unwrap(self, document: Document, way: Way) -> Iterator[Patches]:
        """A list's only item in its place."""
        ...

    def into_map(self, document: Document, way: Way, key: str) -> Iterator[Patches]:
        """A map around a value."""
        ...

    def move(self, document: Document, way: Way, old: int, new: int) -> Iterator[Patches]:
        """An item of the list at a way at another place."""
        ...


WRITERS: dict[str, Writer] = {"yaml": yaml_edit, "toml": toml_edit}


def set_value(document: Document, way: Way, value: Value, order: Order = ()) -> Document:
    """The document with a value at a way of keys and positions, such as `("papers", 0, "title")`.

    A text keeps the style of the old one where it can and is quoted where a reader could take it for something
    else; `Bare` asks for no quotes. A block scalar keeps the line ends at its end if `value` has none. A map or a
    list over one of its kind changes only the keys and items that differ; keys that it lacks go. None removes the
    key, or leaves it with nothing behind it where it is the only one of its map or its like stands empty elsewhere
    in the file. A new key goes where `order` puts it: the dialect's keys at that level, or a function that gives
    them for the way of any map. Maps and lists on the way there are made.
    """
    refuse_repeated(document, way)
    if not way:
        raise EditError("no-such-value", way)
    node = document.find(way)
    if value is None:
        return _set_none(document, way, node)
    if node is None:
        return _add(document, way, value, order)
    value = _with_line_ends(node, value)
    if not unlike(node, value):
        return document
    if isinstance(node, Mapping) and len(node) and isinstance(value, abc.Mapping) and value:
        return _set_map(document, way, node, value, order)
    if isinstance(node, Sequence) and len(node) and isinstance(value, abc.Sequence) and _has_items(value):
        return _set_list(document, way, node, value)
    return first_exact(document, _writer(document).replace(document, way, value), replaced(way), way, value)


def remove_value(document: Document, way: Way) -> Document:
    """The document without a key or an item. A list or map that has no other becomes an empty value.

    Raises EditError where it isn't there, or is the file's only key.
    """
    refuse_repeated(document, way)
    parent = document.find(way[:-1]) if way else None
    if parent is None or document.find(way) is None:
        raise EditError("no-such-value", way)
    if isinstance(parent, Scalar) or (len(parent) == 1 and len(way) == 1):
        raise EditError("last-key", way)
    if len(parent) == 1:
        return _empty(document, way[:-1], parent)
    step = way[-1]
    attempts = _writer(document).remove(document, way)
    return rearranged(document, attempts, _without(way) if isinstance(step, int) else _gone(way), way)


def insert_item(document: Document, way: Way, index: int, value: Value, order: Order = ()) -> Document:
    """The document with one more item in the list at `way`, before the one at `index`.

    A list that isn't there, or is empty, is made with this item. `order`: as for `set_value`.
    """
    refuse_repeated(document, way)
    node = document.find(way)
    if node is None or (_is_empty(node) and not isinstance(node, Sequence)):
        return set_value(document, way, [value], order)
    if not isinstance(node, Sequence) or not 0 <= index <= len(node):
        raise EditError("not-a-list", way)
    depth, place = len(way), (*way, index)

    def moved(other: Way) -> Way | None:
        if other == way:
            return None
        if not under(other, way) or _position(other, depth) < index:
            return other
        return (*way, _position(other, depth) + 1, *other[depth + 1 :])

    return first_exact(document, _writer(document).add_item(document, way, index, value), moved, place, value)


def move_item(document: Document, way: Way, old: int, new: int) -> Document:
    """The document with the item at `old` of the list at `way` at `new`; the others keep their order."""
    refuse_repeated(document, way)
    node = document.find(way)
    if not isinstance(node, Sequence) or not (0 <= old < len(node) and 0 <= new < len(node)):
        raise EditError("not-a-list", way)
    if old == new:
        return document
    positions = list(range(len(node)))
    positions.insert(new, positions.pop(old))
    depth = len(way)

    def moved(other: Way) -> Way:
        if not under(other, way):
            return other
        return (*way, positions.index(_position(other, depth)), *other[depth + 1 :])

    return rearranged(document, _writer(document).move(document, way, old, new), moved, way)


def rename_key(document: Document, way: Way, name: str) -> Document:
    """The document with another name for the key at the end of a way, in the same place."""
    refuse_repeated(document, way)
    place = (*way[:-1], name)
    if document.find(way) is None or not isinstance(way[-1], str):
        raise EditError("no-such-value", way)
    if document.find(place) is not None:
        raise EditError("key-twice", place)
    attempts = _writer(document).rename(document, way, name)
    return rearranged(document, attempts, _from_to(way, place), way)


def wrap_in_list(document: Document, way: Way) -> Document:
    """The document with the value at `way` as the first item of a list: `speaker:` before it becomes `speakers:`."""
    _refuse_absent(document, way)
    return rearranged(document, _writer(document).wrap(document, way), _from_to(way, (*way, 0)), way)


def unwrap_list(document: Document, way: Way) -> Document:
    """The document with the only item of the list at `way` in the list's place."""
    node = _refuse_absent(document, way)
    if not isinstance(node, Sequence) or len(node) != 1:
        raise EditError("not-a-list", way)
    return rearranged(document, _writer(document).unwrap(document, way), _from_to((*way, 0), way), way)


def into_map(document: Document, way: Way, key: str) -> Document:
    """The document with a map in place of a scalar, which becomes its `key`: a printed name gets its own map."""
    node = _refuse_absent(document, way)
    if not isinstance(node, Scalar):
        raise EditError("not-a-map", way)
    return rearranged(
        document, _writer(document).into_map(document, way, key), _from_to(way, (*way, key)), way
    )


def refuse_repeated(document: Document, way: Way) -> None:
    """Raise EditError if a way leads through a key that stands twice in its map."""
    for depth, step in enumerate(way):
        node = document.find(way[:depth])
        if isinstance(node, Mapping) and step in node.repeated():
            raise EditError("key-twice", way[: depth + 1])


def _set_none(document: Document, way: Way, node: Node | None) -> Document:
    if node is None or not unlike(node, None):
        return document
    parent = document.find(way[:-1])
    alone = isinstance(parent, Mapping | Sequence) and len(parent) == 1
    if (
        document.kind == "yaml"
        and isinstance(way[-1], str)
        and (alone or _stands_empty(document.root, way[-1]))
    ):
        return _empty(document, way, node)
    return remove_value(document, way)


def _empty(document: Document, way: Way, node: Node) -> Document:
    """A key or a dash with nothing behind it; brackets stay, in TOML also a list's key goes."""
    writer = _writer(document)
    if isinstance(node, Sequence) and node.flow:
        return first_exact(document, writer.replace(document, way, ()), replaced(way), way, ())
    if document.kind == "toml":
        return remove_value(document, way)
    return first_exact(document, writer.clear(document, way), replaced(way), way, None)


def _stands_empty(node: Node, key: str) -> bool:
    """Whether the file has this key with nothing behind it somewhere."""
    if isinstance(node, Scalar):
        return False
    if isinstance(node, Sequence):
        return any(_stands_empty(item, key) for item in node.items)
    return any(
        (entry.key.text == key and isinstance(entry.value, Scalar) and entry.value.style == "empty")
        or _stands_empty(entry.value, key)
        for entry in node.entries
    )


def _add(document: Document, way: Way, value: Value, order: Order) -> Document:
    """A value where there is none: a new key, a list's next item, or a map or list around it first."""
    *above, step = way
    parent = document.find(tuple(above))
    fits = isinstance(parent, Sequence if isinstance(step, int) else Mapping)
    if parent is None or (_is_empty(parent) and not fits):
        if isinstance(step, int) and step:
            raise EditError("no-such-value", way)
        around: Value = [value] if isinstance(step, int) else {step: value}
        return set_value(document, tuple(above), around, order if callable(order) else ())
    if isinstance(parent, Sequence) and isinstance(step, int):
        return insert_item(document, tuple(above), step, value)
    if not isinstance(parent, Mapping) or not isinstance(step, str):
        raise EditError("not-a-map", tuple(above))
    keys = order(tuple(above)) if callable(order) else order
    attempts = _writer(document).add_entry(document, tuple(above), step, value, keys)
    return first_exact(document, attempts, replaced(way), way, value)


def _set_map(
    document: Document, way: Way, node: Mapping, value: abc.Mapping[str, Value], order: Order
) -> Document:
    for key, below in value.items():
        document = set_value(document, (*way, key), below, order if callable(order) else tuple(value))
    for key in node.keys():  # noqa: SIM118 # not a dict's: each key once, whatever it holds
        if key not in value:
            document = remove_value(document, (*way, key))
    return document


def _set_list(document: Document, way: Way, node: Sequence, value: abc.Sequence[Value]) -> Document:
    """Items that are the same at both ends stay; between them some change, and some come or go."""
    old, new = len(node), len(value)
    most = min(old, new)
    head = next((at for at in range(most) if _differs(node.items[at], value[at])), most)
    most -= head
    tail = next((at for at in range(most) if _differs(node.items[old - 1 - at], value[new - 1 - at])), most)
    for index in reversed(range(max(new - tail, head), old - tail)):
        document = remove_value(document, (*way, index))
    for index in range(head, new - tail):
        if index < old - tail:
            document = set_value(document, (*way, index), value[index])
        else:
            document = insert_item(document, way, index, value[index])
    return document


def _differs(node: Node, value: Value) -> bool:
    return unlike(node, _with_line_ends(node, value))


def _with_line_ends(node: Node, value: Value) -> Value:
    """A text without line ends at its end takes those of the block scalar that it replaces."""
    if isinstance(node, Scalar) and node.block and isinstance(value, str) and value and not trailing(value):
        return value + trailing(node.text)
    return value


def _writer(document: Document) -> Writer:
    return WRITERS[document.kind]


def _has_items(value: Value) -> bool:
    return isinstance(value, abc.Sequence) and not isinstance(value, str) and len(value) > 0


def _is_empty(node: Node) -> bool:
    return is_none(node.text, node.quoted) if isinstance(node, Scalar) else not len(node)


def _refuse_absent(document: Document, way: Way) -> Node:
    refuse_repeated(document, way)
    node = document.find(way)
    if node is None or not way:
        raise EditError("no-such-value", way)
    return node


def _position(way: Way, depth: int) -> int:
    return int(way[depth])


def _gone(way: Way) -> Moved:
    return lambda other: None if under(other, way) else other


def _without(way: Way) -> Moved:
    """An item is gone, and those behind it move up."""
    *above, removed = way
    prefix, depth = tuple(above), len(above)

    def moved(other: Way) -> Way | None:
        if not under(other, prefix) or _position(other, depth) < int(removed):
            return other
        at = _position(other, depth)
        return None if at == removed else (*prefix, at - 1, *other[depth + 1 :])

    return moved


def _from_to(old: Way, new: Way) -> Moved:
    return lambda other: (*new, *other[len(old) :]) if under(other, old) else other
