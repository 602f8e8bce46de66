"""A folder on disk, or files in it: no link is followed, no device opened."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from exchange.tree.view import TEXT_ENDINGS, BadFile, Entry, Tree, is_ignored, missing, plain_parts

NO_FOLLOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FolderTree(Tree):
    """A folder on disk."""

    def files(self) -> Iterator[Entry]:
        """See Tree.files."""
        found: dict[str, Entry] = {}
        pending = [scope for scope in self.scopes if self._wanted(scope)]
        while pending:
            path = pending.pop()
            if entry := self._entry(path):
                found[path] = entry
            elif stat.S_ISDIR(os.lstat(self.root / path).st_mode):
                pending += self._below(path)
        return iter(sorted(found.values()))

    def _wanted(self, scope: str) -> bool:
        if self.is_named(scope) and is_ignored(PurePosixPath(scope).name):
            self._problems.warning(scope, None, "file-never-read")
            return False
        return True

    def _below(self, folder: str) -> list[str]:
        """The paths in a folder that are wanted; of folders, those that may be entered."""
        try:
            names = sorted(name for name in os.listdir(self.root / folder) if not is_ignored(name))
        except OSError as error:
            self._problems.error(folder, None, "folder-unreadable", reason=error.strerror or "")
            return []
        paths = [f"{folder}/{name}" if folder else name for name in names]
        return [path for path in paths if self._enterable(path)]

    def _enterable(self, path: str) -> bool:
        """Whether a path is a plain file or folder with a plain name; what else it is goes into the problems."""
        talk = path.lower().endswith(TEXT_ENDINGS)
        try:
            path.encode()
        except UnicodeEncodeError:
            printable = path.encode(errors="backslashreplace").decode()
            self._problems.error(printable, None, "name-not-utf8")
            return False
        mode = os.lstat(self.root / path).st_mode
        if stat.S_ISDIR(mode) and talk:
            self._problems.warning(path, None, "folder-named-like-file")
        elif stat.S_ISLNK(mode) and not talk and (self.root / path).is_dir():
            self._problems.warning(path, None, "folder-is-link")
        return (stat.S_ISDIR(mode) and not talk) or stat.S_ISREG(mode) or (talk and not stat.S_ISDIR(mode))

    def _entry(self, path: str) -> Entry | None:
        status = os.lstat(self.root / path)
        if stat.S_ISREG(status.st_mode):
            return Entry(path, status.st_size, status.st_mtime_ns)
        if not stat.S_ISDIR(status.st_mode):
            code = "file-is-link" if stat.S_ISLNK(status.st_mode) else "file-not-plain"
            self._problems.error(path, None, code, name=path)
        return None

    def read(self, path: str) -> bytes:
        """See Tree.read."""
        wrong = self.stat_problem(path)
        if wrong:
            raise wrong
        try:
            with os.fdopen(self._open(plain_parts(path)), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise BadFile("file-not-plain", name=path)
                return file.read()
        except OSError as error:
            raise BadFile("file-unreadable", name=path, reason=error.strerror or "") from error

    def _open(self, parts: Sequence[str]) -> int:
        """A descriptor of the file, reached folder by folder so that none of them can be a link."""
        folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                below = os.open(part, NO_FOLLOW | os.O_DIRECTORY, dir_fd=folder)
                os.close(folder)
                folder = below
            return os.open(parts[-1], NO_FOLLOW, dir_fd=folder)
        finally:
            os.close(folder)

    def stat_problem(self, path: str) -> BadFile | None:
        """See Tree.stat_problem."""
        try:
            mode = self._mode(path)
        except BadFile as error:
            return error
        return None if stat.S_ISREG(mode) else BadFile("file-not-plain", name=path)

    def _mode(self, path: str) -> int:
        """The kind of what lies at a path; BadFile if nothing does or a link stands in the way."""
        here, mode = self.root, stat.S_IFDIR
        for part in plain_parts(path):
            if not stat.S_ISDIR(mode):
                raise BadFile("file-missing", name=path)
            try:
                mode = os.lstat(here / part).st_mode
            except (OSError, ValueError):
                raise missing(path, part, _names(here)) from None
            if stat.S_ISLNK(mode):
                raise BadFile("file-is-link", name=path)
            here /= part
        return mode

    def has_folder(self, path: str) -> bool:
        """See Tree.has_folder."""
        try:
            return stat.S_ISDIR(self._mode(path))
        except BadFile:
            return False


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
