"""Dialects: which files and keys mean which fields."""

from exchange.dialects.choosing import choose, dialect_names, recognised
from exchange.dialects.mapping import MappedDialect, read_mapping
from exchange.dialects.native import NATIVE
from exchange.dialects.schedule import SCHEDULE
from exchange.dialects.seam import Dialect, Told
from exchange.dialects.table import RecordRules, TableDialect

__all__ = [
    "NATIVE",
    "SCHEDULE",
    "Dialect",
    "MappedDialect",
    "RecordRules",
    "TableDialect",
    "Told",
    "choose",
    "dialect_names",
    "read_mapping",
    "recognised",
]
