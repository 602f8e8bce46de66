"""Where files go: under names made of their content, whole, and only when the database agrees."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from uuid import uuid4

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.utils import timezone

from attachments.documents import check_document
from attachments.names import DOCUMENT, ORIGINAL, RENDITION, Kind, document_name, public_names
from attachments.pictures import Picture, Rendition, check_picture, render

INCOMING = "incoming"
UNFINISHED = ".part"
ABANDONED = timedelta(days=1)
CHUNK = 1 << 20
FOLDERS = ("originals", "renditions", "documents")

_keepers: list[Callable[[], Iterable[str]]] = []


class Staged:
    """One new file under a temporary name, whole, waiting for its final one."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path

    def publish(self, storage: Storage) -> None:
        """Give the file its final name, in one step where the storage is a folder."""
        if isinstance(storage, FileSystemStorage):
            final = Path(storage.path(self.name))
            final.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.replace(self.path, final)
            except FileNotFoundError:
                # Another import has finished this one's work meanwhile.
                if not final.exists():
                    raise
        elif not storage.exists(self.name):
            with self.path.open("rb") as stream:
                storage.save(self.name, File(stream))
        self.drop()

    def drop(self) -> None:
        """Remove the temporary file, if it is still there."""
        self.path.unlink(missing_ok=True)


class Batch:
    """New files of one piece of work (an import, an upload), stored together with its transaction.

    Used as a context manager: files are written under temporary names at once, and take their final ones when
    the transaction around has been committed (at the end of the block if there is none). An exception drops them;
    what a killed process or a rolled back transaction leaves behind is `sweep`'s.
    """

    def __init__(self, storage: Storage | None = None, using: str = DEFAULT_DB_ALIAS) -> None:
        self.storage: Storage = storage or default_storage
        self.using = using
        self.staged: dict[str, Staged] = {}
        self.folder = _incoming(self.storage) / uuid4().hex

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        """Publish after the commit, or drop everything."""
        if kind is None:
            transaction.on_commit(self.publish, using=self.using)
        else:
            self.drop()

    def picture(self, data: bytes, kind: Kind, name: str = "", *, allow_svg: bool = False) -> str:
        """Check, render and keep a picture; return its stored name. Raises BadPicture."""
        picture = check_picture(data, name, allow_svg=allow_svg)
        stored = picture.original.name
        if not self.holds([stored, *public_names(stored, kind)]):
            self.checked_picture(picture, data, kind, render(data, kind, allow_svg=allow_svg))
        return stored

    def checked_picture(
        self, picture: Picture, data: bytes, kind: Kind, renditions: Iterable[Rendition]
    ) -> str:
        """Keep a picture that was checked and rendered elsewhere (by a worker process); return its stored name."""
        stored = self.keep(picture.original.name, data)
        # Both lists come from `names.sizes`, in the same order.
        for name, rendition in zip(public_names(stored, kind), renditions, strict=True):
            self.keep(name, rendition.data)
        return stored

    def document(self, source: bytes | IO[bytes], name: str) -> str:
        """Keep a document as it is; return its stored name. Raises BadDocument."""
        path = self.folder / (uuid4().hex + UNFINISHED)
        digest, size = _write(path, [source] if isinstance(source, bytes) else _chunks(source))
        try:
            check_document(name, size)
        except ValueError:
            path.unlink()
            raise
        stored = document_name(digest, name)
        if self.holds([stored]):
            path.unlink()
        else:
            self._stage(stored, path)
        return stored

    def keep(self, name: str, data: bytes) -> str:
        """Keep bytes under a name that was made of them; return it. Doing so twice does nothing."""
        if not self.holds([name]):
            path = self.folder / (uuid4().hex + UNFINISHED)
            _write(path, [data])
            self._stage(name, path)
        return name

    def holds(self, names: Iterable[str]) -> bool:
        """Whether all these files are stored, or staged by this batch."""
        return all(name in self.staged or self.storage.exists(name) for name in names)

    def publish(self) -> None:
        """Give every staged file its final name."""
        for staged in self.staged.values():
            staged.publish(self.storage)
        self.drop()

    def drop(self) -> None:
        """Remove every file that is still under its temporary name."""
        self.staged.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _stage(self, name: str, path: Path) -> None:
        """Move a whole file to where its final name can be read from its temporary one."""
        whole = self.folder / name
        whole.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, whole)
        self.staged[name] = Staged(name, whole)


def sweep(known: Collection[str], older_than: timedelta, storage: Storage | None = None) -> int:
    """Remove files that no stored name in `known` owns and temporary ones, if older; return how many.

    `known` are the stored names that are wanted (`known_names`); a picture owns its renditions. Figures stand in
    texts, where no column holds them: they stay. A file that a killed process left whole under its temporary
    name, though the database knows it, gets its final name.
    """
    place: Storage = storage or default_storage
    owned = {digest for digest in map(_digest, known) if digest}
    owned |= {_digest(name) for name in _walk(place, "renditions") if "-figure-" in name}
    _recover(place, set(known), owned)
    oldest = timezone.now() - older_than
    orphans = [
        name
        for folder in FOLDERS
        for name in _walk(place, folder)
        if (digest := _digest(name)) and digest not in owned and _modified(place, name) < oldest.timestamp()
    ]
    for name in orphans:
        place.delete(name)
    return len(orphans) + _sweep_incoming(_incoming(place), oldest.timestamp())


def recover(storage: Storage | None = None) -> None:
    """Finish what a killed process had committed but not yet renamed; with nothing waiting it asks no database.

    What nobody has wanted for a day is removed, so that it isn't looked at for ever.
    """
    place: Storage = storage or default_storage
    root = _incoming(place)
    if _files(root):
        known = known_names()
        _recover(place, known, {digest for digest in map(_digest, known) if digest})
        _sweep_incoming(root, (timezone.now() - ABANDONED).timestamp())


def register_keeper(names: Callable[[], Iterable[str]]) -> None:
    """Let ``names`` say which stored names are wanted though no column holds them any more."""
    if names not in _keepers:
        _keepers.append(names)


def known_names() -> set[str]:
    """Every stored name in every picture and document column, and those that a keeper still wants."""
    return {name for keeper in _keepers for name in keeper()} | {
        str(name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
        for name in model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
        if name
    }


def _recover(storage: Storage, known: set[str], owned: set[str]) -> None:
    """Finish what was committed but not yet renamed."""
    root = _incoming(storage)
    for path in _files(root):
        name = "/".join(path.relative_to(root).parts[1:])
        wanted = name in known or (RENDITION.fullmatch(name) and _digest(name) in owned)
        if path.suffix != UNFINISHED and wanted and not storage.exists(name):
            Staged(name, path).publish(storage)


def _sweep_incoming(root: Path, oldest: float) -> int:
    removed = 0
    for path in _files(root):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    for folder in sorted((path for path in root.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()) and folder.stat().st_mtime < oldest:
            folder.rmdir()
    return removed


def _digest(name: str) -> str:
    """Return the first 16 digits of the digest in a stored name, empty if it is none of ours."""
    found = ORIGINAL.fullmatch(name) or RENDITION.fullmatch(name) or DOCUMENT.fullmatch(name)
    return found["digest"][:16] if found else ""


def _incoming(storage: Storage) -> Path:
    """Return the folder of temporary files: on the same disk as the final ones, so that a rename is one step."""
    if isinstance(storage, FileSystemStorage):
        return Path(storage.path(INCOMING))
    return Path(tempfile.gettempdir()) / "lectern-incoming"


def _files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def _walk(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _walk(storage, f"{folder}/{name}")


def _modified(storage: Storage, name: str) -> float:
    return storage.get_modified_time(name).timestamp()


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _write(path: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write a file and return the sha256 (hex) and length of what was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        for chunk in chunks:
            digest.update(chunk)
            size += out.write(chunk)
    return digest.hexdigest(), size
