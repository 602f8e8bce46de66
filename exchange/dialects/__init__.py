"""Dialects: which files and keys mean which fields."""

from exchange.dialects.language import Dialect, Reader
from exchange.dialects.native import NATIVE

__all__ = ["NATIVE", "Dialect", "Reader"]
