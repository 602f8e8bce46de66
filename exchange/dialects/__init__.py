"""Dialects: which files and keys mean which fields."""

from exchange.dialects.native import NATIVE
from exchange.dialects.table import Dialect, RecordRules

__all__ = ["NATIVE", "Dialect", "RecordRules"]
