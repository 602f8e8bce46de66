"""What an archive remembers of the run that made it, and the list of its files with their digests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from website.archive.folder import Folder

STATE = ".lectern-archive.jsonl"
"""The state's file: a line that tells of the run, a line with all links, then a line a page or asset."""
MANIFEST = "MANIFEST.sha256"
"""The list of files, as `sha256sum --check` reads it."""
OWN = frozenset({STATE, MANIFEST})


@dataclass(frozen=True, slots=True)
class Record:
    """A file: the version of the data and the digest of data and template that it was made from, and its SHA-256.

    `sha256` is "" where the address has no page; `links` are the files that it leads to.
    """

    version: int
    digest: str
    sha256: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A run: what everything was `made_with`, the stamp `since` which the data were the same ("": it isn't finished).

    `dead` are the links that led nowhere, with their pages.
    """

    made_with: str = ""
    since: str = ""
    records: Mapping[str, Record] = field(default_factory=dict)
    dead: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> set[str]:
        """The files that are the archive's own."""
        return {file for file, record in self.records.items() if record.sha256}


def write(folder: Folder, state: State) -> None:
    """Write the state."""
    links = sorted(set(chain.from_iterable(record.links for record in state.records.values())))
    place = {link: number for number, link in enumerate(links)}
    rows: list[object] = [[state.made_with, state.since, state.dead], links]
    rows += (
        [file, one.version, one.digest, one.sha256, [place[link] for link in one.links]]
        for file, one in sorted(state.records.items())
    )
    folder.write(STATE, (f"{json.dumps(row, ensure_ascii=False)}\n".encode() for row in rows))


def head(folder: Folder) -> State:
    """Return the state without its records, an empty one where there is none."""
    try:
        with (folder.root / STATE).open(encoding="utf-8") as lines:
            made_with, since, dead = json.loads(next(lines))
    except (OSError, StopIteration, ValueError, TypeError):
        return State()
    return State(made_with, since, {}, tuple((page, link) for page, link in dead))


def read(folder: Folder) -> State:
    """Return the whole state. One that is lost or damaged is made from the manifest: then every page is made anew."""
    try:
        with (folder.root / STATE).open(encoding="utf-8") as lines:
            next(lines)
            links = json.loads(next(lines))
            rows = [json.loads(line) for line in lines]
        found = {
            file: Record(version, told, sha256, tuple(links[number] for number in numbers))
            for file, version, told, sha256, numbers in rows
        }
    except (OSError, StopIteration, ValueError, IndexError, TypeError):
        return State(records={file: Record(-1, "", one) for file, one in manifest(folder).items()})
    return replace(head(folder), records=found)


def manifest(folder: Folder) -> dict[str, str]:
    """Return the SHA-256 of each file by its name, as the manifest has it; nothing where there is none."""
    try:
        lines = (folder.root / MANIFEST).read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return {}
    pairs = (line.partition("  ") for line in lines if line)
    return {file: sha256 for sha256, _blanks, file in pairs}


def write_manifest(folder: Folder, state: State) -> None:
    """Write the manifest."""
    rows = sorted((file, one.sha256) for file, one in state.records.items() if one.sha256)
    folder.write(MANIFEST, (f"{sha256}  {file}\n".encode() for file, sha256 in rows))
