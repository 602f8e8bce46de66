"""What pages are made of and show: files of style and script, pictures, documents."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage

from website.archive.folder import Folder, is_safe
from website.archive.links import Rewriter
from website.archive.records import Record
from website.archive.scope import MEDIA, STATIC, Scope
from website.views.files import is_shown

CHUNK = 1 << 20


@contextmanager
def plain_names() -> Iterator[None]:
    """Let pages name files of style and script by their plain names, whether or not any were collected."""
    storage: Any = staticfiles_storage
    storage.url = lambda name, force=False: settings.STATIC_URL + quote(name)  # noqa: ARG005 - as Django calls it
    try:
        yield
    finally:
        del storage.url


def gather(
    wanted: Iterable[str], known: Mapping[str, Record], scope: Scope, folder: Folder
) -> dict[str, Record]:
    """Write the assets among the `wanted` files, and those that they lead to; return the records of all there are."""
    found: dict[str, Record] = {}
    waiting = sorted(file for file in wanted if file.startswith((STATIC, MEDIA)))
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        record = (
            _static(file, scope, folder) if file.startswith(STATIC) else _media(file, known, scope, folder)
        )
        if record:
            found[file] = record
            waiting += record.links
    return found


def _static(file: str, scope: Scope, folder: Folder) -> Record | None:
    path = finders.find(file.removeprefix(STATIC)) if is_safe(file) else None
    if not path or not Path(path).is_file():
        return None
    data, rewriter = Path(path).read_bytes(), Rewriter(scope, file)
    if file.endswith(".css"):
        data = rewriter.style(data.decode()).encode()
    return Record(0, "", folder.write(file, [data]), tuple(sorted(rewriter.links)))


def _media(file: str, known: Mapping[str, Record], scope: Scope, folder: Folder) -> Record | None:
    """A file of this name always holds the same."""
    name = file.removeprefix(MEDIA)
    if not is_shown(name, scope.viewpoint):
        return None
    if file in known and known[file].version == 0 and folder.holds(file):
        return known[file]
    try:
        with default_storage.open(name) as stored:
            return Record(0, "", folder.write(file, stored.chunks(CHUNK)))
    except OSError:
        return None
