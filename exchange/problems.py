"""What is wrong in a file, as a code with values: the sentences are written elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import total_ordering

Value = str | int


class Level(StrEnum):
    """How much a problem matters: an error stops the run, a warning is told, an info is news."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column in a file, both from 1; the column counts characters."""

    line: int
    column: int


NOWHERE = Place(0, 0)
RANKS = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}


@total_ordering
@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a reader of files has to say about one place; `code` is kebab-case."""

    path: str
    place: Place | None
    level: Level
    code: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Problem):
            return NotImplemented
        return self.order < other.order

    @property
    def order(self) -> tuple[str, Place, int, str, str]:
        """By path, line and column; a problem of the whole file comes before those of its lines."""
        values = repr(sorted(self.values.items()))
        return (self.path, self.place or NOWHERE, RANKS[self.level], self.code, values)


class Problems:
    """Collects the problems of a run, each once, in whatever order they are met."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._problems = dict.fromkeys(problems)

    def add(self, problem: Problem) -> None:
        """Take one problem; the same problem a second time changes nothing."""
        self._problems[problem] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take several problems, for example those of another collector."""
        for problem in problems:
            self.add(problem)

    def error(self, path: str, place: Place | None, code: str, /, **values: Value) -> None:
        """Something that stops the run."""
        self.add(Problem(path, place, Level.ERROR, code, values))

    def warning(self, path: str, place: Place | None, code: str, /, **values: Value) -> None:
        """Something that the writer of the file should look at."""
        self.add(Problem(path, place, Level.WARNING, code, values))

    def info(self, path: str, place: Place | None, code: str, /, **values: Value) -> None:
        """Something new that is no mistake."""
        self.add(Problem(path, place, Level.INFO, code, values))

    @property
    def has_errors(self) -> bool:
        """Whether anything collected stops the run."""
        return any(problem.level is Level.ERROR for problem in self._problems)

    def sorted(self) -> list[Problem]:
        """All of them by path, line and column."""
        return sorted(self._problems)

    def of(self, level: Level) -> list[Problem]:
        """Those of one level, sorted."""
        return [problem for problem in self.sorted() if problem.level is level]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._problems)

    def __len__(self) -> int:
        return len(self._problems)
