"""How the fields of a record stand in the columns of a row: one table, read by dump and written by load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import models

from exchange.records import Kind, Value
from exchange.scalars import SEPARATOR
from texts.cleaning import is_blank, normalise_body


@dataclass(frozen=True)
class Column:
    """A field of a record and the column of the row that holds it."""

    field: str
    sort: Literal["text", "clock", "day", "number", "words", "facts", "file", "related"] = "text"
    column: str = ""

    @property
    def name(self) -> str:
        """The column's name: the field's own unless said otherwise."""
        return self.column or self.field

    def value(self, row: models.Model) -> Value:
        """The field's plain value in a row; a related row is told by its key."""
        held = getattr(row, self.name)
        if held is None:
            return None
        if self.sort in ("clock", "day"):
            return str(held.isoformat())
        if self.sort == "related":
            return str(held.key)
        if self.sort == "words":
            return tuple(word for one in held if (word := _text(one))) or None
        if self.sort == "facts":
            return tuple(f"{one.get('label', '')}: {one.get('value', '')}" for one in held) or None
        if self.sort == "file":
            return held.name or None
        return _text(held) or None if self.sort == "text" else held

    def held(self, value: Value) -> Any:
        """What the column holds for a plain value (related rows are looked up by who writes)."""
        if self.sort == "clock":
            return datetime.fromisoformat(str(value)) if value else None
        if self.sort == "day":
            return date.fromisoformat(str(value)) if value else None
        if self.sort == "words":
            return list(value) if isinstance(value, tuple) else []
        if self.sort == "facts":
            facts = (one.partition(": ") for one in value) if isinstance(value, tuple) else ()
            return [{"label": label, "value": said} for label, _colon, said in facts]
        if self.sort == "number":
            return value
        return "" if value is None else value


def _text(held: str) -> str:
    """A text as files are read: a shell may have written CRLF, blanks around it, letters in parts."""
    text = normalise_body(SEPARATOR.sub("\n", held))
    return "" if is_blank(text) else text


def _texts(*fields: str) -> tuple[Column, ...]:
    return tuple(Column(field) for field in fields)


RECORDS: Mapping[Kind, tuple[Column, ...]] = {
    "talk": (
        Column("edition", "related"),
        Column("type", "related"),
        *_texts("title", "abstract", "location", "level", "language", "video_url", "slides", "state"),
        Column("recording"),
        Column("extra", "facts"),
        Column("slides_file", "file"),
        Column("starts_at", "clock"),
        Column("ends_at", "clock"),
        Column("position", "number"),
        Column("room", "related"),
        Column("track", "related"),
        Column("tags", "words"),
    ),
    "edition": (
        Column("edition", column="key"),
        Column("number", "number"),
        Column("starts_on", "day"),
        Column("ends_on", "day"),
        *_texts(
            "title", "timezone", "location", "venue", "host_name", "host_short", "host_url", "submission_url"
        ),
        *_texts(
            "proceedings_url", "proceedings_venue", "recordings_url", "online_url", "notice", "notice_format"
        ),
        Column("banner", "file"),
    ),
    "member": (
        Column("edition", "related"),
        *_texts("name", "affiliation", "role", "avatar", "url", "bio"),
        Column("photo", "file"),
    ),
}
LISTS: Mapping[str, tuple[Column, ...]] = {
    "appearances": (*_texts("role", "name", "affiliation", "url", "bio", "avatar"), Column("photo", "file")),
    "papers": (
        *_texts("title", "authors", "affiliation", "paper", "slides", "poster"),
        Column("paper_file", "file"),
        Column("slides_file", "file"),
        Column("poster_file", "file"),
    ),
    "dates": (Column("name", column="key"), Column("date", "day"), Column("extended_to", "day")),
    "sponsors": (*_texts("name", "url", "tier", "description", "logo_text"), Column("logo", "file")),
}


def values_of(row: models.Model, columns: tuple[Column, ...]) -> dict[str, Value]:
    """All fields of a row as plain values."""
    return {column.field: column.value(row) for column in columns}
