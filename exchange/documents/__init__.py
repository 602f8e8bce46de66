"""One file as text: its bytes, fences and body, and where each value of its front matter stands."""

from exchange.documents.reading import Document, KeysTwice, read_document
from exchange.documents.spans import Entry, Mapping, Node, Scalar, Sequence, Span, Step, Style, walk

__all__ = [
    "Document",
    "Entry",
    "KeysTwice",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Span",
    "Step",
    "Style",
    "read_document",
    "walk",
]
