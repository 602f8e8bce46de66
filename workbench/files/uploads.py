"""Files that were sent to be imported: kept, for one user and one day, until they are imported or taken back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils import timezone

from exchange.tree.zipped import ZIP_UNPACKED

FOLDER = "uploads"
"""Below the storage's root. No address leads here: /media/ gives out renditions and documents only."""
ABOUT = "about.json"
DAY = timedelta(days=1)
LIMIT = ZIP_UNPACKED
"""So many bytes are taken at once: an archive may not be larger unpacked either."""


@dataclass
class Upload:
    """What was sent: by whom, when, under which names, and how it shall be imported.

    ``options`` are a form's; ``places`` says where in the site each single file belongs: {name: path}.
    """

    key: str
    user: int
    sent_at: str
    names: list[str]
    options: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def is_zip(self) -> bool:
        """Whether it is one archive."""
        return is_zip(self.names[0])

    def read(self, name: str) -> bytes:
        """The bytes of one of its files."""
        with default_storage.open(self.stored(name)) as stream:
            data: bytes = stream.read()
        return data

    def write_about(self) -> None:
        """Keep what is said of the files."""
        path = f"{_folder(self.key)}/{ABOUT}"
        default_storage.delete(path)
        default_storage.save(path, ContentFile(json.dumps(asdict(self)).encode()))

    def drop(self) -> None:
        """Remove everything."""
        _remove(self.key)

    @contextmanager
    def laid_out(self, beside: Mapping[str, bytes]) -> Iterator["Laid"]:
        """Lay the files out as their site has them, with what lies ``beside`` single ones, for as long as it takes."""
        with TemporaryDirectory(prefix="lectern-import-") as name:
            folder = Path(name).resolve()
            if self.is_zip:
                _put(folder / "upload.zip", self.read(self.names[0]))
                yield Laid([folder / "upload.zip"], None, {str(folder / "upload.zip"): self.names[0]})
                return
            for path, data in beside.items():
                _put(folder / path, data)
            files = {folder / self.places[one]: one for one in self.names}
            for file, one in files.items():
                _put(file, self.read(one))
            yield Laid(list(files), folder, {str(file): one for file, one in files.items()})

    def stored(self, name: str) -> str:
        """Where the bytes of one of its files are kept."""
        return f"{_folder(self.key)}/{self.names.index(name)}.part"


@dataclass(frozen=True)
class Laid:
    """Files laid out for an import: the paths to give it, the root, and what they are called: {path: name}."""

    paths: Sequence[Path]
    root: Path | None
    names: Mapping[str, str]


def is_zip(name: str) -> bool:
    """Whether a file is named as an archive."""
    return name.lower().endswith(".zip")


def keep(user: int, files: "Sequence[File[bytes]]", options: Mapping[str, Any]) -> Upload:
    """Keep files that a user sent, under a key of their own."""
    names = [str(one.name) for one in files]
    upload = Upload(str(uuid4()), user, timezone.now().isoformat(), names, dict(options))
    # What is said of the files comes first, so that a sweep knows how old they are.
    upload.write_about()
    for name, file in zip(names, files, strict=True):
        default_storage.save(upload.stored(name), file)
    return upload


def find(key: UUID, user: int) -> Upload | None:
    """What this user sent under this key; None if it is gone, too old, or somebody else's."""
    upload = _read(str(key))
    return upload if upload is not None and upload.user == user and not _is_old(upload) else None


def sweep() -> None:
    """Remove what has been waiting for longer than a day."""
    try:
        keys, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for key in keys:
        upload = _read(key)
        if _is_old(upload) if upload else _is_forgotten(key):
            _remove(key)


def _is_old(upload: Upload) -> bool:
    return timezone.now() - datetime.fromisoformat(upload.sent_at) > DAY


def _is_forgotten(key: str) -> bool:
    """Whether a process was killed here a day ago, so that nothing is said of the files."""
    _folders, names = default_storage.listdir(_folder(key))
    written = (default_storage.get_modified_time(f"{_folder(key)}/{name}") for name in names)
    return all(timezone.now() - one > DAY for one in written)


def _read(key: str) -> Upload | None:
    try:
        with default_storage.open(f"{_folder(key)}/{ABOUT}") as stream:
            return Upload(**json.loads(stream.read()))
    except (OSError, ValueError, TypeError):
        return None


def _remove(key: str) -> None:
    folder = _folder(key)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    # What is said of the files goes last: until then a sweep that was stopped can go on.
    for name in sorted(names, key=lambda one: one == ABOUT):
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)


def _folder(key: str) -> str:
    return f"{FOLDER}/{key}"


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
