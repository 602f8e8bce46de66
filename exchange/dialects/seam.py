"""What the way in asks of a dialect, whether its code is here or in a mapping file."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from exchange.problems import Place, Problems
from exchange.records import Kind, Record
from exchange.tree import Entry, Tree


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: its records, and the keys that nobody knows, with their places."""

    records: tuple[Record, ...] = ()
    unknown: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One file that a dialect has read: what it gave, None if it is no document, and what is wrong with it."""

    path: str
    reading: Reading | None
    problems: Problems


class Dialect(Protocol):
    """Which files and keys mean which fields."""

    @property
    def name(self) -> str:
        """Its own name, or that of the mapping file."""
        ...

    @property
    def key(self) -> str:
        """What tells one mapped site from another; "" for a dialect that no mapping file describes."""
        ...

    @property
    def text(self) -> str:
        """The mapping file; "" for none."""
        ...

    @property
    def digest(self) -> str:
        """Changes whenever the same file might be read otherwise."""
        ...

    @property
    def source(self) -> str:
        """The key of the series that the files are of; "" for no one in particular."""
        ...

    @property
    def markers(self) -> tuple[str, ...]:
        """The folders and files by which a root is known."""
        ...

    @property
    def joins(self) -> bool:
        """Whether what a file says depends on others, so that all are read if any has changed."""
        ...

    @property
    def foreign(self) -> bool:
        """Whether files come from another system: one holds many records, and none is ever written back."""
        ...

    def claimed(self, tree: Tree, problems: Problems) -> dict[str, Entry]:
        """Its files in a tree, by path. What it speaks of and the tree has not is told."""
        ...

    def read_files(self, files: Iterable[tuple[str, bytes]], default_edition: str = "") -> Iterator[Told]:
        """Each file with its records and what is wrong with it."""
        ...

    def kind_at(self, path: str) -> Kind | None:
        """What a plain file at that path would be taken for."""
        ...


@cache
def code_digest() -> str:
    """Changes whenever the dialects' code does, so that files are read anew (SHA-256, hex)."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("**/*.py")))
    return hashlib.sha256(code).hexdigest()
