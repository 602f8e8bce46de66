"""What history tells, in words: who changed which field from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from history.models import Change
from history.versioned import Versioned

MOST = 200
"""So many of the latest changes are shown of one record."""


@dataclass(frozen=True)
class FieldTold:
    """One field: its label, and its old and new value as words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangeTold:
    """One change: when, by whom, what was done to which record, and its fields."""

    at: datetime
    actor: str
    action: str
    kind: str
    record: str
    fields: tuple[FieldTold, ...]


def told_of(records: Iterable[models.Model]) -> list[ChangeTold]:
    """The latest changes of these records, newest first."""
    wanted = Q(pk__in=[])
    for record in records:
        wanted |= Q(kind=record._meta.label_lower, key=str(record.pk))
    return told(list(Change.objects.filter(wanted)[:MOST]))


def told(changes: list[Change]) -> list[ChangeTold]:
    """Changes in words; one query for each kind of record that their fields lead to."""
    names = _names_of(changes)
    return [
        ChangeTold(
            at=change.at,
            actor=change.actor or _("the site itself"),
            action=change.get_action_display(),
            kind=_kind(change),
            record=change.label,
            fields=tuple(
                _field_told(change, name, old, new, names) for name, (old, new) in change.fields.items()
            ),
        )
        for change in changes
    ]


Names = dict[tuple[type[models.Model], str], str]


def _kind(change: Change) -> str:
    model = _model(change)
    return str(model._meta.verbose_name) if model else change.kind


def _model(change: Change) -> type[models.Model] | None:
    try:
        return apps.get_model(change.kind)
    except (LookupError, ValueError):
        return None


def _field(change: Change, column: str) -> Any:
    """The field behind a column; None if the model has it no more."""
    model = _model(change)
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
        for row in model._base_manager.filter(pk__in=keys)
    }


def _field_told(change: Change, column: str, old: Any, new: Any, names: Names) -> FieldTold:
    field = _field(change, column)
    label = str(field.verbose_name) if field is not None else column
    return FieldTold(label, _words(field, old, names), _words(field, new, names))


def _words(field: Any, value: Any, names: Names) -> str:
    if value in (None, "", []):
        return ""
    if field is not None and field.is_relation:
        return names.get((field.related_model, str(value)), str(value))
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return str(value).replace("T", " ")
    return str(value)
