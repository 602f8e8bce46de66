"""One document on its way to another record: what the rules write, a value at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exchange.documents import Document, Node, Scalar, set_value
from exchange.scalars import BadValue, ClockShape, is_none, read_clock, read_flag

Way = tuple[str | int, ...]
# A record's fields and lists by name, or an element's fields.
Said = Mapping[str, Any]


@dataclass
class Writer:
    """The document as it stands by now. ``order`` gives the usual order of the keys of the map at a way."""

    document: Document
    order: Callable[[Way], Sequence[str]]

    def find(self, way: Way) -> Node | None:
        """The node at a way, if it is there."""
        return self.document.find(way)

    def text(self, way: Way) -> str:
        """The text of the scalar at a way; "" where there is none."""
        node = self.find(way)
        return node.text if isinstance(node, Scalar) else ""

    def is_none(self, way: Way) -> bool:
        """Whether there is no value at a way."""
        node = self.find(way)
        return node is None or (isinstance(node, Scalar) and is_none(node.text, node.quoted))

    def flag(self, way: Way) -> bool | None:
        """What the flag at a way says, if it says anything."""
        try:
            return None if self.is_none(way) else read_flag(self.text(way)).value
        except BadValue:
            return None

    def set(self, way: Way, value: Any) -> None:
        """Write a value at a way; None takes it out."""
        if value is None and self.find(way) is None:
            return
        self.document = set_value(self.document, way, value, self.order)


def clock_shape(document: Document, way: Way) -> ClockShape:
    """How clock times are written at a way, or else elsewhere in the same map."""
    above = document.find(way[:-1])
    siblings = [entry.value for entry in getattr(above, "entries", ())]
    for node in (document.find(way), *siblings):
        if isinstance(node, Scalar):
            try:
                shape = read_clock(node.text).value.shape
            except BadValue:
                continue
            # An offset is told of one time, and not of those that stand beside it.
            return shape if node is document.find(way) else ClockShape(**{**_parts(shape), "offset": ""})
    return ClockShape()


def _parts(shape: ClockShape) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in ClockShape.__dataclass_fields__}
