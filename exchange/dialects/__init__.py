"""Dialects: which files and keys mean which fields."""

from exchange.dialects.choosing import choose, names
from exchange.dialects.mapping import MappedDialect, read_mapping
from exchange.dialects.native import NATIVE
from exchange.dialects.table import Dialect, RecordRules, Told

AnyDialect = Dialect | MappedDialect

__all__ = [
    "NATIVE",
    "AnyDialect",
    "Dialect",
    "MappedDialect",
    "RecordRules",
    "Told",
    "choose",
    "names",
    "read_mapping",
]
