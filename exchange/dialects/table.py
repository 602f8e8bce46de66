"""A dialect as one table: which files it claims, what kind each is, and the rules that read it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exchange.dialects.reader import Reader
from exchange.dialects.rules import Dates, Rule
from exchange.documents import Document
from exchange.problems import Place, Problems
from exchange.records import Kind, Record


@dataclass(frozen=True)
class RecordRules:
    """How a file of one kind becomes a record; ``finish`` looks at the whole and may refuse or complete it."""

    rules: tuple[Rule, ...]
    kept: re.Pattern[str]
    finish: Callable[[Reader], None]
    needs_edition: bool = True

    def keeps(self, key: str) -> bool:
        """Whether a key that no rule takes by name is an important date's, or one to keep in silence."""
        dated = any(isinstance(rule, Dates) and rule.knows(key) for rule in self.rules)
        return dated or bool(self.kept.fullmatch(key))


@dataclass(frozen=True)
class Dialect:
    """Which files are claimed, what kind each is, and the rules of each kind. ``digest`` changes with the table."""

    name: str
    digest: str
    markers: tuple[str, ...]
    kinds: Mapping[Kind, RecordRules]
    kind_of: Callable[[Document], Kind | None]
    folders: tuple[str, ...] = ()
    generator_keys: frozenset[str] = frozenset()

    def read(self, document: Document, problems: Problems, default_edition: str = "") -> "Reading":
        """The records of a file; what is wrong goes into ``problems``."""
        kind = self.kind_of(document)
        if kind is None:
            return Reading()
        rules = self.kinds[kind]
        own = Problems()
        reader = Reader(document, own, default_edition)
        reader.find_edition(needed=rules.needs_edition)
        for rule in rules.rules:
            rule.read(reader, document.root, "")
        known = {"edition", *(key for rule in rules.rules for key in rule.takes())}
        reader.look_for_unknown(
            document.root, known, kept=lambda key: key in self.generator_keys or rules.keeps(key)
        )
        rules.finish(reader)
        problems.extend(own)
        return Reading((reader.record(kind),), tuple(reader.unknown))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: its records, and the keys that nobody knows, with their places."""

    records: tuple[Record, ...] = ()
    unknown: tuple[tuple[str, Place], ...] = ()
