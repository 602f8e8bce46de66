"""A mapping as a dialect: which files it claims, and all of them read together."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath

from exchange.dialects.mapping.joining import Joining
from exchange.dialects.mapping.language import INDEX, SiteMapping
from exchange.dialects.mapping.parsing import read_language
from exchange.dialects.seam import Reading, Told, code_digest
from exchange.documents import Document, read_data, read_document
from exchange.problems import Problems
from exchange.records import Kind
from exchange.tree import Entry, Tree


@dataclass(frozen=True)
class MappedDialect:
    """A dialect that a mapping file describes. ``text`` is that file's."""

    name: str
    text: str
    mapping: SiteMapping
    # What a file says depends on others: all of them are read if any has changed.
    joins = True
    foreign = False

    @cached_property
    def digest(self) -> str:
        """Changes with the mapping's text, and with the code that reads it."""
        return hashlib.sha256((code_digest() + self.text).encode()).hexdigest()

    @property
    def key(self) -> str:
        """What tells one mapped site from another: the series that it says, else the file's name."""
        return self.mapping.source or PurePath(self.name).stem

    @property
    def source(self) -> str:
        """The key of the series that the files are of."""
        return self.mapping.source

    @property
    def markers(self) -> tuple[str, ...]:
        """The folders that a root has: the fixed beginnings of the patterns."""
        people = self.mapping.speakers
        return self.mapping.talks.files.beginnings + (people.files.beginnings if people else ())

    @property
    def data_files(self) -> frozenset[str]:
        """The data files that are read beside front matter."""
        people, schedule = self.mapping.speakers, self.mapping.schedule
        names = [people.data if people else "", schedule.file if schedule else ""]
        names += [schedule.lookup.file] if schedule and schedule.lookup else []
        return frozenset(name for name in names if name)

    def takes(self, path: str) -> bool:
        """Whether a file is one of the site's."""
        if path in self.mapping.ignored:
            return False
        people = self.mapping.speakers
        own = self.mapping.talks.files.take(path) or (people is not None and people.files.take(path))
        return own or path in self.data_files or (self.mapping.looks_above and self._is_above(path))

    def _is_above(self, path: str) -> bool:
        """Whether it is the `_index.md` of a folder in which talks are, or are below or above it."""
        folder, _slash, name = path.rpartition("/")
        below = (f"{one}/" for one in self.mapping.talks.files.beginnings or ("",))
        return name == INDEX and any(
            f"{folder}/".startswith(one.lstrip("/")) or one.startswith(f"{folder}/") for one in below
        )

    def claimed(self, tree: Tree, problems: Problems) -> dict[str, Entry]:
        """The files that it takes, by path. What the mapping speaks of and the site has not is told."""
        found = {entry.path: entry for entry in tree.files() if self.takes(entry.path)}
        for one in self.mapping.named:
            if one.use == "data" and one.path not in found:
                problems.error(self.file, one.place, "mapping-file-missing", name=one.path[:200])
            elif not tree.exists(one.path):
                problems.warning(self.file, one.place, "mapping-file-missing", name=one.path[:200])
            elif one.use == "override" and not self.mapping.talks.files.take(one.path):
                problems.warning(self.file, one.place, "mapping-no-talk", name=one.path[:200])
        if not any(self.mapping.talks.files.take(path) for path in found):
            problems.warning(self.file, self.mapping.talks.place, "mapping-takes-nothing")
        return found

    def kind_at(self, path: str) -> Kind | None:
        """What a file at that path would be taken for."""
        return "talk" if self.mapping.talks.files.take(path) else None

    def document(self, path: str, data: bytes, problems: Problems) -> Document | None:
        """A file as a document: front matter, or data."""
        read = read_data if path in self.data_files else read_document
        return read(path, data, problems, self.mapping.keys_twice)

    @property
    def is_preset(self) -> bool:
        """Whether it came along, for sites of many sorts, none of which has all that it names."""
        return not PurePath(self.name).suffix

    @property
    def file(self) -> str:
        """Where the mapping lies, as far as it lies anywhere: its name from the working folder."""
        return os.path.abspath(self.name)

    def read_files(self, files: Iterable[tuple[str, bytes]], default_edition: str = "") -> Iterator[Told]:
        """Each file with its records and what is wrong with it; all are read before the first is told."""
        documents: dict[str, Document | None] = {}
        problems: dict[str, Problems] = {}
        for path, data in files:
            problems[path] = Problems()
            documents[path] = self.document(path, data, problems[path])
        joined = self._join(documents, default_edition)
        if not self.is_preset:
            joined.tell_missing()
        said = [replace(one, path=self.file) for one in joined.own]
        for path in (joined.homeless or list(documents))[:1]:
            problems[path].extend(said)
        lost = sorted(self.data_files - {path for path, one in documents.items() if one})
        for path, document in documents.items():
            problems[path].extend(joined.problems[path])
            talk = joined.talks.get(path)
            reading = Reading((talk.record,) if talk else ()) if document is not None else None
            if (talk is not None and lost) or path in joined.homeless:
                # Without its times or its people it would be another talk; without an edition it is none.
                reading = None
            yield Told(path, reading, problems[path])

    def _join(self, documents: Mapping[str, Document | None], default_edition: str) -> Joining:
        """All that can be read, joined; what stands on a data file that cannot is told there, once."""
        whole = {path: one for path, one in documents.items() if one is not None}
        broken = frozenset(documents) - set(whole)
        joined = Joining(self.mapping, whole, dict.fromkeys(whole, default_edition), broken)
        for path in sorted(broken & self.data_files):
            joined.problems[path].warning(path, None, "data-unreadable", count=len(joined.talks))
        return joined


def read_mapping(name: str, data: bytes, problems: Problems) -> MappedDialect | None:
    """Read a mapping file; what is wrong goes into ``problems`` at its place, under ``name``."""
    document = read_data(name, data, problems)
    mapping = read_language(document, problems) if document is not None else None
    return MappedDialect(name, data.decode(), mapping) if mapping is not None else None
