"""Slides, papers and recordings: checked by name and size, stored as they are."""

from __future__ import annotations

from typing import Final

from attachments.names import DOCUMENT_EXTENSIONS, extension_of

MAX_BYTES: Final = 100_000_000


class BadDocument(ValueError):
    """A document that can't be taken: a `code` and the `values` of its sentence.

    Codes: empty, too-big-file, extension.
    """

    def __init__(self, code: str, values: dict[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.values = values or {}


def check_document(name: str, size: int) -> None:
    """Raise BadDocument for a name without an allowed extension, no bytes, or more than 100 MB (`size`)."""
    extension = extension_of(name)
    if extension not in DOCUMENT_EXTENSIONS:
        raise BadDocument("extension", {"extension": extension})
    if size == 0:
        raise BadDocument("empty")
    if size > MAX_BYTES:
        raise BadDocument("too-big-file", {"size": size, "limit": MAX_BYTES})
