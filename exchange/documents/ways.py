"""Where a way through a document leads, and where among its neighbours something new goes."""

from collections.abc import Sequence as Order

from exchange.documents.patching import EditError, Way
from exchange.documents.reading import Document
from exchange.documents.spans import Mapping, Node, Scalar, Sequence


def node_at(document: Document, way: Way) -> Node:
    """The node at the end of a way; EditError where there is none."""
    node = document.find(way)
    if node is None:
        raise EditError("no-such-value", way)
    return node


def map_at(document: Document, way: Way) -> Mapping:
    """The same, where it must be a map."""
    node = node_at(document, way)
    if not isinstance(node, Mapping):
        raise EditError("not-a-map", way)
    return node


def list_at(document: Document, way: Way) -> Sequence:
    """The same, where it must be a list."""
    node = node_at(document, way)
    if not isinstance(node, Sequence):
        raise EditError("not-a-list", way)
    return node


def collection_at(document: Document, way: Way) -> Mapping | Sequence:
    """The same, where it must be one of the two."""
    node = node_at(document, way)
    if isinstance(node, Scalar):
        raise EditError("not-a-map", way)
    return node


def in_flow(document: Document, way: Way) -> bool:
    """Whether a way leads through brackets or braces."""
    above = (document.find(way[:depth]) for depth in range(len(way)))
    return any(not isinstance(node, Scalar) and node is not None and node.flow for node in above)


def position(parent: Mapping | Sequence, way: Way) -> int:
    """Which of its parent's members a way leads to: the last, of a key given twice."""
    step = way[-1]
    if isinstance(parent, Mapping):
        return max(at for at, entry in enumerate(parent.entries) if entry.key.text == step)
    return int(step)


def place_for(keys: Order[str], key: str, order: Order[str]) -> int:
    """Where a new key goes: behind the nearest of `order` before it that is there, else before the nearest after."""
    if key in order:
        at = list(order).index(key)
        for before in reversed(order[:at]):
            if before in keys:
                return len(keys) - list(reversed(keys)).index(before)
        for after in order[at + 1 :]:
            if after in keys:
                return list(keys).index(after)
    return len(keys)
