"""Files on their way out: into a folder that may have moved on, into a zip, into a patch."""

import difflib
import errno
import io
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from exchange.dialects import RecordRules, TableDialect
from exchange.documents import Document, EditError, read_document
from exchange.merge import SiteItem, merge_fields, merge_list
from exchange.problems import Problems
from exchange.records import Item, Record, Value

# What git writes for a file that a person may read and change.
MODE = 0o644
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Outgoing:
    """A front-matter file as it goes out.

    ``base``: its bytes as last imported, None for a file that is new; ``data``: what the site makes of them, None
    for one whose record the site deleted; ``fields`` and ``lists``: what the site says (None: nothing that is read);
    ``onto``: the bytes in the folder that ``data`` was made of, where that was done together with other files.
    """

    path: str
    base: bytes | None
    data: bytes | None
    edition: str = ""
    fields: Mapping[str, Value] | None = None
    lists: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    onto: bytes | None = None


@dataclass(frozen=True)
class Companion:
    """A picture or document that a file names: its bytes when asked for, and whether such bytes were imported."""

    path: str
    load: Callable[[], bytes]
    was_imported: Callable[[bytes], bool]

    def read(self) -> bytes:
        """Its bytes. Raises Lost."""
        try:
            return self.load()
        except OSError as refused:
            raise Lost(refused.errno, refused.strerror or str(refused)) from refused


Action = Literal["written", "merged", "deleted", "unchanged"]


@dataclass
class Written:
    """What an export did, or would do, by path, and the diff of its texts."""

    actions: dict[str, Action] = field(default_factory=dict)
    diff: list[bytes] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything was, or would be, other than it is."""
        return any(action != "unchanged" for action in self.actions.values())


class LinkOnTheWay(OSError):
    """A symbolic link stands where a file or folder should; ``filename`` is its path from the root."""


class Lost(OSError):
    """The site's own copy of a picture or document cannot be read."""


def into_folder(
    files: Sequence[Outgoing],
    companions: Sequence[Companion],
    folder: Path,
    dialect: TableDialect,
    problems: Problems,
    *,
    write: bool = True,
) -> Written:
    """Bring the files into a folder. What somebody changed there is merged with, never overwritten.

    A file that is neither what was imported nor what would be written is merged field by field; on a conflict it
    is left alone and told as an error. So is whatever the system refuses to read or write.
    """
    delivery = _Delivery(folder, dialect, problems, write=write)
    delivery.is_checkout = any(one.base is not None and (folder / one.path).is_file() for one in files)
    # Companions first: whoever meets a file's name for a picture finds the picture.
    everything: list[Companion | Outgoing] = [*companions, *files]
    for one in everything:
        try:
            if isinstance(one, Companion):
                delivery.bring(one)
            else:
                delivery.settle(one)
        except OSError as refused:
            tell(problems, one.path, refused)
    return delivery.done


def tell(problems: Problems, path: str, refused: OSError) -> None:
    """Tell as an error of a path why the system would not have it."""
    if isinstance(refused, LinkOnTheWay):
        problems.error(path, None, "out-through-link", name=str(refused.filename))
    else:
        code = "out-lost" if isinstance(refused, Lost) else "out-refused"
        problems.error(path, None, code, reason=refused.strerror or str(refused))


@dataclass
class _Delivery:
    """Files on their way into a folder.

    ``is_checkout``: it holds files that were imported, so that one that is missing was taken away by somebody.
    """

    folder: Path
    dialect: TableDialect
    problems: Problems
    write: bool
    is_checkout: bool = False
    done: Written = field(default_factory=Written)

    def settle(self, one: Outgoing) -> None:
        """Bring one file, or take it away."""
        present = bytes_at(self.folder, one.path)
        wanted = self._wanted(one, present)
        if present is wanted is None:
            return
        action: Action = "written" if present in (None, one.base) else "merged"
        if present == wanted:
            action = "unchanged"
        elif wanted is None:
            action = "deleted"
        if self.write and action == "deleted":
            (self.folder / one.path).unlink()
        elif self.write and wanted is not None and action != "unchanged":
            put(self.folder / one.path, wanted)
        self.done.actions[one.path] = action
        self.done.diff += diff(one.path, present, wanted)

    def bring(self, one: Companion) -> None:
        """Bring one picture or document; one that somebody else changed, or took away, stays so."""
        present, wanted = bytes_at(self.folder, one.path), one.read()
        if present == wanted or (present is None and self.is_checkout and one.was_imported(wanted)):
            self.done.actions[one.path] = "unchanged"
        elif present is None or one.was_imported(present):
            if self.write:
                put(self.folder / one.path, wanted)
            self.done.actions[one.path] = "written"
        elif not one.was_imported(wanted):
            self.problems.error(one.path, None, "out-asset-differs")

    def _wanted(self, one: Outgoing, present: bytes | None) -> bytes | None:
        """What shall lie at a path: None for nothing."""
        if present is not None and present in (one.data, one.base if one.onto is None else one.onto):
            return one.data
        if present is None:
            if one.base is None or not self.is_checkout:
                return one.data
            if one.data not in (None, one.base):
                self.problems.error(one.path, None, "out-gone")
            return None
        if one.data is None or one.base is None or one.fields is None:
            if one.data != one.base:
                self.problems.error(one.path, None, "out-deleted" if one.data is None else "out-taken")
            return present
        return present if one.data == one.base else self._merged(one, present)

    def _merged(self, one: Outgoing, present: bytes) -> bytes:
        """What somebody made of the file, with what the site changed; as it lies there if the two clash."""
        theirs = self._read(one, present)
        if theirs is None:
            self.problems.error(one.path, None, "out-unreadable")
            return present
        document, said = theirs
        _document, was = self._read(one, one.base or b"") or theirs
        fields, lists, clashes = _three_ways(was, one, said, self.dialect.kinds[said.kind])
        for name in clashes:
            self.problems.error(one.path, said.places.get(name), "out-conflict", field=name)
        if clashes:
            return present
        try:
            return self.dialect.write(document, one.edition, fields, lists).render()
        except EditError as refused:
            self.problems.error(one.path, None, "out-not-written", key=".".join(map(str, refused.way)))
            return present

    def _read(self, one: Outgoing, data: bytes) -> tuple[Document, Record] | None:
        """A file and its record; None where it has none, or anything in it is wrong."""
        problems = Problems()
        document = read_document(one.path, data, problems)
        records = self.dialect.read(document, problems, one.edition).records if document else ()
        return (document, records[0]) if document and records and not problems.has_errors else None


def bytes_at(folder: Path, path: str) -> bytes | None:
    """The bytes that lie at a path below a folder, None for nothing. Raises LinkOnTheWay, and follows no link."""
    at = folder
    for part in PurePosixPath(path).parts:
        at /= part
        try:
            mode = os.lstat(at).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(mode):
            raise LinkOnTheWay(errno.ELOOP, "", str(at.relative_to(folder)))
    return at.read_bytes()


def _three_ways(
    was: Record, one: Outgoing, said: Record, rules: RecordRules
) -> tuple[Mapping[str, Value], dict[str, tuple[Item, ...]], list[str]]:
    """Base, site and file, merged: fields, lists, and the names of what clashes."""
    meant = one.fields or {}
    # A field in which the file had no say, and has one now that the site has changed it.
    first = {name: was.fields.get(name) for name in rules.silent & set(meant)}
    site = {name: meant.get(name) for name in {*said.fields, *first}}
    merged = merge_fields({**first, **was.fields}, site, {**first, **said.fields})
    lists: dict[str, tuple[Item, ...]] = {}
    clashes = [clash.field for clash in merged.clashes]
    for name, items in said.lists.items():
        known = rules.fields_of(name)
        rows = [
            SiteItem(index, item.place, {key: value for key, value in item.fields.items() if key in known})
            for index, item in enumerate(one.lists[name])
        ]
        outcome = merge_list(name, was.lists[name], rows, items)
        lists[name] = tuple(Item(item.place, item.fields) for item in outcome.items)
        clashes += [clash.field for clash in outcome.clashes]
    return merged.values, lists, clashes


def put(path: Path, data: bytes) -> None:
    """Write a whole file: aside, then in its place in one step, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".lectern-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else MODE & ~_umask()
        os.chmod(aside, mode)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def as_zip(files: Sequence[Outgoing], companions: Sequence[Companion], problems: Problems) -> bytes:
    """All files in one archive: the same content, the same bytes. What cannot be read is told and left out."""
    held = {one.path: one.data for one in files if one.data is not None}
    for one in companions:
        try:
            held[one.path] = one.read()
        except Lost as refused:
            tell(problems, one.path, refused)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(held.items()):
            entry = zipfile.ZipInfo(path, ZIP_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, (stat.S_IFREG | MODE) << 16
            archive.writestr(entry, data)
    return out.getvalue()


def as_patch(files: Sequence[Outgoing]) -> bytes:
    """What the site changed since the import, as `git apply` takes it on the imported tree."""
    return b"".join(line for one in files for line in diff(one.path, one.base, one.data))


def diff(path: str, old: bytes | None, new: bytes | None) -> list[bytes]:
    """The unified diff of one file in git's form; None is a file that is not there."""
    if old == new:
        return []
    head = [f"diff --git {_quoted('a/' + path)} {_quoted('b/' + path)}\n"]
    if old is None:
        head.append(f"new file mode {MODE | stat.S_IFREG:o}\n")
    if new is None:
        head.append(f"deleted file mode {MODE | stat.S_IFREG:o}\n")
    head.append(f"--- {_quoted('a/' + path) if old is not None else '/dev/null'}\n")
    head.append(f"+++ {_quoted('b/' + path) if new is not None else '/dev/null'}\n")
    lines = difflib.unified_diff(_lines(old), _lines(new), lineterm="\n")
    # The first two lines are difflib's own names of the files.
    hunks = [line for index, line in enumerate(lines) if index > 1]
    return [line.encode() for line in head] + [line for hunk in hunks for line in _ended(hunk)]


def _lines(data: bytes | None) -> list[str]:
    """Lines as git sees them, each ended by LF alone; latin-1 keeps every byte."""
    *whole, rest = (data or b"").split(b"\n")
    lines = [line.decode("latin-1") + "\n" for line in whole]
    return [*lines, rest.decode("latin-1")] if rest else lines


def _ended(line: str) -> list[bytes]:
    data = line.encode("latin-1")
    return [data] if data.endswith(b"\n") else [data + b"\n", b"\\ No newline at end of file\n"]


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes where it has characters that would confuse."""
    data = path.encode()
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in data):
        return path
    named = {ord('"'): '\\"', ord("\\"): "\\\\", 9: "\\t", 10: "\\n", 13: "\\r"}
    inner = "".join(named.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in data)
    return f'"{inner}"'
