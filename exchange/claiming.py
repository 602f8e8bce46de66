"""Which files are a dialect's, and which of them have to be read: all that are not as they were."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from exchange.dialects import Dialect
from exchange.models import Conflict, SourceFile, SourceRecord
from exchange.plan import FileRead, Site
from exchange.problems import Problems
from exchange.tree import BadFile, Entry, Tree

# Raised when the same bytes in the same dialect would be read otherwise.
READER = 1
# A file written this shortly before it was read may have been written again within the clock's step.
JUST_WRITTEN = 2_000_000_000


@dataclass(frozen=True)
class Files:
    """The files of a run, by path.

    ``stored``: what is remembered; ``claimed``: the dialect's; ``to_read``: those that have to be read, with their
    bytes; ``same``: the others, which are as they were.
    """

    tree: Tree
    dialect: Dialect
    stored: Mapping[str, SourceFile]
    claimed: Mapping[str, Entry]
    to_read: Mapping[str, bytes]
    same: Sequence[str]

    @cached_property
    def editions(self) -> Mapping[str, set[str]]:
        """The editions of the records that a remembered file holds, by its path."""
        held: dict[str, set[str]] = defaultdict(set)
        for path, edition in SourceRecord.objects.values_list("file__path", "edition_key"):
            held[path].add(edition)
        return dict(held)

    def differs(self, read: FileRead) -> bool:
        """Whether what is kept of a file would be other than what is stored."""
        file = self.stored.get(read.path)
        if file is None or not _as_read(self.tree, self.dialect, file):
            return True
        return (read.digest, dict(read.assets)) != (file.digest, file.assets)

    def gone(self, renamed: Mapping[str, str]) -> list[str]:
        """The paths of the dialect's files inside the given PATHs that are no longer there.

        ``renamed``: {new path: old path}.
        """
        old = set(renamed.values())
        return [
            path for path in self.stored if path not in old and self.tree.covers(path) and self.is_lost(path)
        ]

    def is_lost(self, path: str) -> bool:
        """Whether no file lies at a remembered path of this dialect any more; one that is not claimed is not lost."""
        file = self.stored.get(path)
        # Of another mapped site nothing is to be found here.
        own = file is not None and _is_of(self.dialect, file)
        return own and path not in self.claimed and not self.tree.exists(path)

    def lost(self, reads: Sequence[FileRead], site: Site) -> set[str]:
        """The remembered paths with a key or bytes of these files at which no file lies any more."""
        alike = {site.taken.get((one.kind, one.edition, one.key)) for read in reads for one in read.records}
        alike |= {site.digests.get((one.edition, read.digest)) for read in reads for one in read.records}
        return {path for path in alike if path is not None and self.is_lost(path)}

    def of(self, edition: str) -> "Files":
        """Only what belongs to one edition, as far as it is remembered; a file that changed has to be read first."""
        return replace(self, same=[path for path in self.same if edition in self.editions.get(path, ())])

    def renamed(self, reads: Sequence[FileRead]) -> dict[str, str]:
        """New paths whose bytes, or whose record, another path had that is gone: {new path: old path}."""
        new = [one for one in reads if one.path not in self.stored]
        gone = {path for path in self.stored if self.is_lost(path)} if new else set()
        by_digest = {self.stored[path].digest: path for path in sorted(gone)}
        by_key = _keys_of(gone)
        found: dict[str, str] = {}
        for one in new:
            keys = [(record.kind, record.edition, record.key) for record in one.records]
            old = by_digest.get(one.digest) or next((by_key[key] for key in keys if key in by_key), None)
            if old is not None and old not in found.values():
                found[one.path] = old
        return found


def find_files(tree: Tree, dialect: Dialect, problems: Problems) -> Files:
    """The dialect's files in the tree; those that cannot be read go into ``problems``.

    Of a dialect whose files depend on each other all are to be read if any changed, came or went.
    """
    stored = {one.path: one for one in SourceFile.objects.defer("data").select_related("mapping")}
    unsettled = set(Conflict.objects.values_list("record__file__path", flat=True).distinct())
    claimed = dialect.claimed(tree, problems)
    to_read: dict[str, bytes] = {}
    same: list[str] = []
    if _tell_others(tree, dialect, stored, claimed, problems):
        return Files(tree, dialect, stored, claimed, to_read, same)
    for path, entry in claimed.items():
        file = stored.get(path)
        # What is gone from a file of many records is told each time.
        settled = path not in unsettled and not dialect.foreign
        known = file if file and settled and _as_read(tree, dialect, file) else None
        if known and _untouched(entry, known):
            same.append(path)
            continue
        data = _data(tree, path, problems)
        if known and data is not None and hashlib.sha256(data).hexdigest() == known.digest:
            same.append(path)
        elif data is not None:
            to_read[path] = data
    if dialect.joins and (to_read or _any_went(stored, dialect, claimed)):
        again = {path: data for path in same if (data := _data(tree, path, problems)) is not None}
        to_read, same = dict(sorted({**to_read, **again}.items())), []
    return Files(tree, dialect, stored, claimed, to_read, same)


def _tell_others(
    tree: Tree,
    dialect: Dialect,
    stored: Mapping[str, SourceFile],
    claimed: Mapping[str, Entry],
    problems: Problems,
) -> bool:
    """Whether files are remembered as another dialect's: an error for each of those, at the first file."""
    others = {path: stored[path] for path in claimed if path in stored and not _is_of(dialect, stored[path])}
    if not (dialect.key or claimed):
        # Nothing here has Lectern's own keys: most likely the mapping was forgotten.
        others = {
            path: one
            for path, one in stored.items()
            if one.mapping and tree.covers(path) and tree.exists(path)
        }
    first: dict[str, str] = {}
    for path in sorted(others):
        first.setdefault(_key_of(others[path]), path)
    for key, path in first.items():
        count = sum(_key_of(one) == key for one in others.values())
        mapping = others[path].mapping
        code = (
            "file-of-mapping"
            if mapping and dialect.key
            else "dialect-forgotten"
            if mapping
            else "file-native"
        )
        problems.error(path, None, code, name=mapping.name if mapping else "", key=key, count=count)
    return bool(first)


def _data(tree: Tree, path: str, problems: Problems) -> bytes | None:
    try:
        return tree.read(path)
    except BadFile as bad:
        problems.error(path, None, bad.code, **bad.values)
        return None


def _any_went(stored: Mapping[str, SourceFile], dialect: Dialect, claimed: Mapping[str, Entry]) -> bool:
    own = (one for one in stored.values() if _is_of(dialect, one) and one.gone_at is None)
    return any(one.path not in claimed for one in own)


def _is_of(dialect: Dialect, file: SourceFile) -> bool:
    """Whether a remembered file came by this dialect: of several mapped sites each has its own."""
    return dialect.key == _key_of(file)


def _key_of(file: SourceFile) -> str:
    return file.mapping.key if file.mapping else ""


def _as_read(tree: Tree, dialect: Dialect, file: SourceFile) -> bool:
    """Whether it would be read as it was: same dialect and reader, same assets, and not gone meanwhile."""
    if (file.dialect, file.reader, file.gone_at) != (dialect.digest, READER, None):
        return False
    return all(_asset_facts(tree, path) == facts for path, facts in file.assets.items())


def _asset_facts(tree: Tree, path: str) -> list[Any] | None:
    try:
        data = tree.read(path)
    except BadFile:
        return None
    return [hashlib.sha256(data).hexdigest(), len(data)]


def _untouched(entry: Entry, file: SourceFile) -> bool:
    if not entry.mtime_ns:
        return False
    read_at = int(file.read_at.timestamp() * 1_000_000_000)
    return (entry.size, entry.mtime_ns) == (file.size, file.mtime) and read_at - entry.mtime_ns > JUST_WRITTEN


def _keys_of(paths: set[str]) -> dict[tuple[str, str, str], str]:
    """The paths by kind, edition and key of the records that they held."""
    rows = (
        SourceFile.objects.filter(path__in=paths, records__isnull=False)
        if paths
        else SourceFile.objects.none()
    )
    return {
        (kind, edition, key): path
        for path, kind, edition, key in rows.values_list(
            "path", "records__kind", "records__edition_key", "records__key"
        )
    }
