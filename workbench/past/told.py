"""What history tells, in words: who changed which field from what to what, and how to get it back."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from history.models import Change, Deletion
from history.undo import model_of, returned_among
from history.versioned import Versioned

MOST = 200
"""So many of the latest changes are shown of one record."""
LONG = 80
"""From so many characters on a text is shown by what differs in it."""
PIECE = re.compile(r"(?<=[.!?。])\s+|\n")


@dataclass(frozen=True)
class Piece:
    """A line or sentence of a long text: kept, gone or new; what was kept far from a change is one “…”."""

    kind: Literal["kept", "gone", "new"]
    text: str


@dataclass(frozen=True)
class FieldTold:
    """One field: its label, its old and new value as words, and of a long text what differs in it."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class ChangeTold:
    """One change: when, by whom, what was done to which record, and its fields.

    ``restores``: the change (primary key) whose version can be restored; ``batch``: the deletion to be undone.
    """

    at: datetime
    actor: str
    run: int | None
    action: str
    kind: str
    record: str
    fields: tuple[FieldTold, ...]
    restores: int | None = None
    batch: UUID | None = None


def told_of(records: Iterable[models.Model]) -> list[ChangeTold]:
    """The latest changes of a record and of its parts, newest first; parts that were deleted are told as well.

    The first of ``records`` is the one that the others are parts of.
    """
    held = list(records)
    here = {(one._meta.label_lower, str(one.pk)) for one in held}
    wanted = reduce(or_, (Q(kind=kind, key=key) for kind, key in here), Q(pk__in=[]))
    lost = list(_lost_parts(held[0])) if held else []
    wanted = reduce(or_, (Q(kind=one.change.kind, key=one.change.key) for one in lost), wanted)
    back = set(
        returned_among(Deletion.objects.filter(pk__in=[one.pk for one in lost])).values_list("pk", flat=True)
    )
    batches = {one.change_id: one.batch for one in lost if one.pk not in back}
    return told(list(Change.objects.filter(wanted)[:MOST]), here, batches)


def told(
    changes: list[Change],
    standing: Iterable[tuple[str, str]] = (),
    batches: dict[int, UUID] | None = None,
) -> list[ChangeTold]:
    """Changes in words, newest first; one query for each kind of record that their fields lead to.

    ``standing``: the records, as (kind, key), of which earlier versions can be restored.
    """
    names = _names_of(changes)
    newest: set[tuple[str, str]] = set()
    found = []
    for change in changes:
        record = (change.kind, change.key)
        earlier = record in newest and record in set(standing) and change.action != Change.Action.DELETED
        newest.add(record)
        found.append(_told(change, names, change.pk if earlier else None, (batches or {}).get(change.pk)))
    return found


def fields_told(kind: str, fields: dict[str, list[Any]]) -> tuple[FieldTold, ...]:
    """Old and new values of a record of this kind, {column: [old, new]}, in words."""
    change = Change(kind=kind, fields=fields)
    return told([change])[0].fields


def _told(change: Change, names: "Names", restores: int | None, batch: UUID | None) -> ChangeTold:
    model = model_of(change.kind)
    return ChangeTold(
        at=change.at,
        actor=actor_words(change),
        run=change.run,
        action=change.get_action_display() if change.action else "",
        kind=str(model._meta.verbose_name) if model else change.kind,
        record=change.label,
        fields=tuple(
            _field_told(change, name, old, new, names) for name, (old, new) in change.fields.items()
        ),
        restores=restores,
        batch=batch,
    )


def actor_words(change: Change) -> str:
    """Who made a change: an account, a command, or nobody who signed in."""
    return change.actor or _("the site itself")


def _lost_parts(record: models.Model) -> Iterable[Deletion]:
    """What is kept of deleted rows that hung on the record."""
    wanted = Q(pk__in=[])
    for link in record._meta.related_objects:
        part = link.related_model
        if issubclass(part, Versioned) and link.on_delete is models.CASCADE:
            wanted |= Q(change__kind=part._meta.label_lower, **{f"row__{link.field.attname}": record.pk})
    return Deletion.objects.filter(wanted).select_related("change").order_by("-pk")[:MOST]


Names = dict[tuple[type[models.Model], str], str]


def _field(change: Change, column: str) -> Any:
    """The field behind a column; None if the model has it no more."""
    model = model_of(change.kind)
    try:
        return model._meta.get_field(column.removesuffix("_id")) if model else None
    except FieldDoesNotExist:
        return None


def _names_of(changes: list[Change]) -> Names:
    wanted: dict[type[models.Model], set[Any]] = {}
    for change in changes:
        for column, values in change.fields.items():
            field = _field(change, column)
            if field is not None and field.is_relation:
                wanted.setdefault(field.related_model, set()).update(filter(None, values))
    return {
        (model, str(row.pk)): row.told_as() if isinstance(row, Versioned) else str(row)
        for model, keys in wanted.items()
        if keys
        for row in model._base_manager.filter(pk__in=keys)
    }


def _field_told(change: Change, column: str, old: Any, new: Any, names: Names) -> FieldTold:
    field = _field(change, column)
    label = str(field.verbose_name) if field is not None else column
    before, after = _words(field, old, names), _words(field, new, names)
    long = before and after and max(len(before), len(after)) > LONG
    return FieldTold(label, before, after, tuple(_pieces(before, after)) if long else ())


def _words(field: Any, value: Any, names: Names) -> str:
    if value in (None, "", []):
        return ""
    if field is not None and field.is_relation:
        return names.get((field.related_model, str(value)), str(value))
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return str(value).replace("T", " ")
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_item(one) for one in value)
    return str(value)


def _item(value: Any) -> str:
    return ": ".join(str(one) for one in value.values()) if isinstance(value, dict) else str(value)


def _pieces(old: str, new: str) -> Iterable[Piece]:
    """The lines and sentences of two texts: those that differ, with one that both have on either side."""
    before, after = _cut(old), _cut(new)
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(1):
        if group[0][1] > 0:
            yield Piece("kept", "…")
        for tag, first, last, start, end in group:
            if tag == "equal":
                yield from (Piece("kept", text) for text in before[first:last])
                continue
            yield from (Piece("gone", text) for text in before[first:last])
            yield from (Piece("new", text) for text in after[start:end])
        if group[-1][2] < len(before):
            yield Piece("kept", "…")


def _cut(text: str) -> list[str]:
    return [piece for one in PIECE.split(text.replace("\r\n", "\n")) if (piece := one.strip())]
