"""A .zip as it came, read where it lies: checked as a whole before any of it is unpacked."""

import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

from exchange.problems import Problems
from exchange.tree.view import BadFile, Entry, Tree, is_ignored, missing, plain_parts

ZIP_ENTRIES = 5_000
ZIP_UNPACKED = 200 * 1024 * 1024
ZIP_RATIO = 200
ZIP_DIRECTORY = ZIP_ENTRIES * 1024
ZIP_PROBLEMS = 20
# Below this size a high ratio is only a blank file.
SMALL = 100 * 1024
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".jar")
ZIP_END = b"PK\x05\x06"
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class ZipTree(Tree):
    """An archive, whose names have been checked; `top` is the folder that was dropped from them."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, top: str, problems: Problems) -> None:
        super().__init__(path, [""], problems)
        self._archive = archive
        self._entries = {
            _zip_name(info).removeprefix(top): info for info in archive.infolist() if not info.is_dir()
        }
        self._folders = {str(parent) for name in self._entries for parent in PurePosixPath(name).parents}

    def files(self) -> Iterator[Entry]:
        """See Tree.files."""
        for name, info in sorted(self._entries.items()):
            if not any(is_ignored(part) for part in PurePosixPath(name).parts):
                # The dates in an archive say nothing: whoever packs one may give every file the same.
                yield Entry(name, info.file_size)

    def read(self, path: str) -> bytes:
        """See Tree.read."""
        wrong = self.stat_problem(path)
        if wrong:
            raise wrong
        try:
            return self._archive.read(self._entries[path])
        except UNREADABLE as error:
            raise BadFile("file-unreadable", name=path, reason=str(error)) from error

    def stat_problem(self, path: str) -> BadFile | None:
        """See Tree.stat_problem."""
        try:
            plain_parts(path)
        except BadFile as error:
            return error
        if path in self._entries:
            return None
        if path in self._folders:
            return BadFile("file-not-plain", name=path)
        return missing(path, path, self._entries)

    def has_folder(self, path: str) -> bool:
        """See Tree.has_folder."""
        return path in self._folders

    def close(self) -> None:
        """See Tree.close."""
        self._archive.close()


def open_zip(path: Path, markers: Collection[str], problems: Problems) -> Tree | None:
    """The view on an archive, or None with the reasons in `problems`: what is too big, or leads out of it."""
    if not _countable(path):
        problems.error(str(path), None, "zip-too-many", limit=ZIP_ENTRIES)
        return None
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        problems.error(str(path), None, "zip-broken")
        return None
    found = Problems()
    _check_zip(str(path), archive.infolist(), found)
    problems.extend(found.sorted()[:ZIP_PROBLEMS])
    if found.has_errors:
        archive.close()
        return None
    return ZipTree(path, archive, _single_top(archive.infolist(), markers), problems)


def _countable(path: Path) -> bool:
    """Whether an archive says that it has few enough entries, before anything reads its table of them."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    end = tail[tail.rfind(ZIP_END) :][:22]
    if len(end) < 22 or not end.startswith(ZIP_END):
        return True
    entries, size = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    return entries <= ZIP_ENTRIES and size <= ZIP_DIRECTORY


def _check_zip(path: str, infos: Sequence[zipfile.ZipInfo], problems: Problems) -> None:
    if len(infos) > ZIP_ENTRIES:
        problems.error(path, None, "zip-too-many", limit=ZIP_ENTRIES)
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > ZIP_UNPACKED:
        problems.error(path, None, "zip-too-large", limit=ZIP_UNPACKED // 1024**2)
    elif any(_is_bomb(info.file_size, info.compress_size) for info in infos) or _is_bomb(unpacked, packed):
        problems.error(path, None, "zip-bomb", limit=ZIP_RATIO)
    for info in infos:
        if code := _zip_problem(info):
            problems.error(path, None, code, name=info.orig_filename[:100])
    (name, times), *_ = (Counter(map(_zip_name, infos)) or Counter([""])).most_common(1)
    if times > 1:
        problems.error(path, None, "zip-name-twice", name=name[:100])


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > SMALL and unpacked > packed * ZIP_RATIO


def _zip_problem(info: zipfile.ZipInfo) -> str | None:
    name = info.orig_filename
    drive = len(name) > 1 and name[1] == ":"
    if name.startswith("/") or drive or "\\" in name or "\0" in name or ".." in name.split("/"):
        return "zip-path"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "zip-link"
    if name.lower().endswith(ARCHIVES):
        return "zip-in-zip"
    return "zip-encrypted" if info.flag_bits & 1 else None


def _zip_name(info: zipfile.ZipInfo) -> str:
    return str(PurePosixPath(info.filename))


def _single_top(infos: Sequence[zipfile.ZipInfo], markers: Collection[str]) -> str:
    """The only folder at the top, with its slash, unless it is a marker; else nothing."""
    names = [PurePosixPath(_zip_name(info)) for info in infos if not info.is_dir()]
    seen = [name.parts for name in names if not is_ignored(name.parts[0])]
    tops = {parts[0] for parts in seen}
    if len(tops) != 1 or any(len(parts) == 1 for parts in seen):
        return ""
    top = tops.pop()
    return "" if any(PurePosixPath(marker).parts[:1] == (top,) for marker in markers) else f"{top}/"
