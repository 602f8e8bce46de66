"""The archive's one story: what is known, what is planned, what is made anew, what went, which links are dead."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteDatabase

from history.models import Version
from website.archive import records
from website.archive.addresses import Address, addresses
from website.archive.assets import gather
from website.archive.digests import digest, of_all
from website.archive.folder import UNFINISHED, Folder
from website.archive.links import ids_of
from website.archive.records import OWN, Record, State
from website.archive.scope import MEDIA, STATIC, Scope
from website.archive.workers import make_all

Fate = Literal["rendered", "removed"]
Tell = Callable[[str, Fate], None]
"""Hears of each file that is written or taken away."""


class ForeignFilesError(Exception):
    """The folder holds `files` that no archive wrote, where one is to be written."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = sorted(files)
        super().__init__(", ".join(self.files))


class Building:
    """One run: `rendered` and `unchanged` count pages, `removed` files; `dead` are pages and their dead links."""

    def __init__(self, root: Path, scope: Scope, tell: Tell) -> None:
        self.folder = Folder(root)
        self.scope = scope
        self.tell = tell
        self.rendered = self.unchanged = self.removed = 0
        self.dead: tuple[tuple[str, str], ...] = ()

    def run(self) -> None:
        """Write the archive as far as anything in it is new. Raises ForeignFilesError before it writes anything."""
        with_what, since = _made_with(self.scope), _stamp()
        before = records.head(self.folder)
        if (before.made_with, before.since) == (with_what, since) and self._is_whole():
            self.dead = before.dead
            return
        before = records.read(self.folder)
        there = self.folder.files() - OWN
        planned = addresses(self.scope)
        self._claim(before, there, {one.file for one in planned})
        stale = [one for one in planned if before.made_with != with_what or _is_stale(one, before, there)]
        self.folder.tidy()
        self._begin(before, before.records, (one.file for one in stale))
        made = {one.file: before.records[one.file] for one in planned if one.file in before.records}
        made.update(self._made(stale, before, there))
        made |= self._gathered(made, before, there)
        self._finish(before, State(with_what, since, made))

    def _is_whole(self) -> bool:
        """Whether all files of a finished run are still there."""
        known = records.manifest(self.folder)
        self.unchanged = sum(not file.startswith((STATIC, MEDIA)) for file in known)
        return bool(known) and all(map(self.folder.holds, known))

    def _claim(self, before: State, there: set[str], files: Iterable[str]) -> None:
        """Refuse a folder of others, and to write over their files."""
        foreign = {file for file in there - before.files if not file.startswith(UNFINISHED)}
        if refused := foreign & set(files) if before.records else foreign:
            raise ForeignFilesError(refused)

    def _begin(self, before: State, known: Mapping[str, Record], files: Iterable[str]) -> None:
        """Note what is known, and that these files may be old or new from now on, should this run be killed."""
        unknown = {file: Record(-1, "", "?") for file in files}
        records.write(self.folder, replace(before, since="", records={**known, **unknown}))

    def _made(self, stale: list[Address], before: State, there: set[str]) -> Iterator[tuple[str, Record]]:
        """Ask the views and render what is new."""
        known = {file: one.digest for file, one in before.records.items() if file in there}
        tasks = [(one, known.get(one.file, "")) for one in stale]
        for made in make_all(tasks, self.scope, self.folder.root, alone=_in_memory()):
            record = made.record
            if made.outcome == "unchanged":
                old = before.records[made.file]
                record = replace(record, sha256=old.sha256, links=old.links)
            elif made.outcome == "rendered":
                self.rendered += 1
                self.tell(made.file, "rendered")
            yield made.file, record

    def _gathered(self, made: Mapping[str, Record], before: State, there: set[str]) -> dict[str, Record]:
        """Take along what the pages are made of and show."""
        wanted = {link.partition("#")[0] for record in made.values() for link in record.links}
        new = {file for file in wanted - before.files if file.startswith((STATIC, MEDIA))}
        if new:
            self._claim(before, there, new)
            self._begin(before, {**before.records, **made}, new)
        return gather(wanted, before.records, self.scope, self.folder)

    def _finish(self, before: State, after: State) -> None:
        """Remove what went, name the dead links, write down what there is."""
        for file in sorted(before.files - after.files):
            self.folder.remove(file)
            self.removed += 1
            self.tell(file, "removed")
        pages = sum(bool(one.digest and one.sha256) for one in after.records.values())
        self.unchanged = pages - self.rendered
        self.dead = tuple(_dead(after, self.folder))
        records.write_manifest(self.folder, after)
        records.write(self.folder, replace(after, dead=self.dead))
        self.folder.tidy()


def _made_with(scope: Scope) -> str:
    """What everything is made with, besides the data: code, templates, styles, and the scope."""
    return digest(of_all(), scope.edition, scope.base_url)


def _stamp() -> str:
    """What rises with every change of the data. One query."""
    series = Version.objects.filter(kind=Version.SERIES, key="").first()
    return f"{series.number} {series.raised_at.isoformat()}" if series else "0"


def _in_memory() -> bool:
    """Whether the database is one that other processes can't see."""
    database = connections[DEFAULT_DB_ALIAS]
    return isinstance(database, SqliteDatabase) and database.is_in_memory_db()


def _is_stale(address: Address, before: State, there: set[str]) -> bool:
    """Whether the data behind an address have changed, or its file is gone."""
    known = before.records.get(address.file)
    if known is None or known.version != address.version:
        return True
    return bool(known.sha256) and address.file not in there


def _dead(after: State, folder: Folder) -> Iterator[tuple[str, str]]:
    """The pages and the links in them that lead to no file, or to no such place in one."""
    files = after.files

    @cache
    def ids(file: str) -> frozenset[str]:
        return ids_of(folder.place(file).read_text(encoding="utf-8"))

    for page, record in sorted(after.records.items()):
        for link in record.links:
            file, _sign, place = link.partition("#")
            if file not in files or (place and place not in ids(file)):
                yield page, link
