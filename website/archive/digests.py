"""Digests of what stands beside the data: the code, the templates, the files of style and script."""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.template import Engine

NAMED = re.compile(r'{%-?\s*(?:extends|include)\s+"([^"]+)"')
UNNAMED = ("website/_meta.html",)
"""What tags show: no template names it."""


@cache
def of_code() -> str:
    """Return the digest of every module of the project, of its requirements, and of Python's own version."""
    root = Path(settings.BASE_DIR)
    rooms = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root]
    requirements = (root / "requirements.txt").read_text(encoding="utf-8")
    return digest(sys.version, settings.LANGUAGE_CODE, requirements, *_files(rooms, "*.py"))


@cache
def of_all() -> str:
    """Return the digest of the code, of all templates and of all files of style and script."""
    folders = [Path(str(folder)) for folder in (*Engine.get_default().dirs, *settings.STATICFILES_DIRS)]
    return digest(of_code(), *_files(folders, "*"))


@cache
def of_template(name: str) -> str:
    """Return the digest of a template, of all that it extends and includes, and of the code."""
    engine, waiting = Engine.get_default(), [name, *UNNAMED]
    seen: dict[str, str] = {}
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen[one] = str(engine.get_template(one).source)
            waiting += NAMED.findall(seen[one])
    return digest(of_code(), *(f"{one} {seen[one]}" for one in sorted(seen)))


def digest(*texts: str) -> str:
    """Return the SHA-256 (hex) of texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _files(folders: Iterable[Path], pattern: str) -> Iterator[str]:
    """The files below the folders, each with its SHA-256."""
    for folder in folders:
        for path in sorted(folder.rglob(pattern)):
            if path.is_file():
                yield f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
