"""The files of a run as their dialect reads them, each with what is said of it, so that any can be left out."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exchange.assets import Assets
from exchange.claiming import Files
from exchange.dialects import Dialect, Told
from exchange.documents.spans import Lines
from exchange.plan import FileRead
from exchange.problems import Level, Place, Problem, Problems
from exchange.records import Record
from exchange.tree import BadFile, Tree

# A key that nobody knows: told once a run, however many files have it.
UNKNOWN = "key-unknown"
# What each run finds out anew.
OF_THE_RUN = frozenset({
    UNKNOWN, "file-gone", "file-gone-changed", "file-gone-in-use", "file-gone-held", "file-older",
    "event-gone", "event-gone-changed", "event-gone-in-use",
})  # fmt: skip
# How many files of how many have been read.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Heard:
    """One file that was read: what it holds (None if it is no document), what is wrong, and the keys nobody knows."""

    read: FileRead | None
    problems: Problems
    unknown: tuple[tuple[str, Place], ...] = ()

    @property
    def editions(self) -> set[str]:
        """The editions that its records belong to."""
        return {record.edition for record in self.read.records} - {""} if self.read else set()


def hear(
    files: Files, dialect: Dialect, default_edition: str, assets: Assets, progress: Progress | None
) -> dict[str, Heard]:
    """Read every file that has to be read: {path: what was heard}."""
    heard = {}
    for count, told in enumerate(dialect.read_files(files.to_read.items(), default_edition), 1):
        heard[told.path] = _heard(files, told, assets)
        if progress is not None:
            progress(count, len(files.to_read))
    return heard


def _heard(files: Files, told: Told, assets: Assets) -> Heard:
    entry, data, problems = files.claimed[told.path], files.to_read[told.path], told.problems
    if told.reading is None:
        return Heard(None, problems)
    assets.problems = problems
    records: list[Record] = []
    facts: dict[str, list[Any] | None] = {}
    for record in told.reading.records:
        attached, found = assets.attach(record)
        records.append(attached)
        facts |= found
    digest = hashlib.sha256(data).hexdigest()
    read = FileRead(told.path, data, digest, entry.size, entry.mtime_ns, tuple(records), facts)
    return Heard(read, problems, tuple(told.reading.unknown))


@dataclass
class Sayings:
    """What is said of files, this time and again: keys that nobody knows are gathered over the whole run."""

    problems: Problems
    unknown: dict[str, set[tuple[str, Place]]] = field(default_factory=lambda: defaultdict(set))
    # What a file brought up that is said of another, as of the mapping.
    elsewhere: dict[Problem, str] = field(default_factory=dict)

    def note(self, path: str, heard: Heard) -> None:
        """What was said of a file that was read."""
        self.problems.extend(heard.problems)
        self.elsewhere |= {one: path for one in heard.problems if one.path != path}
        for key, place in heard.unknown:
            self.unknown[key].add((path, place))

    def tell_again(self, files: Files) -> None:
        """What was said of a file that is as it was is said again."""
        for path in files.same:
            for one in files.stored[path].warnings:
                place = Place(one["line"], one["column"]) if one["line"] else None
                if one["code"] == UNKNOWN and place:
                    self.unknown[one["values"]["key"]].add((path, place))
                else:
                    self.problems.warning(one.get("path", path), place, one["code"], **one["values"])

    def tell_unknown(self) -> None:
        """Each key that nobody knows is told at its first place, with how often it is there."""
        for key, places in self.unknown.items():
            path, place = min(places)
            self.problems.warning(path, place, UNKNOWN, key=key, count=len(places))

    def kept(self) -> dict[str, list[dict[str, Any]]]:
        """What was said of each file, as JSON, to be kept with it and said again."""
        kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in self.problems.of(Level.WARNING):
            if one.code not in OF_THE_RUN:
                path, words = self.elsewhere.get(one, one.path), said(one.place, one.code, one.values)
                kept[path].append({**words, "path": one.path} if path != one.path else words)
        for key, places in self.unknown.items():
            for path, place in sorted(places):
                kept[path].append(said(place, UNKNOWN, {"key": key}))
        return kept


def said(place: Place | None, code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, as JSON; line 0 is the file as a whole."""
    line, column = (place.line, place.column) if place else (0, 0)
    return {"line": line, "column": column, "code": code, "values": dict(values)}


def lines_of(problems: Problems, files: Files, tree: Tree) -> dict[tuple[str, int], str]:
    """The text of each line that has a problem, by path and line."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in problems:
        if one.place is not None:
            wanted[one.path].add(one.place.line)
    found: dict[tuple[str, int], str] = {}
    for path, numbers in wanted.items():
        try:
            data = files.to_read.get(path) or tree.read(path)
        except BadFile:
            continue
        lines = Lines(data.decode("utf-8-sig", errors="replace"))
        found |= {(path, number): lines.line(number) for number in numbers}
    return found
