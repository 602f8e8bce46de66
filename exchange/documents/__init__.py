"""One file as text: its bytes, fences and body, and where each value of its front matter stands."""

from exchange.documents.bodies import replace_body
from exchange.documents.editing import (
    Order,
    insert_item,
    into_map,
    move_item,
    remove_value,
    rename_key,
    set_value,
    unwrap_list,
    wrap_in_list,
)
from exchange.documents.patching import Bare, EditError, Value, Way
from exchange.documents.reading import Document, KeysTwice, read_data, read_document
from exchange.documents.spans import Entry, Mapping, Node, Scalar, Sequence, Span, Step, Style, walk
from exchange.documents.yaml_write import new_document

__all__ = [
    "Bare",
    "Document",
    "EditError",
    "Entry",
    "KeysTwice",
    "Mapping",
    "Node",
    "Order",
    "Scalar",
    "Sequence",
    "Span",
    "Step",
    "Style",
    "Value",
    "Way",
    "insert_item",
    "into_map",
    "move_item",
    "new_document",
    "read_data",
    "read_document",
    "remove_value",
    "rename_key",
    "replace_body",
    "set_value",
    "unwrap_list",
    "walk",
    "wrap_in_list",
]
