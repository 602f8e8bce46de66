"""Mappings: a dialect written down in a file, for sites whose front matter has other names."""

from exchange.dialects.mapping.dialect import MappedDialect, read_mapping
from exchange.dialects.mapping.seeding import seed
from exchange.dialects.mapping.writing import SiteWriter

__all__ = [
    "MappedDialect",
    "SiteWriter",
    "read_mapping",
    "seed",
]
