"""What every read-only view of files answers, and which names and paths are let in."""

import os
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from exchange.problems import Problems, Value

TEXT_ENDINGS = (".md", ".markdown", ".html")
BACKUP_ENDINGS = ("~", ".swp", ".swo", ".bak", ".orig", ".rej", ".tmp")
NEVER_READ = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
NEVER_TALKS = frozenset({
    "readme", "license", "licence", "copying", "notice", "changelog", "changes", "contributing", "contributors",
    "authors", "security", "code_of_conduct",
})  # fmt: skip


class BadFile(Exception):
    """A file that cannot be read, or must not be: a code and the values for its sentence."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.values: dict[str, Value] = values


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A file: its path below the root with `/`, its size in bytes, when it was written (nanoseconds, 0 = unknown)."""

    path: str
    size: int
    mtime_ns: int = 0


class Tree(ABC):
    """What lies below a root. `scopes` are the PATHs that were given, as paths below it; `""` is all of it."""

    def __init__(self, root: Path, scopes: Sequence[str], problems: Problems) -> None:
        self.root = root
        self.scopes = tuple(scopes)
        self._problems = problems

    @abstractmethod
    def files(self) -> Iterator[Entry]:
        """The files inside the given PATHs, sorted by path, but for hidden, backup and README-like ones.

        Links, devices and folders where a talk's file should be go into the problems.
        """

    @abstractmethod
    def read(self, path: str) -> bytes:
        """The bytes of any file below the root; BadFile if `stat_problem` has something to say about it."""

    @abstractmethod
    def stat_problem(self, path: str) -> BadFile | None:
        """Why a path is no file to read (missing, other case, a link, no plain file), or None if it is one."""

    @abstractmethod
    def has_folder(self, path: str) -> bool:
        """Whether a folder of that path is there, and no link."""

    def is_named(self, path: str) -> bool:
        """Whether a file was itself given as PATH."""
        return path != "" and path in self.scopes and not self.has_folder(path)

    def exists(self, path: str) -> bool:
        """Whether a plain file of that path is there, whether or not inside the given PATHs."""
        return self.stat_problem(path) is None

    def covers(self, path: str) -> bool:
        """Whether a path lies inside the given PATHs, whether or not anything is there."""
        return any(scope in ("", path) or path.startswith(scope + "/") for scope in self.scopes)

    def shown(self, path: str) -> str:
        """A path as it is printed: from the working folder where that is shorter."""
        whole = os.path.abspath(self.root / path)
        return min(os.path.relpath(whole), whole, key=len)

    def close(self) -> None:  # noqa: B027  a folder holds nothing open
        """Let go of what the view holds open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_ignored(name: str) -> bool:
    """Whether a name is hidden, a backup, the system's, or a README and the like."""
    small = name.lower()
    if name.startswith((".", "#")) or small.endswith(BACKUP_ENDINGS) or small in NEVER_READ:
        return True
    stem, dot, ending = small.partition(".")
    return stem in NEVER_TALKS and (not dot or ending in ("md", "markdown", "txt", "rst", "html"))


def plain_parts(path: str) -> tuple[str, ...]:
    """The parts of a path that stays below its root; BadFile for any other."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/") or "\0" in path:
        raise BadFile("file-name-not-plain", text=path[:60])
    return parts


def _same_but_for_case(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that differs only in case or in how its accents are composed."""
    wanted = unicodedata.normalize("NFC", name).casefold()
    return next((other for other in names if unicodedata.normalize("NFC", other).casefold() == wanted), None)


def missing(path: str, name: str, siblings: Iterable[str]) -> BadFile:
    """What to say of a path whose part `name` isn't there among its siblings."""
    other = _same_but_for_case(name, siblings)
    if other is None:
        return BadFile("file-missing", name=path)
    return BadFile("file-name-differs", name=path, found=other)
