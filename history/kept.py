"""Files that history still names: what was deleted or replaced can come back with them."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models


def kept_files() -> set[str]:
    """Every file name in kept rows of deletions and in old values of changes."""
    return {name for name in _names() if name}


def _names() -> Iterator[str]:
    # Asked for by name: who registers this does so before there are models.
    deletion, change = apps.get_model("history", "Deletion"), apps.get_model("history", "Change")
    for kind, columns in _file_columns().items():
        for row in deletion._base_manager.filter(change__kind=kind).values_list("row", flat=True).iterator():
            yield from (row.get(column) or "" for column in columns)
        for fields in change._base_manager.filter(kind=kind).values_list("fields", flat=True).iterator():
            yield from (fields[column][0] or "" for column in columns if column in fields)


def _file_columns() -> dict[str, list[str]]:
    """The columns of each model that hold the names of files, by the model's name in history."""
    found = {
        model._meta.label_lower: [
            one.attname for one in model._meta.concrete_fields if isinstance(one, models.FileField)
        ]
        for model in apps.get_models()
    }
    return {kind: columns for kind, columns in found.items() if columns}
