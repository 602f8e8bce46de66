"""Where single files that were sent belong in the site: where a file of their name was read, else beside their like."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from exchange.dialects import NATIVE
from exchange.exporting import export_files
from exchange.models import SourceFile, SourceRecord
from exchange.outgoing import Lost
from exchange.records import Record
from exchange.unfiled import Places, Unfiled
from workbench.files.uploads import Upload


@dataclass(frozen=True)
class Place:
    """Where one file belongs: the path (None: nobody but its sender can say), and what it may be.

    ``new`` is the path that it would get as a file that the site does not know.
    """

    name: str
    path: str | None
    known: tuple[str, ...]
    new: str

    @property
    def choices(self) -> tuple[str, ...]:
        """All paths that may be meant."""
        return (*self.known, self.new)


@dataclass(frozen=True)
class Placed:
    """The files of an upload in their places, and the pictures and documents to be laid beside them."""

    places: tuple[Place, ...]
    beside: Mapping[str, bytes]

    @property
    def open_ones(self) -> list[Place]:
        """Those whose place somebody has to choose."""
        return [one for one in self.places if one.path is None]


def place(upload: Upload) -> Placed:
    """Find the place of every single file; one that its sender has chosen stays. An archive is its own place."""
    if upload.is_zip:
        return Placed((), {})
    default = upload.options["default_edition"] or upload.options["edition"]
    read = {one.path: one for one in _records(upload, default)}
    places = tuple(_place(upload, name, read.get(name)) for name in upload.names)
    upload.places = {one.name: one.path for one in places if one.path is not None}
    found = {one.path: upload.read(one.name) for one in places if one.path is not None}
    if len(found) < len(places):
        return Placed(places, {})
    # Whoever imports into one edition is lent the pictures and documents of this one only.
    return Placed(places, _companions(found, default, upload.options["edition"]))


def _records(upload: Upload, default_edition: str) -> Iterable[Record]:
    for told in NATIVE.read_files(((name, upload.read(name)) for name in upload.names), default_edition):
        yield from told.reading.records[:1] if told.reading else ()


def _place(upload: Upload, name: str, record: Record | None) -> Place:
    named = SourceFile.objects.filter(path__endswith=name, mapping=None).order_by("path")
    known = [path for path in named.values_list("path", flat=True) if PurePosixPath(path).name == name]
    new = _new_path(name, record)
    # Only a path of the edition that the file names is taken without asking: names are often alike.
    alike = _alike(known, record)
    path = alike[0] if len(alike) == 1 else None if known else new
    said = upload.places.get(name)
    return Place(name, said if said in (*known, new) else path, tuple(known), new)


def _alike(known: list[str], record: Record | None) -> list[str]:
    if record is None:
        return known
    rows = SourceRecord.objects.filter(file__path__in=known, kind=record.kind)
    rows = rows.filter(edition_key=record.edition) if record.edition else rows
    return sorted(set(rows.values_list("file__path", flat=True)))


def _new_path(name: str, record: Record | None) -> str:
    """A path beside others of its kind and edition."""
    if record is None:
        return name
    file = PurePosixPath(name)
    one = Unfiled(record.kind, 0, record.edition, file.stem, file.suffix)
    return Places([], SourceFile.objects.values_list("path", flat=True)).path(one)


def _companions(files: Mapping[str, bytes], default_edition: str, edition: str) -> dict[str, bytes]:
    """The pictures and documents that files name and the site has, under the paths where they are looked for."""
    wanted = {
        path
        for told in NATIVE.read_files(files.items(), default_edition)
        for record in (told.reading.records if told.reading else ())
        for asset in record.assets
        for path in asset.candidates
    }
    found = {}
    for path, one in export_files(edition).companions.items() if wanted else ():
        if path in wanted:
            try:
                found[path] = one.read()
            except Lost:
                continue
    return found
