"""The folder of an archive: files that are whole at every moment, and none outside it."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from functools import cached_property
from itertools import count
from pathlib import Path, PurePosixPath

UNFINISHED = ".lectern-part"
"""The folder of what is being written; a killed run may leave it."""
_numbers = count()


class Folder:
    """A folder and the names of files in it, with `/` between their parts."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def _real(self) -> Path:
        return self.root.resolve()

    def place(self, name: str) -> Path:
        """Return the path of a file; raise ValueError for a name that leads out of the folder, by a link too."""
        parts = name.split("/")
        if not is_safe(name) or not self._real.joinpath(*parts[:-1]).resolve().is_relative_to(self._real):
            raise ValueError(f"{name!r} leads out of the archive")
        return self._real / name

    def write(self, name: str, chunks: Iterable[bytes]) -> str:
        """Write a file, whole or not at all; return its SHA-256 (hex)."""
        final, digest = self.place(name), hashlib.sha256()
        part = self._real / UNFINISHED / f"{os.getpid()}-{next(_numbers)}"
        try:
            out = part.open("wb")
        except FileNotFoundError:
            part.parent.mkdir(parents=True, exist_ok=True)
            out = part.open("wb")
        with out:
            for chunk in chunks:
                digest.update(chunk)
                out.write(chunk)
        try:
            os.replace(part, final)
        except FileNotFoundError:
            final.parent.mkdir(parents=True, exist_ok=True)
            os.replace(part, final)
        return digest.hexdigest()

    def remove(self, name: str) -> None:
        """Remove a file and the folders that this leaves empty."""
        path = self.place(name)
        path.unlink(missing_ok=True)
        for folder in path.relative_to(self._real).parents:
            try:
                (self._real / folder).rmdir()
            except OSError:
                return  # Something else is in it.

    def tidy(self) -> None:
        """Remove what a killed run left unfinished."""
        shutil.rmtree(self._real / UNFINISHED, ignore_errors=True)

    def holds(self, name: str) -> bool:
        """Say whether there is such a file."""
        return (self._real / name).is_file()

    def files(self) -> set[str]:
        """Return the names of all files in the folder, links and what else is no folder included."""
        found = set()
        for folder, folders, names in os.walk(self._real):
            start = Path(folder).relative_to(self._real).as_posix()
            names += [name for name in folders if Path(folder, name).is_symlink()]
            found |= {name if start == "." else f"{start}/{name}" for name in names}
        return found

    def digest(self, name: str) -> str:
        """Return the SHA-256 (hex) of a file."""
        with self.place(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def is_safe(name: str) -> bool:
    """Say whether a name is that of a file below a folder, on any system: no `..`, no control character."""
    parts = PurePosixPath(name).parts
    return (
        bool(name)
        and "/".join(parts) == name
        and not {"/", ".", ".."} & set(parts)
        and all(len(part.encode(errors="surrogatepass")) <= 255 for part in parts)
        and not any(sign < " " or sign in '\x7f\\:*?"<>|' or "\ud800" <= sign <= "\udfff" for sign in name)
    )
