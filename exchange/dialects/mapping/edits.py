"""Single changes to the files of a mapped site."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from exchange.dialects.mapping.scopes import Way
from exchange.documents import (
    Bare,
    Document,
    EditError,
    Node,
    Scalar,
    insert_item,
    into_map,
    move_item,
    remove_value,
    rename_key,
    replace_body,
    set_value,
    wrap_in_list,
)
from exchange.documents import Mapping as KeyMapping
from exchange.documents.yaml_scalars import looks_other

Verb = Literal["set", "body", "insert", "remove", "move", "wrap", "rename", "map"]


@dataclass(frozen=True)
class Edit:
    """One change of a document: ``way`` is of the value, or of the list in which an item comes, goes or moves.

    ``order`` are the keys that stand where a new one comes, in their usual order.
    """

    path: str
    verb: Verb
    way: Way
    value: Any = None
    index: int = 0
    to: int = 0
    order: Sequence[str] = ()

    def is_plain(self, document: Document) -> bool:
        """Whether it writes one text in the place of another."""
        old = document.find(self.way) if self.way else None
        is_text = self.verb == "set" and isinstance(self.value, str) and isinstance(old, Scalar)
        return is_text and not self.path.endswith(".json")

    def make(self, document: Document) -> Document:
        """The document after it. Raises EditError."""
        if self.path.endswith(".json"):
            # YAML's quotes are not JSON's: such a file is read only.
            raise EditError("not-exact", self.way)
        if self.verb == "body":
            return replace_body(document, str(self.value or ""))
        if self.verb == "set":
            if self.value is None and document.find(self.way) is None:
                return document
            return set_value(document, self.way, self.value, self.order)
        return self._arranged(document)

    def _arranged(self, document: Document) -> Document:
        if self.verb == "insert":
            return insert_item(document, self.way, self.index, self.value)
        if self.verb == "remove":
            return remove_value(document, (*self.way, self.index))
        if self.verb == "move":
            return move_item(document, self.way, self.index, self.to)
        if self.verb == "rename":
            return rename_key(document, self.way, str(self.value))
        if self.verb == "map":
            node = document.find(self.way)
            return document if isinstance(node, KeyMapping) else into_map(document, self.way, str(self.value))
        return wrap_in_list(document, self.way)


def target_edit(path: str, way: Way, value: Any, documents: Mapping[str, Document]) -> Edit:
    """The change that writes a value at a way; the way without steps is the body."""
    if not way:
        return Edit(path, "body", way, value)
    own = documents.get(path)
    node = own.find(way) if own else None
    maps = list(_like_maps(own, way, documents)) if own and node is None else []
    like = node or next((one.get(str(way[-1])) for one in maps), None)
    if isinstance(value, str) and isinstance(like, Scalar):
        value = _as_like(value, like, new=node is None)
    return Edit(path, "set", way, value, order=maps[0].keys() if maps else ())


def _like_maps(own: Document, way: Way, documents: Mapping[str, Document]) -> Iterator[KeyMapping]:
    """The maps that have the key at the end of a way, and are the like of the one in which it comes."""
    folder = own.path.rpartition("/")[0]
    for document in (own, *(one for path, one in documents.items() if path.rpartition("/")[0] == folder)):
        for like in _alike(document, way[:-1]):
            if isinstance(like, KeyMapping) and like.get(str(way[-1])) is not None:
                yield like


def _alike(document: Document, way: Way) -> Sequence[Node]:
    """What stands at a way, and beside it if it is an element of a list."""
    beside = document.find(way[:-1]) if way and isinstance(way[-1], int) else None
    found = document.find(way)
    return [*([found] if found is not None else []), *(getattr(beside, "items", ()))]


def _as_like(text: str, old: Scalar, *, new: bool) -> str:
    """A text that stands without quotes where the like of it is a number or a flag without, and in them else."""
    if old.quoted and new:
        return str(text)
    bare = old.style == "plain" and looks_other(old.text) and looks_other(text) and text.strip() == text
    return Bare(text) if bare and text else text
