"""What the tests of imports share: a way to import, and a series on disk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from exchange.importing import Options, Report, import_files
from tests.exchange.series import SERIES, Bring, write


@pytest.fixture
def bring(db: None, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]) -> Bring:
    """Import paths with options, as a command does: what waits for the commit is carried out."""

    def run(*paths: Path, **options: Any) -> Report:
        with django_capture_on_commit_callbacks(execute=True):
            return import_files(list(paths), Options(**options))

    return run


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """The invented series, on disk."""
    return write(tmp_path / "series", SERIES)
