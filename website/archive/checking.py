"""An old archive held against its manifest; no database is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from website.archive.folder import Folder, is_safe
from website.archive.records import OWN, manifest

Wrong = Literal["missing", "changed", "extra"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that isn't as the manifest says."""

    file: str
    wrong: Wrong


def check(root: Path) -> list[Difference]:
    """Return what differs, by name; raise FileNotFoundError where there is no manifest."""
    folder = Folder(root)
    known, there = manifest(folder), folder.files() - OWN
    if not known:
        raise FileNotFoundError(root)
    return sorted(_differences(folder, known, there), key=lambda one: one.file)


def _differences(folder: Folder, known: dict[str, str], there: set[str]) -> Iterator[Difference]:
    for file in there - known.keys():
        yield Difference(file, "extra")
    for file, sha256 in known.items():
        if file not in there:
            yield Difference(file, "missing")
        elif not is_safe(file) or folder.place(file).is_symlink() or folder.digest(file) != sha256:
            yield Difference(file, "changed")
